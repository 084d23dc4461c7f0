"""What stands in the cells that are about to be written, and what their series and reporters are: read at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from kpi.actuals.records import Actual
from kpi.actuals.rules import USUAL_JUMP, ActualState, Entry, IndicatorFacts, LastValue
from kpi.catalog.records import Assignment, Indicator
from kpi.core.period import Period
from kpi.db.bulk import read_rows
from kpi.organisation.records import OrgUnit

CHUNK = 500
_LOOK_BACK = timedelta(days=400)
_LONGEST_MONTH, _DAY = timedelta(days=31), timedelta(days=1)

SeriesKey = tuple[int, int]
AnyRow = Row[*tuple[Any, ...]]
ActualRow = AnyRow

VALUE_FIELDS = ("value", "numerator", "denominator", "happened_on")
WORD_FIELDS = ("note", "jump_reason", "cause", "measure", "expected_on")
ENTRY_FIELDS = (*VALUE_FIELDS, *WORD_FIELDS)

_COLUMNS = (
    Actual.id,
    Actual.indicator_id,
    Actual.unit_id,
    Actual.period,
    Actual.period_end,
    Actual.version,
    Actual.revision,
    Actual.state,
    *(getattr(Actual, name) for name in ENTRY_FIELDS),
    Actual.source_kind,
    Actual.source,
    Actual.entered_by,
    Actual.submitted_by,
    Actual.recorded_at,
    Actual.return_reason,
)


@lru_cache(maxsize=4096)
def period_of(written: str) -> Period:
    return Period.parse(written)


@dataclass(slots=True)
class Cell:
    """Both versions that may stand in a cell: the approved one in force, and the open one beside it."""

    approved: ActualRow | None = None
    open: ActualRow | None = None

    @property
    def newest(self) -> ActualRow | None:
        return self.open or self.approved

    @property
    def revision(self) -> int | None:
        """What a writer must have seen; None for an empty cell."""
        return self.newest.revision if self.newest else None


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody owes the value of a unit between two days."""

    reporter_id: int
    starts_on: date
    ends_on: date

    def covers(self, period: Period) -> bool:
        return self.starts_on <= period.end and period.start <= self.ends_on


@dataclass
class Desk:
    """Everything that checking and writing a batch of entries needs to know.

    `series` holds the cells from the earliest to the latest period of the batch, `before` the last value ahead of it.
    """

    indicators: dict[int, IndicatorFacts] = field(default_factory=dict)
    duties: dict[SeriesKey, list[Duty]] = field(default_factory=dict)
    unit_names: dict[int, str] = field(default_factory=dict)
    series: dict[SeriesKey, dict[str, Cell]] = field(default_factory=dict)
    before: dict[SeriesKey, LastValue] = field(default_factory=dict)

    def cell(self, entry: Entry) -> Cell:
        return self.series.get(entry.key[:2], {}).get(entry.key[2]) or Cell()

    def title(self, indicator_id: int, unit_id: int, period: str) -> str:
        """How the trail names a cell."""
        facts = self.indicators.get(indicator_id)
        return f"{facts.name if facts else ''} {self.unit_names.get(unit_id, '')} {period}".strip()


def chunks(ids: Collection[int], size: int = CHUNK) -> Iterator[list[int]]:
    """Lists short enough for one IN (…), in order."""
    ordered = sorted(ids)
    return (ordered[i : i + size] for i in range(0, len(ordered), size))


def open_desk(session: Session, entries: Collection[Entry], *, ahead: bool = True) -> Desk:
    """Four or five queries for any number of entries (per few hundred indicators).

    `ahead`: with the last values before them, for whoever checks new ones.
    """
    desk = Desk()
    units = {entry.unit_id for entry in entries}
    ends = {entry.period.end for entry in entries}
    wanted: dict[int, set[int]] = {}
    for entry in entries:
        wanted.setdefault(entry.indicator_id, set()).add(entry.unit_id)
    for part in chunks(wanted):
        _load_indicators(session, desk, part)
        _load_duties(session, desk, part, units)
        _load_series(session, desk, part, units, min(ends), max(ends))
        if ahead:
            _load_before(session, desk, {indicator: wanted[indicator] for indicator in part}, min(ends))
    return desk


def _load_indicators(session: Session, desk: Desk, ids: list[int]) -> None:
    for row in read_rows(session, _INDICATORS, {"ids": ids}):
        desk.indicators[row.id] = facts_of(row)


_INDICATOR_COLUMNS = (
    Indicator.id,
    Indicator.name,
    Indicator.kind,
    Indicator.unit,
    Indicator.frequency,
    Indicator.accumulates,
    Indicator.has_parts,
    Indicator.scale,
    Indicator.smallest,
    Indicator.largest,
    Indicator.places,
    Indicator.year_start_month,
    Indicator.jump_percent,
)
_IDS: Any = bindparam("ids", expanding=True)
_UNITS: Any = bindparam("units", expanding=True)
_INDICATORS = select(*_INDICATOR_COLUMNS).where(Indicator.id.in_(_IDS))
"""Queries are built once: for a single value that takes longer than running them."""


