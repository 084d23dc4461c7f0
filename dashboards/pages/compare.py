"""比较: departments, districts, chapters and plans side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output

from dashboards.components import board_filters as filters
from dashboards.components import states
from dashboards.components.links import SCOPE_KEYS, wanted_of
from dashboards.components.rollup import grouping_choice, rollup_view
from dashboards.guarded import Door, Doors, no_update
from dashboards.libraries import Component, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.readmodel.rollup import Grouping, roll_up


def layout(**query: str) -> Component:
    asked = {key: query[key] for key in SCOPE_KEYS if key in query}
    return dmc.Stack(
        gap="sm",
        children=[
            *filters.stores("compare", asked),
            html.H1(t("汇总比较"), className="page-title"),
            filters.bar("compare"),
            grouping_choice(query.get("by", "")),
            html.Div(states.waiting(), id="compare-table", **{"aria-live": "polite"}),
        ],
    )


def register(doors: Doors) -> None:
    filters.register(doors, "compare")

    @doors.callback(
        Action.SEE_BOARD,
        *filters.outputs("compare"),
        Output("compare-table", "children"),
        Input("compare-query", "data"),
        Input("compare-by", "value"),
    )
    def _table(door: Door, query: Mapping[str, Any] | None, by: str) -> Any:
        try:
            with door.store.read() as session:
                found = roll_up(session, wanted_of(query), Grouping(by), business_date(door.now))
        except KpiError as error:
            return *([no_update] * len(filters.outputs("compare"))), states.wrong_address(error, "/compare")
        if found is None:
            return *filters.choices(None, "compare"), states.no_plan()
        return *filters.choices(found.scope, "compare"), rollup_view(found)


PAGE = Page("compare", "/compare", "汇总比较", Action.SEE_BOARD, layout, register, icon="≣")
