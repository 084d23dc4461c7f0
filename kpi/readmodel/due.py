"""What is owed: the rows of the entry page, of the template and of reminders. Only plans that are watched count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, select
from sqlalchemy.orm import Session, aliased

from kpi.accounts.rules import Person
from kpi.actuals.actions_cells import ActualRow, Cell, Desk, chunks, last_values, open_desk
from kpi.actuals.rules import ActualState, Entry, IndicatorFacts, LastValue
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, Reporting
from kpi.catalog.records import Assignment, Indicator
from kpi.catalog.rules import due_date, periods_owed
from kpi.core.period import Period
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.db.bulk import read_rows
from kpi.organisation.records import OrgUnit
from kpi.readmodel.owed import reports_for_target
from kpi.readmodel.rules_owed import Span, reporting_of, span_of, within
from kpi.targets.records import Plan, PlanState, Target, TargetState, TargetVersion


class DueState(StrEnum):
    """What the officer has to do about a cell; a draft is a step further than nothing, but still owed."""

    OVERDUE = "overdue"
    RETURNED = "returned"
    AWAITING = "awaiting"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REPORTED = "reported"
    NOT_DUE = "not_due"

    @property
    def label(self) -> str:
        return {
            "overdue": t("逾期"),
            "returned": t("已退回"),
            "awaiting": t("待报"),
            "draft": t("草稿"),
            "submitted": t("待审"),
            "reported": t("已报"),
            "not_due": t("未到报送期"),
        }[self.value]

    @property
    def is_owed(self) -> bool:
        """Whether the officer has something to do now."""
        return self in (DueState.OVERDUE, DueState.RETURNED, DueState.AWAITING, DueState.DRAFT)


@dataclass(frozen=True, slots=True)
class Duty:
    """An assignment that a watched target of an active plan gives a reason to, with the targets that live on it."""

    assignment_id: int
    indicator_id: int
    unit_id: int
    reporter_id: int
    code: str
    unit_code: str
    unit_name: str
    reporter_name: str
    lag_days: int
    periods: tuple[Period, ...]
    targets: tuple[tuple[int, str], ...]
    spans: Mapping[int, Span]
    stages: Decimal
    numerator: str
    denominator: str

    def asked_by(self, period: Period) -> list[int]:
        """The targets that ask for a value of this period."""
        return [target_id for target_id, span in self.spans.items() if span.asks_for(period)]


@dataclass(frozen=True, slots=True)
class DueRow:
    """One cell that a department owes or may correct: what stands there and what stood before.

    `is_done`: every target that asks for it is achieved. `late`: the day it was due has passed and nothing is with the
    reviewer; a draft or a returned value stays late.
    """

    duty: Duty
    facts: IndicatorFacts
    period: Period
    due_on: date
    state: DueState
    reporting: Reporting
    is_done: bool
    late: bool
    last: LastValue | None
    cell: Cell

    @property
    def key(self) -> str:
        """How pages name the cell: indicator.unit.period."""
        return f"{self.duty.indicator_id}.{self.duty.unit_id}.{self.period}"

    @property
    def shown(self) -> ActualRow | None:
        """What stands in the cell as its writer sees it: the open version, else the approved one."""
        return self.cell.newest

    @property
    def in_force(self) -> Decimal | None:
        """The approved value that a correction would replace."""
        return self.cell.approved.value if self.cell.approved is not None else None

    @property
    def return_reason(self) -> str:
        open_row = self.cell.open
        return open_row.return_reason if open_row is not None and open_row.state is ActualState.RETURNED else ""

    def days_left(self, today: date) -> int:
        """Days until it is late; negative when it is."""
        return (self.due_on - today).days


def rows_due(
    session: Session,
    by: Person,
    today: date,
    month: Period,
    *,
    reporter_id: int | None = None,
    earlier: bool = True,
) -> list[DueRow]:
    """What the department (or everybody in the person's scope) owes for the periods that end in `month`, and what
    it still owes for `earlier` ones; sorted by the day it is due. Five queries, however many rows."""
    duties = duties_of(session, by, month.end, reporter_id=reporter_id)
    wanted = [(duty, period) for duty in duties for period in duty.periods if earlier or period.last_month == month]
    rows = _rows(session, wanted, today)
    kept = [row for row in rows if row.period.last_month == month or _still_open(row)]
    return sorted(kept, key=lambda row: (row.due_on, row.duty.code, row.duty.unit_id, row.period))


def rows_of(session: Session, by: Person, today: date, cells: Collection[str]) -> list[DueRow]:
    """The rows of certain cells, named as `DueRow.key` does, in the order asked for; others' cells are left out."""
    asked = {key: index for index, key in enumerate(cells)}
    last = max((Period.parse(key.rpartition(".")[2]).end for key in asked), default=today)
    wanted = [(duty, period) for duty in duties_of(session, by, last) for period in duty.periods]
    named = [(d, p) for d, p in wanted if f"{d.indicator_id}.{d.unit_id}.{p}" in asked]
    return sorted(_rows(session, named, today), key=lambda row: asked[row.key])


def _still_open(row: DueRow) -> bool:
    return row.state.is_owed or row.state is DueState.SUBMITTED


def count_states(rows: Iterable[DueRow]) -> Counter[DueState]:
    return Counter(row.state for row in rows)


def reporters(session: Session, by: Person) -> list[tuple[int, str]]:
    """The departments in this person's scope that owe anything at all: (id, name), in the order of the tree."""
    query = (
        select(OrgUnit.id, OrgUnit.name)
        .where(exists().where(Assignment.reporter_id == OrgUnit.id))
        .order_by(OrgUnit.position, OrgUnit.id)
    )
    if by.units is not None:
        query = query.where(OrgUnit.id.in_(by.units))
    return [(row.id, row.name) for row in session.execute(query)]


def duties_of(session: Session, by: Person, until: date, *, reporter_id: int | None = None) -> list[Duty]:
    """Who owes which periods up to `until`, within the person's scope. One query."""
    found: dict[int, list[Row[Any]]] = {}
    for row in session.execute(_duties_query(by, reporter_id)):
        found.setdefault(row.assignment_id, []).append(row)
    return [duty for rows in found.values() if (duty := _duty(rows, until)).periods]


def _duties_query(by: Person, reporter_id: int | None) -> Any:
    unit, reporter = aliased(OrgUnit), aliased(OrgUnit)
    query = (
        select(
            Assignment.id.label("assignment_id"),
            Assignment.starts_on,
            Assignment.ends_on,
            Assignment.unit_id,
            Assignment.reporter_id,
            unit.code.label("unit_code"),
            unit.name.label("unit_name"),
            reporter.name.label("reporter_name"),
            Indicator.id.label("indicator_id"),
            Indicator.code,
            Indicator.frequency,
            Indicator.lag_days,
            Indicator.numerator,
            Indicator.denominator,
            Target.id.label("target_id"),
            TargetVersion.name.label("target_name"),
            TargetVersion.starts_on.label("target_starts_on"),
            TargetVersion.value.label("target_value"),
            Plan.ends_on.label("plan_ends_on"),
            TargetVersion.deadline,
        )
        .join(Indicator, Indicator.id == Assignment.indicator_id)
        .join(unit, unit.id == Assignment.unit_id)
        .join(reporter, reporter.id == Assignment.reporter_id)
        .join(Target, Target.indicator_id == Indicator.id)
        .join(TargetVersion, and_(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None)))
        .join(Plan, Plan.id == Target.plan_id)
        .where(
            Indicator.active,
            Plan.state == PlanState.ACTIVE,
            Target.state == TargetState.WATCHED,
            reports_for_target(),
        )
        .order_by(Indicator.code, Assignment.id, Target.id)
    )
    if reporter_id is not None:
        query = query.where(Assignment.reporter_id == reporter_id)
    if by.units is not None:
        query = query.where(Assignment.reporter_id.in_(by.units))
    return query


