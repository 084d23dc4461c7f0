"""The roll-up says what counting the lights in force would say, whatever moves them."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from board_rows import SmallBoard, small_board
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import make_actual, make_assignment, make_indicator, make_person, make_target, make_unit
from kpi.accounts.rules import Person, Role
from kpi.assessment.actions import assess, retire
from kpi.assessment.records import Assessment, LightCount
from kpi.catalog.records import Indicator
from kpi.catalog.rules import RollUp
from kpi.operations import actions_targets as operations
from kpi.targets.records import Target
from kpi.targets.rules_form import Part
from support import NOW


@pytest.fixture
def board(session: Session) -> SmallBoard:
    return small_board(session)


@pytest.fixture
def reviewer(session: Session) -> Person:
    return make_person(session, Role.REVIEWER)


def kept(session: Session) -> Counter[tuple[object, ...]]:
    rows = session.execute(
        select(LightCount).where(LightCount.count != 0).execution_options(populate_existing=True)
    ).scalars()
    return Counter({(r.plan_id, r.period, r.unit_id, r.own, r.lead_id, r.light, r.data_period): r.count for r in rows})


def counted(session: Session) -> Counter[tuple[object, ...]]:
    query = (
        select(Assessment, Target)
        .join(Target, Target.id == Assessment.target_id)
        .where(Assessment.superseded_at.is_(None))
    )
    return Counter(
        (a.plan_id, a.period, a.unit_id, a.unit_id == t.unit_id, t.lead_id, a.light, a.data_period or "")
        for a, t in session.execute(query)
    )


def assert_right(session: Session) -> None:
    assert kept(session) == counted(session) != Counter()


def test_first_lights(session: Session, board: SmallBoard) -> None:
    assert_right(session)


def test_a_value_moves_a_light(session: Session, board: SmallBoard) -> None:
    before = kept(session)
    make_actual(session, board.silent, "2026-10", Decimal(12))
    assert assess(session, [board.silent.id], NOW) > 0
    assert kept(session) != before
    assert_right(session)


def test_time_passes(session: Session, board: SmallBoard) -> None:
    before = sum(kept(session).values())
    operations.reassess_plan(session, board.plan.id, NOW + timedelta(days=40))
    assert sum(kept(session).values()) == before + 5
    assert_right(session)


def test_nothing_changes_nothing(session: Session, board: SmallBoard) -> None:
    before = kept(session)
    assert operations.reassess_plan(session, board.plan.id, NOW) == 0
    assert kept(session) == before


def test_a_target_is_withdrawn(session: Session, board: SmallBoard) -> None:
    before = sum(kept(session).values())
    retire(session, [board.late.id], NOW)
    assert sum(kept(session).values()) < before
    assert_right(session)


def test_another_department_leads(session: Session, board: SmallBoard, reviewer: Person) -> None:
    operations.set_lead(session, board.late.id, lead_id=board.first.id, reason="职能调整", by=reviewer, now=NOW)
    assert_right(session)
    assert sum(n for key, n in kept(session).items() if key[4] == board.second.id) == 11  # the silent one's months


def test_handed_down_and_taken_back(session: Session, board: SmallBoard, reviewer: Person) -> None:
    indicator = make_indicator(session, roll_up=RollUp.SUM)
    whole = make_target(session, plan=board.plan, lead=board.first, indicator=indicator)
    district = make_unit(session)
    make_assignment(session, session.get_one(Indicator, indicator.id), district)
    operations.allocate(session, whole.id, {district.id: Part(Decimal(12))}, reason="分解", by=reviewer, now=NOW)
    assert {key[3] for key in kept(session) if key[2] == district.id} == {False}
    assert_right(session)
    operations.allocate(session, whole.id, {}, reason="收回", by=reviewer, now=NOW)
    assert not [key for key in kept(session) if key[2] == district.id]
    assert_right(session)
