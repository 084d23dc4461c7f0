"""Handing the duty to report over: the new unit owes from a day on, the former until the day before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import make_assignment, make_person, make_target, make_unit
from kpi.accounts.rules import Person, Role
from kpi.actuals.rules import Entry
from kpi.audit.actions import SYSTEM
from kpi.audit.records import AuditRow
from kpi.catalog.actions_duties import assign, hand_over
from kpi.catalog.records import Assignment, Indicator
from kpi.core.errors import BadInput, Conflict, Forbidden
from kpi.core.period import Period
from kpi.operations import actions as operations
from kpi.organisation.records import OrgUnit
from kpi.readmodel.due import rows_due, rows_of
from kpi.readmodel.reporters import duties, duty
from kpi.targets.actions_versions import revise_target
from kpi.targets.records import Target
from support import NOW

TODAY = date(2026, 11, 12)
JULY = date(2026, 7, 1)


@pytest.fixture
def admin(session: Session) -> Person:
    return make_person(session, Role.ADMIN)


@pytest.fixture
def target(session: Session) -> Target:
    return make_target(session)


@pytest.fixture
def former(session: Session, target: Target) -> Assignment:
    return session.scalars(select(Assignment).where(Assignment.indicator_id == target.indicator_id)).one()


def owed(session: Session, unit: OrgUnit) -> list[str]:
    officer = make_person(session, Role.OFFICER, unit)
    return sorted(str(row.period) for row in rows_due(session, officer, TODAY, Period.parse("2026-10")))


def test_each_owes_its_own_months(session: Session, admin: Person, target: Target, former: Assignment) -> None:
    lead, heir = session.get_one(OrgUnit, target.lead_id), make_unit(session)
    seen = (former.starts_on, former.ends_on)
    hand_over(session, former.id, heir.id, since=JULY, reason="职能划转", by=admin, now=NOW, seen=seen)
    assert owed(session, lead) == [f"2026-{month:02d}" for month in range(1, 7)]
    assert owed(session, heir) == [f"2026-{month:02d}" for month in range(7, 11)]
    assert [(row.reporter, row.ends_on) for row in duties(session)] == [
        (lead.name, date(2026, 6, 30)),
        (heir.name, date(2026, 12, 31)),
    ]
    row = session.scalars(select(AuditRow).where(AuditRow.action == "catalog.hand_over")).one()
    assert (row.why, row.new) == ("职能划转", {"ends_on": "2026-06-30"})
    with pytest.raises(Conflict):
        hand_over(session, former.id, heir.id, since=JULY, reason="再来", by=admin, now=NOW, seen=seen)


def test_who_reports_may_enter_former_years(
    session: Session, admin: Person, target: Target, former: Assignment
) -> None:
    officer = make_person(session, Role.OFFICER, session.get_one(OrgUnit, target.lead_id))
    old = Entry(target.indicator_id, target.unit_id, Period.parse("2025-12"), value=Decimal(9))
    with pytest.raises(BadInput, match="填报期"):
        operations.record(session, old, by=officer, now=NOW, submit=True)
    since = date(2025, 12, 9)
    hand_over(session, former.id, target.lead_id, since=since, reason="补录", by=admin, now=NOW)
    operations.record(session, old, by=officer, now=NOW, submit=True)
    assert (former.starts_on, former.ends_on) == (date(2025, 12, 1), date(2026, 12, 31))
    row = session.scalars(select(AuditRow).where(AuditRow.action == "catalog.assign", AuditRow.why == "补录")).one()
    assert row.new == {"starts_on": "2025-12-01"}


def test_a_duty_that_had_not_begun_goes_altogether(
    session: Session, admin: Person, target: Target, former: Assignment
) -> None:
    lead, heir = session.get_one(OrgUnit, target.lead_id), make_unit(session)
    hand_over(session, former.id, heir.id, since=date(2026, 1, 1), reason="更正", by=admin, now=NOW)
    assert (owed(session, lead), len(owed(session, heir))) == ([], 10)
    only = session.scalars(select(Assignment).where(Assignment.indicator_id == target.indicator_id)).one()
    assert duty(session, only.id).reporter == heir.name


def test_a_duty_handed_back_is_a_new_span(session: Session, admin: Person, target: Target, former: Assignment) -> None:
    lead, heir = session.get_one(OrgUnit, target.lead_id), make_unit(session)
    handed = hand_over(session, former.id, heir.id, since=date(2026, 3, 1), reason="借调", by=admin, now=NOW)
    back = hand_over(session, handed.id, lead.id, since=date(2026, 6, 1), reason="交还", by=admin, now=NOW)
    assert [(row.reporter, str(row.starts_on), str(row.ends_on)) for row in duties(session)] == [
        (lead.name, "2026-01-01", "2026-02-28"),
        (heir.name, "2026-03-01", "2026-05-31"),
        (lead.name, "2026-06-01", "2026-12-31"),
    ]
    assert owed(session, heir) == ["2026-03", "2026-04", "2026-05"]
    assert owed(session, lead) == [f"2026-{month:02d}" for month in (1, 2, 6, 7, 8, 9, 10)]
    hand_over(session, back.id, heir.id, since=date(2026, 6, 1), reason="更正", by=admin, now=NOW)
    assert [(row.reporter, str(row.ends_on)) for row in duties(session)][1:] == [
        (heir.name, "2026-05-31"),
        (heir.name, "2026-12-31"),
    ]


def test_half_a_month_is_owed_by_nobody(session: Session, admin: Person, target: Target, former: Assignment) -> None:
    lead, heir = session.get_one(OrgUnit, target.lead_id), make_unit(session)
    hand_over(session, former.id, heir.id, since=date(2026, 7, 15), reason="职能划转", by=admin, now=NOW)
    assert owed(session, lead)[-1] == "2026-06"
    assert owed(session, heir)[0] == "2026-07"


def test_a_cell_that_two_units_may_fill_is_one_row(session: Session, target: Target, former: Assignment) -> None:
    indicator, unit = session.get_one(Indicator, former.indicator_id), session.get_one(OrgUnit, former.unit_id)
    make_assignment(session, indicator, unit, make_unit(session))
    keys = [row.key for row in rows_due(session, make_person(session, Role.REVIEWER), TODAY, Period.parse("2026-10"))]
    assert (len(keys), len(set(keys))) == (10, 10)
    assert len(rows_of(session, make_person(session, Role.REVIEWER), TODAY, keys)) == 10


def test_spans_of_one_reporter_that_share_days_become_one(session: Session, target: Target, former: Assignment) -> None:
    key = {"indicator_id": former.indicator_id, "unit_id": former.unit_id, "reporter_id": make_unit(session).id}
    signed: dict[str, Any] = {"by": SYSTEM, "now": NOW}
    assign(session, **key, starts_on=date(2026, 1, 1), ends_on=date(2026, 2, 28), **signed)
    assign(session, **key, starts_on=date(2026, 6, 1), ends_on=date(2026, 8, 31), **signed)
    assign(session, **key, starts_on=date(2026, 2, 1), ends_on=date(2026, 6, 30), **signed)
    only = session.scalars(select(Assignment).where(Assignment.reporter_id == key["reporter_id"])).one()
    assert (only.starts_on, only.ends_on) == (date(2026, 1, 1), date(2026, 8, 31))


def test_a_target_revised_leaves_the_duty_where_it_was_handed_to(
    session: Session, admin: Person, target: Target, former: Assignment
) -> None:
    lead, heir = session.get_one(OrgUnit, target.lead_id), make_unit(session)
    hand_over(session, former.id, heir.id, since=JULY, reason="职能划转", by=admin, now=NOW)
    reviewer, later = make_person(session, Role.REVIEWER), date(2027, 6, 30)
    revise_target(session, target.id, deadline=later, reason="延期", by=reviewer, now=NOW)
    assert [(row.reporter, row.starts_on, row.ends_on) for row in duties(session)] == [
        (lead.name, date(2026, 1, 1), date(2026, 6, 30)),
        (heir.name, JULY, later),
    ]


def test_what_can_not_be_is_named(session: Session, admin: Person, target: Target, former: Assignment) -> None:
    late = date(2027, 1, 1)
    with pytest.raises(BadInput) as refused:
        hand_over(session, former.id, target.unit_id, since=late, reason=" ", by=admin, now=NOW)
    assert {problem.field for problem in refused.value.problems} == {"起始日期", "原因"}
    for wrong in (former.starts_on, date(1949, 10, 1)):
        with pytest.raises(BadInput, match="起始日期"):
            hand_over(session, former.id, target.lead_id, since=wrong, reason="试", by=admin, now=NOW)
    for role in (Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR):
        with pytest.raises(Forbidden):
            hand_over(
                session, former.id, target.unit_id, since=JULY, reason="试", by=make_person(session, role), now=NOW
            )
