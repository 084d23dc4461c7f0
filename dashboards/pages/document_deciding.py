"""What a reviewer does on the review page: accept, reject, take back, add what was missed, make a plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import ALL, Input, Output, State
from sqlalchemy.orm import Session

from dashboards.components import accept_form as forms
from dashboards.components import document_review as parts
from dashboards.components.accept_form import field_id
from dashboards.guarded import Door, Doors, no_update, notify
from kpi.accounts.rules import Action
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.extraction import actions as extraction
from kpi.extraction.records import Decision
from kpi.operations import actions_targets as operations
from kpi.readmodel import documents as reading
from kpi.readmodel.documents import AnyRow, Review
from kpi.targets import actions_plans as plans

REVIEW = Action.REVIEW_DOCUMENTS
FIELDS = (State({"type": "accept", "field": ALL}, "id"), State({"type": "accept", "field": ALL}, "value"))


def register(doors: Doors) -> None:
    _register_deciding(doors)
    _register_marking(doors)
    _register_plans(doors)


# --- deciding -----------------------------------------------------------------------------------------------------

_FILTERS = (
    State("review-selected", "data"),
    State("review-document", "data"),
    State("review-tab", "value"),
    State("review-decision", "value"),
    State("review-order", "value"),
)


def _register_deciding(doors: Doors) -> None:
    @doors.callback(
        REVIEW,
        Output("review-reload", "data"),
        Output("review-selected", "data", allow_duplicate=True),
        Output("review-kept", "data"),
        Input("review-accept", "n_clicks"),
        *_FILTERS,
        *FIELDS,
        prevent_initial_call=True,
    )
    def _accept(door: Door, clicks: Any, selected: int, *given: Any) -> Any:
        if not clicks or not selected:
            return no_update, no_update, no_update
        *filters, ids, values = given
        read = forms.values_of(ids, values)
        with door.store.read() as session:
            form = forms.read_form(read, reading.candidate(session, selected))
            following = _following(session, selected, *filters)
        with door.store.write() as session:
            target = operations.accept(session, selected, form, by=door.person, now=door.now)
            code = target.code
        notify(t("已采纳"), t("{name}：目标编号{code}。", name=form.name, code=code))
        return door.now.isoformat(), following, {name: read.get(name) for name in forms.KEPT}

    @doors.callback(
        REVIEW,
        Output("review-reload", "data", allow_duplicate=True),
        Output("review-selected", "data", allow_duplicate=True),
        Input("review-reject", "n_clicks"),
        State("review-reason", "value"),
        *_FILTERS,
        prevent_initial_call=True,
    )
    def _reject(door: Door, clicks: Any, reason: str | None, selected: int, *filters: Any) -> Any:
        if not clicks or not selected:
            return no_update, no_update
        with door.store.write() as session:
            following = _following(session, selected, *filters)
            extraction.reject(session, selected, reason=reason or "", by=door.person, now=door.now)
        return door.now.isoformat(), following

    @doors.callback(
        REVIEW,
        Output("review-reload", "data", allow_duplicate=True),
        Input("review-undo", "n_clicks"),
        State("review-undo-reason", "value"),
        State("review-selected", "data"),
        prevent_initial_call=True,
    )
    def _undo(door: Door, clicks: Any, reason: str | None, selected: int) -> Any:
        if not clicks or not selected:
            return no_update
        with door.store.write() as session:
            _take_back(session, door, reading.candidate(session, selected), reason or "")
        notify(t("已撤回"), t("这条候选回到待定，可以重新决定。"))
        return door.now.isoformat()


def _take_back(session: Session, door: Door, row: AnyRow, reason: str) -> None:
    undo = operations.take_back if row.decision is Decision.ACCEPTED else extraction.reopen
    undo(session, row.id, reason=reason, by=door.person, now=door.now)


def _following(
    session: Session, selected: int, document: Mapping[str, int], tab: str, decision: str, order: str
) -> int | None:
    """The candidate to look at after this one: the next still open in the list, else the first open one."""
    views = parts.listed(reading.review(session, document["id"]), tab, decision, order)
    at = next((index for index, view in enumerate(views) if view.id == selected), -1)
    waiting = [view.id for view in [*views[at + 1 :], *views[: max(at, 0)]] if view.row.decision is Decision.OPEN]
    return next((one for one in waiting if one != selected), selected)


# --- marking what was missed --------------------------------------------------------------------------------------


def _register_marking(doors: Doors) -> None:
    @doors.callback(
        REVIEW,
        Output("review-reload", "data", allow_duplicate=True),
        Output("review-selected", "data", allow_duplicate=True),
        Output("review-picked", "data"),
        Output("review-decision", "value"),
        Output("review-tab", "value"),
        Input("review-mark", "n_clicks"),
        State("review-picked", "data"),
        State("review-document", "data"),
        State("review-decision", "value"),
        prevent_initial_call=True,
    )
    def _mark(door: Door, clicks: Any, picked: Mapping[str, int] | None, document: Any, decision: str) -> Any:
        if not clicks or not picked:
            return (no_update,) * 5
        start, end = int(picked["start"]), int(picked["end"])
        with door.store.read() as session:
            review = reading.review(session, document["id"])
        fields = _read_selection(review, start, end)
        with door.store.write() as session:
            row = extraction.mark(session, document["id"], start, end, by=door.person, now=door.now, **fields)
            marked, milestone = row.id, row.kind is Kind.MILESTONE
        notify(t("已新增"), t("请核对各项内容后采纳。"))
        shown = decision if decision in ("open", "all") else "open"
        return door.now.isoformat(), marked, None, shown, "milestones" if milestone else "numbers"


_MARKED = (
    "name",
    "kind",
    "comparator",
    "comparator_text",
    "value",
    "low",
    "high",
    "unit",
    "deadline",
    "change",
    "scope",
)


def _read_selection(review: Review, start: int, end: int) -> dict[str, Any]:
    """What the rules make of the selected words alone; otherwise the words are the name, and a person says the rest."""
    words = review.text[start:end]
    found = extraction.find(words, title=review.document.title, plan_year=review.document.plan_year)
    if found:
        return {name: getattr(found[0], name) for name in _MARKED}
    return {"name": words.strip()[:200], "kind": Kind.COUNT}


# --- plans --------------------------------------------------------------------------------------------------------


def _register_plans(doors: Doors) -> None:
    @doors.callback(
        REVIEW,
        Output("review-plan-modal", "opened"),
        Output("review-plan-title", "value"),
        Output("review-plan-code", "value"),
        Output("review-plan-year", "value"),
        Output("review-plan-region", "data"),
        Output("review-plan-region", "value"),
        Input("review-plan-open", "n_clicks"),
        State("review-document", "data"),
        prevent_initial_call=True,
    )
    def _ask(door: Door, clicks: Any, document: Mapping[str, int]) -> Any:
        if not clicks:
            return (no_update,) * 6
        with door.store.read() as session:
            review = reading.review(session, document["id"])
            choices = reading.choices(session, review.document)
        year = review.document.plan_year or door.now.year
        regions = [{"value": str(unit_id), "label": name} for unit_id, name in choices.regions or choices.departments]
        only = regions[0]["value"] if len(regions) == 1 else None
        return True, review.document.title, f"P{year}-{document['id']}", str(year), regions, only

    @doors.callback(
        REVIEW,
        Output(field_id("plan_id"), "data"),
        Output(field_id("plan_id"), "value"),
        Output("review-plan-modal", "opened", allow_duplicate=True),
        Input("review-plan-create", "n_clicks"),
        State("review-plan-title", "value"),
        State("review-plan-code", "value"),
        State("review-plan-year", "value"),
        State("review-plan-region", "value"),
        State("review-document", "data"),
        prevent_initial_call=True,
    )
    def _create(
        door: Door, clicks: Any, title: str, code: str, year: str, region: str | None, document: Mapping[str, int]
    ) -> Any:
        if not clicks:
            return no_update, no_update, no_update
        fields = forms.read_plan(title, code, year, region)
        with door.store.write() as session:
            plan = plans.create_plan(session, **fields, document_id=document["id"], by=door.person, now=door.now)
            made, choices = str(plan.id), reading.choices(session, reading.review(session, document["id"]).document)
        notify(t("已新建计划"), t("“{title}”可以选用了。", title=title))
        return [{"value": str(one.id), "label": one.title} for one in choices.plans], made, False
