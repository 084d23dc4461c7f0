"""The demonstration year as it went: who entered, returned, approved and corrected what, each on its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.rules import Person
from kpi.actuals.records import Actual
from kpi.actuals.rules import ActualState, SourceKind
from kpi.actuals.rules_rows import IncomingRow
from kpi.catalog.records import Indicator
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.errors import BadInput
from kpi.core.period import Period
from kpi.operations import actions as operations
from kpi.operations.seeding_data import DemoTarget, Explanation, Reported, Series
from kpi.organisation.records import OrgUnit

ENTERED = time(9, 30)
GIVEN_BACK = time(15, 0)
DECIDED = time(16, 0)
ENTRY_DAY = 5
DAYS_TO_DECIDE = timedelta(days=2)


class Verb(IntEnum):
    """What was done to a value; of one instant, in this order."""

    SAVE = 1
    SUBMIT = 2
    RETURN = 3
    APPROVE = 4


@dataclass(frozen=True)
class Deed:
    """One thing done to one cell at one instant. `row` is what was entered; `unit` the code of where it belongs."""

    at: datetime
    verb: Verb
    reporter: str
    indicator: str
    unit: str
    period: Period
    row: IncomingRow | None = None
    reason: str = ""


def at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, BUSINESS_ZONE)


def entry_day(period: Period) -> date:
    """The 5th of the month after a period, or the Monday after it."""
    day = (period.end + timedelta(days=1)).replace(day=ENTRY_DAY)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)


def deeds_of(target: DemoTarget, region: str) -> Iterator[Deed]:
    """Everything that happened to the values of one target, in no order."""
    for series in target.series:
        for reported in series.reported:
            is_last = reported is series.reported[-1]
            state = target.last if is_last else ActualState.APPROVED
            yield from _life(_Cell(target, series, region), reported, state)
    if target.history:
        cell = _Cell(target, Series(target.history.reported), region)
        for reported in target.history.reported:
            yield from _caught_up(cell, reported, target.history.entered)


def _caught_up(cell: _Cell, reported: Reported, day: date) -> Iterator[Deed]:
    """A value of a former year, entered with all the others."""
    yield cell.entry(at(day, ENTERED), Verb.SUBMIT, reported)
    yield cell.deed(at(day + DAYS_TO_DECIDE, DECIDED), Verb.APPROVE, reported.period)


@dataclass(frozen=True)
class _Cell:
    target: DemoTarget
    series: Series
    region: str

    @property
    def unit(self) -> str:
        return self.series.unit or self.region

    @property
    def reporter(self) -> str:
        return self.series.unit or self.target.lead

    def deed(self, when: datetime, verb: Verb, period: Period, reason: str = "") -> Deed:
        return Deed(when, verb, self.reporter, self.target.code, self.unit, period, reason=reason)

    def entry(self, when: datetime, verb: Verb, reported: Reported, note: str = "") -> Deed:
        row = self._row(reported, note)
        return Deed(when, verb, self.reporter, self.target.code, self.unit, reported.period, row)

    def _row(self, reported: Reported, note: str) -> IncomingRow:
        said = self._explanation(reported.period)
        return IncomingRow(
            row=1,
            indicator=self.target.code,
            unit=self.unit,
            period=str(reported.period),
            value=reported.value,
            numerator=reported.numerator,
            denominator=reported.denominator,
            happened_on=reported.happened_on,
            note=note,
            jump_reason=self.target.jumps.get(str(reported.period), ""),
            cause=said.cause if said else "",
            measure=said.measure if said else "",
            expected_on=said.expected_on if said else None,
        )

    def _explanation(self, period: Period) -> Explanation | None:
        return next(
            (e for e in self.target.explanations if e.unit == self.series.unit and e.first <= period <= e.last), None
        )


def _life(cell: _Cell, reported: Reported, state: ActualState) -> Iterator[Deed]:
    key = str(reported.period)
    target, period = cell.target, reported.period
    day = target.late.get(key, entry_day(period))
    decided = at(day if key in target.late else day + DAYS_TO_DECIDE, DECIDED)
    if state is ActualState.DRAFT:
        yield cell.entry(at(day, ENTERED), Verb.SAVE, reported)
        return
    returned, revised = target.returned.get(key), target.revised.get(key)
    if returned:
        yield cell.entry(at(day, ENTERED), Verb.SUBMIT, returned.first)
        yield cell.deed(at(day, GIVEN_BACK), Verb.RETURN, period, returned.reason)
        day += timedelta(days=1)
    first = revised.first if revised else reported
    yield cell.entry(at(day, ENTERED), Verb.SUBMIT, first)
    if state is ActualState.RETURNED:
        yield cell.deed(decided, Verb.RETURN, period, target.return_reason)
    elif state is ActualState.APPROVED:
        yield cell.deed(decided, Verb.APPROVE, period)
    if revised and revised.on:
        yield cell.entry(at(revised.on, ENTERED), Verb.SUBMIT, reported, revised.reason)
        yield cell.deed(at(revised.on + DAYS_TO_DECIDE, DECIDED), Verb.APPROVE, period)


def replay(
    session: Session, deeds: Iterable[Deed], officers: Mapping[str, Person], reviewer: Person
) -> datetime | None:
    """Do it all again in order, each batch with the clock of its day: `officers` by the code of who reports.

    Returns the instant of the last deed.
    """

    def batch_of(deed: Deed) -> tuple[datetime, Verb, str]:
        """Entered by one person, or decided for one reason, at one time."""
        entered = deed.verb in (Verb.SAVE, Verb.SUBMIT)
        return deed.at, deed.verb, officers[deed.reporter].login if entered else deed.reason

    when = None
    for (when, verb, _), batch in groupby(sorted(deeds, key=batch_of), key=batch_of):
        done = list(batch)
        if verb in (Verb.SAVE, Verb.SUBMIT):
            _enter(session, done, officers[done[0].reporter], when, verb)
        else:
            _decide(session, done, reviewer, when, verb)
    return when


def _enter(session: Session, deeds: Sequence[Deed], officer: Person, when: datetime, verb: Verb) -> None:
    done = operations.import_rows(
        session,
        [replace(deed.row, row=number) for number, deed in enumerate(deeds, 1) if deed.row is not None],
        by=officer,
        now=when,
        to=ActualState.SUBMITTED if verb is Verb.SUBMIT else ActualState.DRAFT,
        source_kind=SourceKind.MANUAL,
    )
    if done.problems:
        cells = [f"{deed.indicator} {deed.unit} {deed.period}" for deed in deeds]
        raise BadInput.of(*(replace(p, field=f"{cells[(p.row or 1) - 1]} {p.field}") for p in done.problems))


def _decide(session: Session, deeds: Sequence[Deed], reviewer: Person, when: datetime, verb: Verb) -> None:
    wanted = {(deed.indicator, deed.unit, str(deed.period)) for deed in deeds}
    rows = session.execute(
        select(Actual.id, Actual.revision, Indicator.code, OrgUnit.code, Actual.period)
        .join(Indicator, Indicator.id == Actual.indicator_id)
        .join(OrgUnit, OrgUnit.id == Actual.unit_id)
        .where(Actual.state == ActualState.SUBMITTED, Actual.superseded_at.is_(None))
    )
    items = [(actual_id, revision) for actual_id, revision, *key in rows if tuple(key) in wanted]
    if verb is Verb.APPROVE:
        operations.approve(session, items, by=reviewer, now=when)
    else:
        operations.return_(session, items, reason=deeds[0].reason, by=reviewer, now=when)
