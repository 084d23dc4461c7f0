"""What is owed: the rows of the entry page, of the template and of reminders. Only plans that are watched count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, and_, exists, not_, or_, select
from sqlalchemy.orm import Session, aliased

from kpi.accounts.rules import Person
from kpi.actuals.actions_cells import ActualRow, Cell, Desk, last_values, open_desk
from kpi.actuals.rules import ActualState, Entry, IndicatorFacts, LastValue
from kpi.assessment.actions_facts import Watched, load
from kpi.assessment.rules import Reporting, reporting_state
from kpi.assessment.rules_numbers import rounded, show_target
from kpi.catalog.records import Assignment, Indicator
from kpi.catalog.rules import RollUp, due_date, periods_owed
from kpi.core.period import Period
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Allocation, Plan, PlanState, Target, TargetState, TargetVersion
from kpi.targets.rules_curve import expected_at


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
    stages: Decimal
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class DueRow:
    """One cell that a department owes or may correct: what stands there and what stood before.

    `late`: the day it was due has passed and nothing is with the reviewer; a draft or a returned value stays late.
    """

    duty: Duty
    facts: IndicatorFacts
    period: Period
    due_on: date
    state: DueState
    reporting: Reporting
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
    it still owes for `earlier` ones; sorted by the day it is due. Four queries, however many rows."""
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


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one target expects of a cell: the amount due by the end of its period (None: no curve), and the demand."""

    target_id: int
    code: str
    name: str
    expected: Decimal | None
    demand: str
    deadline: date


def expectations(session: Session, rows: Iterable[DueRow]) -> dict[str, list[Expectation]]:
    """What the targets behind these rows expect, by the key of the row. Five queries."""
    rows = list(rows)
    material = load(session, {target_id for row in rows for target_id, _ in row.duty.targets})
    watched = {target.target_id: target for target in material.watched}
    found: dict[str, list[Expectation]] = {}
    for row in rows:
        targets = [watched[target_id] for target_id, _ in row.duty.targets if target_id in watched]
        found[row.key] = [_expectation(target, row) for target in targets if row.duty.unit_id in target.units]
    return found


def _expectation(target: Watched, row: DueRow) -> Expectation:
    facts = target.facts_for(row.duty.unit_id)
    due = expected_at(facts.curve, row.period.end) if facts.curve is not None else None
    shown = None if due is None else rounded(facts, due, facts.shown_places)
    return Expectation(
        target.target_id, target.code, target.name, shown, show_target(facts, facts.shown_places), facts.deadline
    )


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
    handed_down = exists().where(Allocation.target_id == Target.id, Allocation.superseded_at.is_(None))
    # What is put together from its parts is reported by the parts, not for the whole.
    rolled_up = and_(Indicator.roll_up != RollUp.OWN, handed_down)
    for_whole = and_(Target.unit_id == Assignment.unit_id, not_(rolled_up))
    for_part = handed_down.where(Allocation.unit_id == Assignment.unit_id)
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
            Indicator.year_start_month,
            Indicator.numerator,
            Indicator.denominator,
            Target.id.label("target_id"),
            TargetVersion.name.label("target_name"),
            TargetVersion.value.label("target_value"),
            TargetVersion.starts_on.label("target_starts_on"),
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
            or_(for_whole, for_part),
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
        stages=max(row.target_value or Decimal(1) for row in rows),
        numerator=first.numerator,
        denominator=first.denominator,
    )


def _periods(row: Row[Any], until: date) -> Iterator[Period]:
    """The periods one target asks for: inside the assignment, and while both plan and target run."""
    begins = max(row.starts_on, row.target_starts_on)
    ends = min(row.ends_on, max(row.deadline, row.plan_ends_on))
    return (period for period in periods_owed(row.frequency, begins, ends, row.year_start_month) if period.end <= until)


def _rows(session: Session, wanted: Sequence[tuple[Duty, Period]], today: date) -> list[DueRow]:
    if not wanted:
        return []
    entries = [Entry(duty.indicator_id, duty.unit_id, period) for duty, period in wanted]
    desk = open_desk(session, entries)
    lasts = last_values(desk, entries)
    rows = [_row(desk, duty, entry, lasts, today) for (duty, _), entry in zip(wanted, entries, strict=True)]
    return [row for row in rows if not _is_done_with(row)]


def _is_done_with(row: DueRow) -> bool:
    """A milestone that was reached is not reported again."""
    if row.facts.kind is not Kind.MILESTONE or row.last is None or row.shown is not None:
        return False
    return row.last.value >= row.duty.stages


def _row(desk: Desk, duty: Duty, entry: Entry, lasts: dict[tuple[int, int, str], LastValue], today: date) -> DueRow:
    cell = desk.cell(entry)
    reporting = _reporting(cell, entry.period, duty.lag_days, today)
    due_on, state = due_date(entry.period, duty.lag_days), _state(cell, reporting)
    return DueRow(
        duty=duty,
        facts=desk.indicators[entry.indicator_id],
        period=entry.period,
        due_on=due_on,
        state=state,
        reporting=reporting,
        late=state.is_owed and cell.approved is None and today > due_on,
        last=lasts.get(entry.key),
        cell=cell,
    )


def _reporting(cell: Cell, period: Period, lag_days: int, today: date) -> Reporting:
    """An approved value is reported, whatever correction waits beside it."""
    shown = cell.approved or cell.open
    return reporting_state(period, lag_days, today, shown.state.value if shown is not None else None)


def _state(cell: Cell, reporting: Reporting) -> DueState:
    """The open version says what its writer has to do, else what is owed by the calendar."""
    if cell.open is not None:
        return DueState(cell.open.state.value)
    return DueState(reporting.value)
