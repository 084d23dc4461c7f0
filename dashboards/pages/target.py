"""One target from every side: the light and why, the chart, months, values, revisions and the clause it came from."""

from __future__ import annotations

from typing import Any

from dash import Input, Output

from dashboards.components import states
from dashboards.components.target import sheet_view
from dashboards.guarded import Door, Doors
from dashboards.libraries import Component, dcc, html
from dashboards.page import Page
from dashboards.pages.target_editors import edit_menu
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import KpiError
from kpi.readmodel.target import target_sheet
from kpi.readmodel.target_statistics import statistics_of


def layout(code: str = "", **query: str) -> Component:
    asked = {"code": code, "unit": query.get("unit", ""), "month": query.get("month", "")}
    return html.Div(
        [
            dcc.Store(id="target-asked", data=asked),
            html.Div(states.waiting((60, 360, 240)), id="target-sheet", **{"aria-live": "polite"}),
        ]
    )


def register(doors: Doors) -> None:
    @doors.callback(
        Action.SEE_BOARD,
        Output("target-sheet", "children"),
        Input("target-asked", "data"),
    )
    def _sheet(door: Door, asked: dict[str, str]) -> Any:
        try:
            with door.store.read() as session:
                sheet = target_sheet(
                    session, asked["code"], business_date(door.now), unit=asked["unit"], month=asked["month"]
                )
                statistics = statistics_of(session, asked["code"], sheet.month, unit=asked["unit"])
        except KpiError as error:
            return states.wrong_address(error, "/targets")
        may_edit = door.person.may(Action.REVIEW_DOCUMENTS) and not sheet.head.is_withdrawn
        return sheet_view(sheet, statistics, edit_menu(sheet.head.code) if may_edit else None)


PAGE = Page("target", "/targets/<code>", "目标详情", Action.SEE_BOARD, layout, register, menu=False)
