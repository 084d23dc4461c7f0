"""Reporting states beside the lights: what each target's reporters owe for the month looked at, as things stand today.

A state belongs to the latest period of the indicator's frequency that ended with the month or before it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, or_, select
from sqlalchemy.orm import Session

from kpi.actuals.records import Actual, ActualState
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Reporting
from kpi.catalog.records import Assignment, Indicator
from kpi.catalog.rules import RollUp, due_date
from kpi.core.period import Frequency, Period
from kpi.organisation.records import OrgUnit
from kpi.readmodel.rules_owed import reporting_of, span_of, within
from kpi.readmodel.scope import MONTH, REGION, Angle, Scope
from kpi.targets.records import Allocation, Target, TargetVersion

MISSING = (Reporting.OVERDUE, Reporting.RETURNED, Reporting.AWAITING, Reporting.SUBMITTED)
"""What a board lists as not reported, the most urgent first."""

_URGENT_FIRST = (*MISSING, Reporting.REPORTED, Reporting.NOT_DUE)


@dataclass(frozen=True, slots=True)
class OwedCell:
    """One value that a target waits for, and who owes it."""

    target_id: int
    code: str
    name: str
    reporter: str
    unit: str
    period: Period
    due_on: date
    state: Reporting


def last_period(frequency: Frequency, month: Period) -> Period:
    """The latest period that is over when the month is."""
    period = Period.containing(month.end, frequency)
    return period if period.end <= month.end else period.next(-1)


def cells_owed(session: Session, scope: Scope, today: date, *, missing_only: bool) -> list[OwedCell]:
    """Every cell behind the targets of the scope, or those alone that have no approved value. One query.

    What is owed and what not is said by `kpi.readmodel.rules_owed`.
    """
    periods = {frequency: last_period(frequency, scope.month) for frequency in Frequency}
    last = {f"last_{frequency}": str(period) for frequency, period in periods.items()}
    found = session.execute(_query(scope.angle, missing_only), scope.values | last)
    cells = (_cell(row, periods[row.frequency], scope.plan.ends_on, today) for row in found)
    return [cell for cell in cells if not missing_only or cell.state is not Reporting.REPORTED]


def state_by_target(cells: Collection[OwedCell]) -> dict[int, OwedCell]:
    """The most urgent cell of each target."""
    found: dict[int, OwedCell] = {}
    for cell in cells:
        other = found.get(cell.target_id)
        if other is None or _URGENT_FIRST.index(cell.state) < _URGENT_FIRST.index(other.state):
            found[cell.target_id] = cell
    return found


def _cell(row: Any, period: Period, plan_ends_on: date, today: date) -> OwedCell:
    span = within(span_of(row.target_starts_on, row.deadline, plan_ends_on), row.starts_on, row.ends_on)
    asked = span.asks_for(period)
    state = reporting_of(period, row.lag_days, today, row.state, asked=asked, light=row.light)
    due_on = due_date(period, row.lag_days)
    return OwedCell(row.target_id, row.code, row.name, row.reporter, row.unit, period, due_on, state)


_LAST = case({frequency: bindparam(f"last_{frequency}") for frequency in Frequency}, value=Indicator.frequency)
"""The latest period of each indicator that is over with the month."""


@cache
def _query(angle: Angle, missing_only: bool) -> Any:
    """Names and states are looked up for the rows that come out, which keeps the join small."""
    query = (
        select(
            Target.id.label("target_id"),
            Target.code,
            TargetVersion.name,
            Assignment.starts_on,
            Assignment.ends_on,
            TargetVersion.starts_on.label("target_starts_on"),
            TargetVersion.deadline,
            Indicator.frequency,
            Indicator.lag_days,
            Assessment.light,
            _state().label("state"),
            _name(Assignment.unit_id).label("unit"),
            _name(Assignment.reporter_id).label("reporter"),
        )
        .select_from(Target)
        .join(TargetVersion, and_(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None)))
        .join(Indicator, Indicator.id == Target.indicator_id)
        .join(Assignment, Assignment.indicator_id == Target.indicator_id)
        .outerjoin(Assessment, and_(angle.kept_whole(), Assessment.period == MONTH))
        .where(angle.watched, Indicator.active, reports_for_target())
        .order_by(Target.position, Target.id, Assignment.id)
    )
    if angle.by_region:
        query = query.where(Assignment.unit_id == REGION)
    if missing_only:
        # A whole that rests on the period owed says by itself that its values are in, those of the parts it is put
        # together from as well. Of units with lights beside its own it says nothing.
        waits = (Assessment.data_period.is_(None), Assessment.data_period != _LAST)
        beside = and_(Assignment.unit_id != Target.unit_id, Indicator.roll_up == RollUp.OWN)
        query = query.where(or_(*waits, beside))
    return query


def _name(unit_id: Any) -> Any:
    return select(OrgUnit.name).where(OrgUnit.id == unit_id).correlate(Assignment).scalar_subquery()


def _state() -> Any:
    """Of the cell owed: an approved value is reported, whatever correction waits beside it."""
    return (
        select(Actual.state)
        .where(
            Actual.indicator_id == Assignment.indicator_id,
            Actual.unit_id == Assignment.unit_id,
            Actual.period == _LAST,
            Actual.superseded_at.is_(None),
        )
        .order_by(case((Actual.state == ActualState.APPROVED, 0), else_=1))
        .limit(1)
        .correlate(Assignment, Indicator)
        .scalar_subquery()
    )


def reports_for_target() -> ColumnElement[bool]:
    """Which assignments a target gives a reason to: of the units that it was handed to, and of its own unit unless
    its value is put together from theirs."""
    shares = exists().where(Allocation.target_id == Target.id, Allocation.superseded_at.is_(None))
    own = and_(Assignment.unit_id == Target.unit_id, or_(Indicator.roll_up == RollUp.OWN, ~shares))
    return or_(own, shares.where(Allocation.unit_id == Assignment.unit_id))
