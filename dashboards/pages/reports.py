"""Monthly reports: make a draft, read it, issue it, take it away as a file."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import ALL, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from dashboards.components import reports as parts
from dashboards.guarded import Door, Doors, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.actions import actor_of
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Period
from kpi.core.text import t
from kpi.reporting import actions, listing
from kpi.reporting.rules import default_cut_off


def layout(**_query: str) -> Component:
    return dmc.Stack(
        [
            dmc.Title(t("月报"), order=1, size="h2"),
            html.Div(id="report-form"),
            dcc.Loading(html.Div(id="report-list", **{"aria-live": "polite"}), delay_show=300),
            dcc.Store(id="report-changed"),
            parts.issue_dialog(),
        ]
    )


def register(doors: Doors) -> None:
    _register_reading(doors)
    _register_making(doors)


def _register_reading(doors: Doors) -> None:
    @doors.callback(Action.SEE_BOARD, Output("report-list", "children"), Input("report-changed", "data"))
    def _list(door: Door, _changed: Any) -> Any:
        with door.store.read() as session:
            lines = listing.lines(session, door.person)
        return parts.report_list(lines, door.person.may(Action.MAKE_REPORTS))

    @doors.callback(Action.SEE_BOARD, Output("report-form", "children"), Input("report-form", "id"))
    def _form(door: Door, _id: str) -> Any:
        if not door.person.may(Action.MAKE_REPORTS):
            return None
        with door.store.read() as session:
            plans = listing.plan_choices(session)
        return parts.draft_form(plans, Period.containing(business_date(door.now)).next(-1))

    @doors.callback(
        Action.MAKE_REPORTS,
        Output("report-cut-off", "value"),
        Input("report-month", "value"),
        prevent_initial_call=True,
    )
    def _propose_cut_off(_door: Door, month: str | None) -> str:
        if not month:
            raise PreventUpdate
        return default_cut_off(Period.containing(date.fromisoformat(month[:10]))).isoformat()


def _register_making(doors: Doors) -> None:
    @doors.callback(
        Action.MAKE_REPORTS,
        Output("report-changed", "data", allow_duplicate=True),
        Input("report-make", "n_clicks"),
        State("report-plan", "value"),
        State("report-month", "value"),
        State("report-cut-off", "value"),
        prevent_initial_call=True,
        running=[(Output("report-make", "loading"), True, False)],
    )
    def _make(door: Door, clicks: int | None, plan: str | None, month: str | None, cut_off: str | None) -> int:
        if not clicks:
            raise PreventUpdate
        if not plan or not month:
            raise BadInput.of(Problem(t("请先选择"), t("计划") if not plan else t("月份")))
        period = Period.containing(date.fromisoformat(month[:10]))
        day = date.fromisoformat(cut_off[:10]) if cut_off else None
        by = actor_of(door.person)
        with door.store.write() as session:
            made = actions.draft(session, period, by=by, now=door.now, plan_id=int(plan), cut_off=day)
        fresh = made.created_at == door.now
        notify(
            t("月报草稿已生成") if fresh else t("内容没有变化"),
            t("{period}第{version}版，可预览后签发。", period=period.label, version=made.version),
        )
        return clicks

    @doors.callback(
        Action.MAKE_REPORTS,
        Output("issue-dialog", "opened"),
        Output("issue-which", "data"),
        Output("issue-text", "children"),
        Input({"issue": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _ask(door: Door, clicks: list[int | None]) -> tuple[bool, int, str]:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            raise PreventUpdate
        report_id = int(ctx.triggered_id["issue"])
        with door.store.read() as session:
            report = listing.visible(session, report_id, door.person)
            text = t("{title}（第{version}版）", title=report.title, version=report.version)
        return True, report_id, text

    @doors.callback(
        Action.MAKE_REPORTS,
        Output("issue-dialog", "opened", allow_duplicate=True),
        Output("report-changed", "data", allow_duplicate=True),
        Input("issue-confirm", "n_clicks"),
        State("issue-which", "data"),
        prevent_initial_call=True,
    )
    def _issue(door: Door, clicks: int | None, report_id: int | None) -> tuple[bool, str]:
        if not clicks or report_id is None:
            raise PreventUpdate
        with door.store.write() as session:
            actions.issue(session, report_id, by=actor_of(door.person), now=door.now)
        notify(t("已签发"), t("所有人现在可以阅读和下载这一期。"))
        return False, f"issued {report_id}"

    doors.in_browser(
        "closeDialog",
        Output("issue-dialog", "opened", allow_duplicate=True),
        Input("issue-cancel", "n_clicks"),
        prevent_initial_call=True,
    )


PAGE = Page("reports", "/reports", "月报", Action.SEE_BOARD, layout, register, icon="❑")
