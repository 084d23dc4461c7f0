from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.period import Frequency
from kpi.core.quantity import Direction, Kind
from kpi.db.base import Base
from kpi.db.types import word


class Indicator(Base):
    """What is measured. A value is `numerator / denominator × scale` when `has_parts`."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[Kind] = mapped_column(word(Kind))
    unit: Mapped[str] = mapped_column(String(20), default="")
    direction: Mapped[Direction] = mapped_column(word(Direction))
    accumulates: Mapped[Accumulates] = mapped_column(word(Accumulates))
    roll_up: Mapped[RollUp] = mapped_column(word(RollUp), default=RollUp.OWN)
    frequency: Mapped[Frequency] = mapped_column(word(Frequency))
    lag_days: Mapped[int] = mapped_column(default=10)
    year_start_month: Mapped[int] = mapped_column(default=1)
    places: Mapped[int] = mapped_column(default=2)
    has_parts: Mapped[bool] = mapped_column(default=False)
    numerator: Mapped[str] = mapped_column(String(200), default="")
    denominator: Mapped[str] = mapped_column(String(200), default="")
    scale: Mapped[Decimal | None]
    smallest: Mapped[Decimal | None]
    largest: Mapped[Decimal | None]
    jump_percent: Mapped[Decimal | None]  # a change beyond it asks for a reason; null: the usual one
    definition: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class FormerIndicator(Base):
    """What assessment read of an indicator from `recorded_at` until it was changed at `superseded_at`: a month of then
    is worked out again with it. The indicator itself holds what counts now."""

    __tablename__ = "former_indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"), index=True)
    accumulates: Mapped[Accumulates] = mapped_column(word(Accumulates))
    roll_up: Mapped[RollUp] = mapped_column(word(RollUp))
    lag_days: Mapped[int]
    year_start_month: Mapped[int]
    places: Mapped[int]
    scale: Mapped[Decimal | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime]


MEASURED = ("accumulates", "roll_up", "lag_days", "year_start_month", "places", "scale")
"""What of an indicator moves lights and may be changed."""


class Assignment(Base):
    """Who reports an indicator for which unit, and when: `reporter` owes a value that belongs to `unit`."""

    __tablename__ = "assignment"
    __table_args__ = (UniqueConstraint("indicator_id", "unit_id", "reporter_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
