from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kpi.db.base import Base
from kpi.db.types import word


class RunState(StrEnum):
    REQUESTED = "requested"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Lease(Base):
    """Who may run the schedule now. Taken by a conditional UPDATE; `fence` rises with every change of holder."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100), default="")
    fence: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]


class JobRun(Base):
    """One run of one job for one period; the unique key is the claim, so nothing runs twice."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "claim"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(60), index=True)
    claim: Mapped[str] = mapped_column(String(60))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"), index=True)
    state: Mapped[RunState] = mapped_column(word(RunState), index=True)
    fence: Mapped[int] = mapped_column(default=0)  # of the lease it runs under; a lower one than today's has died
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    rows_read: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    # [{"row": 3, "field": "…", "reason": "…"}, …], the first few hundred
    rejects: Mapped[list[Any]]
    detail: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str] = mapped_column(Text, default="")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
