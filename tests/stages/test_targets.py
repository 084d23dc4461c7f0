"""Candidates become targets, targets are revised and handed down; the lights follow and nothing is lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factories import (
    form_of,
    make_actual,
    make_document,
    make_indicator,
    make_person,
    make_plan,
    make_target,
    make_unit,
)
from kpi.accounts.rules import Person, Role
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, LightRules, three_bands
from kpi.audit.records import AuditRow
from kpi.catalog.records import Assignment, Indicator
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.errors import BadInput, Forbidden, WrongState
from kpi.core.quantity import Change, Comparator, Direction, Kind
from kpi.extraction import actions as extraction
from kpi.extraction.records import CandidateRow, Decision
from kpi.operations import actions_targets as operations
from kpi.organisation.records import OrgUnit
from kpi.targets import actions_plans as plans
from kpi.targets.records import Baseline, Plan, PlanState, Target, TargetState, TargetVersion
from kpi.targets.rules import JudgedAs, PlanPoint, PlanShape, Shape
from kpi.targets.rules_form import AcceptForm, Part, Start
from support import NOW

TEXT = "一、急救体系\n（一）完善网络。新建10家急救分站，二级以上综合医院设置老年医学科比例达到60%以上。\n"


@pytest.fixture
def reviewer(session: Session) -> Person:
    return make_person(session, Role.REVIEWER)


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def candidate(session: Session, reviewer: Person) -> CandidateRow:
    document = make_document(session, TEXT)
    found = extraction.find_candidates(session, document.id, by=reviewer, now=NOW)
    return next(row for row in found if row.value == 60)


def form_for(session: Session, plan: Plan, **values: Any) -> AcceptForm:
    usual: dict[str, Any] = {
        "plan_id": plan.id,
        "name": "老年医学科设置比例",
        "kind": Kind.RATIO,
        "comparator": Comparator.AT_LEAST,
        "value": Decimal(60),
        "unit": "%",
        "lead_id": make_unit(session).id,
    }
    return AcceptForm(**usual | values)


def lights(session: Session, target: Target, unit_id: int | None = None) -> dict[str, Assessment]:
    rows = session.scalars(
        select(Assessment).where(
            Assessment.target_id == target.id,
            Assessment.unit_id == (unit_id or target.unit_id),
            Assessment.superseded_at.is_(None),
        )
    )
    return {row.period: row for row in rows}


def test_a_candidate_is_accepted(session: Session, plan: Plan, reviewer: Person, candidate: CandidateRow) -> None:
    form = form_of(candidate, plan, lead_id=make_unit(session).id, baseline_known=True, baseline_value=Decimal(40))
    assert (form.value, form.unit) == (Decimal(60), "%")
    assert (form.proposed_judged_as, form.proposed_direction) == (JudgedAs.REACH, Direction.MORE)
    target = operations.accept(session, candidate.id, form, by=reviewer, now=NOW)

    assert (target.code, target.unit_id, target.clause_id) == (f"{plan.code}-001", plan.region_id, candidate.clause_id)
    version = session.scalars(select(TargetVersion)).one()
    assert (
        version.evidence == candidate.evidence
        and TEXT[version.evidence_start : version.evidence_end] == version.evidence
    )
    assert (candidate.decision, candidate.target_id, candidate.decided_by) == (
        Decision.ACCEPTED,
        target.id,
        reviewer.account_id,
    )
    duty = session.scalars(select(Assignment)).one()
    assert (duty.unit_id, duty.reporter_id, duty.ends_on) == (plan.region_id, target.lead_id, date(2026, 12, 31))
    kept = lights(session, target)
    assert list(sorted(kept)) == [f"2026-{month:02d}" for month in range(1, 12)]
    assert kept["2026-10"].light is Light.NOT_ASSESSABLE
    assert set(session.scalars(select(AuditRow.action))) >= {"targets.accept", "extraction.accept", "catalog.assign"}


def test_every_wrong_field_is_named(session: Session, plan: Plan, reviewer: Person) -> None:
    form = form_for(
        session,
        plan,
        name=" ",
        value=None,
        lead_id=None,
        baseline_known=True,
        starts_on=date(2026, 6, 1),
        deadline=date(2026, 5, 1),
    )
    with pytest.raises(BadInput) as refused:
        operations.accept(session, None, form, by=reviewer, now=NOW)
    assert {problem.field for problem in refused.value.problems} == {"名称", "目标值", "牵头单位", "基线值", "完成期限"}
    assert session.scalar(select(func.count(Target.id))) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"comparator": Comparator.EQUAL, "value": Decimal(30)}, "方向"),
        ({"comparator": Comparator.BETWEEN, "low": Decimal(3), "high": Decimal(2)}, "目标值"),
        ({"kind": Kind.COVERAGE, "value": Decimal(101)}, "目标值"),
        ({"judged_as": JudgedAs.CHANGE}, "变化方向"),
        ({"judged_as": JudgedAs.STAGE}, "评价方式"),
        ({"accumulates": Accumulates.RATIO}, "累计方式"),
        ({"places": 9}, "小数位数"),
        ({"baseline_known": True, "baseline_value": Decimal(40), "baseline_day": date(202, 12, 31)}, "基线日期"),
    ],
)
def test_what_can_not_be_judged_is_refused(
    session: Session, plan: Plan, reviewer: Person, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadInput) as refused:
        operations.accept(session, None, form_for(session, plan, **values), by=reviewer, now=NOW)
    assert field in {problem.field for problem in refused.value.problems}


def test_merging_needs_the_same_unit(session: Session, plan: Plan, reviewer: Person) -> None:
    counted = make_indicator(session)
    with pytest.raises(BadInput, match="不能合并"):
        operations.accept(session, None, form_for(session, plan, indicator_id=counted.id), by=reviewer, now=NOW)
    share = make_indicator(session, kind=Kind.RATIO, unit="%")
    target = operations.accept(session, None, form_for(session, plan, indicator_id=share.id), by=reviewer, now=NOW)
    assert target.indicator_id == share.id
    assert session.scalar(select(func.count(Indicator.id))) == 2


def test_taking_back_withdraws_and_accepting_again_finds_the_values(
    session: Session, plan: Plan, reviewer: Person, candidate: CandidateRow
) -> None:
    form = form_for(session, plan, baseline_known=True, baseline_value=Decimal(40))
    first = operations.accept(session, candidate.id, form, by=reviewer, now=NOW)
    actual = make_actual(session, first, "2026-09", Decimal(70))
    with pytest.raises(BadInput, match="撤回原因"):
        operations.take_back(session, candidate.id, reason=" ", by=reviewer, now=NOW)
    operations.take_back(session, candidate.id, reason="应与另一条合并", by=reviewer, now=NOW)

    assert first.state is TargetState.WITHDRAWN and candidate.decision is Decision.OPEN
    assert lights(session, first) == {} and session.scalar(select(func.count(Assessment.id))) == 11
    assert actual.superseded_at is None
    with pytest.raises(WrongState):
        operations.take_back(session, candidate.id, reason="再撤一次", by=reviewer, now=NOW)

    again = operations.accept(session, candidate.id, form, by=reviewer, now=NOW)
    assert (again.indicator_id, again.code) == (first.indicator_id, f"{plan.code}-002")
    assert lights(session, again)["2026-09"].value == 70


def test_only_reviewers_accept(session: Session, plan: Plan) -> None:
    with pytest.raises(Forbidden):
        operations.accept(session, None, form_for(session, plan), by=make_person(session, Role.OFFICER), now=NOW)


def test_a_change_becomes_a_level_with_its_baseline(session: Session, plan: Plan, reviewer: Person) -> None:
    form = form_for(session, plan, change=Change.INCREASE, value=Decimal(5), unit="个百分点")
    target = operations.accept(session, None, form, by=reviewer, now=NOW)
    assert session.get_one(Indicator, target.indicator_id).unit == "%"
    make_actual(session, target, "2026-10", Decimal(42))
    operations.reassess_plan(session, plan.id, NOW)
    assert "无基线" in lights(session, target)["2026-10"].reason

    operations.revise_baseline(
        session, target.id, Start(True, Decimal(38), source="年报"), reason="补报", by=reviewer, now=NOW
    )
    after = lights(session, target)["2026-10"]
    assert (after.target_value, after.value, after.version) == (Decimal(43), Decimal(42), 3)
    assert (after.expected, after.light) == (Decimal("42.16"), Light.BEHIND)
    versions = session.scalars(select(Baseline).where(Baseline.target_id == target.id).order_by(Baseline.version)).all()
    assert [(row.known, row.superseded_at) for row in versions] == [(False, NOW), (True, None)]


def test_revising_a_target_keeps_the_former_version(session: Session, reviewer: Person) -> None:
    target = make_target(session, value=Decimal(12))
    make_actual(session, target, "2026-10", Decimal(6))
    operations.reassess_plan(session, target.plan_id, NOW)
    assert lights(session, target)["2026-10"].light is Light.OFF_TRACK
    later = NOW + timedelta(hours=1)

    fresh = operations.revise_target(session, target.id, value=Decimal(7), reason="中期调整", by=reviewer, now=later)
    assert (fresh.version, fresh.value, fresh.reason, fresh.recorded_by) == (2, 7, "中期调整", reviewer.account_id)
    assert lights(session, target)["2026-10"].light is Light.ON_TRACK
    same = operations.revise_target(session, target.id, value=Decimal(7), reason="无变化", by=reviewer, now=later)
    assert same.version == 2
    with pytest.raises(BadInput, match="修改原因"):
        operations.revise_target(session, target.id, value=Decimal(8), reason="", by=reviewer, now=later)
    with pytest.raises(BadInput, match="不能更改"):
        operations.revise_target(session, target.id, kind=Kind.RATIO, reason="改类型", by=reviewer, now=later)


def test_a_plan_of_points_and_rules_of_its_own_move_the_light(session: Session, reviewer: Person) -> None:
    target = make_target(session, value=Decimal(12))
    make_actual(session, target, "2026-10", Decimal(6))
    operations.reassess_plan(session, target.plan_id, NOW)
    shape = PlanShape(Shape.POINTS, (PlanPoint(date(2026, 10, 31), Decimal(7)),))
    operations.set_curve(session, target.id, shape, reason="下半年开工", by=reviewer, now=NOW)
    assert (lights(session, target)["2026-10"].expected, lights(session, target)["2026-10"].light) == (7, Light.BEHIND)

    strict = LightRules(bands=three_bands(Decimal(5)))
    operations.set_rules(session, target.plan_id, strict, target_id=target.id, reason="从严", by=reviewer, now=NOW)
    assert lights(session, target)["2026-10"].light is Light.OFF_TRACK
    operations.set_rules(session, target.plan_id, None, target_id=target.id, reason="恢复", by=reviewer, now=NOW)
    assert lights(session, target)["2026-10"].light is Light.BEHIND

    admin = make_person(session, Role.ADMIN)
    with pytest.raises(Forbidden):
        operations.set_rules(session, target.plan_id, strict, reason="从严", by=reviewer, now=NOW)
    operations.set_rules(session, target.plan_id, strict, reason="从严", by=admin, now=NOW)
    assert lights(session, target)["2026-10"].light is Light.OFF_TRACK
    holed = LightRules(bands=three_bands(Decimal(5))[:2])
    with pytest.raises(BadInput):
        operations.set_rules(session, target.plan_id, holed, reason="有洞", by=admin, now=NOW)


def test_a_waiver_sets_the_light_aside_until_it_is_lifted(session: Session, reviewer: Person) -> None:
    target = make_target(session)
    make_actual(session, target, "2026-10", Decimal(1))
    operations.waive(
        session,
        target.id,
        starts_on=date(2026, 10, 1),
        ends_on=date(2026, 12, 31),
        reason="上级调整任务",
        by=reviewer,
        now=NOW,
    )
    kept = lights(session, target)
    assert (kept["2026-09"].light, kept["2026-10"].light) == (Light.NOT_ASSESSABLE, Light.WAIVED)
    operations.lift_waiver(session, target.id, reason="恢复", by=reviewer, now=NOW)
    assert lights(session, target)["2026-10"].light is Light.OFF_TRACK
    with pytest.raises(WrongState):
        operations.lift_waiver(session, target.id, reason="恢复", by=reviewer, now=NOW)


def test_an_allocated_target_is_rolled_up_from_its_units(session: Session, reviewer: Person) -> None:
    indicator = make_indicator(session, roll_up=RollUp.SUM)
    target = make_target(session, indicator=indicator, value=Decimal(12))
    east, west = make_unit(session, "东区"), make_unit(session, "西区")
    shares = {east.id: Part(Decimal(6)), west.id: Part(Decimal(6))}
    operations.allocate(session, target.id, shares, reason="任务分解", by=reviewer, now=NOW)
    for unit, period, value in ((east, "2026-09", 6), (west, "2026-09", 3), (east, "2026-10", 6)):
        make_actual(session, target, period, Decimal(value), unit=unit)
    operations.reassess_plan(session, target.plan_id, NOW)

    whole = lights(session, target)
    assert (whole["2026-09"].value, whole["2026-09"].light) == (Decimal(9), Light.ON_TRACK)
    # October of the west is missing: the whole still stands on September.
    assert whole["2026-10"].data_period == "2026-09"
    assert lights(session, target, east.id)["2026-09"].light is Light.ACHIEVED
    assert lights(session, target, west.id)["2026-09"].light is Light.OFF_TRACK
    assert {row.reporter_id for row in session.scalars(select(Assignment))} == {target.lead_id, east.id, west.id}

    operations.allocate(session, target.id, {west.id: Part(Decimal(12))}, reason="调整", by=reviewer, now=NOW)
    assert lights(session, target, east.id) == {}
    assert lights(session, target)["2026-09"].value == 3


def test_values_are_owed_until_the_deadline_though_the_plan_ends_before(session: Session, reviewer: Person) -> None:
    """A target of several years stands in a plan of one."""
    target, east, heir = make_target(session, value=Decimal(12)), make_unit(session), make_unit(session)

    def owed_until() -> dict[int, date]:
        return {duty.reporter_id: duty.ends_on for duty in session.scalars(select(Assignment))}

    signed = {"reason": "三年任务", "by": reviewer, "now": NOW}
    operations.revise_target(session, target.id, deadline=date(2027, 12, 31), **signed)
    operations.allocate(session, target.id, {east.id: Part(Decimal(12))}, **signed)
    assert owed_until() == dict.fromkeys((target.lead_id, east.id), date(2027, 12, 31))
    operations.revise_target(session, target.id, deadline=date(2028, 12, 31), **signed)
    assert owed_until() == dict.fromkeys((target.lead_id, east.id), date(2028, 12, 31))
    operations.set_lead(session, target.id, lead_id=heir.id, **signed)
    assert owed_until()[heir.id] == date(2028, 12, 31)


def test_ratios_are_rolled_up_from_their_parts(session: Session, reviewer: Person) -> None:
    share = make_indicator(session, kind=Kind.RATIO, unit="%", roll_up=RollUp.RATIO, has_parts=True, scale=Decimal(100))
    target = make_target(session, indicator=share, value=Decimal(60), baseline=Decimal(40))
    east, west = make_unit(session), make_unit(session)
    shares = {unit.id: Part(Decimal(60)) for unit in (east, west)}
    operations.allocate(session, target.id, shares, reason="分解", by=reviewer, now=NOW)
    for unit, top, bottom in ((east, 90, 100), (west, 0, 50)):
        value = Decimal(top) / Decimal(bottom) * 100
        make_actual(session, target, "2026-10", value, unit=unit, numerator=Decimal(top), denominator=Decimal(bottom))
    operations.reassess_plan(session, target.plan_id, NOW)
    assert lights(session, target)["2026-10"].value == 60


def test_time_alone_makes_new_versions_only_where_something_changed(session: Session) -> None:
    target = make_target(session)
    make_actual(session, target, "2026-10", Decimal(10))
    assert operations.reassess_plan(session, target.plan_id, NOW) == 11
    assert operations.reassess_plan(session, target.plan_id, NOW) == 0
    assert operations.reassess_plan(session, target.plan_id, NOW + timedelta(days=1)) == 0
    assert operations.reassess_plan(session, target.plan_id, NOW + timedelta(days=25)) == 1  # December has begun


def test_a_reference_plan_gets_lights_when_it_is_chosen(session: Session, reviewer: Person) -> None:
    plan = make_plan(session, state=PlanState.REFERENCE)
    target = operations.accept(session, None, form_for(session, plan), by=reviewer, now=NOW)
    assert lights(session, target) == {}
    operations.set_plan_state(session, plan.id, PlanState.ACTIVE, by=reviewer, now=NOW)
    assert len(lights(session, target)) == 11


def test_a_plan_needs_a_code_of_its_own(session: Session, reviewer: Person) -> None:
    region = make_unit(session)
    made = plans.create_plan(session, code="WP", title="工作要点", year=2026, region_id=region.id, by=reviewer, now=NOW)
    assert (made.starts_on, made.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))
    with pytest.raises(BadInput, match="已被使用"):
        plans.create_plan(session, code="WP", title="又一", year=2026, region_id=region.id, by=reviewer, now=NOW)


def test_the_lead_may_change(session: Session, reviewer: Person) -> None:
    target = make_target(session)
    other = make_unit(session)
    operations.set_lead(session, target.id, lead_id=other.id, reason="职能调整", by=reviewer, now=NOW)
    assert target.lead_id == other.id
    assert other.id in set(session.scalars(select(Assignment.reporter_id)))
    assert session.get_one(OrgUnit, other.id).active
