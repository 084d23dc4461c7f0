"""A month looked at with the knowledge of an earlier instant: later approvals and revisions are not seen yet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from factories import make_actual, make_person, make_target
from kpi.accounts.rules import Role
from kpi.actuals.records import ActualState
from kpi.assessment.actions import judged_at
from kpi.assessment.rules import Light
from kpi.core.period import Period
from kpi.operations import actions_targets as operations
from support import NOW

OCTOBER = Period.parse("2026-10")
EARLIER, LATER = NOW - timedelta(days=2), NOW + timedelta(days=2)


def test_a_value_is_known_from_its_approval_until_its_correction(session: Session) -> None:
    target = make_target(session)
    make_actual(session, target, "2026-10", Decimal(10), at=EARLIER, version=1, superseded_at=NOW)
    make_actual(session, target, "2026-10", Decimal(6), at=NOW, version=2)
    make_actual(session, target, "2026-09", Decimal(1), at=EARLIER, state=ActualState.SUBMITTED)

    def value_at(known_at: object) -> object:
        (judged,) = judged_at(session, [target.id], OCTOBER, known_at=known_at)  # type: ignore[arg-type]
        return judged.result.value

    assert value_at(EARLIER - timedelta(seconds=1)) is None
    assert value_at(EARLIER) == value_at(NOW - timedelta(seconds=1)) == 10
    assert value_at(NOW) == value_at(LATER) == 6


def test_a_revised_target_is_judged_by_the_version_of_then(session: Session) -> None:
    target = make_target(session, value=Decimal(12))
    make_actual(session, target, "2026-10", Decimal(6))
    reviewer = make_person(session, Role.REVIEWER)
    operations.revise_target(session, target.id, value=Decimal(7), reason="中期调整", by=reviewer, now=NOW)
    (before,) = judged_at(session, [target.id], OCTOBER, known_at=EARLIER)
    (after,) = judged_at(session, [target.id], OCTOBER, known_at=LATER)
    assert (before.result.target, before.result.light) == (12, Light.OFF_TRACK)
    assert (after.result.target, after.result.light) == (7, Light.ON_TRACK)
