from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kpi.assessment.rules import Light
from kpi.db.base import Base
from kpi.db.types import word

_NOW = text("superseded_at IS NULL")


class Assessment(Base):
    """A kept result: target × unit × board month × version, with everything that led to it.

    `period` is the month of the board (always a month); `data_period` the latest approved period it rests on.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("target_id", "unit_id", "period", "version"),
        Index(
            "uq_assessment_current",
            "target_id",
            "unit_id",
            "period",
            unique=True,
            postgresql_where=_NOW,
            sqlite_where=_NOW,
        ),
        # Wide enough to join the lights of a month without reading the long rows themselves.
        Index(
            "ix_assessment_board",
            "plan_id",
            "period",
            "unit_id",
            "light",
            "target_id",
            "data_period",
            postgresql_where=_NOW,
            sqlite_where=_NOW,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    period: Mapped[str] = mapped_column(String(8))
    version: Mapped[int] = mapped_column(default=1)
    light: Mapped[Light] = mapped_column(word(Light))
    data_period: Mapped[str | None] = mapped_column(String(8))
    value: Mapped[Decimal | None]
    expected: Mapped[Decimal | None]
    target_value: Mapped[Decimal | None]
    progress: Mapped[Decimal | None]
    gap: Mapped[Decimal | None]
    rule: Mapped[str] = mapped_column(String(60))
    rule_version: Mapped[str] = mapped_column(String(40))
    operands: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    # The knowledge used: facts recorded or approved up to this instant.
    cut_off: Mapped[datetime]
    computed_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    as_of: Mapped[date]


class LightCount(Base):
    """The roll-up of the lights in force, so that nobody counts them on request.

    How many targets of a lead department show a light for a unit in a month, resting on values of a period (empty:
    of none). `own`: the unit is the one the targets are judged for as a whole, not one they were handed down to.
    Kept by `kpi.assessment.actions_tally` in the transaction that changes lights; a count may be zero.
    """

    __tablename__ = "light_count"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    own: Mapped[bool] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)
    light: Mapped[Light] = mapped_column(word(Light), primary_key=True)
    data_period: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]
