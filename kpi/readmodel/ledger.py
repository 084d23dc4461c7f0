"""The ledger: one row a target, with its demand, where it stands, its light and what is owed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, Reporting
from kpi.assessment.rules_numbers import show_period
from kpi.catalog.records import Indicator
from kpi.core.period import Period
from kpi.core.quantity import show_quantity
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.readmodel.board import TREND_MONTHS, Move, move
from kpi.readmodel.demand import demand_in_words, unit_of_level, value_in_words
from kpi.readmodel.owed import OwedCell, cells_owed, state_by_target
from kpi.readmodel.reasons import SAID, sentence_of
from kpi.readmodel.scope import MONTH, MONTH_BEFORE, REGION, Angle, Scope, Wanted, open_scope
from kpi.targets.records import Allocation, Target, TargetVersion


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Texts are printed already; the decimals beside them are for sorting, filtering and the workbook.

    `trend`: what the kept lights of up to twelve months rest on, oldest first.
    """

    code: str
    name: str
    clause: str
    demand: str
    latest: str
    value: Decimal | None
    as_of: str
    expected: str
    expected_value: Decimal | None
    progress: Decimal | None
    light: Light
    reason: str
    move: Move | None
    reporting: Reporting | None
    owed_for: str
    lead_code: str
    lead: str
    unit: str
    deadline: date
    target_value: Decimal | None
    trend: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    scope: Scope
    rows: tuple[LedgerRow, ...]


@dataclass(frozen=True, slots=True)
class Quick:
    """Quick filters of an address. Empty means all; `lights` and `reporting` are words of Light and Reporting."""

    lights: Collection[str] = ()
    reporting: Collection[str] = ()
    move: str = ""

    def keeps(self, row: LedgerRow) -> bool:
        return (
            (not self.lights or row.light in self.lights)
            and (not self.reporting or row.reporting in self.reporting)
            and (not self.move or row.move == self.move)
        )


def ledger(session: Session, wanted: Wanted, today: date, quick: Quick | None = None) -> Ledger | None:
    """The targets of a plan in a month; None while there is no plan. Six queries, however many targets."""
    scope = open_scope(session, wanted, today)
    if scope is None:
        return None
    states = state_by_target(cells_owed(session, scope, today, missing_only=False))
    trends = _trends(session, scope)
    keeps = (quick or Quick()).keeps
    rows = (_row(row, scope, states, trends) for row in session.execute(_query(scope.angle), scope.values))
    return Ledger(scope, tuple(row for row in rows if keeps(row)))


@cache
def _query(angle: Angle) -> Any:
    lead, unit, before = aliased(OrgUnit), aliased(OrgUnit), aliased(Assessment)
    return (
        select(
            Target.id,
            Target.code,
            Target.clause_path,
            TargetVersion.name,
            TargetVersion.comparator,
            TargetVersion.value.label("demanded"),
            TargetVersion.low,
            TargetVersion.high,
            TargetVersion.unit,
            TargetVersion.judged_as,
            TargetVersion.change,
            TargetVersion.deadline,
            Indicator.kind,
            Indicator.unit.label("indicator_unit"),
            lead.code.label("lead_code"),
            lead.name.label("lead"),
            unit.name.label("of_unit"),
            Assessment.light,
            *SAID,
            Assessment.data_period,
            Assessment.value,
            Assessment.expected,
            Assessment.progress,
            Assessment.target_value,
            before.light.label("before"),
            Allocation.value.label("own_value"),
            Allocation.low.label("own_low"),
            Allocation.high.label("own_high"),
        )
        .select_from(Target)
        .join(TargetVersion, and_(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None)))
        .join(Indicator, Indicator.id == Target.indicator_id)
        .join(lead, lead.id == Target.lead_id)
        .join(unit, unit.id == Target.unit_id)
        .outerjoin(Assessment, and_(angle.kept(), Assessment.period == MONTH))
        .outerjoin(before, and_(angle.kept(before), before.period == MONTH_BEFORE))
        .outerjoin(Allocation, _handed_down())
        .where(angle.watched)
        .order_by(Target.position, Target.id)
    )


def _handed_down() -> ColumnElement[bool]:
    """What the region looked at was handed; nothing without a region."""
    return and_(Allocation.target_id == Target.id, Allocation.unit_id == REGION, Allocation.superseded_at.is_(None))


def _demanded(row: Any) -> tuple[Any, ...]:
    if row.own_value is not None or row.own_low is not None:
        return row.comparator, row.own_value, row.own_low, row.own_high, row.unit
    return row.comparator, row.demanded, row.low, row.high, row.unit


def _row(row: Any, scope: Scope, states: dict[int, OwedCell], trends: dict[int, tuple[Decimal, ...]]) -> LedgerRow:
    owed = states.get(row.id)
    unit = unit_of_level(row.unit, row.indicator_unit, row.change)
    return LedgerRow(
        code=row.code,
        name=row.name,
        clause=row.clause_path,
        demand=demand_in_words(*_demanded(row), kind=row.kind, judged_as=row.judged_as, change=row.change),
        latest=value_in_words(row.value, unit, row.judged_as, row.demanded),
        value=row.value,
        as_of=t("截至{period}", period=show_period(Period.parse(row.data_period), scope.month))
        if row.data_period
        else "",
        expected=show_quantity(row.expected, unit),
        expected_value=row.expected,
        progress=row.progress,
        light=row.light or Light.NOT_ASSESSABLE,
        reason=sentence_of(row) or t("这个月还没有评价结果"),
        move=move(row.before, row.light),
        reporting=owed.state if owed else None,
        owed_for=show_period(owed.period, scope.month) if owed else "",
        lead_code=row.lead_code,
        lead=row.lead,
        unit=scope.region.name if scope.region else row.of_unit,
        deadline=row.deadline,
        target_value=row.target_value,
        trend=trends.get(row.id, ()),
    )


def _trends(session: Session, scope: Scope) -> dict[int, tuple[Decimal, ...]]:
    first = {"trend_first": str(scope.month.next(1 - TREND_MONTHS))}
    found: dict[int, list[Decimal]] = {}
    for target_id, value in session.execute(_trends_query(scope.angle), scope.values | first):
        if value is not None:
            found.setdefault(target_id, []).append(value)
    return {target_id: tuple(values) for target_id, values in found.items()}


@cache
def _trends_query(angle: Angle) -> Any:
    return (
        select(Assessment.target_id, Assessment.value)
        .select_from(Target)
        .join(Assessment, and_(angle.kept(), Assessment.period.between(bindparam("trend_first"), MONTH)))
        .where(angle.watched)
        .order_by(Assessment.target_id, Assessment.period)
    )
