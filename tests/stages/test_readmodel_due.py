"""What a department owes, sorted by its day, by state; and what one typed value would mean."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from query_count import counted
from sqlalchemy.orm import Session

from factories import (
    EXPLAINED,
    entry_for,
    make_actual,
    make_assignment,
    make_indicator,
    make_person,
    make_plan,
    make_target,
    make_unit,
)
from kpi.accounts.rules import Person, Role
from kpi.actuals.records import ActualState
from kpi.assessment.actions import assess
from kpi.assessment.rules import Light
from kpi.catalog.records import Indicator
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.errors import NotFound
from kpi.core.period import Frequency, Period
from kpi.core.quantity import Kind
from kpi.organisation.records import OrgUnit
from kpi.readmodel.board import overview
from kpi.readmodel.checks import check_entries
from kpi.readmodel.due import DueState, count_states, reporters, rows_due, rows_of
from kpi.readmodel.due_expected import expectations
from kpi.readmodel.scope import Wanted
from kpi.targets.records import Allocation, PlanState, TargetState
from kpi.targets.rules import JudgedAs
from support import NOW

TODAY = date(2026, 11, 12)
OCTOBER = Period.month(2026, 10)


@pytest.fixture
def department(session: Session) -> OrgUnit:
    return make_unit(session, "医政处")


@pytest.fixture
def officer(session: Session, department: OrgUnit) -> Person:
    return make_person(session, Role.OFFICER, department)


def test_a_month_and_what_is_left_of_earlier_ones(session: Session, department: OrgUnit, officer: Person) -> None:
    target = make_target(session, lead=department)
    for month in range(1, 9):
        make_actual(session, target, f"2026-{month:02d}", Decimal(month))
    rows = rows_due(session, officer, TODAY, OCTOBER)
    assert [(str(row.period), row.state, row.late) for row in rows] == [
        ("2026-09", DueState.OVERDUE, True),
        ("2026-10", DueState.OVERDUE, True),
    ]
    assert [row.due_on for row in rows] == [date(2026, 10, 10), date(2026, 11, 10)]
    assert rows[0].last is not None
    assert (rows[0].last.period, rows[0].last.value) == (Period.month(2026, 8), Decimal(8))
    assert [str(row.period) for row in rows_due(session, officer, TODAY, OCTOBER, earlier=False)] == ["2026-10"]


@pytest.mark.parametrize(
    ("state", "today", "shown", "late"),
    [
        (None, date(2026, 10, 31), DueState.NOT_DUE, False),
        (None, date(2026, 11, 10), DueState.AWAITING, False),
        (None, date(2026, 11, 11), DueState.OVERDUE, True),
        (ActualState.DRAFT, date(2026, 11, 10), DueState.DRAFT, False),
        (ActualState.DRAFT, date(2026, 11, 11), DueState.DRAFT, True),
        (ActualState.RETURNED, date(2026, 11, 10), DueState.RETURNED, False),
        (ActualState.RETURNED, date(2026, 11, 11), DueState.RETURNED, True),
        (ActualState.SUBMITTED, date(2026, 11, 11), DueState.SUBMITTED, False),
        (ActualState.APPROVED, date(2026, 11, 11), DueState.REPORTED, False),
    ],
)
def test_states(
    session: Session,
    department: OrgUnit,
    officer: Person,
    state: ActualState | None,
    today: date,
    shown: DueState,
    late: bool,
) -> None:
    target = make_target(session, lead=department)
    if state is not None:
        make_actual(session, target, "2026-10", Decimal(6), state=state, return_reason="与台账不符")
    row = rows_due(session, officer, today, OCTOBER, earlier=False)[0]
    assert (row.state, row.late) == (shown, late)
    assert row.return_reason == ("与台账不符" if state is ActualState.RETURNED else "")


def test_a_correction_waits_beside_the_value_in_force(session: Session, department: OrgUnit, officer: Person) -> None:
    target = make_target(session, lead=department)
    make_actual(session, target, "2026-10", Decimal(6))
    make_actual(session, target, "2026-10", Decimal(7), version=2, revision=2, state=ActualState.SUBMITTED)
    row = rows_due(session, officer, TODAY, OCTOBER, earlier=False)[0]
    assert (row.state, row.late, row.in_force) == (DueState.SUBMITTED, False, Decimal(6))
    assert row.shown is not None and row.shown.value == Decimal(7)
    assert row.cell.revision == 2


def test_only_watched_targets_of_active_plans_are_owed(session: Session, department: OrgUnit, officer: Person) -> None:
    make_target(session, lead=department, plan=make_plan(session, state=PlanState.REFERENCE))
    make_target(session, lead=department, plan=make_plan(session, state=PlanState.CLOSED))
    withdrawn = make_target(session, lead=department)
    withdrawn.state = TargetState.WITHDRAWN
    make_target(session, lead=department, indicator=make_indicator(session, active=False))
    make_target(session)  # another department's
    session.flush()
    assert rows_due(session, officer, TODAY, OCTOBER) == []
    make_target(session, lead=department)
    assert count_states(rows_due(session, officer, TODAY, OCTOBER, earlier=False)) == {DueState.OVERDUE: 1}


def test_a_reference_year_of_the_same_indicator_is_not_owed(
    session: Session, department: OrgUnit, officer: Person
) -> None:
    """The assignment is one for both years; only the watched plan's months count."""
    indicator, unit = make_indicator(session), make_unit(session)
    old = make_plan(
        session, year=2025, state=PlanState.REFERENCE, starts_on=date(2025, 1, 1), ends_on=date(2025, 12, 31)
    )
    make_target(session, plan=old, indicator=indicator, unit=unit, lead=department)
    other = make_unit(session)
    make_target(session, indicator=indicator, unit=unit, lead=other)
    rows = rows_due(session, make_person(session, Role.REVIEWER), TODAY, Period.month(2026, 2))
    assert {str(row.period) for row in rows} == {"2026-01", "2026-02"}
    assert {row.duty.reporter_id for row in rows} == {other.id}


