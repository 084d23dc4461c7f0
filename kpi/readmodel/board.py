"""The overview for leadership: kept lights counted, what stands out, what is missing, what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, select
from sqlalchemy.orm import Session, aliased

from kpi.actuals.records import Actual, ActualState
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, Reporting
from kpi.assessment.rules_rollup import Counts, count_lights
from kpi.core.period import Period
from kpi.organisation.records import OrgUnit
from kpi.readmodel.owed import MISSING, OwedCell, cells_owed, state_by_target
from kpi.readmodel.scope import MONTH, MONTH_BEFORE, Angle, Scope, Wanted, open_scope
from kpi.targets.records import Target, TargetVersion

LISTED = 40
"""How many rows of a list the overview shows; the rest is one link away in the ledger."""

TREND_MONTHS = 12


class Move(StrEnum):
    """What became of a light since the month before."""

    WORSE = "worse"
    BETTER = "better"


_RANK = {Light.ACHIEVED: 0, Light.ON_TRACK: 1, Light.BEHIND: 2, Light.OFF_TRACK: 3}


def move(before: Light | None, now: Light | None) -> Move | None:
    """Only from one judged light to another is better or worse."""
    if before is None or now is None or before not in _RANK or now not in _RANK or before is now:
        return None
    return Move.WORSE if _RANK[now] > _RANK[before] else Move.BETTER


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    code: str
    name: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Attention:
    """A target that is behind or off track, why, and what its department says about it."""

    code: str
    name: str
    lead: str
    light: Light
    reason: str
    data_period: Period | None
    cause: str
    measure: str
    expected_on: date | None


@dataclass(frozen=True, slots=True)
class Moved:
    code: str
    name: str
    lead: str
    before: Light
    now: Light
    reason: str
    move: Move


@dataclass(frozen=True, slots=True)
class TrendMonth:
    month: Period
    counts: Counts


@dataclass(frozen=True, slots=True)
class Board:
    """`missing` are targets by reporting state, `owed` the cells behind them, the most urgent first."""

    scope: Scope
    counts: Counts
    departments: tuple[DepartmentRow, ...]
    attention: tuple[Attention, ...]
    missing: dict[Reporting, int]
    owed: tuple[OwedCell, ...]
    moved: tuple[Moved, ...]
    trend: tuple[TrendMonth, ...]

    def moves(self, which: Move) -> int:
        return sum(each.move is which for each in self.moved)

    @property
    def is_assessed(self) -> bool:
        """Whether the month has any light at all."""
        return any(month.month == self.scope.month for month in self.trend)


def overview(session: Session, wanted: Wanted, today: date) -> Board | None:
    """Everything the overview shows; None while there is no plan. Eight queries, however many targets."""
    scope = open_scope(session, wanted, today)
    if scope is None:
        return None
    departments = _departments(session, scope)
    owed = cells_owed(session, scope, today, missing_only=True)
    states = Counter(cell.state for cell in state_by_target(owed).values())
    return Board(
        scope=scope,
        counts=_together(row.counts for row in departments),
        departments=departments,
        attention=_attention(session, scope),
        missing={state: states[state] for state in MISSING},
        owed=tuple(sorted((cell for cell in owed if cell.state in MISSING), key=_urgency)),
        moved=_moved(session, scope),
        trend=_trend(session, scope),
    )


def _urgency(cell: OwedCell) -> tuple[int, date]:
    return MISSING.index(cell.state), cell.due_on


def _together(counts: Iterable[Counts]) -> Counts:
    total: Counter[Light] = Counter()
    for each in counts:
        total.update(each.by_light)
    return Counts({light: total[light] for light in Light})


def _counts(pairs: Iterable[tuple[Light | None, int]]) -> Counts:
    """A target without a result can not be assessed."""
    found = dict(count_lights(()).by_light)
    for light, count in pairs:
        found[light or Light.NOT_ASSESSABLE] += count
    return Counts(found)


def _departments(session: Session, scope: Scope) -> tuple[DepartmentRow, ...]:
    """Leads in the order of the tree, with the lights of their targets."""
    found: dict[int, list[tuple[Light | None, int]]] = {}
    for lead, light, count in session.execute(_departments_query(scope.angle), scope.values):
        found.setdefault(lead, []).append((light, count))
    return tuple(
        DepartmentRow(unit.code, unit.name, _counts(found[unit.id])) for unit in scope.departments if unit.id in found
    )


@cache
def _departments_query(angle: Angle) -> Any:
    return (
        select(Target.lead_id, Assessment.light, func.count())
        .select_from(Target)
        .outerjoin(Assessment, and_(angle.kept(), Assessment.period == MONTH))
        .where(angle.watched)
        .group_by(Target.lead_id, Assessment.light)
    )


def _attention(session: Session, scope: Scope) -> tuple[Attention, ...]:
    """The reds, then the ambers; what their departments said stands beside the value the light rests on."""
    return tuple(_stands_out(row) for row in session.execute(_attention_query(scope.angle), scope.values))


@cache
def _attention_query(angle: Angle) -> Any:
    """The long texts are read for the rows shown only."""
    worst = _worst(angle).subquery()
    light = and_(
        Assessment.target_id == worst.c.id,
        Assessment.unit_id == worst.c.unit_id,
        Assessment.period == MONTH,
        Assessment.superseded_at.is_(None),
    )
    said = and_(
        Actual.indicator_id == worst.c.indicator_id,
        Actual.unit_id == worst.c.unit_id,
        Actual.period == Assessment.data_period,
        Actual.state == ActualState.APPROVED,
        Actual.superseded_at.is_(None),
    )
    told = (Actual.cause, Actual.measure, Actual.expected_on)
    shown = (Assessment.light, Assessment.reason, Assessment.data_period)
    return (
        select(worst.c.code, TargetVersion.name, OrgUnit.name, *shown, *told)
        .select_from(worst)
        .join(Assessment, light)
        .join(TargetVersion, and_(TargetVersion.target_id == worst.c.id, TargetVersion.superseded_at.is_(None)))
        .join(OrgUnit, OrgUnit.id == worst.c.lead_id)
        .outerjoin(Actual, said)
        .order_by(worst.c.rank, worst.c.position, worst.c.id)
    )


def _worst(angle: Angle) -> Any:
    rank = case((Assessment.light == Light.OFF_TRACK, 0), else_=1).label("rank")
    of_target = (Target.id, Target.code, Target.lead_id, Target.indicator_id, Target.position)
    return (
        select(*of_target, Assessment.unit_id, rank)
        .join(Assessment, and_(angle.kept(), Assessment.period == MONTH))
        .where(angle.watched, Assessment.light.in_((Light.OFF_TRACK, Light.BEHIND)))
        .order_by(rank, Target.position, Target.id)
        .limit(LISTED)
    )


def _stands_out(row: Any) -> Attention:
    code, name, lead, light, reason, data_period, cause, measure, expected_on = row
    period = Period.parse(data_period) if data_period else None
    return Attention(code, name, lead, light, reason, period, cause or "", measure or "", expected_on)


def _moved(session: Session, scope: Scope) -> tuple[Moved, ...]:
    """Targets whose light is better or worse than a month ago, the worse ones first."""
    rows = [
        Moved(code, name, lead, before, now, reason, change)
        for code, name, lead, before, now, reason in session.execute(_moved_query(scope.angle), scope.values)
        if (change := move(before, now)) is not None
    ]
    return tuple(sorted(rows, key=lambda each: each.move is not Move.WORSE))


@cache
def _moved_query(angle: Angle) -> Any:
    """Names and reasons are looked up for the rows that come out; the join itself needs an index only."""
    before, whole = aliased(Assessment), aliased(Assessment)
    name = (
        select(TargetVersion.name)
        .where(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None))
        .scalar_subquery()
    )
    lead = select(OrgUnit.name).where(OrgUnit.id == Target.lead_id).scalar_subquery()
    reason = (
        select(whole.reason)
        .where(
            whole.target_id == Assessment.target_id,
            whole.unit_id == Assessment.unit_id,
            whole.period == MONTH,
            whole.superseded_at.is_(None),
        )
        .scalar_subquery()
    )
    return (
        select(Target.code, name, lead, before.light, Assessment.light, reason)
        .select_from(Target)
        .join(Assessment, and_(angle.kept(), Assessment.period == MONTH))
        .join(before, and_(angle.kept(before), before.period == MONTH_BEFORE))
        .where(angle.watched, Assessment.light != before.light)
        .order_by(Target.position, Target.id)
    )


def _trend(session: Session, scope: Scope) -> tuple[TrendMonth, ...]:
    """The lights of up to twelve months, the one looked at the last; months without any are left out."""
    first = {"trend_first": str(scope.month.next(1 - TREND_MONTHS))}
    return _by_month(session.execute(_trend_query(scope.angle), scope.values | first).all())


@cache
def _trend_query(angle: Angle) -> Any:
    return (
        select(Assessment.period, Assessment.light, func.count())
        .select_from(Target)
        .join(Assessment, and_(angle.kept(), Assessment.period.between(bindparam("trend_first"), MONTH)))
        .where(angle.watched)
        .group_by(Assessment.period, Assessment.light)
    )


def _by_month(rows: Sequence[Any]) -> tuple[TrendMonth, ...]:
    found: dict[str, list[tuple[Light | None, int]]] = {}
    for period, light, count in rows:
        found.setdefault(period, []).append((light, count))
    return tuple(TrendMonth(Period.parse(period), _counts(found[period])) for period in sorted(found))
