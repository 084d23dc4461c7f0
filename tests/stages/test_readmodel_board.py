"""The overview counts kept lights, and every number of it is found again in the ledger."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from board_rows import TODAY, small_board
from query_count import counted
from sqlalchemy.orm import Session

from factories import make_actual, make_assignment, make_indicator, make_person, make_plan, make_target, make_unit
from kpi.accounts.rules import Role
from kpi.actuals.records import ActualState
from kpi.assessment.actions import assess
from kpi.assessment.rules import Light, Reporting
from kpi.catalog.records import Indicator
from kpi.catalog.rules import RollUp
from kpi.core.errors import BadInput, NotFound
from kpi.core.period import Frequency
from kpi.operations.actions_targets import lift_waiver, waive
from kpi.organisation.records import UnitKind
from kpi.readmodel.board import Move, move, overview
from kpi.readmodel.ledger import Quick, ledger
from kpi.readmodel.scope import Wanted
from kpi.targets.records import Allocation, PlanState, TargetState
from support import NOW


def test_no_plan_no_board(session: Session) -> None:
    assert overview(session, Wanted(), TODAY) is None
    assert ledger(session, Wanted(), TODAY) is None


def test_opens_on_the_active_plan_and_its_latest_reported_month(session: Session) -> None:
    make_plan(session, state=PlanState.REFERENCE, year=2027)
    made = small_board(session)
    board = overview(session, Wanted(), TODAY)
    assert board is not None
    assert board.scope.plan.code == made.plan.code
    assert str(board.scope.month) == "2026-10"
    assert [str(month) for month in board.scope.months] == [f"2026-{n:02d}" for n in range(1, 12)]
    assert board.scope.plans[-1].label.endswith("（参考）")


def test_a_quarter_counts_as_reported_in_its_last_month(session: Session) -> None:
    target = make_target(session, indicator=make_indicator(session, frequency=Frequency.QUARTER))
    make_actual(session, target, "2026Q3", Decimal(9))
    assess(session, [target.id], NOW)
    board = overview(session, Wanted(), TODAY)
    assert board is not None and str(board.scope.month) == "2026-09"


def test_counts_departments_and_share(session: Session) -> None:
    made = small_board(session)
    board = overview(session, Wanted(), TODAY)
    assert board is not None
    assert board.counts.by_light == {
        Light.ACHIEVED: 1,
        Light.ON_TRACK: 1,
        Light.BEHIND: 1,
        Light.OFF_TRACK: 1,
        Light.WAIVED: 0,
        Light.NOT_ASSESSABLE: 1,
    }
    assert board.counts.share_on_track == Decimal(50)
    assert [(row.name, row.counts.total) for row in board.departments] == [("甲处", 3), ("乙处", 2)]
    only = overview(session, Wanted(department=made.second.code), TODAY)
    assert only is not None and only.counts.total == 2 and only.counts.by_light[Light.OFF_TRACK] == 1


def test_reds_before_ambers_with_what_the_department_said(session: Session) -> None:
    made = small_board(session)
    board = overview(session, Wanted(), TODAY)
    assert board is not None
    red, amber = board.attention
    assert (red.code, red.light, red.cause, red.expected_on) == (
        made.late.code,
        Light.OFF_TRACK,
        "施工延期",
        date(2026, 12, 20),
    )
    assert (amber.code, amber.light, amber.cause, amber.expected_on) == (made.slipping.code, Light.BEHIND, "", None)
    assert "应完成9家，实际5家" in red.reason


def test_change_against_the_month_before(session: Session) -> None:
    made = small_board(session)
    board = overview(session, Wanted(), TODAY)
    assert board is not None
    assert [(each.code, each.before, each.now, each.move) for each in board.moved] == [
        (made.slipping.code, Light.ON_TRACK, Light.BEHIND, Move.WORSE),
        (made.done.code, Light.ON_TRACK, Light.ACHIEVED, Move.BETTER),
    ]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (Light.ON_TRACK, Light.BEHIND, Move.WORSE),
        (Light.OFF_TRACK, Light.BEHIND, Move.BETTER),
        (Light.BEHIND, Light.BEHIND, None),
        (Light.NOT_ASSESSABLE, Light.OFF_TRACK, None),
        (Light.OFF_TRACK, Light.WAIVED, None),
        (None, Light.OFF_TRACK, None),
    ],
)
def test_only_between_judged_lights_is_there_better_or_worse(
    before: Light | None, now: Light, expected: Move | None
) -> None:
    assert move(before, now) is expected


def test_trend_ends_with_the_month_looked_at(session: Session) -> None:
    small_board(session)
    board = overview(session, Wanted(month="2026-09"), TODAY)
    assert board is not None and board.is_assessed
    assert str(board.trend[0].month) == "2026-01" and str(board.trend[-1].month) == "2026-09"
    assert board.trend[-1].counts.total == 5


def test_what_is_missing_is_kept_apart_from_the_lights(session: Session) -> None:
    made = small_board(session)
    board = overview(session, Wanted(), TODAY)
    assert board is not None
    assert board.missing == {
        Reporting.OVERDUE: 1,
        Reporting.RETURNED: 0,
        Reporting.AWAITING: 0,
        Reporting.SUBMITTED: 0,
    }
    assert [(cell.code, cell.reporter, str(cell.period), cell.due_on) for cell in board.owed] == [
        (made.silent.code, "乙处", "2026-10", date(2026, 11, 10))
    ]


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        (None, date(2026, 11, 10), Reporting.AWAITING),
        (None, date(2026, 11, 11), Reporting.OVERDUE),
        (ActualState.DRAFT, date(2026, 11, 11), Reporting.OVERDUE),
        (ActualState.SUBMITTED, date(2026, 11, 11), Reporting.SUBMITTED),
        (ActualState.RETURNED, date(2026, 11, 11), Reporting.RETURNED),
    ],
)
def test_reporting_states(session: Session, state: ActualState | None, today: date, expected: Reporting) -> None:
    made = small_board(session)
    if state is not None:
        make_actual(session, made.silent, "2026-10", Decimal(1), state=state)
    board = overview(session, Wanted(), today)
    assert board is not None
    assert [cell.state for cell in board.owed] == [expected]


def test_a_correction_under_review_does_not_undo_what_was_reported(session: Session) -> None:
    made = small_board(session)
    make_actual(session, made.late, "2026-10", Decimal(6), state=ActualState.SUBMITTED, version=2)
    seen = ledger(session, Wanted(), TODAY)
    assert seen is not None
    assert {row.code: row.reporting for row in seen.rows}[made.late.code] is Reporting.REPORTED


def test_an_achieved_target_owes_nothing_more(session: Session) -> None:
    target = make_target(session)
    make_actual(session, target, "2026-08", Decimal(12))
    assess(session, [target.id], NOW)
    board = overview(session, Wanted(month="2026-10"), TODAY)
    assert board is not None
    assert board.counts.by_light[Light.ACHIEVED] == 1 and board.owed == ()


def test_a_withdrawn_target_is_gone(session: Session) -> None:
    made = small_board(session)
    made.late.state = TargetState.WITHDRAWN
    session.flush()
    board = overview(session, Wanted(), TODAY)
    assert board is not None and board.counts.total == 4
    assert made.late.code not in {each.code for each in board.attention}


def test_a_target_not_yet_assessed_counts_as_such_here_and_there(session: Session) -> None:
    made = small_board(session)
    make_target(session, plan=made.plan, lead=made.first)
    board, seen = overview(session, Wanted(), TODAY), ledger(session, Wanted(), TODAY)
    assert board is not None and seen is not None
    assert board.counts.by_light[Light.NOT_ASSESSABLE] == 2
    assert sum(row.light is Light.NOT_ASSESSABLE for row in seen.rows) == 2


def test_a_region_sees_what_it_was_handed(session: Session) -> None:
    district = make_unit(session, "东区", kind=UnitKind.REGION)
    indicator = make_indicator(session, roll_up=RollUp.SUM)
    target = make_target(session, indicator=indicator)
    make_target(session, plan=None)
    session.add(Allocation(target_id=target.id, unit_id=district.id, value=Decimal(6), recorded_at=NOW))
    session.flush()
    make_actual(session, target, "2026-10", Decimal(5), unit=district)
    assess(session, [target.id], NOW)
    seen = ledger(session, Wanted(month="2026-10", region=district.code, plan=_plan_code(target)), TODAY)
    assert seen is not None
    assert [(row.code, row.demand, row.latest, row.unit) for row in seen.rows] == [
        (target.code, "不少于6家", "5家", "东区")
    ]
    board = overview(session, Wanted(month="2026-10", region=district.code, plan=_plan_code(target)), TODAY)
    assert board is not None and board.counts.total == 1


def test_a_part_that_is_silent_is_owed_though_the_whole_was_reported(session: Session) -> None:
    district = make_unit(session, "东区", kind=UnitKind.REGION)
    target = make_target(session)
    session.add(Allocation(target_id=target.id, unit_id=district.id, value=Decimal(6), recorded_at=NOW))
    make_assignment(session, session.get_one(Indicator, target.indicator_id), district)
    make_actual(session, target, "2026-10", Decimal(10))
    assess(session, [target.id], NOW)
    board, seen = overview(session, Wanted(), TODAY), ledger(session, Wanted(), TODAY)
    assert board is not None and seen is not None
    assert [(cell.unit, cell.state) for cell in board.owed] == [("东区", Reporting.OVERDUE)]
    assert [row.reporting for row in seen.rows] == [Reporting.OVERDUE]


def test_the_whole_owes_nothing_where_it_is_put_together_from_its_parts(session: Session) -> None:
    district = make_unit(session, "东区", kind=UnitKind.REGION)
    target = make_target(session, indicator=make_indicator(session, roll_up=RollUp.SUM))
    session.add(Allocation(target_id=target.id, unit_id=district.id, value=Decimal(6), recorded_at=NOW))
    make_assignment(session, session.get_one(Indicator, target.indicator_id), district)
    make_actual(session, target, "2026-10", Decimal(10), unit=district)
    assess(session, [target.id], NOW)
    board, seen = overview(session, Wanted(), TODAY), ledger(session, Wanted(), TODAY)
    assert board is not None and seen is not None
    assert board.owed == () and [row.reporting for row in seen.rows] == [Reporting.REPORTED]


def _plan_code(target: object) -> str:
    return str(target.code).rpartition("-")[0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (Wanted(plan="nowhere"), NotFound),
        (Wanted(month="2026Q3"), BadInput),
        (Wanted(month="October"), BadInput),
        (Wanted(department="nobody"), NotFound),
        (Wanted(region="nowhere"), NotFound),
    ],
)
def test_an_address_that_names_what_is_not_there(session: Session, wanted: Wanted, error: type[Exception]) -> None:
    small_board(session)
    with pytest.raises(error):
        overview(session, wanted, TODAY)


def test_what_is_waived_is_listed_with_who_answers_for_it(session: Session) -> None:
    made, reviewer = small_board(session), make_person(session, Role.REVIEWER)
    signed: dict[str, Any] = {"by": reviewer, "now": NOW, "starts_on": date(2026, 1, 1)}
    waive(session, made.late.id, ends_on=None, reason="停工", **signed)
    waive(session, made.slipping.id, ends_on=date(2026, 12, 31), reason="防汛改期", **signed)
    board = overview(session, Wanted(), TODAY)
    assert board is not None and board.counts.by_light[Light.WAIVED] == 2
    assert [(row.lead, row.reason, row.approved_by, row.until) for row in board.waived] == [
        ("甲处", "防汛改期", reviewer.name, date(2026, 12, 31)),
        ("乙处", "停工", reviewer.name, None),
    ]
    only = overview(session, Wanted(department=made.second.code), TODAY)
    assert only is not None and [row.reason for row in only.waived] == ["停工"]
    lift_waiver(session, made.late.id, reason="复工", by=reviewer, now=NOW)
    board = overview(session, Wanted(), TODAY)
    assert board is not None and [row.reason for row in board.waived] == ["防汛改期"]


def test_a_month_without_lights_says_so(session: Session) -> None:
    small_board(session)
    board = overview(session, Wanted(month="2027-06"), TODAY)
    assert board is not None and not board.is_assessed


def test_every_number_is_found_again_in_the_ledger(session: Session) -> None:
    made = small_board(session)
    board = overview(session, Wanted(), TODAY)
    assert board is not None
    for light, count in board.counts.by_light.items():
        assert _size(session, Quick(lights=(light,))) == count
    for state, count in board.missing.items():
        assert _size(session, Quick(reporting=(state,))) == count
    for which in Move:
        assert _size(session, Quick(move=which)) == board.moves[which]
    for row in board.departments:
        assert _size(session, Quick(), Wanted(department=row.code)) == row.counts.total
    assert made.plan.id == board.scope.plan.id


def _size(session: Session, quick: Quick, wanted: Wanted | None = None) -> int:
    seen = ledger(session, wanted or Wanted(), TODAY, quick)
    assert seen is not None
    return len(seen.rows)


def test_a_handful_of_queries_however_many_targets(session: Session) -> None:
    made = small_board(session)
    with counted(session) as few:
        overview(session, Wanted(), TODAY)
    targets = [make_target(session, plan=made.plan, lead=made.first) for _ in range(60)]
    for target in targets:
        make_actual(session, target, "2026-10", Decimal(5))
    assess(session, [target.id for target in targets], NOW)
    with counted(session) as many:
        overview(session, Wanted(), TODAY)
    assert len(few) == len(many) <= 8
    with counted(session) as of_ledger:
        seen = ledger(session, Wanted(), TODAY)
    assert seen is not None and len(seen.rows) == 65 and len(of_ledger) <= 6
