"""Documents, their candidates, and what people decided about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, exists, func, select
from sqlalchemy.orm import Session, aliased

from kpi.accounts.records import Account
from kpi.audit.records import AuditRow
from kpi.catalog.records import Indicator
from kpi.core.errors import NotFound
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.documents.records import Clause, Document
from kpi.documents.rules import own_text
from kpi.documents.rules_differences import Difference, Fate, differences
from kpi.extraction.records import CandidateRow, Decision
from kpi.organisation.records import OrgUnit, UnitKind
from kpi.targets.records import Plan, Target

AnyRow = Row[*tuple[Any, ...]]
"""Columns as they were read: nothing that a session could take back or write."""

DOUBTFUL_BELOW = 0.7
"""Confidence under which a candidate wants a closer look."""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document in the list. `open` counts numbers and milestones that nobody has decided yet."""

    id: int
    title: str
    issuer: str
    number: str
    plan_year: int | None
    edition: int
    superseded: bool
    file_name: str
    imported_at: datetime
    imported_by: str
    open: int
    accepted: int
    rejected: int
    demo: bool


def document_rows(session: Session) -> list[DocumentRow]:
    """All documents, the latest import first. One query."""
    later = aliased(Document)
    counted = (
        select(
            CandidateRow.document_id,
            *(
                func.sum(case((CandidateRow.decision == decision, 1), else_=0)).label(decision.value)
                for decision in Decision
            ),
        )
        .group_by(CandidateRow.document_id)
        .subquery()
    )
    followed = exists().where(later.supersedes_id == Document.id).label("followed")
    query = (
        select(
            Document, Account.name.label("importer"), followed, counted.c.open, counted.c.accepted, counted.c.rejected
        )
        .outerjoin(Account, Account.id == Document.imported_by)
        .outerjoin(counted, counted.c.document_id == Document.id)
        .order_by(Document.imported_at.desc(), Document.id.desc())
    )
    return [_document_row(row) for row in session.execute(query)]


def _document_row(row: AnyRow) -> DocumentRow:
    document: Document = row[0]
    return DocumentRow(
        id=document.id,
        title=document.title,
        issuer=document.issuer,
        number=document.number,
        plan_year=document.plan_year,
        edition=document.edition,
        superseded=row.followed,
        file_name=document.file_name,
        imported_at=document.imported_at,
        imported_by=row.importer or "",
        open=int(row.open or 0),
        accepted=int(row.accepted or 0),
        rejected=int(row.rejected or 0),
        demo=document.demo,
    )


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A candidate (`row` has the columns of CandidateRow) with where it stands in the text and what was decided."""

    row: AnyRow
    path: str
    decided_by: str
    target_code: str

    @property
    def id(self) -> int:
        found: int = self.row.id
        return found

    @property
    def is_milestone(self) -> bool:
        return self.row.kind is Kind.MILESTONE

    @property
    def is_doubtful(self) -> bool:
        return bool(self.row.confidence < DOUBTFUL_BELOW)


@dataclass(frozen=True, slots=True)
class Review:
    """Everything the review page shows of one document; its rows have the columns of the tables."""

    document: AnyRow
    text: str
    clauses: Sequence[AnyRow]
    candidates: Sequence[CandidateView]
    former_id: int | None

    def candidate(self, candidate_id: int | None) -> CandidateView | None:
        return next((view for view in self.candidates if view.id == candidate_id), None)

    def count(self, decision: Decision, milestones: bool) -> int:
        return sum(v.row.decision is decision and v.is_milestone is milestones for v in self.candidates)


def review(session: Session, document_id: int) -> Review:
    """A document with its text, clauses and candidates in the order of the text; NotFound without it. Three queries."""
    document = session.execute(select(*Document.__table__.columns).where(Document.id == document_id)).first()
    if document is None:
        raise NotFound(t("没有这份文件，可能已被删除。请返回文件列表。"))
    query = select(*Clause.__table__.columns).where(Clause.document_id == document_id).order_by(Clause.position)
    clauses = session.execute(query).all()
    return Review(document, document.text, clauses, _candidates(session, document_id), document.supersedes_id)


def _candidates(session: Session, document_id: int) -> list[CandidateView]:
    query = (
        select(
            *CandidateRow.__table__.columns,
            Clause.path.label("path"),
            Account.name.label("decided_by_name"),
            Target.code.label("target_code"),
        )
        .outerjoin(Clause, Clause.id == CandidateRow.clause_id)
        .outerjoin(Account, Account.id == CandidateRow.decided_by)
        .outerjoin(Target, Target.id == CandidateRow.target_id)
        .where(CandidateRow.document_id == document_id)
        .order_by(CandidateRow.start, CandidateRow.end, CandidateRow.id)
    )
    return [
        CandidateView(row, row.path or "", row.decided_by_name or "", row.target_code or "")
        for row in session.execute(query)
    ]


def count_open(session: Session, document_id: int) -> int:
    """How many candidates of a document nobody has decided yet."""
    query = select(func.count()).where(CandidateRow.document_id == document_id, CandidateRow.decision == Decision.OPEN)
    return session.scalar(query) or 0


def candidate(session: Session, candidate_id: int) -> AnyRow:
    """The columns of one candidate; NotFound without it."""
    query = select(*CandidateRow.__table__.columns).where(CandidateRow.id == candidate_id)
    found = session.execute(query).first()
    if found is None:
        raise NotFound(t("没有这条候选指标，请刷新页面。"))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a candidate: who, when, what, why."""

    at: datetime
    who: str
    action: str
    old: dict[str, Any]
    new: dict[str, Any]
    why: str


