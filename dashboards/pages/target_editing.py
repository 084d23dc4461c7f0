"""Changing a target after it was accepted: one editor at a time, with what it would do to the light before saving."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dash import Input, Output, Patch, State
from sqlalchemy.orm import Session

from dashboards.components import states
from dashboards.components.editing import ALL_FIELDS, Fields, field_id, problem_list, reason_and_buttons
from dashboards.components.editing_curve import point_row
from dashboards.components.editing_outlook import outlook_view
from dashboards.components.links import target_address
from dashboards.components.panels import panel
from dashboards.components.target import revision_list
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from dashboards.pages.target_editors import EDITORS, Asking, edit_address
from kpi.accounts.rules import Action
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, KpiError
from kpi.core.period import Period
from kpi.core.quantity import plain
from kpi.core.text import t
from kpi.readmodel.target_editing import Editing, Seen, editing
from kpi.readmodel.target_history import judged_by_version, revisions_of

REVIEW = Action.REVIEW_DOCUMENTS


def layout(code: str = "", **query: str) -> Component:
    what = query.get("what", "")
    asked = {"code": code, "what": what if what in EDITORS else next(iter(EDITORS))}
    return html.Div(
        [
            dcc.Store(id="edit-asked", data=asked),
            dcc.Store(id="edit-reload"),
            html.Div(states.waiting((60, 360)), id="edit-page"),
        ]
    )


def register(doors: Doors) -> None:
    doors.asks_before_leaving("edit-page")
    _register_form(doors)
    _register_preview(doors)
    _register_saving(doors)
    doors.in_browser("shapeParts", Output("edit-shape-parts", "className"), Input(field_id("shape"), "value"))
    doors.in_browser("ownRules", Output("edit-own-rules", "className"), Input(field_id("own"), "value"))


# --- the form -----------------------------------------------------------------------------------------------------


def _register_form(doors: Doors) -> None:
    @doors.callback(REVIEW, Output("edit-page", "children"), Input("edit-asked", "data"), Input("edit-reload", "data"))
    def _open(door: Door, asked: Mapping[str, str], _reload: Any) -> Any:
        try:
            with door.store.read() as session:
                return _page(door, session, editing(session, asked["code"]), asked["what"])
        except KpiError as error:
            return states.wrong_address(error, "/targets")

    @doors.callback(
        REVIEW,
        Output("edit-points", "children"),
        Input("edit-more-points", "n_clicks"),
        State("edit-points", "children"),
        prevent_initial_call=True,
    )
    def _more(_door: Door, clicks: int | None, rows: Sequence[Any]) -> Any:
        if not clicks:
            return no_update
        grown = Patch()
        grown.append(point_row(len(rows)))
        return grown

    @doors.callback(
        REVIEW,
        [Output(field_id(f"season-{n}"), "value") for n in range(12)],
        Input("edit-last-year", "n_clicks"),
        State("edit-asked", "data"),
        prevent_initial_call=True,
    )
    def _last_year(door: Door, clicks: int | None, asked: Mapping[str, str]) -> Any:
        if not clicks:
            return [no_update] * 12
        with door.store.read() as session:
            shares = editing(session, asked["code"]).last_year or ()
        return [plain(share) for share in shares] or [no_update] * 12


def _page(door: Door, session: Session, target: Editing, what: str) -> Component:
    today = business_date(door.now)
    history = judged_by_version(session, target.id, revisions_of(session, target), Period.containing(today), today)
    return html.Div(
        [
            dcc.Store(id="edit-seen", data=asdict(target.seen)),
            _head(target, what),
            html.Div(
                [html.Div(_form(door, target, what)), html.Div(_preview_panel(), className="edit-side")],
                className="target-columns edit-columns",
            ),
            panel(t("修订记录"), [revision_list(history)], "panel-revisions"),
        ]
    )


def _preview_panel() -> Component:
    return panel(t("保存后会怎样"), [html.Div(id="edit-preview", **{"aria-live": "polite"})], "panel-preview")


def _head(target: Editing, what: str) -> Component:
    tabs = [
        dmc.Anchor(
            editor.label(),
            href=edit_address(target.code, key),
            className="edit-tab",
            underline="never",
            **({"aria-current": "page"} if key == what else {}),
        )
        for key, editor in EDITORS.items()
    ]
    back = dcc.Link(t("返回目标"), href=target_address(target.code), className="quiet-link")
    return html.Div(
        [
            html.Div([back, html.Span(target.code, className="hint")], className="target-path"),
            html.H1(t("修改：{name}", name=target.demand.name), className="page-title"),
            html.Nav(tabs, className="edit-tabs", **{"aria-label": t("修改什么")}),
        ]
    )


def _form(door: Door, target: Editing, what: str) -> Component:
    editor = EDITORS[what]
    parts = [editor.form(target, door.now), *reason_and_buttons("edit")]
    return panel(editor.label(), [html.Div(parts, className="edit-stack")], "panel-form")


# --- looking ahead ------------------------------------------------------------------------------------------------


def _register_preview(doors: Doors) -> None:
    @doors.callback(
        REVIEW,
        Output("edit-preview", "children"),
        Input(ALL_FIELDS, "value"),
        Input("edit-reason", "value"),
        State(ALL_FIELDS, "id"),
        State("edit-asked", "data"),
    )
    def _preview(door: Door, values: Any, reason: str | None, ids: Any, asked: Mapping[str, str]) -> Any:
        if not ids:
            return no_update
        with door.store.read() as session:
            target = editing(session, asked["code"])
            asking = Asking(door.person, door.now, reason or "", target.seen)
            return [_sketch(asked["what"], Fields(ids, values), target),
                    _foreseen(session, asked["what"], Fields(ids, values), target, asking)]  # fmt: skip


def _sketch(what: str, fields: Fields, target: Editing) -> Component | None:
    try:
        return EDITORS[what].sketch(fields, target)
    except BadInput:
        return None  # said with the rest of the problems below


def _foreseen(session: Session, what: str, fields: Fields, target: Editing, asking: Asking) -> Component:
    editor = EDITORS[what]
    try:
        found = editor.foresee(session, target, editor.read(fields, target), asking)
    except BadInput as error:
        return problem_list(error)
    if found is None:
        return html.P(t("不影响亮灯。"), className="hint")
    return outlook_view(found, {unit.id: unit.name for unit in target.units})


# --- saving -------------------------------------------------------------------------------------------------------


def _register_saving(doors: Doors) -> None:
    @doors.callback(
        REVIEW,
        Output("edit-reload", "data"),
        Input("edit-save", "n_clicks"),
        State(ALL_FIELDS, "value"),
        State(ALL_FIELDS, "id"),
        State("edit-reason", "value"),
        State("edit-asked", "data"),
        State("edit-seen", "data"),
        prevent_initial_call=True,
        running=[(Output("edit-save", "loading"), True, False)],
    )
    def _save(
        door: Door, clicks: Any, values: Any, ids: Any, reason: Any, asked: Mapping[str, str], seen: Mapping[str, Any]
    ) -> Any:
        if not clicks:
            return no_update
        editor, before = EDITORS[asked["what"]], seen_of(seen)
        with door.store.write() as session:
            target = editing(session, asked["code"])
            wanted = editor.read(Fields(ids, values), target)
            editor.save(session, target, wanted, Asking(door.person, door.now, reason or "", before))
            session.flush()
            changed = editing(session, asked["code"]).seen != before
        if not changed:
            notify(t("没有变化"), t("内容与现在的一样，没有保存新的版本。"), "gray")
            return no_update
        notify(t("已保存"), t("“{name}”已更新并重新评价，原来的版本仍保留。", name=target.demand.name))
        return door.now.isoformat()

    @doors.callback(
        REVIEW,
        Output("edit-reload", "data", allow_duplicate=True),
        Input("edit-undo", "n_clicks"),
        prevent_initial_call=True,
    )
    def _undo(door: Door, clicks: Any) -> Any:
        return door.now.isoformat() if clicks else no_update


def seen_of(stored: Mapping[str, Any]) -> Seen:
    """What the page kept of the versions it showed; JSON has no tuples and no numbers as keys."""
    lead, supports = stored["duty"]
    parts = {int(unit): version for unit, version in stored["parts"].items()}
    return Seen(**{**stored, "parts": parts, "duty": (lead, tuple(supports))})


PAGE = Page("target-editing", "/targets/<code>/edit", "修改目标", REVIEW, layout, register, menu=False)
