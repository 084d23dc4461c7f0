"""What waits for a reviewer, and what it would do to the lights."""

from __future__ import annotations

from decimal import Decimal

from query_count import counted
from sqlalchemy.orm import Session

from factories import make_actual, make_person, make_target, make_unit
from kpi.accounts.rules import Role
from kpi.actuals.records import ActualState
from kpi.assessment.actions import assess
from kpi.assessment.rules import Light
from kpi.readmodel.approvals import count_waiting, rows_waiting
from support import NOW


def test_a_submitted_value_with_its_effect(session: Session) -> None:
    target = make_target(session, value=Decimal(12))
    make_actual(session, target, "2026-09", Decimal(9))
    assess(session, [target.id], NOW)
    entered = make_person(session, name="统计员甲")
    words = {"note": "含在建", "jump_reason": "停用一家", "cause": "延期", "measure": "调度"}
    make_actual(
        session, target, "2026-10", Decimal(5), state=ActualState.SUBMITTED, entered_by=entered.account_id, **words
    )
    row = rows_waiting(session, make_person(session, Role.REVIEWER), NOW)[0]
    assert (row.value, row.last.value if row.last else None, row.in_force) == (Decimal(5), Decimal(9), None)
    assert (row.entered_by, row.note, row.jump_reason, row.cause, row.measure) == ("统计员甲", *words.values())
    assert [(effect.before, effect.after) for effect in row.effects] == [(Light.ON_TRACK, Light.OFF_TRACK)]
    assert row.effects[0].expected == Decimal(9)
    assert not row.own


def test_a_correction_shows_what_it_replaces(session: Session) -> None:
    target = make_target(session)
    make_actual(session, target, "2026-10", Decimal(10))
    make_actual(session, target, "2026-10", Decimal(11), version=2, state=ActualState.SUBMITTED)
    row = rows_waiting(session, make_person(session, Role.REVIEWER), NOW)[0]
    assert (row.value, row.in_force, row.is_correction) == (Decimal(11), Decimal(10), True)


def test_whose_own_it_is(session: Session) -> None:
    reviewer, other = make_person(session, Role.REVIEWER), make_person(session, Role.REVIEWER)
    make_actual(
        session,
        make_target(session),
        "2026-10",
        Decimal(1),
        state=ActualState.SUBMITTED,
        submitted_by=reviewer.account_id,
    )
    assert [row.own for row in rows_waiting(session, reviewer, NOW)] == [True]
    assert [row.own for row in rows_waiting(session, other, NOW)] == [False]


def test_only_submitted_values_of_the_own_scope_wait(session: Session) -> None:
    mine, others = make_unit(session), make_unit(session)
    inside, outside = make_target(session, lead=mine), make_target(session, lead=others)
    for target in (inside, outside):
        make_actual(session, target, "2026-10", Decimal(8), state=ActualState.SUBMITTED)
        make_actual(session, target, "2026-09", Decimal(7), state=ActualState.DRAFT)
        make_actual(session, target, "2026-08", Decimal(7), state=ActualState.RETURNED)
    held = make_person(session, Role.REVIEWER, mine)
    assert [row.indicator_id for row in rows_waiting(session, held, NOW)] == [inside.indicator_id]
    assert count_waiting(session, held) == 1
    assert count_waiting(session, make_person(session, Role.REVIEWER)) == 2


def test_queries_do_not_grow_with_rows(session: Session) -> None:
    for _ in range(15):
        make_actual(session, make_target(session), "2026-10", Decimal(8), state=ActualState.SUBMITTED)
    reviewer = make_person(session, Role.REVIEWER)
    with counted(session) as statements:
        assert len(rows_waiting(session, reviewer, NOW)) == 15
    assert len(statements) <= 13
