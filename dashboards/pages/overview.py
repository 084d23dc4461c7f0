"""总览: what leadership sees first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output

from dashboards.components import board as parts
from dashboards.components import board_filters as filters
from dashboards.components import states
from dashboards.components.links import SCOPE_KEYS, wanted_of
from dashboards.guarded import Door, Doors, no_update
from dashboards.libraries import Component, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.readmodel.board import overview


def layout(**query: str) -> Component:
    asked = {key: query[key] for key in SCOPE_KEYS if key in query}
    return dmc.Stack(
        gap="sm",
        children=[
            *filters.stores("overview", asked),
            html.H1(t("总览"), className="page-title"),
            filters.bar("overview"),
            html.Div(states.waiting(), id="overview-board", **{"aria-live": "polite"}),
        ],
    )


def register(doors: Doors) -> None:
    filters.register(doors, "overview")

    @doors.callback(
        Action.SEE_BOARD,
        *filters.outputs("overview"),
        Output("overview-board", "children"),
        Input("overview-query", "data"),
    )
    def _board(door: Door, query: Mapping[str, Any] | None) -> Any:
        try:
            with door.store.read() as session:
                board = overview(session, wanted_of(query), business_date(door.now))
        except KpiError as error:
            return *([no_update] * len(filters.outputs("overview"))), states.wrong_address(error, "/")
        if board is None:
            return *filters.choices(None, "overview"), states.no_plan()
        return *filters.choices(board.scope, "overview"), parts.board_view(board)


PAGE = Page("overview", "/", "总览", Action.SEE_BOARD, layout, register, icon="◉")
