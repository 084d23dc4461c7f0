"""文件审定: the text on one side with candidates marked in place, their forms on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State

from dashboards.components import accept_form as forms
from dashboards.components import document_review as parts
from dashboards.components import document_review_frame as frame
from dashboards.components.accept_form import field_id
from dashboards.guarded import Door, Doors, no_update
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from dashboards.pages import document_deciding
from dashboards.pages.document_deciding import FIELDS, REVIEW
from kpi.accounts.rules import Action
from kpi.core.errors import NotFound
from kpi.core.text import t
from kpi.extraction.records import Decision
from kpi.readmodel import documents as reading
from kpi.readmodel.documents import CandidateView, Review

SEE = Action.SEE_BOARD


def layout(document_id: str = "", **query: str) -> Component:
    start = {name: query[name] for name in ("candidate", "start", "end") if query.get(name, "").isdecimal()}
    return dmc.Stack(
        gap="xs",
        children=[
            dcc.Store(id="review-document", data={"id": int(document_id) if document_id.isdecimal() else 0, **start}),
            dcc.Store(id="review-selected"),
            dcc.Store(id="review-clauses"),
            dcc.Store(id="review-picks"),
            dcc.Store(id="review-picked"),
            dcc.Store(id="review-reload"),
            dcc.Store(id="review-kept", data={}),
            html.Div(dmc.Skeleton(height=48), id="review-head"),
            html.Div(
                [
                    html.Div(
                        id="review-text",
                        className="review-text",
                        tabIndex=0,
                        role="region",
                        **{"aria-label": t("原文")},
                    ),
                    html.Div(frame.side(), className="review-side"),
                ],
                className="review",
            ),
            html.Div(id="review-picked-bar", hidden=True, className="picked-bar", children=frame.picked_bar()),
            frame.plan_form(),
            dmc.Drawer(id="review-edits", title=t("与上一版比较"), position="right", size="lg", children=[]),
        ],
    )


def register(doors: Doors) -> None:
    """Reading for everybody, deciding for those who review documents."""
    doors.asks_before_leaving("review-form")
    _register_reading(doors)
    _register_selecting(doors)
    _register_form(doors)
    document_deciding.register(doors)


# --- reading ------------------------------------------------------------------------------------------------------


def _register_reading(doors: Doors) -> None:
    @doors.callback(
        SEE,
        Output("review-head", "children"),
        Output("review-clauses", "data"),
        Output("review-tab", "data"),
        Input("review-document", "data"),
        Input("review-reload", "data"),
    )
    def _open(door: Door, document: Mapping[str, int], _reload: Any) -> Any:
        try:
            with door.store.read() as session:
                review = reading.review(session, document["id"])
        except NotFound as error:
            return parts.not_found(error.message), None, no_update
        also = (int(document["start"]), int(document["end"])) if {"start", "end"} <= document.keys() else None
        numbers, milestones = parts.tab_labels(review)
        tabs = [{"value": "numbers", "label": numbers}, {"value": "milestones", "label": milestones}]
        return _head(review), parts.text_view(review, also), tabs

    @doors.callback(
        SEE,
        Output("review-decision", "value", allow_duplicate=True),
        Input("review-document", "data"),
        prevent_initial_call="initial_duplicate",
    )
    def _usual_filter(door: Door, document: Mapping[str, int]) -> Any:
        """Readers, and reviewers who are done, look at everything."""
        with door.store.read() as session:
            waiting = reading.count_open(session, document["id"])
        return no_update if waiting and door.person.may(REVIEW) else "all"

    @doors.callback(
        SEE,
        Output("review-edits", "opened"),
        Output("review-edits", "children"),
        Input({"type": "review-compare", "id": ALL}, "n_clicks"),
        State("review-document", "data"),
        prevent_initial_call=True,
    )
    def _compare(door: Door, clicks: Sequence[int | None], document: Mapping[str, int]) -> Any:
        if not any(clicks):
            return no_update, no_update
        with door.store.read() as session:
            found = reading.edits(session, reading.review(session, document["id"]))
        return True, parts.edits_view(found)

    @doors.callback(
        SEE,
        Output("review-picks", "data"),
        Input("review-document", "data"),
        Input("review-tab", "value"),
        Input("review-decision", "value"),
        Input("review-order", "value"),
        Input("review-reload", "data"),
    )
    def _list(door: Door, document: Mapping[str, int], tab: str, decision: str, order: str, _reload: Any) -> Any:
        with door.store.read() as session:
            review = reading.review(session, document["id"])
        return parts.pick_list(parts.listed(review, tab, decision, order))


def _head(review: Review) -> list[Any]:
    compare = dmc.Button(
        t("与上一版比较"), id={"type": "review-compare", "id": 0}, variant="default", size="compact-md"
    )
    return [*parts.head(review), *([compare] if review.former_id is not None else [])]


# --- selecting ----------------------------------------------------------------------------------------------------


def _register_selecting(doors: Doors) -> None:
    """Marks and list entries are clicked in the browser; `assets/document_review.js` says which one is selected."""
    doors.in_browser(
        "reviewListed",
        Output("review-selected", "data"),
        Input("review-picks", "data"),
        State("review-selected", "data"),
        State("review-document", "data"),
    )
    doors.in_browser(
        "reviewShow",
        Output("review-text", "id"),
        Input("review-selected", "data"),
        Input("review-clauses", "data"),
        Input("review-picks", "data"),
    )
    doors.in_browser(
        "reviewPicked",
        Output("review-picked-bar", "hidden"),
        Output("review-picked-words", "children"),
        Input("review-picked", "data"),
        State("review-kept", "data"),
    )


# --- the form -----------------------------------------------------------------------------------------------------


def _register_form(doors: Doors) -> None:
    @doors.callback(
        SEE,
        Output("review-form", "children"),
        Input("review-selected", "data"),
        Input("review-reload", "data"),
        State("review-document", "data"),
        State("review-kept", "data"),
    )
    def _form(door: Door, selected: int | None, _reload: Any, document: Mapping[str, int], kept: Any) -> Any:
        if not selected:
            return html.P(t("点选原文中的标记，或列表中的一条。"), className="hint")
        with door.store.read() as session:
            review = reading.review(session, document["id"])
            view = review.candidate(selected)
            if view is None:
                return None
            steps = reading.history(session, selected)
            may = door.person.may(REVIEW)
            choices = reading.choices(session, review.document) if may else None
        return _form_of(view, choices, steps, kept or {})

    @doors.callback(
        REVIEW,
        Output(field_id("judged_as"), "placeholder"),
        Output(field_id("direction"), "placeholder"),
        Output(field_id("accumulates"), "placeholder"),
        *(
            Input(field_id(name), "value")
            for name in ("kind", "comparator", "value", "unit", "change", "baseline_known", "baseline_value", "name")
        ),
        State("review-selected", "data"),
        *FIELDS,
    )
    def _propose(door: Door, *given: Any) -> Any:
        selected, ids, values = given[-3:]
        if not selected:
            return no_update, no_update, no_update
        with door.store.read() as session:
            row = reading.candidate(session, selected)
        proposed = forms.proposals(forms.read_form({**forms.values_of(ids, values), "plan_id": "1"}, row))
        return proposed["judged_as"], proposed["direction"], proposed["accumulates"]

    @doors.callback(
        REVIEW,
        Output(field_id("indicator_id"), "data"),
        Input(field_id("indicator_id"), "searchValue"),
        State(field_id("indicator_id"), "value"),
        State(field_id("indicator_id"), "data"),
        State(field_id("unit"), "value"),
        State(field_id("name"), "value"),
    )
    def _search(door: Door, words: str | None, chosen: str | None, shown: Any, unit: str, name: str) -> Any:
        with door.store.read() as session:
            found = reading.indicators_like(session, words if words is not None else name[:6], unit=unit or "")
        options = [
            {"value": str(one.id), "label": t("{text}（{note}）", text=one.name, note=one.unit or "—") + one.code}
            for one in found
        ]
        kept = [option for option in shown or () if option["value"] == chosen]
        return kept + [option for option in options if option not in kept]


def _form_of(
    view: CandidateView, choices: reading.Choices | None, steps: Sequence[reading.Step], kept: Mapping[str, Any]
) -> list[Any]:
    told = [*parts.evidence(view), parts.state_of(view)]
    if choices is None:
        shown: list[Any] = [html.P([html.B(view.row.name), " ", parts.demand(view.row)])]
    elif view.row.decision is Decision.OPEN:
        shown = [forms.accept_form(view.row, choices, kept), frame.decide_bar()]
    else:
        shown = [html.P([html.B(view.row.name), " ", parts.demand(view.row)]), frame.undo_bar()]
    return [*told, *shown, parts.history(steps)]


PAGE = Page("document-review", "/documents/<document_id>", "文件审定", SEE, layout, register, menu=False)
