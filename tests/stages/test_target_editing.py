"""Changing an accepted target: what is foreseen is what is saved, the second of two people is told, nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from query_count import counted
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factories import make_actual, make_indicator, make_person, make_plan, make_target, make_unit
from kpi.accounts.rules import Person, Role
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, LightRules, three_bands
from kpi.audit.records import AuditRow
from kpi.catalog.rules import RollUp
from kpi.core.errors import BadInput, Conflict, Forbidden, NotFound, WrongState
from kpi.core.period import Period
from kpi.core.quantity import Change, Comparator, Kind
from kpi.operations import actions_outlook as outlook
from kpi.operations import actions_targets as operations
from kpi.organisation.records import UnitKind
from kpi.readmodel.plan_rules import plan_rules
from kpi.readmodel.target import target_sheet
from kpi.readmodel.target_editing import editing
from kpi.targets.records import Target, TargetState
from kpi.targets.rules import JudgedAs, PlanPoint, PlanShape, Shape
from kpi.targets.rules_form import UNKNOWN, Part, Start
from support import NOW

LATER = NOW + timedelta(hours=1)
TODAY = date(2026, 11, 12)
STRICT = LightRules(bands=three_bands(Decimal(5)))
MILESTONES = PlanShape(Shape.MILESTONES, (PlanPoint(date(2026, 6, 30), Decimal(4)),))


@pytest.fixture
def reviewer(session: Session) -> Person:
    return make_person(session, Role.REVIEWER, name="张审核")


@pytest.fixture
def target(session: Session) -> Target:
    """6 of 12 in October: far behind a straight line."""
    found = make_target(session, value=Decimal(12), indicator=make_indicator(session, roll_up=RollUp.SUM))
    make_actual(session, found, "2026-10", Decimal(6))
    operations.reassess_plan(session, found.plan_id, NOW)
    return found


def light_now(session: Session, target: Target) -> Assessment:
    query = select(Assessment).where(
        Assessment.target_id == target.id,
        Assessment.unit_id == target.unit_id,
        Assessment.period == "2026-11",
        Assessment.superseded_at.is_(None),
    )
    return session.scalars(query).one()


WAIVED = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 12, 31)}
CHANGES: dict[str, tuple[Any, Any, Light]] = {
    "demand": (
        lambda s, t, _by: outlook.of_demand(s, t.id, {"value": Decimal(7)}, NOW),
        lambda s, t, signed: operations.revise_target(s, t.id, value=Decimal(7), **signed),
        Light.ON_TRACK,
    ),
    "deadline": (
        lambda s, t, _by: outlook.of_demand(s, t.id, {"deadline": date(2028, 12, 31)}, NOW),
        lambda s, t, signed: operations.revise_target(s, t.id, deadline=date(2028, 12, 31), **signed),
        Light.ON_TRACK,
    ),
    "curve": (
        lambda s, t, _by: outlook.of_curve(s, t.id, MILESTONES, NOW),
        lambda s, t, signed: operations.set_curve(s, t.id, MILESTONES, **signed),
        Light.ON_TRACK,
    ),
    "rules": (
        lambda s, t, _by: outlook.of_rules(s, t.id, LightRules(bands=three_bands(Decimal(60))), NOW),
        lambda s, t, signed: operations.set_rules(
            s, t.plan_id, LightRules(bands=three_bands(Decimal(60))), target_id=t.id, **signed
        ),
        Light.BEHIND,
    ),
    "waiver": (
        lambda s, t, by: outlook.of_waiver(
            s, t.id, WAIVED["starts_on"], WAIVED["ends_on"], "上级调整任务", by.name, NOW
        ),
        lambda s, t, signed: operations.waive(s, t.id, **WAIVED, **signed),
        Light.WAIVED,
    ),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_is_foreseen_is_what_is_saved(session: Session, reviewer: Person, target: Target, kind: str) -> None:
    foresee, save, light = CHANGES[kind]
    kept = session.scalar(select(func.count(Assessment.id)))
    found = foresee(session, target, reviewer)
    assert session.scalar(select(func.count(Assessment.id))) == kept, "looking ahead stores nothing"
    before = light_now(session, target)
    assert (found.before.last.light, found.before.last.reason) == (before.light, before.reason)

    save(session, target, {"reason": "上级调整任务", "by": reviewer, "now": LATER})
    after = light_now(session, target)
    assert (found.after.last.light, found.after.last.reason) == (after.light, after.reason)
    assert after.light is light and before.light is Light.OFF_TRACK
    assert Period.parse("2026-11") in [month for month, *_ in found.moved]


def test_a_change_target_follows_its_baseline_before_it_is_saved(session: Session, reviewer: Person) -> None:
    share = make_indicator(session, kind=Kind.RATIO, unit="%")
    target = make_target(session, indicator=share, value=Decimal(5), judged_as=JudgedAs.CHANGE, change=Change.INCREASE)
    make_actual(session, target, "2026-10", Decimal(42))
    operations.reassess_plan(session, target.plan_id, NOW)
    found = outlook.of_baseline(session, target.id, Start(True, Decimal(41)), NOW)
    assert (found.before.last.light, found.after.last.light) == (Light.NOT_ASSESSABLE, Light.OFF_TRACK)
    assert (found.after.facts.derived, found.after.facts.value) == ("41 × (1 + 5%)", Decimal("43.05"))
    operations.revise_baseline(session, target.id, Start(True, Decimal(41)), reason="补", by=reviewer, now=LATER)
    assert light_now(session, target).reason == found.after.last.reason
    back = outlook.of_baseline(session, target.id, UNKNOWN, NOW)
    assert back.after.last.light is Light.NOT_ASSESSABLE


def test_parts_are_foreseen_with_their_lights(session: Session, reviewer: Person, target: Target) -> None:
    east, west = make_unit(session), make_unit(session)
    for unit, value in ((east, 5), (west, 2)):
        make_actual(session, target, "2026-10", Decimal(value), unit=unit)
    shares = {east.id: Part(Decimal(6)), west.id: Part(Decimal(6))}
    found = outlook.of_parts(session, target.id, shares, NOW)
    assert {unit: result.light for unit, result in found.after.parts.items()} == {
        east.id: Light.ON_TRACK,
        west.id: Light.OFF_TRACK,
    }
    assert found.after.last.value == 7 and found.before.parts == {}
    operations.allocate(session, target.id, shares, reason="分解", by=reviewer, now=LATER)
    assert light_now(session, target).reason == found.after.last.reason
    with pytest.raises(BadInput, match="所属单位自己"):
        outlook.of_parts(session, target.id, {target.unit_id: Part(Decimal(6))}, NOW)


def test_lifting_a_waiver_is_foreseen(session: Session, reviewer: Person, target: Target) -> None:
    operations.waive(session, target.id, **WAIVED, reason="等批复", by=reviewer, now=NOW)
    assert light_now(session, target).reason == "等批复，张审核批准，有效期至2026年12月31日，已调整/豁免"
    found = outlook.without_waiver(session, target.id, NOW)
    assert (found.before.last.light, found.after.last.light) == (Light.WAIVED, Light.OFF_TRACK)


SECOND: dict[str, Any] = {
    "target": lambda s, t, signed: operations.revise_target(s, t.id, value=Decimal(9), **signed),
    "curve": lambda s, t, signed: operations.set_curve(s, t.id, MILESTONES, **signed),
    "baseline": lambda s, t, signed: operations.revise_baseline(s, t.id, Start(True, Decimal(1)), **signed),
    "rules": lambda s, t, signed: operations.set_rules(s, t.plan_id, STRICT, target_id=t.id, **signed),
    "waiver": lambda s, t, signed: operations.waive(s, t.id, starts_on=TODAY, ends_on=None, **signed),
    "parts": lambda s, t, signed: operations.allocate(s, t.id, {t.lead_id: Part(Decimal(3))}, **signed),
}


@pytest.mark.parametrize("kind", SECOND)
def test_the_second_of_two_people_is_told(session: Session, reviewer: Person, target: Target, kind: str) -> None:
    seen = editing(session, target.code).seen
    looked_at = seen.target if kind == "curve" else getattr(seen, kind)
    other = make_person(session, Role.REVIEWER, name="李审核")
    SECOND[kind](session, target, {"reason": "先改", "by": other, "now": NOW, "seen": looked_at})
    with pytest.raises(Conflict, match="李审核已于2026-11-12 09:00修改此项（原因：先改）"):
        SECOND[kind](session, target, {"reason": "后改", "by": reviewer, "now": LATER, "seen": looked_at})


def test_lead_and_supports_are_told_too(session: Session, reviewer: Person, target: Target) -> None:
    seen, former = editing(session, target.code).seen, target.lead_id
    lead, helper = make_unit(session), make_unit(session)
    signed: dict[str, Any] = {"reason": "职能调整", "by": reviewer, "now": NOW, "seen": seen.duty}
    operations.set_lead(session, target.id, lead_id=lead.id, supporting_ids=(helper.id, former), **signed)
    assert editing(session, target.code).seen.duty == (lead.id, tuple(sorted((helper.id, former))))
    with pytest.raises(Conflict, match="他人刚刚修改过"):
        operations.set_lead(session, target.id, lead_id=helper.id, **signed)
    row = session.scalars(select(AuditRow).where(AuditRow.action == "targets.set_lead")).one()
    assert (row.why, row.new["lead_id"]) == ("职能调整", lead.id)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.ADMIN, Role.AUDITOR])
@pytest.mark.parametrize("kind", SECOND)
def test_only_reviewers_change_targets(session: Session, target: Target, role: Role, kind: str) -> None:
    person = make_person(session, role)
    with pytest.raises(Forbidden):
        SECOND[kind](session, target, {"reason": "试试", "by": person, "now": NOW})
    with pytest.raises(Forbidden):
        operations.set_lead(session, target.id, lead_id=target.lead_id, reason="试试", by=person, now=NOW)


@pytest.mark.parametrize("kind", [*SECOND, "duty"])
def test_a_reason_is_asked_and_the_trail_written(session: Session, reviewer: Person, target: Target, kind: str) -> None:
    def duty(s: Session, t: Target, signed: dict[str, Any]) -> None:
        operations.set_lead(s, t.id, lead_id=make_unit(s).id, **signed)

    save = SECOND.get(kind, duty)
    with pytest.raises(BadInput, match="修改原因"):
        save(session, target, {"reason": "  ", "by": reviewer, "now": NOW})
    count = select(func.count(AuditRow.id)).where(AuditRow.why == "依据会议纪要")
    assert session.scalar(count) == 0
    save(session, target, {"reason": "依据会议纪要", "by": reviewer, "now": NOW})
    assert session.scalar(count) == 1


def test_old_and_new_version_are_judged_side_by_side(session: Session, reviewer: Person, target: Target) -> None:
    assert {each.light for each in target_sheet(session, target.code, TODAY).revisions} == {None}
    operations.revise_target(session, target.id, value=Decimal(7), reason="调低", by=reviewer, now=LATER)
    operations.waive(session, target.id, **WAIVED, reason="等批复", by=reviewer, now=LATER)
    sheet = target_sheet(session, target.code, TODAY, month="2026-10")
    judged = {(each.about, each.version): each.light for each in sheet.revisions if each.light}
    assert judged == {
        ("目标值", 2): Light.ON_TRACK,
        ("目标值", 1): Light.OFF_TRACK,
        ("基线", 1): Light.ON_TRACK,
    }


def test_what_the_editors_open_with(session: Session, reviewer: Person) -> None:
    city = make_unit(session, "市", kind=UnitKind.REGION)
    district = make_unit(session, "区", kind=UnitKind.REGION, parent=city)
    make_unit(session, "处", parent=city)
    plan = make_plan(session, region=city)
    target = make_target(session, plan=plan, baseline=Decimal(3))
    for month, value in ((3, 1), (6, 4), (12, 10)):
        make_actual(session, target, f"2025-{month:02d}", Decimal(value))
    operations.set_rules(session, plan.id, STRICT, target_id=target.id, reason="从严", by=reviewer, now=NOW)
    operations.waive(session, target.id, **WAIVED, reason="等批复", by=reviewer, now=NOW)
    with counted(session) as queries:
        found = editing(session, target.code)
    assert len(queries) <= 13
    assert [unit.name for unit in found.units if unit.is_below] == ["区"] and found.units[0].id == district.id
    assert (found.start, found.rules, found.plan_rules) == (Start(True, Decimal(3)), STRICT, LightRules())
    assert found.waiver is not None and (found.waiver.approved_by, found.waiver.reason) == ("张审核", "等批复")
    # 1 by March, 3 more by June, 6 more by December.
    third = Decimal("0.333333")
    assert found.last_year == (*(third,) * 3, *(Decimal(1),) * 9)
    with pytest.raises(NotFound):
        editing(session, "NONE")
    target.state = TargetState.WITHDRAWN
    with pytest.raises(WrongState):
        editing(session, target.code)


def test_years_that_do_not_begin_in_january(session: Session, reviewer: Person) -> None:
    plan = make_plan(session, starts_on=date(2025, 10, 1), ends_on=date(2026, 9, 30))
    target = make_target(session, plan=plan, value=Decimal(12))
    make_actual(session, target, "2026-03", Decimal(6))
    weighted = PlanShape(Shape.QUARTERS, shares=tuple(map(Decimal, (1, 1, 1, 3))))
    found = outlook.of_curve(session, target.id, weighted, NOW)
    assert found.months[0] == Period.parse("2025-10")
    march = found.after.results[found.months.index(Period.parse("2026-03"))]
    assert (march.expected, march.light) == (4, Light.ON_TRACK)
    too_few = PlanShape(Shape.QUARTERS, shares=(Decimal(1), Decimal(1)))
    with pytest.raises(BadInput, match="共4个季度"):
        outlook.of_curve(session, target.id, too_few, NOW)
    outside = PlanShape(Shape.POINTS, (PlanPoint(date(2026, 10, 31), Decimal(4)),))
    with pytest.raises(BadInput, match="2025-10-01至2026-09-30"):
        operations.set_curve(session, target.id, outside, reason="试", by=reviewer, now=NOW)


def test_rules_of_a_plan_move_those_without_their_own(session: Session, reviewer: Person) -> None:
    plan, admin = make_plan(session), make_person(session, Role.ADMIN)
    following, apart = (make_target(session, plan=plan, value=Decimal(12)) for _ in range(2))
    for each in (following, apart):
        make_actual(session, each, "2026-10", Decimal(8))  # 8.3 points behind
    operations.set_rules(session, plan.id, LightRules(), target_id=apart.id, reason="照旧", by=reviewer, now=NOW)
    count, moved = outlook.of_plan_rules(session, plan.id, STRICT, NOW)
    assert (count, [each.code for each in moved]) == (1, [following.code])
    assert (moved[0].before.light, moved[0].after.light) == (Light.BEHIND, Light.OFF_TRACK)

    signed: dict[str, Any] = {"reason": "从严", "now": NOW, "seen": plan_rules(session, plan.code).seen}
    with pytest.raises(Forbidden):
        operations.set_rules(session, plan.id, STRICT, by=reviewer, **signed)
    operations.set_rules(session, plan.id, STRICT, by=admin, **signed)
    with pytest.raises(Conflict):
        operations.set_rules(session, plan.id, None, by=admin, **signed)
    found = plan_rules(session, plan.code)
    assert (found.rules, [(each.version, each.reason) for each in found.versions]) == (STRICT, [(1, "从严")])
    assert light_now(session, following).light is Light.OFF_TRACK


def test_a_range_may_become_a_single_value(session: Session, reviewer: Person) -> None:
    target = make_target(session, comparator=Comparator.BETWEEN, value=None, low=Decimal(2), high=Decimal(3))
    changed = {"comparator": Comparator.AT_LEAST, "value": Decimal(3), "low": None, "high": None}
    outlook.of_demand(session, target.id, changed, NOW)
    fresh = operations.revise_target(session, target.id, reason="明确", by=reviewer, now=LATER, **changed)
    assert (fresh.version, fresh.value, fresh.low) == (2, 3, None)
