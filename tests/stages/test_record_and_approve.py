"""The life of one value, and the light that follows it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import EXPLAINED, entry_for, make_actual, make_indicator, make_person, make_target, make_unit
from kpi.accounts.rules import Person, Role
from kpi.actuals.records import Actual, ActualState
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light
from kpi.audit.records import AuditRow
from kpi.core.errors import BadInput, Conflict, Forbidden, WrongState
from kpi.core.quantity import Direction, Kind
from kpi.operations import actions as operations
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Target
from support import NOW


@pytest.fixture
def target(session: Session) -> Target:
    return make_target(session)


@pytest.fixture
def officer(session: Session, target: Target) -> Person:
    return make_person(session, Role.OFFICER, session.get_one(OrgUnit, target.lead_id))


@pytest.fixture
def reviewer(session: Session) -> Person:
    return make_person(session, Role.REVIEWER)


def light_of(session: Session, target: Target, month: str) -> Assessment:
    found = session.scalar(
        select(Assessment).where(
            Assessment.target_id == target.id, Assessment.period == month, Assessment.superseded_at.is_(None)
        )
    )
    assert found is not None
    return found


def record(session: Session, target: Target, by: Person, period: str, value: int, **more: object) -> Actual:
    saved = operations.record(session, entry_for(target, period, value, **more), by=by, now=NOW, submit=True)
    assert saved is not None
    return saved


def test_a_value_goes_from_draft_to_a_light(
    session: Session, target: Target, officer: Person, reviewer: Person
) -> None:
    draft = operations.record(session, entry_for(target, "2026-10", 10), by=officer, now=NOW, submit=False)
    assert draft is not None and (draft.state, draft.version, draft.revision) == (ActualState.DRAFT, 1, 1)

    sent = record(session, target, officer, "2026-10", 10, revision=1)
    assert (sent.id, sent.state, sent.revision, sent.submitted_by) == (
        draft.id,
        ActualState.SUBMITTED,
        2,
        officer.account_id,
    )
    operations.approve(session, [(sent.id, 2)], by=reviewer, now=NOW)

    assert (sent.state, sent.revision, sent.decided_by) == (ActualState.APPROVED, 3, reviewer.account_id)
    october = light_of(session, target, "2026-10")
    assert (october.light, october.data_period, october.value, october.expected) == (
        Light.ON_TRACK,
        "2026-10",
        Decimal(10),
        Decimal(9),
    )
    assert light_of(session, target, "2026-11").data_period == "2026-10"
    trail = session.scalars(select(AuditRow.action).where(AuditRow.entity == "actual").order_by(AuditRow.id)).all()
    assert trail == ["actuals.save", "actuals.submit", "actuals.approve"]


def test_a_zero_where_nothing_stood_is_in_the_trail(session: Session, target: Target, officer: Person) -> None:
    empty = entry_for(target, "2026-10", None, note="稍后补数")
    draft = operations.record(session, empty, by=officer, now=NOW, submit=False)
    assert draft is not None and draft.value is None
    operations.record(session, entry_for(target, "2026-10", 0, revision=1), by=officer, now=NOW, submit=False)
    row = session.scalars(select(AuditRow).where(AuditRow.entity == "actual").order_by(AuditRow.id.desc())).first()
    assert row is not None and (row.old, row.new) == (
        {"value": None, "note": "稍后补数", "state": "draft"},
        {"value": "0", "note": "", "state": "draft"},
    )


def test_a_red_light_asks_for_cause_measure_and_date(session: Session, target: Target, officer: Person) -> None:
    with pytest.raises(BadInput) as refused:
        record(session, target, officer, "2026-10", 3)
    assert [problem.field for problem in refused.value.problems] == ["滞后原因", "改进措施", "预计日期"]
    assert session.scalars(select(Actual)).all() == []

    looked_at = operations.preview(session, entry_for(target, "2026-10", 3), NOW)
    assert looked_at.asks and looked_at.result is not None and looked_at.result.light is Light.OFF_TRACK
    assert record(session, target, officer, "2026-10", 3, **EXPLAINED).cause == "施工延期"


def test_the_second_writer_is_told(session: Session, target: Target, officer: Person) -> None:
    lead = session.get_one(OrgUnit, target.lead_id)
    colleague = make_person(session, Role.OFFICER, lead, name="同事")
    record(session, target, colleague, "2026-10", 10)
    with pytest.raises(Conflict, match="同事已于2026-11-12 09:00修改此项，现为10家（待审）"):
        record(session, target, officer, "2026-10", 11)
    with pytest.raises(Conflict):
        record(session, target, officer, "2026-10", 11, revision=7)
    assert record(session, target, officer, "2026-10", 11, revision=1).value == 11


def test_saving_the_same_again_changes_nothing(session: Session, target: Target, officer: Person) -> None:
    first = record(session, target, officer, "2026-10", 10)
    again = record(session, target, officer, "2026-10", 10, revision=1)
    assert (again.id, again.revision) == (first.id, 1)
    assert len(session.scalars(select(AuditRow).where(AuditRow.entity == "actual")).all()) == 1


def test_nobody_approves_a_value_of_their_own(session: Session, target: Target, reviewer: Person) -> None:
    own = record(session, target, reviewer, "2026-10", 10)
    with pytest.raises(Forbidden, match="不能审核自己填报的数值"):
        operations.approve(session, [(own.id, own.revision)], by=reviewer, now=NOW)


def test_who_submitted_the_draft_of_another_does_not_approve_it_either(
    session: Session, target: Target, officer: Person, reviewer: Person
) -> None:
    operations.record(session, entry_for(target, "2026-10", 10), by=officer, now=NOW, submit=False)
    sent = record(session, target, reviewer, "2026-10", 10, revision=1)
    with pytest.raises(Forbidden):
        operations.approve(session, [(sent.id, sent.revision)], by=reviewer, now=NOW)


def test_only_the_department_that_reports_may_enter(session: Session, target: Target) -> None:
    stranger = make_person(session, Role.OFFICER)
    with pytest.raises(Forbidden, match="由其他单位填报"):
        record(session, target, stranger, "2026-10", 10)
    leader = make_person(session, Role.LEADER)
    with pytest.raises(Forbidden, match="您的角色"):
        record(session, target, leader, "2026-10", 10)


def test_a_reviewer_of_another_unit_does_not_approve(session: Session, target: Target, officer: Person) -> None:
    sent = record(session, target, officer, "2026-10", 10)
    other = make_person(session, Role.REVIEWER, make_unit(session))
    with pytest.raises(Forbidden):
        operations.approve(session, [(sent.id, sent.revision)], by=other, now=NOW)
    own = make_person(session, Role.REVIEWER, session.get_one(OrgUnit, target.lead_id))
    assert operations.approve(session, [(sent.id, sent.revision)], by=own, now=NOW)[0].state is ActualState.APPROVED


def test_a_returned_value_is_corrected_by_a_new_version(
    session: Session, target: Target, officer: Person, reviewer: Person
) -> None:
    sent = record(session, target, officer, "2026-10", 10)
    operations.return_(session, [(sent.id, 1)], reason="与月报不符", by=reviewer, now=NOW)
    assert (sent.state, sent.return_reason, sent.revision) == (ActualState.RETURNED, "与月报不符", 2)

    again = record(session, target, officer, "2026-10", 9, revision=2)
    assert (again.version, again.revision, again.state) == (2, 3, ActualState.SUBMITTED)
    assert sent.superseded_at == NOW and sent.value == 10


def test_a_correction_waits_beside_the_approved_value_and_moves_the_light_once_approved(
    session: Session, target: Target, officer: Person, reviewer: Person
) -> None:
    first = record(session, target, officer, "2026-10", 10)
    operations.approve(session, [(first.id, 1)], by=reviewer, now=NOW)
    later = NOW + timedelta(hours=2)

    entry = entry_for(target, "2026-10", 6, revision=2, **EXPLAINED)
    correction = operations.record(session, entry, by=officer, now=later, submit=True)
    assert correction is not None and correction.id != first.id and correction.version == 2
    assert light_of(session, target, "2026-10").value == 10
    operations.approve(session, [(correction.id, correction.revision)], by=reviewer, now=later)

    assert (first.superseded_at, first.state) == (later, ActualState.APPROVED)
    now_ = light_of(session, target, "2026-10")
    assert (now_.value, now_.version, now_.light) == (Decimal(6), 2, Light.OFF_TRACK)
    former = session.scalars(select(Assessment).where(Assessment.period == "2026-10", Assessment.version == 1)).one()
    assert (former.value, former.superseded_at) == (Decimal(10), later)


def test_approving_what_has_changed_meanwhile_is_a_conflict(
    session: Session, target: Target, officer: Person, reviewer: Person
) -> None:
    sent = record(session, target, officer, "2026-10", 10)
    record(session, target, officer, "2026-10", 11, revision=1)
    with pytest.raises(Conflict, match="现为11家"):
        operations.approve(session, [(sent.id, 1)], by=reviewer, now=NOW)


def test_a_draft_can_not_be_approved(session: Session, target: Target, officer: Person, reviewer: Person) -> None:
    draft = operations.record(session, entry_for(target, "2026-10", 10), by=officer, now=NOW, submit=False)
    assert draft is not None
    with pytest.raises(WrongState, match="草稿"):
        operations.approve(session, [(draft.id, draft.revision)], by=reviewer, now=NOW)


def test_approving_is_all_or_nothing(session: Session, target: Target, officer: Person, reviewer: Person) -> None:
    good = record(session, target, officer, "2026-10", 10)
    own = record(session, target, reviewer, "2026-09", 9)
    with pytest.raises(Forbidden):
        operations.approve(session, [(good.id, 1), (own.id, 1)], by=reviewer, now=NOW)
    assert good.state is ActualState.SUBMITTED


def test_a_jump_asks_for_a_reason(session: Session, officer: Person) -> None:
    share = make_indicator(session, kind=Kind.RATIO, unit="%", direction=Direction.MORE)
    lead = session.scalar(select(OrgUnit).where(OrgUnit.id == officer.unit_id))
    target = make_target(session, indicator=share, lead=lead, value=Decimal(60), baseline=Decimal(40))
    make_actual(session, target, "2026-09", Decimal(50))
    with pytest.raises(BadInput, match="变动过大"):
        record(session, target, officer, "2026-10", 80)
    assert record(session, target, officer, "2026-10", 80, jump_reason="统计口径调整").jump_reason == "统计口径调整"


def test_a_late_value_of_an_earlier_month_leaves_later_months_alone(
    session: Session, target: Target, officer: Person, reviewer: Person
) -> None:
    for period, value in (("2026-10", 10), ("2026-08", 8)):
        sent = record(session, target, officer, period, value)
        operations.approve(session, [(sent.id, 1)], by=reviewer, now=NOW)
    assert light_of(session, target, "2026-09").data_period == "2026-08"
    october = light_of(session, target, "2026-10")
    assert (october.data_period, october.version) == ("2026-10", 1)