def facts_of(indicator: Indicator | AnyRow) -> IndicatorFacts:
    """An indicator as the checks see it."""
    return IndicatorFacts(
        name=indicator.name,
        kind=indicator.kind,
        unit=indicator.unit,
        frequency=indicator.frequency,
        accumulates=indicator.accumulates,
        has_parts=indicator.has_parts,
        scale=indicator.scale,
        smallest=indicator.smallest,
        largest=indicator.largest,
        places=indicator.places,
        year_start_month=indicator.year_start_month,
        jump_percent=USUAL_JUMP if indicator.jump_percent is None else indicator.jump_percent,
    )


def _load_duties(session: Session, desk: Desk, indicators: list[int], units: set[int]) -> None:
    narrow = len(units) <= CHUNK
    values = {"ids": indicators, "units": sorted(units) if narrow else []}
    found = read_rows(session, _duties_query(narrow), values)
    for indicator_id, unit_id, reporter_id, starts_on, ends_on, name in found:
        desk.duties.setdefault((indicator_id, unit_id), []).append(Duty(reporter_id, starts_on, ends_on))
        desk.unit_names[unit_id] = name


@cache
def _duties_query(narrow: bool) -> Any:
    query = (
        select(
            Assignment.indicator_id,
            Assignment.unit_id,
            Assignment.reporter_id,
            Assignment.starts_on,
            Assignment.ends_on,
            OrgUnit.name,
        )
        .join(OrgUnit, OrgUnit.id == Assignment.unit_id)
        .where(Assignment.indicator_id.in_(_IDS))
    )
    return query.where(Assignment.unit_id.in_(_UNITS)) if narrow else query


def _load_series(session: Session, desk: Desk, indicators: list[int], units: set[int], first: date, last: date) -> None:
    narrow = len(units) <= CHUNK
    values = {"ids": indicators, "units": sorted(units) if narrow else [], "first": first, "last": last}
    for row in read_rows(session, _series_query(_COLUMNS, narrow), values):
        cells = desk.series.setdefault((row.indicator_id, row.unit_id), {})
        cell = cells.setdefault(row.period, Cell())
        if row.state is ActualState.APPROVED:
            cell.approved = row
        else:
            cell.open = row


def _load_before(session: Session, desk: Desk, wanted: Mapping[int, set[int]], first: date) -> None:
    """Nearly always the value of the period just before; further back is looked for those that skipped it."""
    longest = max((desk.indicators[i].frequency.months for i in wanted if i in desk.indicators), default=1)
    since, last = first - longest * _LONGEST_MONTH, first - _DAY
    _look_before(session, desk, wanted, since, last)
    silent = {i: {unit for unit in units if (i, unit) not in desk.before} for i, units in wanted.items()}
    silent = {i: units for i, units in silent.items() if units}
    if silent:
        _look_before(session, desk, silent, first - _LOOK_BACK, since - _DAY)


def _look_before(session: Session, desk: Desk, wanted: Mapping[int, set[int]], first: date, last: date) -> None:
    units = set().union(*wanted.values())
    narrow = len(units) <= CHUNK
    values = {"ids": sorted(wanted), "units": sorted(units) if narrow else [], "first": first, "last": last}
    standing: dict[SeriesKey, dict[str, Decimal | None]] = {}
    for indicator_id, unit_id, period, state, value in read_rows(session, _series_query(_STANDING, narrow), values):
        stands = standing.setdefault((indicator_id, unit_id), {})
        # The approved value first. Drafts and returned values are nobody's word yet.
        if state is ActualState.APPROVED or (state is ActualState.SUBMITTED and period not in stands):
            stands[period] = value
    for key, stands in standing.items():
        found = [LastValue(period_of(period), value) for period, value in stands.items() if value is not None]
        if found:
            desk.before[key] = max(found, key=lambda each: each.period.end)


_STANDING = (Actual.indicator_id, Actual.unit_id, Actual.period, Actual.state, Actual.value)


@cache
def _series_query(columns: tuple[Any, ...], narrow: bool) -> Any:
    query = select(*columns).where(
        Actual.indicator_id.in_(_IDS),
        Actual.superseded_at.is_(None),
        Actual.period_end.between(bindparam("first"), bindparam("last")),
    )
    return query.where(Actual.unit_id.in_(_UNITS)) if narrow else query


def last_values(desk: Desk, entries: Iterable[Entry]) -> dict[tuple[int, int, str], LastValue]:
    """For each entry the latest value of an earlier period: in the same batch, or what stands (approved first).

    Drafts and returned values are nobody's word yet.
    """
    wanted: dict[SeriesKey, list[Entry]] = {}
    for entry in entries:
        wanted.setdefault((entry.indicator_id, entry.unit_id), []).append(entry)
    found = {}
    for key, batch in wanted.items():
        known = _known(desk, key, batch)
        ends = [value.period.end for value in known]
        for entry in batch:
            place = bisect_left(ends, entry.period.end)
            if place:
                found[entry.key] = known[place - 1]
    return found


def _known(desk: Desk, key: SeriesKey, batch: Iterable[Entry]) -> list[LastValue]:
    """The values of a series as they will stand, by the end of their period; one for a period."""
    before = desk.before.get(key)
    known = {before.period.written: before} if before is not None else {}
    for written, cell in desk.series.get(key, {}).items():
        row = cell.approved or cell.open
        if row is None or row.value is None or row.state in (ActualState.DRAFT, ActualState.RETURNED):
            continue
        known[written] = LastValue(period_of(written), row.value)
    known |= {entry.key[2]: LastValue(entry.period, entry.value) for entry in batch if entry.value is not None}
    return sorted(known.values(), key=lambda value: value.period.end)
