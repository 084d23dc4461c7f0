"""目标台账: every target in one table to search, sort, filter and take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.dcc import send_bytes
from dash.exceptions import PreventUpdate

from dashboards.components import board_filters as filters
from dashboards.components import ledger as parts
from dashboards.components import states
from dashboards.components.grid import grid
from dashboards.components.links import SCOPE_KEYS, wanted_of
from dashboards.guarded import Door, Doors, no_update
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import KpiError
from kpi.core.lazily import later
from kpi.core.text import t
from kpi.readmodel.ledger import ledger

write_workbook = later("kpi.reporting.writers.ledger:write")

QUICK_KEYS = ("light", "reporting", "move", "q")


def layout(**query: str) -> Component:
    asked = {key: query[key] for key in (*SCOPE_KEYS, *QUICK_KEYS) if key in query}
    return dmc.Stack(
        gap="sm",
        children=[
            *filters.stores("ledger", asked),
            dcc.Store(id="ledger-columns", data=parts.columns()),
            dcc.Store(id="ledger-chosen"),
            dcc.Store(id="ledger-shown-words", data=t("其中{n}项符合搜索和列筛选", n=0)),
            dcc.Download(id="ledger-file"),
            html.H1(t("目标台账"), className="page-title"),
            filters.bar("ledger"),
            _tools(asked.get("q", "")),
            html.Div(id="ledger-chips", className="chips", **{"aria-live": "polite"}),
            html.Div(id="ledger-notice", **{"aria-live": "polite"}),
            dcc.Loading(_grid(), delay_show=300, overlay_style={"visibility": "visible"}),
        ],
    )


def _tools(words: str) -> Component:
    return html.Div(
        className="bar",
        children=[
            dmc.TextInput(
                id="ledger-search",
                label=t("搜索"),
                placeholder=t("名称、编号、单位、原因…"),
                value=words,
                debounce=250,
                className="grow ledger-search",
            ),
            dmc.Button(t("导出Excel"), id="ledger-export", variant="default"),
            html.Span(id="ledger-shown", className="hint", **{"aria-live": "polite"}),
        ],
    )


def _grid() -> Component:
    return grid(
        "ledger-grid",
        [],
        rowData=[],
        eventListeners={"cellKeyDown": ["kpiLedgerKey(params)"], "cellClicked": ["kpiLedgerClick(params)"]},
        options={
            "domLayout": "normal",
            "getRowHeight": {"function": "kpiLedgerHeight(params)"},
            "rowClass": "ledger-row",
            "rowHeight": 44,
        },
    )


def register(doors: Doors) -> None:
    """Reading, choosing, searching and taking away."""
    filters.register(doors, "ledger")
    _register_reading(doors)
    _register_taking(doors)


def _register_reading(doors: Doors) -> None:
    where = [
        *filters.outputs("ledger"),
        Output("ledger-grid", "rowData"),
        Output("ledger-chips", "children"),
        Output("ledger-notice", "children"),
    ]

    @doors.callback(Action.SEE_BOARD, *where, Input("ledger-query", "data"))
    def _rows(door: Door, query: dict[str, Any] | None) -> Any:
        quick = parts.quick_of(query)
        try:
            with door.store.read() as session:
                found = ledger(session, wanted_of(query), business_date(door.now), quick)
        except KpiError as error:
            return *([no_update] * (len(where) - 3)), [], [], states.wrong_address(error, "/targets")
        if found is None:
            return *filters.choices(None, "ledger"), [], [], states.no_plan()
        wanted = found.scope.wanted
        return (
            *filters.choices(found.scope, "ledger"),
            [parts.grid_row(row, wanted) for row in found.rows],
            parts.chips(quick, wanted, found.rows),
            None if found.rows else parts.empty(),
        )

    doors.in_browser(
        "ledgerShown",
        Output("ledger-shown", "children"),
        Input("ledger-grid", "virtualRowData"),
        State("ledger-grid", "rowData"),
        State("ledger-shown-words", "data"),
    )
    doors.in_browser("ledgerColumns", Output("ledger-grid", "columnDefs"), Input("ledger-columns", "data"))
    doors.in_browser(
        "ledgerSearch",
        Output("ledger-grid", "dashGridOptions"),
        Input("ledger-search", "value"),
        State("ledger-grid", "dashGridOptions"),
    )


def _register_taking(doors: Doors) -> None:
    doors.in_browser(
        "ledgerChosen",
        Output("ledger-chosen", "data"),
        Input("ledger-export", "n_clicks"),
        State("ledger-grid", "virtualRowData"),
        State("ledger-scope", "data"),
        prevent_initial_call=True,
    )

    @doors.callback(
        Action.SEE_BOARD,
        Output("ledger-file", "data"),
        Input("ledger-chosen", "data"),
        prevent_initial_call=True,
        running=[(Output("ledger-export", "loading"), True, False)],
    )
    def _file(door: Door, chosen: Mapping[str, Any] | None) -> Any:
        if not chosen:
            raise PreventUpdate
        with door.store.read() as session:
            found = ledger(session, wanted_of(chosen["scope"]), business_date(door.now))
        if found is None:
            raise PreventUpdate
        name = t("目标台账_{month}.xlsx", month=found.scope.month)
        return send_bytes(write_workbook(found, chosen["codes"]), name)


PAGE = Page("ledger", "/targets", "目标台账", Action.SEE_BOARD, layout, register, icon="☰")