def test_what_is_rolled_up_is_owed_by_its_parts(session: Session, department: OrgUnit, officer: Person) -> None:
    whole = make_target(session, lead=department, indicator=make_indicator(session, roll_up=RollUp.SUM))
    district = make_unit(session)
    assert len(rows_due(session, officer, TODAY, OCTOBER, earlier=False)) == 1
    make_assignment(session, session.get_one(Indicator, whole.indicator_id), district)
    session.add(Allocation(target_id=whole.id, unit_id=district.id, value=Decimal(12), recorded_at=NOW))
    session.flush()
    assert rows_due(session, officer, TODAY, OCTOBER, earlier=False) == []
    below = rows_due(session, make_person(session, Role.OFFICER, district), TODAY, OCTOBER, earlier=False)
    assert [row.duty.unit_id for row in below] == [district.id]


def test_a_milestone_that_was_reached_is_not_owed_again(session: Session, department: OrgUnit, officer: Person) -> None:
    stage = make_indicator(session, kind=Kind.MILESTONE, unit="")
    target = make_target(session, lead=department, indicator=stage, value=Decimal(1), judged_as=JudgedAs.STAGE)
    make_actual(session, target, "2026-05", Decimal(0))
    make_actual(session, target, "2026-08", Decimal(1), happened_on=date(2026, 8, 20))
    assess(session, [target.id], NOW)
    owed = [str(row.period) for row in rows_due(session, officer, TODAY, OCTOBER)]
    assert owed == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-06", "2026-07"]


def test_an_achieved_target_owes_nothing_and_more_may_be_told(
    session: Session, department: OrgUnit, officer: Person
) -> None:
    """As the overview has it: what is not owed there is not owed here."""
    target = make_target(session, lead=department)
    make_actual(session, target, "2026-08", Decimal(12))
    assess(session, [target.id], NOW)
    row = rows_due(session, officer, TODAY, OCTOBER, earlier=False)[0]
    assert (row.state, row.is_done, row.late) == (DueState.NOT_DUE, True, False)
    board = overview(session, Wanted(), TODAY)
    assert board is not None and board.owed == ()
    shared = session.get_one(Indicator, target.indicator_id), session.get_one(OrgUnit, target.unit_id)
    make_target(session, indicator=shared[0], unit=shared[1], value=Decimal(20))
    assert rows_due(session, officer, TODAY, OCTOBER, earlier=False)[0].state is DueState.OVERDUE  # another one asks


def test_quarters_fall_into_their_last_month(session: Session, department: OrgUnit, officer: Person) -> None:
    quarterly = make_indicator(session, frequency=Frequency.QUARTER, lag_days=15)
    make_target(session, lead=department, indicator=quarterly)
    september = rows_due(session, officer, TODAY, Period.month(2026, 9), earlier=False)
    assert [(str(row.period), row.due_on) for row in september] == [("2026Q3", date(2026, 10, 15))]
    assert rows_due(session, officer, TODAY, OCTOBER, earlier=False) == []


