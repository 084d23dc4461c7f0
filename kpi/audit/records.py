"""The trail. Triggers made by the migration refuse UPDATE and DELETE on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kpi.db.base import Base


class AuditRow(Base):
    """No foreign keys on purpose: the trail outlives what it speaks of."""

    __tablename__ = "audit_row"
    __table_args__ = (Index("ix_audit_row_entity", "entity", "entity_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60), index=True)
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(300), default="")
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    why: Mapped[str] = mapped_column(Text, default="")
