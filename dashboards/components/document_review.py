"""A document under review: its text with the evidence marked in place, the candidates to pick from, their history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from dashboards.components.links import target_address
from dashboards.libraries import Component, dmc, html
from kpi.assessment.rules_numbers import show_day
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.quantity import Comparator, Kind, show_number, show_quantity
from kpi.core.text import t
from kpi.documents.rules_differences import Fate, changes_within
from kpi.extraction.records import Decision
from kpi.readmodel.documents import AnyRow, CandidateView, Edit, Review, Step


class Order(StrEnum):
    DOUBTFUL = "doubtful"
    TEXT = "text"


# --- the text -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that the same candidates rest on."""

    start: int
    end: int
    candidates: tuple[int, ...] = ()


def pieces(start: int, end: int, spans: Sequence[tuple[int, int, int]]) -> list[Piece]:
    """`start` to `end` cut wherever a span (candidate, start, end) begins or ends; spans may overlap."""
    inside = [(one, max(a, start), min(b, end)) for one, a, b in spans if a < end and b > start]
    cuts = sorted({start, end, *(a for _, a, _ in inside), *(b for _, _, b in inside)})
    return [Piece(a, b, tuple(one for one, low, high in inside if low <= a and b <= high)) for a, b in pairwise(cuts)]


def text_view(review: Review, also: tuple[int, int] | None = None) -> list[dict[str, Any]]:
    """The whole text, clause by clause, as plain data that the browser draws: thousands of components would take
    seconds. Every piece carries the offset it starts at, in code points.

    `also`: a span to show that is no candidate's (a target's clause, say).
    """
    views = {view.id: view for view in review.candidates}
    spans = [(view.id, view.row.start, view.row.end) for view in review.candidates]
    if also is not None:
        spans.append((0, *also))
    return [
        {
            "path": clause.path,
            "pieces": [_piece(review.text, piece, views) for piece in pieces(clause.start, clause.end, spans)],
        }
        for clause in review.clauses
    ]


def _piece(text: str, piece: Piece, views: Mapping[int, CandidateView]) -> dict[str, Any]:
    words = {"start": piece.start, "words": text[piece.start : piece.end]}
    if not piece.candidates:
        return words
    found = [views[one] for one in piece.candidates if one in views]
    marks = {"tone": _tone(found), "title": t("；").join(_title(view) for view in found)}
    return words | marks | {"candidates": [view.id for view in found]}


def _tone(found: Sequence[CandidateView]) -> str:
    """What is still open shows through what is decided."""
    if not found:
        return "shown"
    order = (Decision.OPEN, Decision.ACCEPTED, Decision.REJECTED)
    decision: Decision = min((view.row.decision for view in found), key=order.index)
    return decision.value + (" milestone" if all(view.is_milestone for view in found) else "")


def _title(view: CandidateView) -> str:
    return t("{text}（{note}）", text=f"{view.row.name} {demand(view.row)}", note=decision_label(view.row.decision))


# --- the list -----------------------------------------------------------------------------------------------------


def decision_label(decision: Decision) -> str:
    return {"open": t("待定"), "accepted": t("已采纳"), "rejected": t("未采纳")}[decision.value]


CONTEXT = 40
_DECISION_SIGNS = {Decision.OPEN: "○", Decision.ACCEPTED: "✓", Decision.REJECTED: "✗"}
_DECISION_TONES = {Decision.OPEN: "amber", Decision.ACCEPTED: "green", Decision.REJECTED: "none"}
_SIGNS = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "≤",
    Comparator.LESS_THAN: "<",
    Comparator.ABOUT: "≈",
}


def demand(row: AnyRow) -> str:
    """≥60%, 2—3个, +5个百分点."""
    if row.comparator is Comparator.BETWEEN or row.low is not None:
        shown = f"{show_number(row.low)}—{show_quantity(row.high, row.unit)}"
    elif row.value is None or row.kind is Kind.MILESTONE:
        return show_day(row.deadline) if row.deadline else t("节点")
    else:
        sign = _SIGNS.get(row.comparator, "")
        shown = sign + show_quantity(row.value, row.unit)
    if row.change is not None:
        return t("提高{amount}", amount=shown) if row.change.value == "increase" else t("下降{amount}", amount=shown)
    return shown


def listed(review: Review, tab: str, decision: str, order: str) -> list[CandidateView]:
    """The candidates a reviewer wants to see, in the order wanted: the values of the three filters of the list."""
    found = [
        view
        for view in review.candidates
        if view.is_milestone is (tab == "milestones") and (decision == "all" or view.row.decision.value == decision)
    ]
    if Order(order) is Order.DOUBTFUL:
        found.sort(key=lambda view: (view.row.confidence, view.row.start))
    return found


def pick_list(views: Sequence[CandidateView]) -> list[dict[str, Any]]:
    """One button a candidate, as plain data that the browser draws; which one is selected it knows by itself."""
    return [_pick(view) for view in views]


