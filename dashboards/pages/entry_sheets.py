"""The spreadsheet side of 数据填报: the template out, the filled workbook in, problems marked. No page of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dash import ALL, Input, Output, State
from dash.dcc import send_bytes
from sqlalchemy.orm import Session

from dashboards.components import entry as parts
from dashboards.components import entry_told as told
from dashboards.components.upload import bytes_of
from dashboards.guarded import Door, Doors, no_update, notify
from kpi.accounts.rules import Action
from kpi.actuals.sheets import read_sheet
from kpi.core.errors import BadInput, Problem
from kpi.core.lazily import later
from kpi.core.period import Period
from kpi.core.text import t
from kpi.operations import actions as operations
from kpi.readmodel.due import DueRow

ENTER = Action.ENTER_ACTUALS

mark_problems = later("kpi.actuals.sheets_marked:mark_problems")
write_template = later("kpi.actuals.sheets_template:write_template")


def register(doors: Doors, due_rows: Callable[[Session, Door, Mapping[str, Any]], list[DueRow]]) -> None:
    """`due_rows` reads what the page shows; the template is filled with the same."""

    @doors.callback(
        ENTER,
        Output("entry-download", "data"),
        Input("entry-template", "n_clicks"),
        State("entry-query", "data"),
        prevent_initial_call=True,
    )
    def _template(door: Door, clicks: Any, query: Mapping[str, Any] | None) -> Any:
        if not clicks or not query:
            return no_update
        with door.store.read() as session:
            rows = due_rows(session, door, query)
        title = t("{month}数据填报", month=Period.parse(query["month"]).label)
        content = write_template([parts.sheet_row(row) for row in rows], title)
        return send_bytes(content, f"{title}.xlsx")

    @doors.callback(
        ENTER,
        Output("entry-results", "children", allow_duplicate=True),
        Output("entry-reload", "data"),
        Output("entry-uploaded", "data"),
        Output("entry-upload", "contents"),
        Input("entry-upload", "contents"),
        State("entry-upload", "filename"),
        prevent_initial_call=True,
    )
    def _upload(door: Door, contents: str | None, name: str | None) -> Any:
        if contents is None:
            return (no_update,) * 4
        try:
            rows = read_sheet(bytes_of(contents))
            with door.store.write() as session:
                done = operations.import_sheet(session, rows, by=door.person, now=door.now, file_name=name or "")
        except BadInput as error:
            problems = [*error.problems] or [Problem(error.message)]
            kept = {"contents": contents, "name": name, "problems": [asdict(problem) for problem in problems]}
            return told.problem_list(error.message, problems), no_update, kept, None
        said = t(
            "“{name}”：提交{taken}项，{unchanged}项没有变化。", name=name, taken=done.taken, unchanged=done.unchanged
        )
        notify(t("表格已提交"), said)
        return None, door.now.isoformat(), None, None

    @doors.callback(
        ENTER,
        Output("entry-download", "data", allow_duplicate=True),
        Input({"type": "entry-marked", "id": ALL}, "n_clicks"),
        State("entry-uploaded", "data"),
        prevent_initial_call=True,
    )
    def _marked(_door: Door, clicks: Sequence[int | None], uploaded: Mapping[str, Any] | None) -> Any:
        if not any(clicks) or not uploaded:
            return no_update
        problems = [Problem(**problem) for problem in uploaded["problems"]]
        content = mark_problems(bytes_of(uploaded["contents"]), problems)
        return send_bytes(content, t("问题标注_{name}", name=uploaded["name"] or "upload.xlsx"))
