from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kpi.core.quantity import Change, Comparator, Direction
from kpi.db.base import Base, Versioned
from kpi.db.types import word
from kpi.targets.rules import JudgedAs


class PlanState(StrEnum):
    ACTIVE = "active"  # watched: on the board and in due lists
    REFERENCE = "reference"  # kept for comparison, out of overview and due lists until chosen
    CLOSED = "closed"


class TargetState(StrEnum):
    WATCHED = "watched"
    WITHDRAWN = "withdrawn"  # the acceptance was taken back


def _current(name: str, *columns: str, only: str = "") -> Index:
    """At most one version of a thing holds at a time; the database itself keeps it so."""
    now = text("superseded_at IS NULL" + only)
    return Index(name, *columns, unique=True, postgresql_where=now, sqlite_where=now)


class Plan(Base):
    """The targets of one document for one period: what the board, the report and the due lists are about."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    year: Mapped[int]
    region_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    # For plans whose document was not imported (reference plans seeded as facts).
    issuer: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(100), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[PlanState] = mapped_column(word(PlanState), default=PlanState.ACTIVE)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class RuleSetting(Versioned, Base):
    """The light rules of a plan, or of one target that overrides them; `settings` as kpi.assessment.rules writes it."""

    __tablename__ = "rule_setting"
    __table_args__ = (
        _current("uq_rule_setting_plan", "plan_id", only=" AND target_id IS NULL"),
        _current("uq_rule_setting_target", "target_id", only=" AND target_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"))
    settings: Mapped[dict[str, Any]]


class Target(Base):
    """What never changes about a target: its code, indicator, plan and where it came from."""

    __tablename__ = "target"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))  # the unit whose value is judged
    lead_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)  # 牵头单位
    clause_id: Mapped[int | None] = mapped_column(ForeignKey("clause.id"))
    clause_path: Mapped[str] = mapped_column(String(80), default="")
    group_key: Mapped[str] = mapped_column(String(40), default="")
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[TargetState] = mapped_column(word(TargetState), default=TargetState.WATCHED)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class TargetSupport(Base):
    """配合单位."""

    __tablename__ = "target_support"

    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), primary_key=True)


class TargetVersion(Versioned, Base):
    """What the target demands. Revised by a new version; the old one stays assessable."""

    __tablename__ = "target_version"
    __table_args__ = (
        UniqueConstraint("target_id", "version"),
        _current("uq_target_version_current", "target_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    comparator: Mapped[Comparator] = mapped_column(word(Comparator))
    comparator_text: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(String(20), default="")
    judged_as: Mapped[JudgedAs] = mapped_column(word(JudgedAs))
    direction: Mapped[Direction] = mapped_column(word(Direction))
    change: Mapped[Change | None] = mapped_column(word(Change))
    starts_on: Mapped[date]
    deadline: Mapped[date]
    # {"shape": "linear"} or {"shape": "points", "points": [["2026-06-30", "4"], …]}
    curve: Mapped[dict[str, Any]]
    scope: Mapped[str] = mapped_column(String(200), default="")
    hedge: Mapped[str] = mapped_column(String(20), default="")
    nature: Mapped[str] = mapped_column(String(12), default="")
    weight: Mapped[Decimal] = mapped_column(default=Decimal(1))  # in a score of several targets; above 0
    evidence: Mapped[str] = mapped_column(Text, default="")
    evidence_start: Mapped[int | None]
    evidence_end: Mapped[int | None]


class Baseline(Versioned, Base):
    """Where a target starts from. `known` False is a legal, visible answer."""

    __tablename__ = "baseline"
    __table_args__ = (UniqueConstraint("target_id", "version"), _current("uq_baseline_current", "target_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), index=True)
    known: Mapped[bool]
    value: Mapped[Decimal | None]
    day: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200), default="")


class Allocation(Versioned, Base):
    """A target handed down to a unit with a value of its own."""

    __tablename__ = "allocation"
    __table_args__ = (
        UniqueConstraint("target_id", "unit_id", "version"),
        _current("uq_allocation_current", "target_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"), index=True)
    value: Mapped[Decimal | None]
    low: Mapped[Decimal | None]
    high: Mapped[Decimal | None]


class Waiver(Versioned, Base):
    """已调整/豁免: approved, with a reason, until a day."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("target_id", "version"), _current("uq_waiver_current", "target_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id", ondelete="CASCADE"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    lifted: Mapped[bool] = mapped_column(default=False)
