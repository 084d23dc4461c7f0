"""The light rules of a plan: bands on a number line, and which lights other rules would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, Output, State
from sqlalchemy.orm import Session

from dashboards.components import states
from dashboards.components.editing import ALL_FIELDS, Fields, problem_list, reason_and_buttons
from dashboards.components.editing_rules import plan_rules_form, read_own_rules, typed_line
from dashboards.components.lights import light_badge
from dashboards.components.links import target_address
from dashboards.components.panels import panel
from dashboards.components.target import instant
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.libraries import Component, dcc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.errors import BadInput, KpiError
from kpi.core.text import t
from kpi.operations.actions_outlook import Moved, of_plan_rules
from kpi.operations.actions_targets import set_rules
from kpi.readmodel.plan_rules import PlanRules, RuleVersion, plan_rules

MANAGE = Action.MANAGE_CATALOG


def layout(code: str = "", **_query: str) -> Component:
    return html.Div(
        [
            dcc.Store(id="plan-rules-asked", data={"code": code}),
            dcc.Store(id="plan-rules-reload"),
            html.Div(states.waiting((60, 360)), id="plan-rules-page"),
        ]
    )


def register(doors: Doors) -> None:
    doors.asks_before_leaving("plan-rules-page")

    @doors.callback(
        MANAGE,
        Output("plan-rules-page", "children"),
        Input("plan-rules-asked", "data"),
        Input("plan-rules-reload", "data"),
    )
    def _open(door: Door, asked: Mapping[str, str], _reload: Any) -> Any:
        try:
            with door.store.read() as session:
                return _page(plan_rules(session, asked["code"]))
        except KpiError as error:
            return states.wrong_address(error, "/catalog?tab=plans")

    @doors.callback(
        MANAGE,
        Output("plan-rules-preview", "children"),
        Input(ALL_FIELDS, "value"),
        State(ALL_FIELDS, "id"),
        State("plan-rules-asked", "data"),
    )
    def _preview(door: Door, values: Any, ids: Any, asked: Mapping[str, str]) -> Any:
        if not ids:
            return no_update
        with door.store.read() as session:
            return _foreseen(door, session, ids, values, plan_rules(session, asked["code"]))

    @doors.callback(
        MANAGE,
        Output("plan-rules-reload", "data"),
        Input("plan-rules-save", "n_clicks"),
        State(ALL_FIELDS, "value"),
        State(ALL_FIELDS, "id"),
        State("plan-rules-reason", "value"),
        State("plan-rules-seen", "data"),
        prevent_initial_call=True,
        running=[(Output("plan-rules-save", "loading"), True, False)],
    )
    def _save(door: Door, clicks: Any, values: Any, ids: Any, reason: Any, seen: Mapping[str, int]) -> Any:
        if not clicks:
            return no_update
        rules = read_own_rules(Fields(ids, values))
        with door.store.write() as session:
            set_rules(
                session, seen["plan"], rules, reason=reason or "", by=door.person, now=door.now, seen=seen["version"]
            )
        notify(t("已保存"), t("相关目标已按新规则重新评价，原来的结果仍保留。"))
        return door.now.isoformat()

    @doors.callback(
        MANAGE,
        Output("plan-rules-reload", "data", allow_duplicate=True),
        Input("plan-rules-undo", "n_clicks"),
        prevent_initial_call=True,
    )
    def _undo(door: Door, clicks: Any) -> Any:
        return door.now.isoformat() if clicks else no_update


def _page(found: PlanRules) -> Component:
    back = dcc.Link(t("返回计划"), href="/catalog?tab=plans", className="quiet-link")
    form = html.Div([plan_rules_form(found.rules), *reason_and_buttons("plan-rules")], className="edit-stack")
    preview = panel(t("保存后会怎样"), [html.Div(id="plan-rules-preview", **{"aria-live": "polite"})], "panel-preview")
    return html.Div(
        [
            dcc.Store(id="plan-rules-seen", data={"plan": found.plan_id, "version": found.seen}),
            html.Div(back, className="target-path"),
            html.H1(t("亮灯规则：{name}", name=found.title), className="page-title"),
            html.Div(
                [html.Div(panel(t("亮灯规则"), [form], "panel-form")), html.Div(preview, className="edit-side")],
                className="target-columns edit-columns",
            ),
            panel(t("修订记录"), [_history(found.versions)], "panel-revisions"),
        ]
    )


def _history(versions: Sequence[RuleVersion]) -> Component:
    if not versions:
        return html.P(t("一直用通常规则。"), className="hint")
    return html.Ul([_version(each) for each in versions], className="plain-list")


def _version(each: RuleVersion) -> Component:
    state = [] if each.current else [html.Span(t("已被取代"), className="hint")]
    return html.Li(
        [
            html.B(t("{about} 第{version}版", about=t("亮灯规则"), version=each.version)),
            html.Span(each.rules.number_line),
            *state,
            html.Span(f"{each.by} {instant(each.at)}", className="hint"),
            html.Span(each.reason, className="said"),
        ]
    )


def _foreseen(door: Door, session: Session, ids: Any, values: Any, found: PlanRules) -> list[Component | None]:
    try:
        line = typed_line(Fields(ids, values))
    except BadInput as error:
        return [problem_list(error)]
    try:
        following, moved = of_plan_rules(session, found.plan_id, read_own_rules(Fields(ids, values)), door.now)
    except BadInput as error:
        return [line, problem_list(error)]
    return [line, _moved(following, moved)]


def _moved(following: int, moved: Sequence[Moved]) -> Component:
    if not moved:
        return html.P(t("按此规则评价的{n}个目标，现在的亮灯都不变。", n=following), id="plan-rules-moved")
    summary = t("按此规则评价的{n}个目标中，有{m}个现在的亮灯会变：", n=following, m=len(moved))
    return html.Div(
        [html.P(summary), html.Ul([_moved_target(each) for each in moved], className="plain-list")],
        id="plan-rules-moved",
    )


def _moved_target(each: Moved) -> Component:
    arrow = html.Span("→", className="arrow", **{"aria-label": t("变为")})
    link = dcc.Link(each.name, href=target_address(each.code), className="quiet-link")
    return html.Li([link, light_badge(each.before.light, "sm"), arrow, light_badge(each.after.light, "sm")])


PAGE = Page("plan-rules", "/plans/<code>/rules", "亮灯规则", MANAGE, layout, register, menu=False)
