"""Values that wait for a reviewer, each with what it would do to the lights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from kpi.accounts.records import Account
from kpi.accounts.rules import Person
from kpi.actuals.actions_cells import Desk, chunks, last_values, open_desk, period_of
from kpi.actuals.records import Actual
from kpi.actuals.rules import ActualState, Entry, IndicatorFacts, LastValue, SourceKind
from kpi.assessment.actions import previews
from kpi.assessment.actions_keeping import Judged
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, Observation
from kpi.catalog.records import Assignment, Indicator
from kpi.core.period import Period
from kpi.organisation.records import OrgUnit

CellKey = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Effect:
    """What approving does to one target: the light of that month now and then, with the reason of the new one."""

    target_id: int
    code: str
    name: str
    before: Light | None
    after: Light
    reason: str
    expected: Decimal | None
    target_value: Decimal | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A submitted value. `own`: the person looking entered or submitted it, so somebody else has to decide."""

    actual_id: int
    revision: int
    indicator_id: int
    unit_id: int
    code: str
    facts: IndicatorFacts
    unit_name: str
    period: Period
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    happened_on: date | None
    note: str
    jump_reason: str
    cause: str
    measure: str
    expected_on: date | None
    source_kind: SourceKind
    source: str
    entered_by: str
    submitted_by: str
    submitted_at: datetime | None
    own: bool
    last: LastValue | None
    in_force: Decimal | None
    effects: tuple[Effect, ...]

    @property
    def is_correction(self) -> bool:
        return self.in_force is not None


def rows_waiting(session: Session, by: Person, now: datetime, limit: int | None = None) -> list[WaitingRow]:
    """What waits for this reviewer, the longest waiting first. A dozen queries, however many rows."""
    found = session.execute(_query(by).limit(limit)).all()
    if not found:
        return []
    entries = [Entry(row.indicator_id, row.unit_id, period_of(row.period), value=row.value) for row in found]
    desk = open_desk(session, entries)
    lasts = last_values(desk, entries)
    effects = _effects(session, found, now)
    return [_row(desk, row, entry, lasts, effects, by) for row, entry in zip(found, entries, strict=True)]


def count_waiting(session: Session, by: Person) -> int:
    return session.scalar(select(func.count()).select_from(_query(by).order_by(None).subquery())) or 0


_entered, _submitted = aliased(Account), aliased(Account)


def _query(by: Person) -> Any:
    query = (
        select(
            *Actual.__table__.columns,
            Indicator.code,
            OrgUnit.name.label("unit_name"),
            _entered.name.label("entered_name"),
            _submitted.name.label("submitted_name"),
        )
        .join(Indicator, Indicator.id == Actual.indicator_id)
        .join(OrgUnit, OrgUnit.id == Actual.unit_id)
        .outerjoin(_entered, _entered.id == Actual.entered_by)
        .outerjoin(_submitted, _submitted.id == Actual.submitted_by)
        .where(Actual.state == ActualState.SUBMITTED, Actual.superseded_at.is_(None))
        .order_by(Actual.submitted_at, Actual.id)
    )
    return query if by.units is None else query.where(_within(by.units))


def _within(units: frozenset[int]) -> Any:
    reported_inside = exists().where(
        Assignment.indicator_id == Actual.indicator_id,
        Assignment.unit_id == Actual.unit_id,
        Assignment.reporter_id.in_(units),
    )
    return or_(Actual.unit_id.in_(units), reported_inside)


def _effects(session: Session, rows: Sequence[Row[Any]], now: datetime) -> dict[CellKey, list[Effect]]:
    values: dict[tuple[int, int], list[Observation]] = {}
    for row in rows:
        observation = Observation(period_of(row.period), row.value, row.numerator, row.denominator, row.happened_on)
        values.setdefault((row.indicator_id, row.unit_id), []).append(observation)
    judged = previews(session, values, now)
    before = _lights(session, [each for results in judged.values() for each in results])
    return {key: [_effect(each, before) for each in results] for key, results in judged.items()}


def _lights(session: Session, judged: Sequence[Judged]) -> dict[CellKey, Light]:
    """The kept light of each target, unit and month that is about to be judged anew."""
    found: dict[CellKey, Light] = {}
    months = {str(each.month) for each in judged}
    for part in chunks({each.target.target_id for each in judged}):
        query = select(Assessment.target_id, Assessment.unit_id, Assessment.period, Assessment.light).where(
            Assessment.target_id.in_(part), Assessment.period.in_(months), Assessment.superseded_at.is_(None)
        )
        found |= {(row.target_id, row.unit_id, row.period): row.light for row in session.execute(query)}
    return found


def _effect(each: Judged, before: dict[CellKey, Light]) -> Effect:
    return Effect(
        target_id=each.target.target_id,
        code=each.target.code,
        name=each.target.name,
        before=before.get((each.target.target_id, each.unit_id, str(each.month))),
        after=each.result.light,
        reason=each.result.reason,
        expected=each.result.expected,
        target_value=each.result.target,
    )


def _row(
    desk: Desk,
    row: Row[Any],
    entry: Entry,
    lasts: dict[CellKey, LastValue],
    effects: dict[CellKey, list[Effect]],
    by: Person,
) -> WaitingRow:
    approved = desk.cell(entry).approved
    return WaitingRow(
        actual_id=row.id,
        revision=row.revision,
        indicator_id=row.indicator_id,
        unit_id=row.unit_id,
        code=row.code,
        facts=desk.indicators[row.indicator_id],
        unit_name=row.unit_name,
        period=entry.period,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        happened_on=row.happened_on,
        note=row.note,
        jump_reason=row.jump_reason,
        cause=row.cause,
        measure=row.measure,
        expected_on=row.expected_on,
        source_kind=row.source_kind,
        source=row.source,
        entered_by=row.entered_name or "",
        submitted_by=row.submitted_name or "",
        submitted_at=row.submitted_at,
        own=by.account_id in (row.entered_by, row.submitted_by),
        last=lasts.get(entry.key),
        in_force=approved.value if approved is not None else None,
        effects=tuple(effects.get(entry.key, ())),
    )
