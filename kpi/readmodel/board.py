"""The overview for leadership: kept lights counted, what stands out, what is missing, what moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from kpi.actuals.records import Actual, ActualState
from kpi.assessment.records import Assessment, LightCount
from kpi.assessment.rules import Light, Reporting
from kpi.assessment.rules_rollup import Counts
from kpi.core.period import Period
from kpi.db.types import word
from kpi.organisation.records import OrgUnit
from kpi.readmodel.owed import MISSING, OwedCell, cells_owed, state_by_target
from kpi.readmodel.reasons import SAID, sentence_of
from kpi.readmodel.scope import MONTH, MONTH_BEFORE, Angle, Scope, Wanted, open_scope
from kpi.readmodel.waivers import Waived, waived
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
    """`missing` are targets by reporting state, `owed` the cells behind them, the most urgent first.

    `attention`, `moved` and `waived` list the first so many; `moves` counts all.
    """

    scope: Scope
    counts: Counts
    departments: tuple[DepartmentRow, ...]
    attention: tuple[Attention, ...]
    missing: dict[Reporting, int]
    owed: tuple[OwedCell, ...]
    moves: Mapping[Move, int]
    moved: tuple[Moved, ...]
    waived: tuple[Waived, ...]
    trend: tuple[TrendMonth, ...]

    @property
    def is_assessed(self) -> bool:
        """Whether the month has any light at all."""
        return any(month.month == self.scope.month for month in self.trend)


def overview(session: Session, wanted: Wanted, today: date) -> Board | None:
    """Everything the overview shows; None while there is no plan. Eight queries, however many targets, and one
    more where some are waived."""
    scope = open_scope(session, wanted, today)
    if scope is None:
        return None
    departments = _departments(session, scope)
    owed = cells_owed(session, scope, today, missing_only=True)
    states = Counter(cell.state for cell in state_by_target(owed).values())
    moves, moved = _moved(session, scope)
    counts = _together(row.counts for row in departments)
    return Board(
        scope=scope,
        counts=counts,
        departments=departments,
        attention=_attention(session, scope),
        missing={state: states[state] for state in MISSING},
        owed=tuple(sorted((cell for cell in owed if cell.state in MISSING), key=_urgency)),
        moves=moves,
        moved=moved,
        waived=waived(session, scope, LISTED) if counts.by_light[Light.WAIVED] else (),
        trend=_trend(session, scope),
    )


def _urgency(cell: OwedCell) -> tuple[int, date]:
    return MISSING.index(cell.state), cell.due_on


def _together(counts: Iterable[Counts]) -> Counts:
    total: Counter[Light] = Counter()
    for each in counts:
        total.update(each.by_light)
    return Counts({light: total[light] for light in Light})


def _counts(pairs: Iterable[tuple[Light, int]]) -> Counts:
    found = Counter(dict.fromkeys(Light, 0))
    for light, count in pairs:
        found[light] += count
    return Counts(found)


def _departments(session: Session, scope: Scope) -> tuple[DepartmentRow, ...]:
    """Leads in the order of the tree, with the lights of their targets; without a result one can not be assessed."""
    found: dict[int, list[tuple[Light, int]]] = {}
    for lead, light, count in session.execute(_departments_query(scope.angle), scope.values):
        found.setdefault(lead, []).append((light, count))
    return tuple(
        DepartmentRow(unit.code, unit.name, _counts(found[unit.id])) for unit in scope.departments if unit.id in found
    )


@cache
def _departments_query(angle: Angle) -> Any:
    """Counts of the roll-up, and beside them how many targets there are beyond those counted."""
    kept = (
        select(LightCount.lead_id, LightCount.light, func.sum(LightCount.count).label("n"))
        .where(angle.counted, LightCount.period == MONTH)
        .group_by(LightCount.lead_id, LightCount.light)
    )
    none = literal(Light.NOT_ASSESSABLE, word(Light))
    watched = select(Target.lead_id, none, func.count()).where(angle.watched).group_by(Target.lead_id)
    counted = (
        select(LightCount.lead_id, none, -func.sum(LightCount.count))
        .where(angle.counted, LightCount.period == MONTH)
        .group_by(LightCount.lead_id)
    )
    return union_all(kept, watched, counted)


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
    shown = (Assessment.light, *SAID, Assessment.data_period)
    return (
        select(worst.c.code, TargetVersion.name, OrgUnit.name.label("lead"), *shown, *told)
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
    period = Period.parse(row.data_period) if row.data_period else None
    said = (row.cause or "", row.measure or "", row.expected_on)
    return Attention(row.code, row.name, row.lead, row.light, sentence_of(row), period, *said)


def _moved(session: Session, scope: Scope) -> tuple[dict[Move, int], tuple[Moved, ...]]:
    """How many lights are worse or better than a month ago, and the first of them, the worse ones before."""
    rows = session.execute(_moved_query(scope.angle), scope.values).all()
    total, worse = (rows[0].total, rows[0].worse_total) if rows else (0, 0)
    listed = tuple(_moved_row(row) for row in rows)
    return {Move.WORSE: worse, Move.BETTER: total - worse}, listed


def _moved_row(row: Any) -> Moved:
    move = Move.WORSE if row.worse else Move.BETTER
    return Moved(row.code, row.name, row.lead, row.before, row.light, sentence_of(row), move)


@cache
def _moved_query(angle: Angle) -> Any:
    """Names and reasons are looked up for the rows listed only; the join itself needs an index only."""
    first = _first_moved(angle).subquery()
    light = and_(
        Assessment.target_id == first.c.id,
        Assessment.unit_id == first.c.unit_id,
        Assessment.period == MONTH,
        Assessment.superseded_at.is_(None),
    )
    return (
        select(first.c.code, TargetVersion.name, OrgUnit.name.label("lead"), first.c.before, Assessment.light, *SAID)
        .add_columns(first.c.worse, first.c.total, first.c.worse_total)
        .join(Assessment, light)
        .join(TargetVersion, and_(TargetVersion.target_id == first.c.id, TargetVersion.superseded_at.is_(None)))
        .join(OrgUnit, OrgUnit.id == first.c.lead_id)
        .order_by(first.c.worse.desc(), first.c.position, first.c.id)
    )


def _first_moved(angle: Angle) -> Any:
    before = aliased(Assessment)
    rank_before, rank = (case(_RANK, value=light.light) for light in (before, Assessment))
    worse = case((rank > rank_before, 1), else_=0).label("worse")
    totals = (func.count().over().label("total"), func.sum(worse).over().label("worse_total"))
    of_target = (Target.id, Target.code, Target.lead_id, Target.position)
    return (
        select(*of_target, Assessment.unit_id, before.light.label("before"), worse, *totals)
        .join(Assessment, and_(angle.kept(), Assessment.period == MONTH))
        .join(before, and_(angle.kept(before), before.period == MONTH_BEFORE))
        .where(angle.watched, rank != rank_before)
        .order_by(worse.desc(), Target.position, Target.id)
        .limit(LISTED)
    )


def _trend(session: Session, scope: Scope) -> tuple[TrendMonth, ...]:
    """The lights of up to twelve months, the one looked at the last; months without any are left out."""
    months = {"trend_months": [str(scope.month.next(-back)) for back in range(TREND_MONTHS)]}
    return _by_month(session.execute(_trend_query(scope.angle), scope.values | months).all())


@cache
def _trend_query(angle: Angle) -> Any:
    return (
        select(LightCount.period, LightCount.light, func.sum(LightCount.count))
        .where(angle.counted, LightCount.period.in_(bindparam("trend_months", expanding=True)))
        .group_by(LightCount.period, LightCount.light)
    )


def _by_month(rows: Sequence[Any]) -> tuple[TrendMonth, ...]:
    found: dict[str, list[tuple[Light, int]]] = {}
    for period, light, count in rows:
        found.setdefault(period, []).append((light, count))
    return tuple(TrendMonth(Period.parse(period), _counts(found[period])) for period in sorted(found))