def _duty(rows: Sequence[Row[Any]], until: date) -> Duty:
    first = rows[0]
    return Duty(
        assignment_id=first.assignment_id,
        indicator_id=first.indicator_id,
        unit_id=first.unit_id,
        reporter_id=first.reporter_id,
        code=first.code,
        unit_code=first.unit_code,
        unit_name=first.unit_name,
        reporter_name=first.reporter_name,
        lag_days=first.lag_days,
        periods=tuple(sorted({period for row in rows for period in _periods(row, until)})),
        targets=tuple((row.target_id, row.target_name) for row in rows),
        spans={row.target_id: _span(row) for row in rows},
        stages=max(row.target_value or Decimal(1) for row in rows),
        numerator=first.numerator,
        denominator=first.denominator,
    )


def _span(row: Row[Any]) -> Span:
    return within(span_of(row.target_starts_on, row.deadline, row.plan_ends_on), row.starts_on, row.ends_on)


def _periods(row: Row[Any], until: date) -> Iterator[Period]:
    span = _span(row)
    owed = periods_owed(row.frequency, span.begins, span.ends)
    return (period for period in owed if period.end <= until)


def _rows(session: Session, wanted: Sequence[tuple[Duty, Period]], today: date) -> list[DueRow]:
    if not wanted:
        return []
    entries = [Entry(duty.indicator_id, duty.unit_id, period) for duty, period in wanted]
    desk = open_desk(session, entries)
    lasts = last_values(desk, entries)
    done = _achieved(session, {target_id for duty, _ in wanted for target_id in duty.spans})
    # A cell that two departments may fill is one row: later duties first, so that the earliest stays.
    duties = {entry.key: (duty, entry) for (duty, _), entry in reversed(list(zip(wanted, entries, strict=True)))}
    rows = [_row(desk, duty, entry, lasts, done, today) for duty, entry in reversed(duties.values())]
    return [row for row in rows if not _is_done_with(row)]


