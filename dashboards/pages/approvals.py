"""数据审核: submitted values, approved or returned, one or many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, Output, State

from dashboards.components import approvals as parts
from dashboards.guarded import Door, Doors, no_update, notify, notify_error
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.errors import Conflict, WrongState
from kpi.core.text import t
from kpi.operations import actions as operations
from kpi.readmodel import approvals

APPROVE = Action.APPROVE_ACTUALS
AT_ONCE = 12
"""Cards on the page; the next ones come up as these are decided."""


def layout(**_query: str) -> Component:
    return dmc.Stack(
        gap="sm",
        children=[
            dcc.Store(id="waiting-seen", data={}),
            dcc.Store(id="waiting-reload"),
            dcc.Store(id="waiting-picked", data=[]),
            dcc.Store(id="waiting-asked"),
            dcc.Store(id="waiting-words", data=t("本页{n}项，已选{picked}项", n="{n}", picked="{picked}")),
            html.Div(
                [
                    html.H1(t("数据审核"), className="page-title"),
                    html.P(
                        [
                            t("审核后立即亮灯。键盘："),
                            html.Kbd("j"), "/", html.Kbd("k"), t("上下移动，"),
                            html.Kbd("a"), t("通过，"), html.Kbd("r"), t("退回，"), html.Kbd("x"), t("勾选。"),
                        ],
                        className="page-lead keys",
                    ),
                ]
            ),
            html.Div(
                [
                    dmc.Button(t("通过所选"), id="waiting-approve-picked", disabled=True, **{"data-verb": "approve"}),
                    dmc.Button(
                        t("退回所选"),
                        id="waiting-return-picked",
                        variant="default",
                        disabled=True,
                        **{"data-verb": "return"},
                    ),
                    dmc.Checkbox(id="waiting-all", label=t("全选"), checked=False),
                    html.Span(id="waiting-count", className="hint", **{"aria-live": "polite"}),
                ],
                className="sheet",
                id="waiting-bar",
            ),
            dcc.Loading(html.Div(dmc.Skeleton(height=160), id="waiting-list", className="waiting")),
            _return_form(),
        ],
    )  # fmt: skip


def _return_form() -> Component:
    return dmc.Modal(
        id="waiting-modal",
        title=t("退回修改"),
        children=dmc.Stack(
            [
                dmc.Textarea(
                    id="waiting-reason",
                    label=t("退回原因"),
                    description=t("填报人会看到这段话，请说明哪里不对、怎么改。"),
                    autosize=True,
                    minRows=3,
                    required=True,
                    **{"data-autofocus": True},
                ),
                dmc.Button(t("退回"), id="waiting-return-go", color="red"),
            ]
        ),
    )


def register(doors: Doors) -> None:
    """The list, the picks, approving and returning."""
    _register_list(doors)
    _register_decisions(doors)


def _register_list(doors: Doors) -> None:
    @doors.callback(
        APPROVE,
        Output("waiting-list", "children"),
        Output("waiting-seen", "data"),
        Output("waiting-all", "checked"),
        Output("waiting-picked", "data"),
        Input("waiting-reload", "data"),
    )
    def _list(door: Door, _reload: Any) -> Any:
        with door.store.read() as session:
            rows = approvals.rows_waiting(session, door.person, door.now, AT_ONCE)
            total = approvals.count_waiting(session, door.person)
        return parts.cards(rows, total), {str(row.actual_id): row.revision for row in rows}, False, []

    doors.in_browser(
        "waitingAll", Output("waiting-all", "id"), Input("waiting-all", "checked"), prevent_initial_call=True
    )
    doors.in_browser(
        "waitingPicked",
        Output("waiting-approve-picked", "disabled"),
        Output("waiting-return-picked", "disabled"),
        Output("waiting-count", "children"),
        Input("waiting-picked", "data"),
        Input("waiting-seen", "data"),
        State("waiting-words", "data"),
    )


def _register_decisions(doors: Doors) -> None:
    @doors.callback(
        APPROVE,
        Output("waiting-reload", "data"),
        Input("waiting-asked", "data"),
        State("waiting-seen", "data"),
        prevent_initial_call=True,
    )
    def _approve(door: Door, asked: Mapping[str, Any] | None, seen: Mapping[str, int]) -> Any:
        items = _items(asked["ids"], seen) if asked and asked["verb"] == "approve" else []
        if not items:
            return no_update
        try:
            with door.store.write() as session:
                operations.approve(session, items, by=door.person, now=door.now)
            notify(t("审核通过"), t("已通过{n}项，亮灯已更新。", n=len(items)))
        except (Conflict, WrongState) as error:
            notify_error(error)  # and show what stands there now
        return door.now.isoformat()

    doors.in_browser(
        "waitingReturn",
        Output("waiting-modal", "opened"),
        Output("waiting-reason", "value"),
        Input("waiting-asked", "data"),
        prevent_initial_call=True,
    )

    @doors.callback(
        APPROVE,
        Output("waiting-reload", "data", allow_duplicate=True),
        Output("waiting-modal", "opened", allow_duplicate=True),
        Input("waiting-return-go", "n_clicks"),
        State("waiting-asked", "data"),
        State("waiting-reason", "value"),
        State("waiting-seen", "data"),
        prevent_initial_call=True,
    )
    def _return(door: Door, clicks: Any, asked: Mapping[str, Any], reason: str, seen: Mapping[str, int]) -> Any:
        if not clicks or not asked:
            return no_update, no_update
        items = _items(asked["ids"], seen)
        with door.store.write() as session:
            operations.return_(session, items, reason=reason or "", by=door.person, now=door.now)
        notify(t("已退回"), t("已退回{n}项，填报单位会看到原因。", n=len(items)))
        return door.now.isoformat(), False


def _items(chosen: Sequence[int], seen: Mapping[str, int]) -> list[tuple[int, int]]:
    return [(actual_id, seen[str(actual_id)]) for actual_id in chosen if str(actual_id) in seen]


PAGE = Page("approvals", "/approvals", "数据审核", APPROVE, layout, register, icon="✓")
