from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kpi.actuals.rules import ActualState, SourceKind
from kpi.db.base import Base
from kpi.db.types import word

__all__ = ["Actual", "ActualState", "CollectorKind", "Source", "SourceKind"]

_APPROVED_NOW = text("state = 'approved' AND superseded_at IS NULL")
_OPEN_NOW = text("state <> 'approved' AND superseded_at IS NULL")


class Actual(Base):
    """One version of the value of indicator × unit × period.

    At most one version is approved and in force, and at most one is open (draft, submitted or returned) beside
    it: a correction waits there until it is approved and takes the other's place. `revision` counts every change
    of the cell, through all its versions, so that somebody who saw an older state is told.
    """

    __tablename__ = "actual"
    __table_args__ = (
        UniqueConstraint("indicator_id", "unit_id", "period", "version"),
        Index(
            "uq_actual_approved",
            "indicator_id",
            "unit_id",
            "period",
            unique=True,
            postgresql_where=_APPROVED_NOW,
            sqlite_where=_APPROVED_NOW,
        ),
        Index(
            "uq_actual_open",
            "indicator_id",
            "unit_id",
            "period",
            unique=True,
            postgresql_where=_OPEN_NOW,
            sqlite_where=_OPEN_NOW,
        ),
        Index("ix_actual_series", "indicator_id", "unit_id", "period_end"),
        Index("ix_actual_state", "state", "period_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    period: Mapped[str] = mapped_column(String(8))
    period_end: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[ActualState] = mapped_column(word(ActualState))
    value: Mapped[Decimal | None]
    numerator: Mapped[Decimal | None]
    denominator: Mapped[Decimal | None]
    happened_on: Mapped[date | None]  # the day a milestone was reached
    note: Mapped[str] = mapped_column(Text, default="")
    jump_reason: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(Text, default="")
    measure: Mapped[str] = mapped_column(Text, default="")
    expected_on: Mapped[date | None]  # when the gap will be closed, by the department's word
    source_kind: Mapped[SourceKind] = mapped_column(word(SourceKind))
    source: Mapped[str] = mapped_column(String(200), default="")
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    return_reason: Mapped[str] = mapped_column(Text, default="")
    superseded_at: Mapped[datetime | None]


class CollectorKind(StrEnum):
    HTTP_JSON = "http_json"
    SQL = "sql"
    FOLDER = "folder"


class Source(Base):
    """Where a job collects values. Secrets stay in environment variables; here stands only their name."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[CollectorKind] = mapped_column(word(CollectorKind))
    settings: Mapped[dict[str, Any]]
    cron: Mapped[str] = mapped_column(String(60), default="")
    needs_approval: Mapped[bool] = mapped_column(default=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    revision: Mapped[int] = mapped_column(default=1)  # counts changes, for whoever saw an older one
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
