from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kpi.core.quantity import Change, Comparator, Kind
from kpi.db.base import Base
from kpi.db.types import word


class Decision(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class CandidateRow(Base):
    """A candidate target as read from (or marked in) a document, and what a person decided about it.

    The decision is changed by one action only, which writes old, new, who, when and why to the trail.
    `target_id` is the target that an acceptance made or joined; taking the decision back withdraws it.
    """

    __tablename__ = "candidate"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[Kind] = mapped_column(word(Kind))
    comparator: Mapped[Comparator | None] = mapped_column(word(Comparator))
    comparator_text: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(String(20), default="")
    deadline: Mapped[date | None]
    baseline_value: Mapped[Decimal | None]
    baseline_date: Mapped[date | None]
    change: Mapped[Change | None] = mapped_column(word(Change))
    basis: Mapped[str] = mapped_column(String(100), default="")
    hedge: Mapped[str] = mapped_column(String(20), default="")
    scope: Mapped[str] = mapped_column(String(200), default="")
    group_key: Mapped[str] = mapped_column(String(40), default="")
    nature: Mapped[str] = mapped_column(String(12), default="")
    deliverable_type: Mapped[str] = mapped_column(String(40), default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    start: Mapped[int]
    end: Mapped[int]
    confidence: Mapped[float] = mapped_column(default=1.0)
    reasons: Mapped[list[Any]]
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # null: read by the rules
    decision: Mapped[Decision] = mapped_column(word(Decision), default=Decision.OPEN, index=True)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decision_reason: Mapped[str] = mapped_column(String(300), default="")
    target_id: Mapped[int | None] = mapped_column(ForeignKey("target.id"), index=True)
