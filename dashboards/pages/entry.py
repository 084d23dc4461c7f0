"""数据填报: what a department owes, typed into a grid that checks as one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import ALL, Input, Output, State

from dashboards.components import entry as parts
from dashboards.components import entry_told as told
from dashboards.components.grid import grid
from dashboards.components.upload import upload_zone
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from dashboards.pages import entry_drafts, entry_sheets
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, Conflict, KpiError
from kpi.core.period import Frequency, Period, months_between
from kpi.core.text import current_language, t
from kpi.operations import actions as operations
from kpi.readmodel import due
from kpi.readmodel.checks import check_entries
from kpi.readmodel.due_expected import expectations

MONTHS_BACK = 35
ENTER = Action.ENTER_ACTUALS


def layout(**query: str) -> Component:
    start = {name: query[name] for name in ("month", "unit", "earlier") if name in query}
    return dmc.Stack(
        gap="sm",
        children=[
            dcc.Store(id="entry-start", data=start),
            dcc.Store(id="entry-query"),
            dcc.Store(id="entry-outgoing"),
            dcc.Store(id="entry-answer"),
            dcc.Store(id="entry-checks"),
            dcc.Store(id="entry-reload"),
            html.Div(
                [
                    html.H1(t("数据填报"), className="page-title"),
                    html.P(t("直接在表格中填写；回车到下一行，Tab到下一格，Ctrl+S保存草稿。"), className="page-lead"),
                ]
            ),
            _filters(),
            html.Div(id="entry-summary", className="chips", **{"aria-live": "polite"}),
            html.Div(id="entry-notice", **{"aria-live": "polite"}),
            _buttons(),
            dcc.Loading(html.Div(_grid(), id="entry-grid-box"), overlay_style={"visibility": "visible"}),
            html.Ul(
                id="entry-problems", className="results", **{"aria-label": t("需要更正的内容"), "aria-live": "polite"}
            ),
            html.Div(id="entry-results", **{"aria-live": "polite"}),
            entry_drafts.dialog(),
        ],
    )


def _filters() -> Component:
    return html.Div(
        className="bar",
        children=[
            dmc.Select(id="entry-month", label=t("月份"), searchable=True, allowDeselect=False, w=160),
            dmc.Select(
                id="entry-unit",
                label=t("填报单位"),
                placeholder=t("全部"),
                searchable=True,
                clearable=True,
                w=220,
                clearButtonProps={"aria-label": t("清空")},
            ),
            dmc.Switch(id="entry-earlier", label=t("含以前未报的"), checked=True, pb=8),
        ],
    )


def _buttons() -> Component:
    return html.Div(
        className="bar",
        children=[
            dmc.Button(t("提交"), id="entry-submit"),
            dmc.Button(t("保存草稿"), id="entry-save", variant="default"),
            dmc.Button(t("删除草稿"), id="entry-discard", variant="subtle", color="red"),
            html.Span(t("勾选后只提交勾选的行；不勾选则提交全部已填的行。"), className="hint grow"),
            html.Div(
                [
                    dmc.Button(t("下载模板"), id="entry-template", variant="default", size="compact-md"),
                    upload_zone("entry-upload", t("上传表格"), slim=True),
                    dcc.Download(id="entry-download"),
                    dcc.Store(id="entry-uploaded"),
                ],
                className="sheet",
            ),
        ],
    )


_TYPED: dict[str, Any] = {
    "editable": {"function": "kpiEntryEditable(params)"},
    "cellClass": {"function": "kpiEntryClass(params)"},
    "valueFormatter": {"function": "kpiEntryShown(params)"},
    "tooltipValueGetter": {"function": "kpiEntryTip(params)"},
    "sortable": False,
}
_TOLD: dict[str, Any] = {"tooltipValueGetter": {"function": "kpiEntryTip(params)"}}
_LONG: dict[str, Any] = {
    **_TYPED,
    "cellEditor": "agLargeTextCellEditor",
    "cellEditorPopup": True,
    "cellEditorParams": {"maxLength": 2000, "rows": 4, "cols": 40},
}


def _grid() -> Component:
    columns: list[dict[str, Any]] = [
        {"field": "name", "headerName": t("指标"), "pinned": "left", "width": 210, "minWidth": 130,
         "cellRenderer": "KpiEntryName", "tooltipField": "name"},
        {"field": "state", "headerName": t("状态"), "width": 150, "cellRenderer": "KpiEntryState", **_TOLD},
        {"field": "period", "headerName": t("期间"), "width": 90},
        {"field": "due", "headerName": t("应报"), "width": 95},
        {"field": "last", "headerName": t("上期值"), "width": 95, "cellClass": "number", **_TOLD},
        {"field": "plan", "headerName": t("计划值"), "width": 120, "cellClass": "number", **_TOLD},
        {"field": "main", "headerName": t("本期值/分子"), "width": 125, **_TYPED},
        {"field": "bottom", "headerName": t("分母"), "width": 114 if current_language() == "en" else 85, **_TYPED},
        {"field": "result", "headerName": t("得数"), "width": 80, "cellClass": "number"},
        {"field": "light", "headerName": t("预计亮灯"), "width": 110, "cellRenderer": "KpiEntryLight", **_TOLD},
        {"field": "jump_reason", "headerName": t("变动原因"), "width": 160, "hide": True, **_LONG},
        {"field": "cause", "headerName": t("滞后原因"), "width": 180, "hide": True, **_LONG},
        {"field": "measure", "headerName": t("改进措施"), "width": 180, "hide": True, **_LONG},
        {"field": "expected_on", "headerName": t("预计日期"), "width": 120, "hide": True, **_TYPED},
        {"field": "note", "headerName": t("备注"), "width": 200, **_LONG},
        {"field": "unit", "headerName": t("计量单位"), "width": 95},
        {"field": "in_force", "headerName": t("现行值"), "width": 100, "cellClass": "number"},
        {"field": "unit_name", "headerName": t("所属单位"), "width": 140},
    ]  # fmt: skip
    return grid(
        "entry-grid",
        columns,
        rowData=[],
        options={
            "singleClickEdit": True,
            "stopEditingWhenCellsLoseFocus": True,
            "enterNavigatesVertically": True,
            "enterNavigatesVerticallyAfterEdit": True,
            "undoRedoCellEditing": True,
            "rowSelection": {"mode": "multiRow", "checkboxes": True, "headerCheckbox": True},
        },
    )


def register(doors: Doors) -> None:
    """Choosing what to look at, checking as one types, saving and submitting."""
    _register_choice(doors)
    _register_typing(doors)
    _register_saving(doors)
    entry_sheets.register(doors, due_rows)
    entry_drafts.register(doors, due_rows)


# --- choosing -----------------------------------------------------------------------------------------------------


def _register_choice(doors: Doors) -> None:
    @doors.callback(
        ENTER,
        Output("entry-month", "data"),
        Output("entry-unit", "data"),
        Output("entry-month", "value"),
        Output("entry-unit", "value"),
        Output("entry-earlier", "checked"),
        Input("entry-start", "data"),
    )
    def _choices(door: Door, start: Mapping[str, str]) -> Any:
        with door.store.read() as session:
            units = due.reporters(session, door.person)
        known = {str(unit_id) for unit_id, _ in units}
        unit = start.get("unit") if start.get("unit") in known else _usual_unit(units)
        return (
            _month_options(door, start),
            [{"value": str(unit_id), "label": name} for unit_id, name in units],
            str(_month_of(start.get("month"), business_date(door.now))),
            unit,
            start.get("earlier") != "0",
        )

    doors.in_browser(
        "entryAsk",
        Output("entry-query", "data"),
        Output("entry-month", "value", allow_duplicate=True),
        Output("entry-unit", "value", allow_duplicate=True),
        Output("entry-earlier", "checked", allow_duplicate=True),
        Input("entry-month", "value"),
        Input("entry-unit", "value"),
        Input("entry-earlier", "checked"),
        State("entry-query", "data"),
        prevent_initial_call=True,
    )

    @doors.callback(
        ENTER,
        Output("entry-grid", "rowData"),
        Output("entry-summary", "children"),
        Output("entry-notice", "children"),
        Input("entry-query", "data"),
        Input("entry-reload", "data"),
        prevent_initial_call=True,
    )
    def _rows(door: Door, query: Mapping[str, Any] | None, _reload: Any) -> Any:
        if not query:
            return no_update, no_update, no_update
        today = business_date(door.now)
        with door.store.read() as session:
            rows = due_rows(session, door, query)
            expected = expectations(session, rows)
        shown = [parts.grid_row(row, expected[row.key], today) for row in rows]
        return shown, told.summary(rows), told.returned(rows) if rows else told.nothing_due(query["month"])

    doors.in_browser("entryLoaded", Output("entry-reload", "id"), Input("entry-grid", "rowData"))


def due_rows(session: Any, door: Door, query: Mapping[str, Any]) -> list[due.DueRow]:
    return due.rows_due(
        session,
        door.person,
        business_date(door.now),
        _month_of(query["month"], business_date(door.now)),
        reporter_id=int(query["unit"]) if query.get("unit") else None,
        earlier=bool(query.get("earlier", True)),
    )


def _usual_unit(units: Sequence[tuple[int, str]]) -> str | None:
    return str(units[0][0]) if len(units) == 1 else None


def _month_of(written: str | None, today: date) -> Period:
    """The month asked for, else the one that is over and owed now."""
    if not written:
        return Period.containing(today).next(-1)
    month = Period.parse(written)
    if month.frequency is not Frequency.MONTH:
        raise BadInput(t("请选择一个月份，例如 2026-10。"))
    return month


def _month_options(door: Door, start: Mapping[str, str]) -> list[dict[str, str]]:
    """This month and three years back, the newest first."""
    today = business_date(door.now)
    this = Period.containing(today)
    months = {*months_between(this.next(-MONTHS_BACK), this), _month_of(start.get("month"), today)}
    return [{"value": str(month), "label": month.label} for month in sorted(months, reverse=True)]


# --- typing -------------------------------------------------------------------------------------------------------


def _register_typing(doors: Doors) -> None:
    @doors.callback(
        ENTER,
        Output("entry-checks", "data"),
        Input("entry-grid", "cellValueChanged"),
        prevent_initial_call=True,
    )
    def _check(door: Door, changed: Sequence[Mapping[str, Any]] | None) -> Any:
        typed = {str(change["data"]["key"]): change["data"] for change in changed or ()}
        if not typed:
            return no_update
        with door.store.read() as session:
            rows = due.rows_of(session, door.person, business_date(door.now), list(typed))
            reads = [parts.read_row(typed[row.key], row.facts) for row in rows]
            checked = check_entries(session, [read.entry for read in reads], door.now)
        return [
            parts.checked_row(row.key, read, check, row.facts)
            for row, read, check in zip(rows, reads, checked, strict=True)
        ]

    doors.in_browser(
        "entryChecked", Output("entry-checks", "id"), Input("entry-checks", "data"), prevent_initial_call=True
    )


# --- saving -------------------------------------------------------------------------------------------------------


def _register_saving(doors: Doors) -> None:
    doors.in_browser(
        "entryCollect",
        Output("entry-outgoing", "data"),
        Input("entry-save", "n_clicks"),
        Input("entry-submit", "n_clicks"),
        prevent_initial_call=True,
    )

    @doors.callback(
        ENTER,
        Output("entry-answer", "data"),
        Output("entry-results", "children"),
        Output("entry-summary", "children", allow_duplicate=True),
        Input("entry-outgoing", "data"),
        State("entry-query", "data"),
        prevent_initial_call=True,
    )
    def _save(door: Door, outgoing: Mapping[str, Any] | None, query: Mapping[str, Any]) -> Any:
        sent = {str(row["key"]): row for row in (outgoing or {}).get("rows", ())}
        if not outgoing or not sent:
            notify(t("没有要保存的内容"), t("请先在表格中填写，或勾选要提交的行。"), "blue")
            return no_update, no_update, no_update
        outcomes = _save_all(door, sent, submit=bool(outgoing["submit"]))
        with door.store.read() as session:
            rows = due.rows_of(session, door.person, business_date(door.now), list(sent))
            expected = expectations(session, rows)
            everything = due_rows(session, door, query)
        fresh = {row.key: parts.grid_row(row, expected[row.key], business_date(door.now)) for row in rows}
        answer = told.answer(sent, outcomes, fresh)
        return answer, told.results(outcomes, fresh, submit=bool(outgoing["submit"])), told.summary(everything)

    doors.in_browser(
        "entryTold", Output("entry-results", "id"), Input("entry-results", "children"), prevent_initial_call=True
    )
    doors.in_browser(
        "entryMerge", Output("entry-answer", "id"), Input("entry-answer", "data"), prevent_initial_call=True
    )
    doors.in_browser(
        "entryChoose",
        Output("entry-outgoing", "id"),
        Input({"type": "entry-theirs", "key": ALL}, "n_clicks"),
        Input({"type": "entry-mine", "key": ALL}, "n_clicks"),
        State("entry-answer", "data"),
        prevent_initial_call=True,
    )


def _save_all(door: Door, sent: Mapping[str, Mapping[str, Any]], *, submit: bool) -> list[told.Outcome]:
    """Every row in a transaction of its own, so that one that is refused does not hold up the others."""
    with door.store.read() as session:
        rows = due.rows_of(session, door.person, business_date(door.now), list(sent))
    known = {row.key for row in rows}
    lost = [told.Outcome(key, t("这一行不在您的填报范围内，或已不需要填报。")) for key in sent if key not in known]
    return lost + [_save_one(door, row, sent[row.key], submit=submit) for row in rows]


def _save_one(door: Door, row: due.DueRow, typed: Mapping[str, Any], *, submit: bool) -> told.Outcome:
    read = parts.read_row(typed, row.facts)
    if read.unreadable:
        return told.Outcome(row.key, t("；").join(read.unreadable.values()), problems=read.unreadable)
    try:
        with door.store.write() as session:
            saved = operations.record(session, read.entry, by=door.person, now=door.now, submit=submit)
        return told.Outcome(row.key, saved.state.label if saved else t("未填"), done=True)
    except Conflict as error:
        return told.Outcome(row.key, error.message, conflict=True)
    except BadInput as error:
        return told.Outcome(row.key, error.message, problems=parts.columns_of_problems(error.problems, {}))
    except KpiError as error:
        return told.Outcome(row.key, error.message)


PAGE = Page("entry", "/entry", "数据填报", ENTER, layout, register, icon="✎")