def test_everybody_sees_the_own_scope_only(session: Session, department: OrgUnit, officer: Person) -> None:
    make_target(session, lead=department)
    other = make_unit(session, "疾控处")
    make_target(session, lead=other)
    reviewer = make_person(session, Role.REVIEWER)
    assert reporters(session, officer) == [(department.id, "医政处")]
    assert reporters(session, reviewer) == [(department.id, "医政处"), (other.id, "疾控处")]
    assert {row.duty.reporter_id for row in rows_due(session, reviewer, TODAY, OCTOBER)} == {department.id, other.id}
    only = rows_due(session, reviewer, TODAY, OCTOBER, reporter_id=other.id)
    assert {row.duty.reporter_id for row in only} == {other.id}


def test_named_cells_in_the_order_asked_for_and_none_of_others(
    session: Session, department: OrgUnit, officer: Person
) -> None:
    mine, others = make_target(session, lead=department), make_target(session)
    keys = [f"{t.indicator_id}.{t.unit_id}.{p}" for t, p in ((mine, "2026-10"), (others, "2026-10"), (mine, "2026-03"))]
    assert [row.key for row in rows_of(session, officer, TODAY, keys)] == [keys[0], keys[2]]


def test_what_the_plan_expects(session: Session, department: OrgUnit, officer: Person) -> None:
    counted_thing = make_target(session, lead=department, value=Decimal(12))
    share = make_indicator(session, kind=Kind.RATIO, has_parts=True)
    line = make_target(session, lead=department, indicator=share, value=Decimal(60))
    rows = rows_due(session, officer, TODAY, OCTOBER, earlier=False)
    found = {row.duty.indicator_id: expectations(session, rows)[row.key] for row in rows}
    assert [(each.expected, each.demand) for each in found[counted_thing.indicator_id]] == [(Decimal(9), "≥12家")]
    assert [(each.expected, each.demand) for each in found[line.indicator_id]] == [(None, "≥60%")]


def test_queries_do_not_grow_with_rows(session: Session, department: OrgUnit, officer: Person) -> None:
    for _ in range(12):
        make_target(session, lead=department)
    with counted(session) as statements:
        rows = rows_due(session, officer, TODAY, OCTOBER)
        expectations(session, rows)
    assert len(rows) == 120
    assert len(statements) <= 11


# --- as one types -------------------------------------------------------------------------------------------------


def test_a_typed_value_is_checked_and_lit(session: Session, department: OrgUnit) -> None:
    targets = [make_target(session, lead=department) for _ in range(4)]
    typed = [entry_for(target, "2026-10", value) for target, value in zip(targets, (-1, 2, 10, None), strict=True)]
    bad, late, fine, empty = check_entries(session, typed, NOW)
    assert [problem.field for problem in bad.problems][:1] == ["数值"]
    assert late.preview.result is not None and late.preview.result.light is Light.OFF_TRACK
    assert [problem.field for problem in late.problems] == ["滞后原因", "改进措施", "预计日期"]
    assert fine.preview.result is not None and fine.preview.result.light is Light.ON_TRACK
    assert (fine.problems, empty.problems) == ((), ())


def test_an_explained_delay_has_no_problems(session: Session) -> None:
    target = make_target(session)
    checked = check_entries(session, [entry_for(target, "2026-10", 2, **EXPLAINED)], NOW)[0]
    assert checked.preview.asks
    assert checked.problems == ()


def test_parts_are_worked_out(session: Session) -> None:
    share = make_indicator(session, kind=Kind.RATIO, has_parts=True, accumulates=Accumulates.LEVEL)
    target = make_target(session, indicator=share, value=Decimal(60))
    typed = entry_for(target, "2026-10", numerator=Decimal(33), denominator=Decimal(50))
    assert check_entries(session, [typed], NOW)[0].value == Decimal(66)


def test_half_a_fraction_has_no_light_yet(session: Session) -> None:
    share = make_indicator(session, kind=Kind.RATIO, has_parts=True, accumulates=Accumulates.LEVEL)
    target = make_target(session, indicator=share, value=Decimal(60))
    checked = check_entries(session, [entry_for(target, "2026-10", numerator=Decimal(33))], NOW)[0]
    assert checked.preview.result is None
    assert [problem.field for problem in checked.problems] == ["分母"]


def test_an_unknown_indicator_is_refused(session: Session) -> None:
    target = make_target(session)
    target.indicator_id += 1000
    entry = entry_for(target, "2026-10", 1)
    session.expunge(target)
    with pytest.raises(NotFound):
        check_entries(session, [entry], NOW)
