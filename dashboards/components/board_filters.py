"""Plan, month, department and region: the row of choices that overview and ledger share."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dash import Input, Output, State

from dashboards.components.links import SCOPE_KEYS
from dashboards.guarded import Doors
from dashboards.libraries import Component, dcc, dmc, html
from kpi.core.text import t
from kpi.readmodel.scope import Scope, UnitChoice

Choices = tuple[Any, ...]


def stores(page: str, query: dict[str, str]) -> list[Component]:
    """`…-query` is what the address asks for, `…-scope` what it came to."""
    return [dcc.Store(id=f"{page}-query", data=query), dcc.Store(id=f"{page}-scope"), dcc.Store(id=f"{page}-moved")]


def bar(page: str) -> Component:
    """Empty until the data comes: a layout carries none."""
    shared: dict[str, Any] = {"searchable": True, "data": [], "nothingFoundMessage": t("没有匹配的选项")}
    return html.Div(
        className="bar board-bar",
        role="search",
        **{"aria-label": t("选择查看范围")},
        children=[
            dmc.Select(id=f"{page}-plan", label=t("计划"), allowDeselect=False, className="board-plan", **shared),
            dmc.Select(id=f"{page}-month", label=t("截至月份"), allowDeselect=False, w=150, **shared),
            dmc.Select(
                id=f"{page}-department", label=t("牵头单位"), placeholder=t("全部"), clearable=True, w=190, **shared
            ),
            dmc.Select(
                id=f"{page}-region", label=t("地区（分解）"), placeholder=t("全部"), clearable=True, w=160, **shared
            ),
        ],
    )


def outputs(page: str) -> list[Output]:
    """Where `choices` goes."""
    of_selects = [Output(f"{page}-{key}", prop) for key in SCOPE_KEYS for prop in ("data", "value")]
    return [*of_selects, Output(f"{page}-region", "disabled"), Output(f"{page}-scope", "data")]


def choices(scope: Scope | None, page: str) -> Choices:
    if scope is None:
        return (*([], None) * 4, True, None)
    wanted = scope.wanted
    plans = [{"value": plan.code, "label": plan.label} for plan in scope.plans]
    months = [{"value": str(month), "label": month.label} for month in reversed(scope.months)]
    return (
        *(plans, wanted.plan),
        *(months, wanted.month),
        *(_units(scope.departments), wanted.department or None),
        *(_units(scope.regions), wanted.region or None),
        not scope.regions,
        {"page": page, **asdict(wanted)},
    )


def _units(units: tuple[UnitChoice, ...]) -> list[dict[str, str]]:
    return [{"value": unit.code, "label": unit.name} for unit in units]


def register(doors: Doors, page: str) -> None:
    """A choice goes into the address and asks for the page's data again; nothing is reloaded."""
    doors.in_browser(
        "boardChosen",
        Output(f"{page}-moved", "data"),
        *(Input(f"{page}-{key}", "value") for key in SCOPE_KEYS),
        State(f"{page}-scope", "data"),
        prevent_initial_call=True,
    )