def _achieved(session: Session, target_ids: Collection[int]) -> set[tuple[int, str]]:
    """Targets and months in which they are achieved as a whole."""
    found: set[tuple[int, str]] = set()
    for part in chunks(target_ids):
        found.update((target_id, month) for target_id, month in read_rows(session, _ACHIEVED, {"ids": part}))
    return found


_ACHIEVED = (
    select(Assessment.target_id, Assessment.period)
    .join(Target, and_(Target.id == Assessment.target_id, Target.unit_id == Assessment.unit_id))
    .where(
        Assessment.target_id.in_(bindparam("ids", expanding=True)),
        Assessment.superseded_at.is_(None),
        Assessment.light == Light.ACHIEVED,
    )
)


def _is_done_with(row: DueRow) -> bool:
    """A milestone that was reached is not reported again; of other things there may be more to tell."""
    return row.facts.kind is Kind.MILESTONE and row.is_done and row.shown is None


def _row(
    desk: Desk,
    duty: Duty,
    entry: Entry,
    lasts: dict[tuple[int, int, str], LastValue],
    done: set[tuple[int, str]],
    today: date,
) -> DueRow:
    cell, period = desk.cell(entry), entry.period
    is_done = all((target_id, str(period.last_month)) in done for target_id in duty.asked_by(period))
    # An approved value is reported, whatever correction waits beside it.
    shown = cell.approved or cell.open
    light = Light.ACHIEVED if is_done else None
    reporting = reporting_of(period, duty.lag_days, today, shown.state if shown else None, asked=True, light=light)
    due_on, state = due_date(period, duty.lag_days), _state(cell, reporting)
    return DueRow(
        duty=duty,
        facts=desk.indicators[entry.indicator_id],
        period=period,
        due_on=due_on,
        state=state,
        reporting=reporting,
        is_done=is_done,
        late=state.is_owed and cell.approved is None and today > due_on,
        last=lasts.get(entry.key),
        cell=cell,
    )


def _state(cell: Cell, reporting: Reporting) -> DueState:
    """The open version says what its writer has to do, else what is owed by the calendar."""
    if cell.open is not None:
        return DueState(cell.open.state.value)
    return DueState(reporting.value)
