"""指标与单位: how indicators are measured, the tree of units, and which plans are watched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx

from dashboards.components import catalog as parts
from dashboards.components.accept_form import values_of
from dashboards.components.grid import grid
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.actions import actor_of
from kpi.accounts.rules import Action
from kpi.core.text import t
from kpi.operations import actions_targets as operations
from kpi.organisation import actions as organisation
from kpi.readmodel import catalog

MANAGE = Action.MANAGE_CATALOG


def layout(**query: str) -> Component:
    tab = query.get("tab", "")
    tabs = [("indicators", t("指标")), ("units", t("单位")), ("plans", t("计划"))]
    return dmc.Stack(
        gap="sm",
        children=[
            dcc.Store(id="catalog-reload"),
            dcc.Store(id="catalog-editing"),
            dcc.Store(id="catalog-indicator"),
            dcc.Store(id="catalog-unit"),
            html.Div(
                [
                    html.H1(t("指标与单位"), className="page-title"),
                    html.P(t("改动口径会立即重新评价相关目标；每次改动都记入审计。"), className="page-lead"),
                    dcc.Link(t("填报分工：谁填报什么"), href="/catalog/reporters", className="button-link"),
                ]
            ),
            dmc.Tabs(
                [
                    dmc.TabsList([dmc.TabsTab(label, value=value) for value, label in tabs]),
                    dmc.TabsPanel(_indicators(), value="indicators", pt="sm"),
                    dmc.TabsPanel(_units(), value="units", pt="sm"),
                    dmc.TabsPanel(html.Div(dmc.Skeleton(height=120), id="catalog-plans"), value="plans", pt="sm"),
                ],
                value=tab if tab in dict(tabs) else "indicators",
            ),
            dmc.Modal(id="catalog-modal", title=t("修改指标"), size="xl", children=_indicator_box()),
            dmc.Modal(id="catalog-unit-modal", title=t("单位"), children=_unit_box()),
        ],
    )


_PAGED = {"pagination": True, "paginationPageSize": 20, "paginationPageSizeSelector": False}


def _indicators() -> Component:
    return dmc.Stack(
        [
            dmc.TextInput(id="catalog-words", label=t("查找指标"), placeholder=t("名称或编码"), debounce=300, w=280),
            grid("catalog-indicators", parts.indicator_columns(), rowData=[], options=_PAGED),
        ],
        gap="sm",
    )


def _units() -> Component:
    return dmc.Stack(
        [
            html.Div(dmc.Button(t("新增单位"), variant="default", **{"data-edit": "unit", "data-id": "0"})),
            grid("catalog-units", parts.unit_columns(), rowData=[]),
        ],
        gap="sm",
    )


def _indicator_box() -> Component:
    return dmc.Stack([html.Div(id="catalog-form"), dmc.Button(t("保存"), id="catalog-save")])


def _unit_box() -> Component:
    return dmc.Stack(
        [
            dmc.TextInput(id="catalog-unit-name", label=t("名称"), required=True),
            dmc.TextInput(id="catalog-unit-code", label=t("编码"), required=True),
            dmc.Select(id="catalog-unit-kind", label=t("类别"), data=parts.options(parts.unit_kinds()), required=True),
            dmc.Select(
                id="catalog-unit-parent",
                label=t("上级单位"),
                searchable=True,
                clearable=True,
                clearButtonProps={"aria-label": t("清空")},
            ),
            dmc.Switch(id="catalog-unit-active", label=t("启用"), checked=True),
            dmc.Button(t("保存"), id="catalog-unit-save"),
        ]
    )


def register(doors: Doors) -> None:
    """Lists, and changing each kind of thing."""
    _register_lists(doors)
    _register_indicators(doors)
    _register_units(doors)
    _register_plans(doors)


def _register_lists(doors: Doors) -> None:
    @doors.callback(
        MANAGE,
        Output("catalog-indicators", "rowData"),
        Input("catalog-words", "value"),
        Input("catalog-reload", "data"),
    )
    def _indicator_list(door: Door, words: str | None, _reload: Any) -> Any:
        with door.store.read() as session:
            return [parts.indicator_row(row) for row in catalog.indicator_rows(session, words or "")]

    @doors.callback(
        MANAGE,
        Output("catalog-units", "rowData"),
        Output("catalog-plans", "children"),
        Input("catalog-reload", "data"),
    )
    def _other_lists(door: Door, _reload: Any) -> Any:
        with door.store.read() as session:
            units = [parts.unit_row(each) for each in catalog.unit_rows(session)]
            return units, parts.plan_table(catalog.plan_rows(session))


def _register_indicators(doors: Doors) -> None:
    @doors.callback(
        MANAGE,
        Output("catalog-modal", "opened"),
        Output("catalog-form", "children"),
        Output("catalog-editing", "data"),
        Input("catalog-indicator", "data"),
        prevent_initial_call=True,
    )
    def _open(door: Door, wanted: Mapping[str, int] | None) -> Any:
        if not wanted:
            return no_update, no_update, no_update
        with door.store.read() as session:
            row = catalog.indicator(session, wanted["id"])
        return True, parts.indicator_form(row), row.id

    @doors.callback(
        MANAGE,
        Output("catalog-modal", "opened", allow_duplicate=True),
        Output("catalog-reload", "data"),
        Input("catalog-save", "n_clicks"),
        State("catalog-editing", "data"),
        State({"type": "catalog-field", "field": ALL}, "id"),
        State({"type": "catalog-field", "field": ALL}, "value"),
        prevent_initial_call=True,
    )
    def _save(door: Door, clicks: Any, editing: int | None, ids: Any, values: Any) -> Any:
        if not clicks or not editing:
            return no_update, no_update
        fields = parts.read_indicator(values_of(ids, values))
        with door.store.write() as session:
            operations.update_indicator(session, editing, by=door.person, now=door.now, **fields)
        notify(t("已保存"), t("“{name}”已更新，相关目标已重新评价。", name=fields["name"]))
        return False, door.now.isoformat()


def _register_units(doors: Doors) -> None:
    @doors.callback(
        MANAGE,
        Output("catalog-unit-modal", "opened"),
        Output("catalog-unit-name", "value"),
        Output("catalog-unit-code", "value"),
        Output("catalog-unit-code", "disabled"),
        Output("catalog-unit-kind", "value"),
        Output("catalog-unit-kind", "disabled"),
        Output("catalog-unit-parent", "data"),
        Output("catalog-unit-parent", "value"),
        Output("catalog-unit-parent", "disabled"),
        Output("catalog-unit-active", "checked"),
        Output("catalog-editing", "data", allow_duplicate=True),
        Input("catalog-unit", "data"),
        prevent_initial_call=True,
    )
    def _open(door: Door, wanted: Mapping[str, int] | None) -> Any:
        if not wanted:
            return (no_update,) * 11
        with door.store.read() as session:
            rows = [each.row for each in catalog.unit_rows(session)]
        above = [{"value": str(row.id), "label": row.name} for row in rows]
        row = next((row for row in rows if row.id == wanted["id"]), None)
        if row is None:
            return True, "", "", False, None, False, above, None, False, True, 0
        parent = str(row.parent_id) if row.parent_id else None
        return True, row.name, row.code, True, row.kind.value, True, above, parent, True, row.active, row.id

    @doors.callback(
        MANAGE,
        Output("catalog-unit-modal", "opened", allow_duplicate=True),
        Output("catalog-reload", "data", allow_duplicate=True),
        Input("catalog-unit-save", "n_clicks"),
        State("catalog-editing", "data"),
        State("catalog-unit-name", "value"),
        State("catalog-unit-code", "value"),
        State("catalog-unit-kind", "value"),
        State("catalog-unit-parent", "value"),
        State("catalog-unit-active", "checked"),
        prevent_initial_call=True,
    )
    def _save(door: Door, clicks: Any, editing: int, *given: Any) -> Any:
        if not clicks:
            return no_update, no_update
        _save_unit(door, editing, *given)
        return False, door.now.isoformat()


def _save_unit(
    door: Door, editing: int, name: str | None, code: str | None, kind: str | None, parent: str | None, active: bool
) -> None:
    by = actor_of(door.person)
    with door.store.write() as session:
        if editing:
            organisation.update(session, editing, name=name or "", active=active, by=by, now=door.now)
        else:
            organisation.create(
                session,
                code=code or "",
                name=name or "",
                kind=parts.read_unit_kind(kind),
                parent_id=int(parent) if parent else None,
                by=by,
                now=door.now,
            )
    notify(t("已保存"), t("单位“{name}”已保存。", name=name))


def _register_plans(doors: Doors) -> None:
    @doors.callback(
        MANAGE,
        Output("catalog-reload", "data", allow_duplicate=True),
        Input({"type": "catalog-plan", "id": ALL}, "value"),
        prevent_initial_call=True,
    )
    def _set_state(door: Door, _values: Sequence[str]) -> Any:
        chosen: Mapping[str, Any] | None = ctx.triggered_id
        if not chosen:
            return no_update
        state = parts.read_plan_state(ctx.triggered[0]["value"])
        with door.store.read() as session:
            plan = next((row for row in catalog.plan_rows(session) if row.id == chosen["id"]), None)
        if plan is None or plan.state is state:  # drawn anew, not chosen by anybody
            return no_update
        with door.store.write() as session:
            operations.set_plan_state(session, plan.id, state, by=door.person, now=door.now)
        notify(t("已保存"), t("“{name}”现为{state}。", name=plan.title, state=parts.plan_states()[state.value]))
        return door.now.isoformat()


PAGE = Page("catalog", "/catalog", "指标与单位", MANAGE, layout, register, icon="⚙")
