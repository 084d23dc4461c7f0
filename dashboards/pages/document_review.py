"""文件审定: the text on one side with candidates marked in place, their forms on the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import ALL, Input, Output, State, dcc, html
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from dashboards.components import accept_form as forms
from dashboards.components import document_review as parts
from dashboards.components.accept_form import field_id
from dashboards.components.document_review import Order
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.errors import NotFound
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.extraction import actions as extraction
from kpi.extraction.records import Decision
from kpi.extraction.rules import find
from kpi.operations import actions_targets as operations
from kpi.readmodel import documents as reading
from kpi.readmodel.documents import AnyRow, CandidateView, Review
from kpi.targets import actions as targets

SEE, REVIEW = Action.SEE_BOARD, Action.REVIEW_DOCUMENTS
FIELDS = (State({"type": "accept", "field": ALL}, "id"), State({"type": "accept", "field": ALL}, "value"))


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
                    html.Div(_side(), className="review-side"),
                ],
                className="review",
            ),
            html.Div(id="review-picked-bar", hidden=True, className="picked-bar", children=_picked_bar()),
            _plan_form(),
            dmc.Drawer(id="review-edits", title=t("与上一版比较"), position="right", size="lg", children=[]),
        ],
    )


def _side() -> list[Component]:
    decisions = [("open", t("待定")), ("accepted", t("已采纳")), ("rejected", t("未采纳")), ("all", t("全部"))]
    orders = [(Order.TEXT.value, t("按原文顺序")), (Order.DOUBTFUL.value, t("存疑在前"))]
    return [
        dmc.SegmentedControl(
            id="review-tab",
            data=[{"value": "numbers", "label": t("数值目标")}, {"value": "milestones", "label": t("节点任务")}],
            value="numbers",
            fullWidth=True,
            **{"aria-label": t("候选的种类")},
        ),
        html.Div(
            [
                dmc.Select(
                    id="review-decision",
                    data=[{"value": value, "label": label} for value, label in decisions],
                    value="open",
                    allowDeselect=False,
                    w=120,
                    **{"aria-label": t("按决定筛选")},
                ),
                dmc.Select(
                    id="review-order",
                    data=[{"value": value, "label": label} for value, label in orders],
                    value=Order.DOUBTFUL.value,
                    allowDeselect=False,
                    w=140,
                    **{"aria-label": t("排序")},
                ),
                html.Span(
                    [
                        *(html.Kbd("j"), "/", html.Kbd("k"), t("上下条 ")),
                        *(html.Kbd("a"), t("采纳 "), html.Kbd("x"), t("不采纳 ")),
                    ],
                    className="hint keys",
                ),
            ],
            className="bar",
        ),
        html.Div(
            id="review-list", **{"data-none": t("没有符合条件的候选。可换一个筛选条件，或在原文中选取文字新增。")}
        ),
        html.Div(id="review-form"),
    ]  # fmt: skip


def _picked_bar() -> list[Component]:
    return [
        html.Span([t("已选取："), html.B(id="review-picked-words")]),
        dmc.Button(t("新增为候选"), id="review-mark", size="compact-md"),
    ]


def _plan_form() -> Component:
    return dmc.Modal(
        id="review-plan-modal",
        title=t("新建计划"),
        children=dmc.Stack(
            [
                dmc.TextInput(id="review-plan-title", label=t("名称"), required=True),
                dmc.TextInput(id="review-plan-code", label=t("编码"), description=t("目标编号以它开头"), required=True),
                dmc.TextInput(id="review-plan-year", label=t("年度"), required=True),
                dmc.Select(
                    id="review-plan-region",
                    label=t("地区"),
                    description=t("目标评价的是哪个地区的数值"),
                    searchable=True,
                    required=True,
                ),
                dmc.Button(t("新建"), id="review-plan-create"),
            ]
        ),
    )


def register(doors: Doors) -> None:
    """Reading for everybody, deciding for those who review documents."""
    _register_reading(doors)
    _register_selecting(doors)
    _register_form(doors)
    _register_deciding(doors)
    _register_marking(doors)
    _register_plans(doors)


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
        return parts.pick_list(_wanted(review, tab, decision, order))


def _head(review: Review) -> list[Any]:
    compare = dmc.Button(
        t("与上一版比较"), id={"type": "review-compare", "id": 0}, variant="default", size="compact-md"
    )
    return [*parts.head(review), *([compare] if review.former_id is not None else [])]


def _wanted(review: Review, tab: str, decision: str, order: str) -> list[CandidateView]:
    return parts.listed(review, milestones=tab == "milestones", decision=decision, order=Order(order))


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
        shown = [forms.accept_form(view.row, choices, kept), _decide_bar()]
    else:
        shown = [html.P([html.B(view.row.name), " ", parts.demand(view.row)]), _undo_bar()]
    return [*told, *shown, parts.history(steps)]


def _decide_bar() -> Component:
    reasons = [
        t("不是目标，是已有事物的数量"),
        t("是往年情况"),
        t("与另一条重复"),
        t("由其他单位负责"),
        t("无法量化评价"),
    ]
    return html.Div(
        [
            dmc.Button(t("采纳"), id="review-accept"),
            dmc.Button(t("新建计划"), id="review-plan-open", variant="default"),
            dmc.Autocomplete(
                id="review-reason",
                data=reasons,
                placeholder=t("不采纳的原因"),
                className="grow",
                **{"aria-label": t("不采纳的原因")},
            ),
            dmc.Button(t("不采纳"), id="review-reject", variant="outline", color="red"),
        ],
        className="sheet decide-bar",
    )


def _undo_bar() -> Component:
    return html.Div(
        [
            dmc.TextInput(
                id="review-undo-reason",
                placeholder=t("撤回的原因"),
                className="grow",
                **{"aria-label": t("撤回的原因")},
            ),
            dmc.Button(t("撤回决定"), id="review-undo", variant="default"),
        ],
        className="sheet decide-bar",
    )


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
    views = _wanted(reading.review(session, document["id"]), tab, decision, order)
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
    found = find(words, title=review.document.title, plan_year=review.document.plan_year)
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
            plan = targets.create_plan(session, **fields, document_id=document["id"], by=door.person, now=door.now)
            made, choices = str(plan.id), reading.choices(session, reading.review(session, document["id"]).document)
        notify(t("已新建计划"), t("“{title}”可以选用了。", title=title))
        return [{"value": str(one.id), "label": one.title} for one in choices.plans], made, False


PAGE = Page("document-review", "/documents/<document_id>", "文件审定", SEE, layout, register, menu=False)