def history(session: Session, candidate_id: int) -> list[Step]:
    """What people decided about a candidate, the latest first."""
    query = (
        select(AuditRow)
        .where(AuditRow.entity == CandidateRow.__tablename__, AuditRow.entity_id == str(candidate_id))
        .order_by(AuditRow.id.desc())
    )
    return [
        Step(row.at, row.actor, row.action, row.old or {}, row.new or {}, row.why) for row in session.scalars(query)
    ]


def indicators_like(session: Session, words: str, *, unit: str = "", limit: int = 20) -> Sequence[AnyRow]:
    """Indicators to merge into (id, code, name, unit): every word must occur in the name or code; those in the same
    unit come first."""
    query = select(Indicator.id, Indicator.code, Indicator.name, Indicator.unit).where(Indicator.active)
    for word in words.split()[:6]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(Indicator.name.like(pattern, escape="\\") | Indicator.code.like(pattern, escape="\\"))
    same_unit = case((Indicator.unit == unit, 0), else_=1)
    return session.execute(query.order_by(same_unit, Indicator.name, Indicator.id).limit(limit)).all()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms of a review offer; a plan has id, title and document_id."""

    document_id: int
    departments: list[tuple[int, str]]
    regions: list[tuple[int, str]]
    plans: Sequence[AnyRow]


def choices(session: Session, document: AnyRow) -> Choices:
    """Departments, regions, and plans: those of this document first, then those of the same year. Two queries."""
    units = session.execute(
        select(OrgUnit.id, OrgUnit.name, OrgUnit.kind).where(OrgUnit.active).order_by(OrgUnit.position, OrgUnit.id)
    ).all()
    mine = case((Plan.document_id == document.id, 0), (Plan.year == document.plan_year, 1), else_=2)
    columns = select(Plan.id, Plan.title, Plan.document_id)
    plans = session.execute(columns.order_by(mine, Plan.year.desc(), Plan.id)).all()
    return Choices(
        document.id,
        [(unit.id, unit.name) for unit in units if unit.kind is not UnitKind.REGION],
        [(unit.id, unit.name) for unit in units if unit.kind is UnitKind.REGION],
        plans,
    )


@dataclass(frozen=True, slots=True)
class Edit:
    """A clause that changed against the former edition."""

    fate: Fate
    path: str
    old: str
    new: str


def edits(session: Session, review: Review) -> list[Edit]:
    """What changed since the former edition, in reading order; empty for a first edition."""
    if review.former_id is None:
        return []
    old = session.scalar(select(Document.text).where(Document.id == review.former_id)) or ""
    return [
        _edit(found, old, review.text) for found in differences(old, review.text) if found.fate is not Fate.UNCHANGED
    ]


def _edit(found: Difference, old: str, new: str) -> Edit:
    clause = found.new or found.old
    return Edit(
        found.fate,
        clause.path if clause else "",
        own_text(old, found.old) if found.old else "",
        own_text(new, found.new) if found.new else "",
    )
