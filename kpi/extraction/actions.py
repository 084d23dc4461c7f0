"""Candidates of a document: read by the rules or marked by a person, rejected and reopened; every decision is logged.

Accepting is `kpi.targets.actions.accept`; it records its decision through `decide` here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, NotFound, Problem, WrongState
from kpi.core.lazily import later
from kpi.core.quantity import Change, Comparator, Kind
from kpi.core.text import t
from kpi.documents.records import Clause, Document
from kpi.documents.rules import ClauseSpan
from kpi.extraction.actions_editions import carry_over, marked_again, words_of
from kpi.extraction.candidates import Candidate
from kpi.extraction.records import CandidateRow, Decision

find = later("kpi.extraction.rules:find")  # its words and patterns are many, and most processes never read a text
LONGEST_SELECTION = 300


def get(session: Session, candidate_id: int, *, lock: bool = False) -> CandidateRow:
    row = session.get(CandidateRow, candidate_id, with_for_update=lock or None)
    if row is None:
        raise NotFound(t("没有这个候选指标。"))
    return row


def find_candidates(session: Session, document_id: int, *, by: Person | Actor, now: datetime) -> list[CandidateRow]:
    """Read the document's text and keep what is found, in the order of the text.

    Reading again does not double anything: what was decided or marked stays, what nobody decided and the rules no
    longer read goes. Into a new edition, decisions on candidates with the same words and quantity are carried over,
    and what a person had marked.
    """
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    document = _document(session, document_id)
    clauses = _clauses(session, document_id)
    spans = [ClauseSpan(c.path, c.level, c.heading, c.start, c.end) for c in clauses]
    found = find(
        document.text, file=document.file_name, title=document.title, plan_year=document.plan_year, clauses=spans
    )
    kept = of_document(session, document_id)
    places = {_place(row) for row in kept}
    fresh = [_row(document_id, candidate, clauses) for candidate in found if _place(candidate) not in places]
    former = of_document(session, document.supersedes_id) if document.supersedes_id else []
    if not kept:
        fresh += _marked_again(document, former, fresh, clauses)
    session.add_all(fresh)
    gone = _drop_unread(session, kept, {_place(candidate) for candidate in found})
    carried = carry_over(former, fresh)
    counts = {"found": len(found), "new": len(fresh), "dropped": gone, "carried_over": carried}
    if fresh or gone:
        audit.write(session, actor, now, "extraction.find", document, what=document.title, new=counts)
    return of_document(session, document_id)


def of_document(session: Session, document_id: int) -> list[CandidateRow]:
    """Its candidates in the order of the text."""
    query = select(CandidateRow).where(CandidateRow.document_id == document_id)
    return list(session.scalars(query.order_by(CandidateRow.start, CandidateRow.end, CandidateRow.id)))


def _document(session: Session, document_id: int) -> Document:
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(t("没有这份文件。"))
    return document


def _clauses(session: Session, document_id: int) -> list[Clause]:
    return list(session.scalars(select(Clause).where(Clause.document_id == document_id).order_by(Clause.start)))


def _clause_at(clauses: Sequence[Clause], offset: int) -> Clause | None:
    """The innermost clause that holds an offset: the last one to begin before it."""
    return next((clause for clause in reversed(clauses) if clause.start <= offset < clause.end), None)


def _place(candidate: Candidate | CandidateRow) -> tuple[Hashable, ...]:
    return (candidate.start, candidate.end, *words_of(candidate))


def _row(document_id: int, found: Candidate, clauses: Sequence[Clause]) -> CandidateRow:
    clause = _clause_at(clauses, found.start)
    return CandidateRow(
        document_id=document_id,
        clause_id=clause.id if clause else None,
        name=found.name,
        kind=found.kind,
        comparator=found.comparator,
        comparator_text=found.comparator_text[:40],
        value=found.value,
        low=found.low,
        high=found.high,
        unit=found.unit,
        deadline=found.deadline,
        baseline_value=found.baseline.value if found.baseline else None,
        baseline_date=found.baseline.date if found.baseline else None,
        change=found.change,
        basis=found.basis[:100],
        hedge=found.hedge[:20],
        scope=found.scope[:200],
        group_key=found.group[:40],
        nature=found.nature.value if found.nature else "",
        deliverable_type=(found.deliverable_type or "")[:40],
        evidence=found.evidence,
        start=found.start,
        end=found.end,
        confidence=found.confidence,
        reasons=list(found.reasons),
        decision=Decision.OPEN,
    )


def _marked_again(
    document: Document, former: Sequence[CandidateRow], read: Sequence[CandidateRow], clauses: Sequence[Clause]
) -> list[CandidateRow]:
    rows = list(marked_again(former, document.text, read))
    for row in rows:
        clause = _clause_at(clauses, row.start)
        row.document_id, row.clause_id = document.id, clause.id if clause else None
    return rows


def _drop_unread(session: Session, kept: Iterable[CandidateRow], places: set[tuple[Hashable, ...]]) -> int:
    gone = [
        row
        for row in kept
        if row.decision is Decision.OPEN
        and row.marked_by is None
        and row.target_id is None
        and _place(row) not in places
    ]
    for row in gone:
        session.delete(row)
    return len(gone)


def mark(
    session: Session,
    document_id: int,
    start: int,
    end: int,
    *,
    name: str,
    kind: Kind,
    by: Person,
    now: datetime,
    comparator: Comparator | None = None,
    comparator_text: str = "",
    value: Decimal | None = None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    unit: str = "",
    deadline: date | None = None,
    change: Change | None = None,
    scope: str = "",
) -> CandidateRow:
    """Add a target that the rules missed, by its selected text; it waits for a decision like any other."""
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    document = _document(session, document_id)
    problems = _selection_problems(document.text, start, end)
    if not name.strip():
        problems.append(Problem(t("请填写指标名称"), t("名称")))
    if problems:
        raise BadInput.of(*problems)
    clause = _clause_at(_clauses(session, document_id), start)
    row = CandidateRow(
        document_id=document_id,
        clause_id=clause.id if clause else None,
        name=name.strip()[:200],
        kind=kind,
        comparator=comparator,
        comparator_text=comparator_text[:40],
        value=value,
        low=low,
        high=high,
        unit=unit,
        deadline=deadline,
        change=change,
        scope=scope[:200],
        evidence=document.text[start:end],
        start=start,
        end=end,
        confidence=1.0,
        reasons=[],
        marked_by=actor.account_id,
        decision=Decision.OPEN,
    )
    session.add(row)
    new = {"name": row.name, "start": start, "end": end, "value": value, "unit": unit}
    audit.write(session, actor, now, "extraction.mark", row, what=row.name, new=new)
    return row


def _selection_problems(text: str, start: int, end: int) -> list[Problem]:
    field = t("原文")
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        return [Problem(t("请在原文中选取文字"), field)]
    if end - start > LONGEST_SELECTION:
        return [Problem(t("选取的文字过长，最多{n}个字", n=LONGEST_SELECTION), field)]
    return []


def reject(session: Session, candidate_id: int, *, reason: str, by: Person, now: datetime) -> CandidateRow:
    """Not a target; the reason stays with it."""
    row = get(session, candidate_id, lock=True)
    if row.decision is not Decision.OPEN:
        raise WrongState(t("该候选指标已有决定，请先撤回后再处理。"))
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写不采纳的原因"), t("原因")))
    return decide(session, row, Decision.REJECTED, actor=acting(by, Action.REVIEW_DOCUMENTS), now=now, reason=reason)


def reopen(session: Session, candidate_id: int, *, reason: str = "", by: Person, now: datetime) -> CandidateRow:
    """Take a rejection back. (An acceptance is taken back by `kpi.operations.actions_targets.take_back`.)"""
    row = get(session, candidate_id, lock=True)
    if row.decision is not Decision.REJECTED:
        raise WrongState(t("只有未采纳的候选指标可以恢复。"))
    return decide(session, row, Decision.OPEN, actor=acting(by, Action.REVIEW_DOCUMENTS), now=now, reason=reason)


def decide(
    session: Session,
    row: CandidateRow,
    decision: Decision,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    target_id: int | None = None,
) -> CandidateRow:
    """The one place where a decision changes: it writes old, new, who, when and why to the trail.

    `target_id` stays when a decision is taken back, so that accepting again finds the indicator's values.
    """
    values: dict[str, Any] = {"decision": decision}
    if target_id is not None:
        values["target_id"] = target_id
    old, new = audit.changes(row, **values)
    row.decided_at = None if decision is Decision.OPEN else now
    row.decided_by = None if decision is Decision.OPEN else actor.account_id
    row.decision_reason = "" if decision is Decision.OPEN else reason.strip()[:300]
    verb = {Decision.ACCEPTED: "accept", Decision.REJECTED: "reject", Decision.OPEN: "reopen"}[decision]
    audit.write(session, actor, now, f"extraction.{verb}", row, what=row.name, old=old, new=new, why=reason.strip())
    return row