def _pick(view: CandidateView) -> dict[str, Any]:
    row, marks = view.row, []
    if view.is_doubtful and row.decision is Decision.OPEN:
        marks.append({"words": t("存疑"), "tone": "amber"})
    if row.marked_by is not None:
        marks.append({"words": t("人工新增"), "tone": "apart"})
    return {
        "id": view.id,
        "sign": _DECISION_SIGNS[row.decision],
        "tone": _DECISION_TONES[row.decision],
        "decision": decision_label(row.decision),
        "name": row.name,
        "marks": marks,
        "demand": demand(row),
    }


def head(review: Review) -> list[Any]:
    """Title and origin, how far the review is, and a way to the file's other editions."""
    document = review.document
    origin = " · ".join(
        part
        for part in (
            document.issuer,
            document.number,
            t("{year}年度", year=document.plan_year) if document.plan_year else "",
            t("第{n}版", n=document.edition) if document.edition > 1 else "",
        )
        if part
    )
    done = sum(view.row.decision is not Decision.OPEN for view in review.candidates)
    return [
        html.H1(document.title, className="page-title"),
        html.P(
            [origin, " · " if origin else "", t("已审{done}/{n}条", done=done, n=len(review.candidates))],
            className="page-lead",
        ),
    ]


def tab_labels(review: Review) -> tuple[str, str]:
    """Numbers and milestones apart, each with how many are open: milestones never drown the numbers."""
    open_numbers = review.count(Decision.OPEN, milestones=False)
    open_milestones = review.count(Decision.OPEN, milestones=True)
    return t("数值目标（待定{n}）", n=open_numbers), t("节点任务（待定{n}）", n=open_milestones)


# --- one candidate ------------------------------------------------------------------------------------------------


def evidence(view: CandidateView) -> list[Any]:
    """Where it stands, the words it rests on, and why the rules are in doubt."""
    row = view.row
    doubts = [str(reason) for reason in row.reasons[1:]]
    parts: list[Any] = [
        html.Blockquote([html.B(view.path + " ") if view.path else "", row.evidence], className="evidence")
    ]
    if row.marked_by is None:
        sureness = t("识别把握{percent}%", percent=round(row.confidence * 100))
        parts.append(html.P(sureness + (t("：") + t("、").join(doubts) if doubts else ""), className="hint"))
    return parts


def state_of(view: CandidateView) -> Component | None:
    """Who decided, when and why; nothing while it is open."""
    row = view.row
    if row.decision is Decision.OPEN:
        return None
    when = row.decided_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M") if row.decided_at else ""
    said: list[Any] = [html.B(decision_label(row.decision)), f" {view.decided_by} {when}"]
    if row.decision_reason:
        said.append(t("：") + row.decision_reason)
    if row.decision is Decision.ACCEPTED and view.target_code:
        said += [" · ", html.A(view.target_code, href=target_address(view.target_code), className="quiet-link")]
    return html.Div(said, className=f"callout tone-{_DECISION_TONES[row.decision]}")


def history(steps: Sequence[Step]) -> Component | None:
    """What people did with it, the latest first."""
    if not steps:
        return None
    lines = [
        html.Li(
            [
                html.Span(step.at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M "), className="hint"),
                f"{step.who} {_verb(step.action)}",
                t("：") + step.why if step.why else "",
            ]
        )
        for step in steps
    ]
    return html.Details([html.Summary(t("决定记录（{n}条）", n=len(steps))), html.Ul(lines, className="steps")])


def _verb(action: str) -> str:
    return {
        "extraction.accept": t("采纳"),
        "extraction.reject": t("不采纳"),
        "extraction.reopen": t("撤回决定"),
        "extraction.mark": t("在原文中新增"),
    }.get(action, action)


# --- editions -----------------------------------------------------------------------------------------------------


def edits_view(edits: Sequence[Edit]) -> Component:
    """Clause by clause, what is new, gone or rewritten against the former edition."""
    if not edits:
        return html.P(t("与上一版相比，条款没有变化。"), className="hint")
    count = Counter(edit.fate for edit in edits)
    said = t(
        "新增{added}条，删除{removed}条，改动{changed}条。只改编号的条款不列出。",
        added=count[Fate.ADDED],
        removed=count[Fate.REMOVED],
        changed=count[Fate.CHANGED],
    )
    return html.Div(
        [html.P(said, className="hint"), html.Ul([html.Li(list(_edit(edit))) for edit in edits], className="steps")]
    )


def _edit(edit: Edit) -> Iterator[Any]:
    labels = {Fate.ADDED: t("新增"), Fate.REMOVED: t("删除"), Fate.CHANGED: t("有改动"), Fate.UNCHANGED: ""}
    yield html.B(f"{edit.path} {labels[edit.fate]} ")
    for piece in changes_within(edit.old, edit.new):
        if piece.fate is Fate.REMOVED:
            yield html.Del(piece.text, className="edit-old")
        elif piece.fate is Fate.ADDED:
            yield html.Ins(piece.text, className="edit-new")
        else:
            yield _shortened(piece.text)


def _shortened(text: str) -> str:
    """Words that did not change, only those next to what did."""
    return text if len(text) <= 3 * CONTEXT else f"{text[:CONTEXT]} … {text[-CONTEXT:]}"


def not_found(message: str) -> Component:
    said = [message, " ", html.A(t("返回文件列表"), href="/documents")]
    return dmc.Stack([html.H1(t("没有这份文件"), className="page-title"), dmc.Alert(said, color="red")])
