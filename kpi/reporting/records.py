from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kpi.db.base import Base
from kpi.db.types import word


class ReportState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"


class MonthlyReport(Base):
    """One version of the report of a plan's month. `content` holds every word and number; files are written from it."""

    __tablename__ = "monthly_report"
    __table_args__ = (UniqueConstraint("plan_id", "period", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    period: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(default=1)
    issue_year: Mapped[int]
    issue_number: Mapped[int]
    cut_off: Mapped[datetime]
    state: Mapped[ReportState] = mapped_column(word(ReportState), default=ReportState.DRAFT)
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[dict[str, Any]]
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    superseded_at: Mapped[datetime | None]
    demo: Mapped[bool] = mapped_column(default=False)
