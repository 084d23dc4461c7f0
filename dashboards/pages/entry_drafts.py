"""Throwing ticked drafts away, after naming them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import Input, Output, State

from dashboards.components import entry as parts
from dashboards.components import entry_told as told
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.libraries import Component, dcc, dmc, html
from kpi.accounts.rules import Action
from kpi.actuals.actions_drafts import discard
from kpi.core.clock import business_date
from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.readmodel import due
from kpi.readmodel.due_expected import expectations

ENTER = Action.ENTER_ACTUALS


def dialog() -> Component:
    buttons = [
        dmc.Button(t("确认删除"), id="entry-discard-confirm", color="red"),
        dmc.Button(t("不删除"), id="entry-discard-cancel", variant="default"),
    ]
    body = [html.Div(id="entry-discard-names"), html.Div(buttons, className="bar"), dcc.Store(id="entry-doomed")]
    return dmc.Modal(dmc.Stack(body), id="entry-discard-dialog", title=t("删除草稿"))


def register(doors: Doors, due_rows: Callable[..., list[due.DueRow]]) -> None:
    """Naming what was ticked, and deleting it."""
    doors.in_browser(
        "entryDrafts", Output("entry-doomed", "data"), Input("entry-discard", "n_clicks"), prevent_initial_call=True
    )
    doors.in_browser(
        "closeDialog",
        Output("entry-discard-dialog", "opened", allow_duplicate=True),
        Input("entry-discard-cancel", "n_clicks"),
        prevent_initial_call=True,
    )

    @doors.callback(
        ENTER,
        Output("entry-discard-dialog", "opened"),
        Output("entry-discard-names", "children"),
        Input("entry-doomed", "data"),
        prevent_initial_call=True,
    )
    def _ask(door: Door, doomed: Mapping[str, Any] | None) -> Any:
        keys = [str(row["key"]) for row in (doomed or {}).get("rows", ())]
        if not keys:
            notify(t("没有选中草稿"), t("请先勾选要删除的草稿行；已提交、已审核的数值不能删除。"), "blue")
            return no_update, no_update
        with door.store.read() as session:
            rows = due.rows_of(session, door.person, business_date(door.now), keys)
        names = [html.Li(t("{text}（{note}）", text=row.facts.name, note=row.period.label)) for row in rows]
        told_first = html.P(t("将删除以下{n}项草稿，不能恢复；被草稿替换的退回或待审内容会恢复原样。", n=len(rows)))
        return True, [told_first, html.Ul(names)]

    @doors.callback(
        ENTER,
        Output("entry-discard-dialog", "opened", allow_duplicate=True),
        Output("entry-answer", "data", allow_duplicate=True),
        Output("entry-results", "children", allow_duplicate=True),
        Output("entry-summary", "children", allow_duplicate=True),
        Input("entry-discard-confirm", "n_clicks"),
        State("entry-doomed", "data"),
        State("entry-query", "data"),
        prevent_initial_call=True,
    )
    def _discard(door: Door, clicks: Any, doomed: Mapping[str, Any] | None, query: Mapping[str, Any]) -> Any:
        wanted = {str(row["key"]): int(row["revision"]) for row in (doomed or {}).get("rows", ())}
        if not clicks or not wanted:
            return (no_update,) * 4
        outcomes = [_discard_one(door, key, revision) for key, revision in wanted.items()]
        today = business_date(door.now)
        with door.store.read() as session:
            rows = due.rows_of(session, door.person, today, list(wanted))
            expected = expectations(session, rows)
            everything = due_rows(session, door, query)
        fresh = {row.key: parts.grid_row(row, expected[row.key], today) for row in rows}
        answer = told.answer({}, outcomes, fresh) | {"whole": True}  # what was typed goes with the draft
        return False, answer, told.discarded(outcomes, fresh), told.summary(everything)


def _discard_one(door: Door, key: str, revision: int) -> told.Outcome:
    """Each in a transaction of its own: one that was submitted meanwhile does not keep the others."""
    indicator, unit, period = key.split(".", 2)
    try:
        with door.store.write() as session:
            discard(session, (int(indicator), int(unit), period), revision=revision, by=door.person, now=door.now)
        return told.Outcome(key, t("草稿已删除"), done=True)
    except KpiError as error:
        return told.Outcome(key, error.message)
