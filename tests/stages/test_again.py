"""Why: the working of a result, and an old month run again by its own version, to the byte."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import make_actual, make_indicator, make_person, make_plan, make_target
from kpi.accounts.rules import Role
from kpi.actuals.records import Actual
from kpi.assessment.actions import assess
from kpi.assessment.actions_again import again, written_as_kept
from kpi.assessment.records import Assessment
from kpi.assessment.rules import USUAL, Family, LightRules, three_bands
from kpi.catalog.rules import Accumulates
from kpi.core.errors import NotFound
from kpi.core.period import Period
from kpi.core.quantity import Kind
from kpi.core.text import speaking
from kpi.operations import actions_targets as operations
from kpi.readmodel.explanation import explain, repeat
from kpi.readmodel.ledger import ledger
from kpi.readmodel.scope import Wanted
from kpi.readmodel.target import target_sheet
from kpi.targets.records import Target
from support import NOW

OCTOBER = Period.month(2026, 10)
LATER = NOW + timedelta(hours=1)
MILD = LightRules(Family.RELATIVE, three_bands(Decimal(50)), strikes=3)


def versions(session: Session, target: Target) -> list[Assessment]:
    query = select(Assessment).where(Assessment.target_id == target.id, Assessment.period == str(OCTOBER))
    return list(session.scalars(query.order_by(Assessment.version)))


@pytest.fixture
def target(session: Session) -> Target:
    """Half done in October: off track by the usual rules."""
    target = make_target(session, plan=make_plan(session))
    make_actual(session, target, "2026-10", Decimal(5))
    assess(session, [target.id], NOW)
    return target


def change_rules(session: Session, target: Target) -> None:
    reviewer = make_person(session, Role.REVIEWER)
    operations.set_rules(session, target.plan_id, MILD, target_id=target.id, reason="放宽", by=reviewer, now=LATER)


def test_a_changed_rule_makes_a_new_version_and_the_old_one_gives_the_old_result(
    session: Session, target: Target
) -> None:
    (before,) = versions(session, target)
    as_it_was = written_as_kept(before)
    change_rules(session, target)
    old, new = versions(session, target)
    assert (old.version, new.version) == (1, 2) and old.rule_version != new.rule_version
    assert old.light.value == "off_track" and new.light.value == "behind"
    assert again(session, old) == written_as_kept(old) == as_it_was
    assert again(session, new) == written_as_kept(new) != as_it_was


def test_a_corrected_value_leaves_the_old_result_repeatable(session: Session, target: Target) -> None:
    first = session.scalars(select(Actual).where(Actual.indicator_id == target.indicator_id)).one()
    first.superseded_at = LATER
    session.flush()
    make_actual(session, target, "2026-10", Decimal(12), version=2, decided_at=LATER)
    assess(session, [target.id], LATER)
    old, new = versions(session, target)
    assert (old.value, new.value) == (5, 12)
    assert again(session, old) == written_as_kept(old) and again(session, new) == written_as_kept(new)


@pytest.mark.parametrize(
    ("changed", "moves"),
    [({"places": 0, "lag_days": 40}, True), ({"accumulates": Accumulates.SUM}, True), ({"name": "新名称"}, False)],
)
def test_an_indicator_measured_in_another_way_leaves_the_old_result_repeatable(
    session: Session, changed: dict[str, Any], moves: bool
) -> None:
    target = make_target(session, plan=make_plan(session), indicator=make_indicator(session, kind=Kind.RATE, unit="%"))
    for month, value in (("2026-09", "5.25"), ("2026-10", "5.56")):
        make_actual(session, target, month, Decimal(value))
    assess(session, [target.id], NOW)
    (before,) = versions(session, target)
    as_it_was = written_as_kept(before)
    admin = make_person(session, Role.ADMIN)
    operations.update_indicator(session, target.indicator_id, by=admin, now=LATER, **changed)
    operations.update_indicator(session, target.indicator_id, by=admin, now=LATER + timedelta(hours=1), places=1)
    results = versions(session, target)
    assert again(session, results[0]) == written_as_kept(results[0]) == as_it_was
    assert all(again(session, each) == written_as_kept(each) for each in results)
    assert len({each.operands["value"] for each in results}) == len(results) == (3 if moves else 2)


def test_a_result_that_was_tampered_with_is_found_out(session: Session, target: Target) -> None:
    (kept,) = versions(session, target)
    kept.reason = "一切正常"
    session.flush()
    assert not repeat(session, explain(session, target.code, OCTOBER)).same


def test_the_explanation_has_formulas_and_the_settings_of_its_version(session: Session, target: Target) -> None:
    change_rules(session, target)
    then, now = (explain(session, target.code, OCTOBER, version=version) for version in (1, None))
    assert then.rules == USUAL.as_json() and now.rules == MILD.as_json()
    assert {"step": "差距", "formula": "(9 − 5) ÷ 12 × 100 = 33.3"} in then.working
    assert repeat(session, then).same and repeat(session, now).same


def test_a_kept_sentence_is_read_in_the_readers_language_and_stays_as_it_was(session: Session, target: Target) -> None:
    today = date(2026, 11, 12)

    def read() -> list[str]:
        found = ledger(session, Wanted(month="2026-10"), today)
        assert found is not None
        months = {month.month: month.reason for month in target_sheet(session, target.code, today).months}
        return [next(row.reason for row in found.rows if row.code == target.code), months[OCTOBER]]

    assert set(read()) == {"截至10月应完成9家，实际5家，落后33.3个百分点（>10），严重滞后"}
    with speaking("en"):
        assert set(read()) == {"Through Oct: 9家 due, 5家 done, 33.3 points behind (>10): Off track"}
        (kept,) = versions(session, target)
        assert again(session, kept) == written_as_kept(kept)
        kept.operands = {name: value for name, value in kept.operands.items() if name != "band"}
        session.flush()
        assert read()[0] == kept.reason  # stored before it could be said again


@pytest.mark.parametrize(
    "asked", [{"code": "NONE"}, {"version": 9}, {"unit": "NONE"}, {"month": Period.month(2020, 1)}]
)
def test_what_was_never_judged_is_not_found(session: Session, target: Target, asked: dict[str, object]) -> None:
    usual: dict[str, object] = {"code": target.code, "month": OCTOBER}
    with pytest.raises(NotFound):
        explain(session, **usual | asked)  # type: ignore[arg-type]
