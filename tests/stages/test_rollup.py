"""Departments, districts, chapters and plans side by side."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from board_rows import TODAY, small_board
from query_count import counted
from sqlalchemy.orm import Session

from factories import make_actual, make_assignment, make_person, make_plan, make_target, make_unit
from kpi.accounts.rules import Role
from kpi.assessment.actions import assess
from kpi.assessment.rules import Light
from kpi.assessment.rules_rollup import Score
from kpi.catalog.records import Indicator
from kpi.core.errors import BadInput, Forbidden
from kpi.operations import actions_targets as operations
from kpi.organisation.records import UnitKind
from kpi.readmodel.rollup import Group, Grouping, RollUp, roll_up
from kpi.readmodel.scope import Wanted
from kpi.targets.records import Allocation
from support import NOW


def found_by(session: Session, by: Grouping, **wanted: str) -> RollUp:
    found = roll_up(session, Wanted(month="2026-10", **wanted), by, TODAY)
    assert found is not None
    return found


def score_of(group: Group) -> Decimal | None:
    return group.score.value if group.score else None


def test_departments_rank_by_score(session: Session) -> None:
    """甲处: achieved, on track, behind, so (100 + 100 + 50) ÷ 3; 乙处: off track, and one that never reported."""
    made = small_board(session)
    found = found_by(session, Grouping.DEPARTMENTS, plan=made.plan.code)
    first, second = found.groups
    assert (first.name, first.rank, score_of(first), first.worst) == ("甲处", 1, Decimal("83.3"), Light.BEHIND)
    assert (second.name, second.rank, score_of(second), second.worst) == ("乙处", 2, 0, Light.OFF_TRACK)
    assert second.counts.by_light[Light.NOT_ASSESSABLE] == 1
    assert (found.whole.counts.total, score_of(found.whole), found.whole.worst) == (5, Decimal("62.5"), Light.OFF_TRACK)


def test_a_target_weighs_what_its_demand_says(session: Session) -> None:
    plan, lead = make_plan(session), make_unit(session)
    done, late = (make_target(session, plan=plan, lead=lead) for _ in range(2))
    for target, value in ((done, 12), (late, 1)):
        make_actual(session, target, "2026-10", Decimal(value))
    assess(session, [done.id, late.id], NOW)
    (group,) = found_by(session, Grouping.DEPARTMENTS, plan=plan.code).groups
    assert group.score == Score(Decimal(50), "(100×1 + 0×1) ÷ 2 = 50")
    signed: dict[str, Any] = {"reason": "重点任务", "by": make_person(session, Role.REVIEWER), "now": NOW}
    version = operations.revise_target(session, late.id, weight=Decimal("2.5"), **signed)
    assert (version.version, version.weight, version.reason) == (2, Decimal("2.5"), "重点任务")
    for by in (Grouping.DEPARTMENTS, Grouping.CHAPTERS):
        (group,) = found_by(session, by, plan=plan.code).groups
        assert group.score == Score(Decimal("28.6"), "(100×1 + 0×2.5) ÷ 3.5 = 28.6")
    for wrong in (Decimal(0), Decimal(-1), Decimal(1001)):
        with pytest.raises(BadInput, match="应大于0"):
            operations.revise_target(session, late.id, weight=wrong, **signed)
    with pytest.raises(Forbidden):
        officer = make_person(session, Role.OFFICER, lead)
        operations.revise_target(session, late.id, weight=Decimal(9), **signed | {"by": officer})


def test_equal_scores_share_a_rank(session: Session) -> None:
    plan = make_plan(session)
    for _ in range(2):
        target = make_target(session, plan=plan, lead=make_unit(session))
        make_actual(session, target, "2026-10", Decimal(12))
        assess(session, [target.id], NOW)
    silent = make_target(session, plan=plan, lead=make_unit(session))
    assess(session, [silent.id], NOW)
    found = found_by(session, Grouping.DEPARTMENTS, plan=plan.code)
    assert [group.rank for group in found.groups] == [1, 1, None]
    assert found.groups[-1].score is None and found.groups[-1].worst is Light.NOT_ASSESSABLE


def test_districts_are_the_units_it_was_handed_down_to(session: Session) -> None:
    target = make_target(session)
    plan_code = found_by(session, Grouping.DEPARTMENTS).scope.plan.code
    units = [make_unit(session, name, kind=UnitKind.REGION) for name in ("东区", "西区")]
    for unit, done in zip(units, (12, 1), strict=True):
        session.add(Allocation(target_id=target.id, unit_id=unit.id, value=Decimal(12), recorded_at=NOW))
        session.flush()
        make_actual(session, target, "2026-10", Decimal(done), unit=unit)
    make_assignment(session, session.get_one(Indicator, target.indicator_id), units[0])
    assess(session, [target.id], NOW)
    found = found_by(session, Grouping.DISTRICTS, plan=plan_code)
    assert [(group.name, group.worst, group.rank) for group in found.groups] == [
        ("东区", Light.ACHIEVED, 1),
        ("西区", Light.OFF_TRACK, 2),
    ]
    assert found.groups[0].reported is not None and found.groups[0].reported.is_complete


def test_completeness_counts_reporting_units(session: Session) -> None:
    made = small_board(session)
    found = found_by(session, Grouping.DEPARTMENTS, plan=made.plan.code)
    assert found.units.expected >= found.units.reported
    second = next(group for group in found.groups if group.name == "乙处")
    assert second.reported is not None and (second.reported.reported, second.reported.expected) == (1, 2)


def test_chapters_come_from_the_clauses(session: Session) -> None:
    plan = make_plan(session)
    for path in ("二.(十四)", "二.3", "四.12", ""):
        target = make_target(session, plan=plan)
        target.clause_path = path
        session.flush()
        assess(session, [target.id], NOW)
    found = found_by(session, Grouping.CHAPTERS, plan=plan.code)
    assert {(group.name, group.counts.total) for group in found.groups} == {("二", 2), ("四", 1), ("没有章节", 1)}


def test_plans_side_by_side(session: Session) -> None:
    one, two = small_board(session), small_board(session)
    names = {group.key for group in found_by(session, Grouping.PLANS).groups}
    assert {one.plan.code, two.plan.code} <= names


@pytest.mark.parametrize("by", list(Grouping))
def test_an_empty_plan_has_no_groups(session: Session, by: Grouping) -> None:
    plan = make_plan(session)
    found = found_by(session, by, plan=plan.code)
    assert found.groups == () and found.whole.counts.total == 0
    assert by.label


def test_without_any_plan_there_is_nothing(session: Session) -> None:
    assert roll_up(session, Wanted(), Grouping.PLANS, TODAY) is None


@pytest.mark.parametrize("by", list(Grouping))
def test_a_handful_of_queries(session: Session, by: Grouping) -> None:
    made = small_board(session)
    with counted(session) as statements:
        found_by(session, by, plan=made.plan.code)
    assert len(statements) <= 6
