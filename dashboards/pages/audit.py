"""The trail of every change, for the auditor: filter, read on, take away as CSV."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import Input, Output, State, ctx
from dash.dcc import send_bytes
from dash.exceptions import PreventUpdate

from dashboards.components import audit as parts
from dashboards.guarded import Door, Doors
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.text import t
from kpi.readmodel import trail
from kpi.readmodel.trail import TrailFilter

FILTERS = (
    Input("trail-who", "value"),
    Input("trail-action", "value"),
    Input("trail-entity", "value"),
    Input("trail-text", "value"),
    Input("trail-days", "value"),
)


def layout(**_query: str) -> Component:
    return dmc.Stack(
        [
            dmc.Group(
                [
                    dmc.Title(t("审计记录"), order=1, size="h2"),
                    dmc.Button(t("导出 CSV"), id="trail-export", variant="default"),
                ],
                justify="space-between",
            ),
            _filters(),
            dcc.Loading(html.Div(id="trail-table", **{"aria-live": "polite"}), delay_show=300),
            dmc.Group(
                [
                    dmc.Button(t("← 回到最新"), id="trail-newest", variant="default", disabled=True),
                    dmc.Button(t("更早的记录 →"), id="trail-older", variant="default", disabled=True),
                ]
            ),
            dcc.Store(id="trail-next"),
            dcc.Download(id="trail-file"),
        ]
    )


def _filters() -> Component:
    return dmc.SimpleGrid(
        cols={"base": 1, "xs": 2, "md": 5},
        spacing="sm",
        children=[
            dmc.TextInput(id="trail-who", label=t("操作人"), placeholder=t("姓名或登录名"), debounce=400),
            dmc.Select(id="trail-action", label=t("操作"), placeholder=t("全部"), clearable=True, searchable=True),
            dmc.Select(id="trail-entity", label=t("对象"), placeholder=t("全部"), clearable=True, searchable=True),
            dmc.TextInput(id="trail-text", label=t("内容或原因"), placeholder=t("包含的文字"), debounce=400),
            dmc.DatePickerInput(
                id="trail-days",
                label=t("日期范围"),
                type="range",
                placeholder=t("全部"),
                clearable=True,
                allowSingleDateInRange=True,
                valueFormat="YYYY-MM-DD",
            ),
        ],
    )


def register(doors: Doors) -> None:
    @doors.callback(
        Action.READ_AUDIT,
        Output("trail-action", "data"),
        Output("trail-entity", "data"),
        Input("trail-action", "id"),
    )
    def _choices(door: Door, _id: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        with door.store.read() as session:
            found = trail.choices(session)
        return _options(found.actions), _options(found.entities)

    @doors.callback(
        Action.READ_AUDIT,
        Output("trail-table", "children"),
        Output("trail-next", "data"),
        Output("trail-older", "disabled"),
        Output("trail-newest", "disabled"),
        *FILTERS,
        Input("trail-older", "n_clicks"),
        Input("trail-newest", "n_clicks"),
        State("trail-next", "data"),
    )
    def _read(door: Door, *given: Any) -> tuple[Any, ...]:
        *values, _older, _newest, following = given
        before = following if ctx.triggered_id == "trail-older" else None
        with door.store.read() as session:
            found = trail.page(session, _wanted(values, before))
        return parts.trail_table(found), found.older, found.older is None, before is None

    @doors.callback(
        Action.READ_AUDIT,
        Output("trail-file", "data"),
        Input("trail-export", "n_clicks"),
        *(State(each.component_id, each.component_property) for each in FILTERS),
        prevent_initial_call=True,
        running=[(Output("trail-export", "loading"), True, False)],
    )
    def _export(door: Door, clicks: int | None, *values: Any) -> dict[str, Any]:
        if not clicks:
            raise PreventUpdate
        with door.store.read() as session:
            text = trail.as_csv(session, _wanted(list(values), None))
        name = t("审计记录-{day}.csv", day=business_date(door.now).isoformat())
        sent: dict[str, Any] = send_bytes(text.encode("utf-8-sig"), name)
        return sent


def _options(pairs: Any) -> list[dict[str, str]]:
    return [{"value": code, "label": label} for code, label in pairs]


def _wanted(values: list[Any], before: int | None) -> TrailFilter:
    who, action, entity, text, days = values
    since, until = (days or [None, None])[:2]
    return TrailFilter(
        who=who or "",
        action=action or "",
        entity=entity or "",
        text=text or "",
        since=date.fromisoformat(since[:10]) if since else None,
        until=date.fromisoformat(until[:10]) if until else None,
        before=before,
    )


PAGE = Page("audit", "/audit", "审计记录", Action.READ_AUDIT, layout, register, icon="☰")
