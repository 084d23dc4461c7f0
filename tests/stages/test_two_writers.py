"""Two people at the same thing at the same time: nobody's work is lost silently, and no count is outrun."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select

from factories import EXPLAINED, entry_for, make_indicator, make_person, make_target
from kpi.accounts import actions_sessions as sessions
from kpi.accounts.actions import actor_of
from kpi.accounts.records import Account
from kpi.accounts.rules import FAILURES_ALLOWED, Person, Role
from kpi.actuals.actions import newest
from kpi.actuals.actions_drafts import discard
from kpi.actuals.records import Actual
from kpi.assessment.records import Assessment
from kpi.audit.actions import SYSTEM
from kpi.catalog.rules import Accumulates
from kpi.core.errors import Conflict, KpiError, WrongState
from kpi.core.period import Period
from kpi.db.store import Store
from kpi.operations import actions as operations
from kpi.organisation.records import OrgUnit
from kpi.reporting import actions as reporting
from kpi.reporting.records import MonthlyReport
from kpi.targets.records import Target
from support import NOW


def at_once(*works: Callable[[], object]) -> list[BaseException | None]:
    """Run works in threads that start together; what each of them raised."""
    gate = threading.Barrier(len(works))
    raised: list[BaseException | None] = [None] * len(works)

    def run(number: int, work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except BaseException as error:
            raised[number] = error

    threads = [threading.Thread(target=run, args=(n, work)) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def prepare(store: Store, **indicator: object) -> tuple[Target, Person, Person]:
    with store.write() as session:
        target = make_target(session, indicator=make_indicator(session, **indicator))
        officer = make_person(session, Role.OFFICER, session.get_one(OrgUnit, target.lead_id))
        return target, officer, make_person(session, Role.REVIEWER)


@pytest.mark.parametrize("submit", [False, True])
def test_of_two_writers_of_an_empty_cell_one_is_told(store: Store, submit: bool) -> None:
    target, officer, colleague = prepare(store)

    def writer(value: int, by: Person) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                operations.record(session, entry_for(target, "2026-10", value), by=by, now=NOW, submit=submit)

        return work

    raised = at_once(writer(10, officer), writer(11, colleague))
    assert [type(error) for error in raised if error] == [Conflict]
    with store.read() as session:
        kept = session.scalars(select(Actual)).one()
        assert kept.value == (10 if raised[0] is None else 11)


def test_of_two_editors_of_one_draft_one_is_told(store: Store) -> None:
    target, officer, colleague = prepare(store)
    with store.write() as session:
        operations.record(session, entry_for(target, "2026-10", 9), by=officer, now=NOW, submit=False)

    def editor(value: int, by: Person) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                entry = entry_for(target, "2026-10", value, revision=1)
                operations.record(session, entry, by=by, now=NOW, submit=False)

        return work

    raised = at_once(editor(10, officer), editor(11, colleague))
    assert [type(error) for error in raised if error] == [Conflict]
    with store.read() as session:
        kept = session.scalars(select(Actual)).one()
        assert (kept.revision, kept.value) == (2, 10 if raised[0] is None else 11)


def test_of_two_approvals_of_one_value_one_counts(store: Store) -> None:
    target, officer, reviewer = prepare(store)
    with store.write() as session:
        other = make_person(session, Role.REVIEWER)
        sent = operations.record(session, entry_for(target, "2026-10", 10), by=officer, now=NOW, submit=True)
        assert sent is not None
        item = (sent.id, sent.revision)

    def approver(by: Person) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                operations.approve(session, [item], by=by, now=NOW)

        return work

    raised = at_once(approver(reviewer), approver(other))
    assert len([error for error in raised if error is None]) == 1
    assert all(isinstance(error, KpiError) for error in raised if error)


def test_two_approvals_that_move_one_light_both_count(store: Store) -> None:
    """Each sees one new month; the light has to end with the sum of both."""
    target, officer, reviewer = prepare(store, accumulates=Accumulates.SUM)
    items = []
    with store.write() as session:
        for period in ("2026-09", "2026-10"):
            entry = entry_for(target, period, 6, **EXPLAINED)
            sent = operations.record(session, entry, by=officer, now=NOW, submit=True)
            assert sent is not None
            items.append((sent.id, sent.revision))

    def approver(item: tuple[int, int]) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                operations.approve(session, [item], by=reviewer, now=NOW)

        return work

    assert at_once(*(approver(item) for item in items)) == [None, None]
    with store.read() as session:
        light = session.scalars(
            select(Assessment).where(Assessment.period == "2026-10", Assessment.superseded_at.is_(None))
        ).one()
        assert light.value == Decimal(12)


def test_a_draft_is_deleted_or_submitted_but_not_both(store: Store) -> None:
    for _ in range(5):
        target, officer, _ = prepare(store)
        with store.write() as session:
            operations.record(session, entry_for(target, "2026-10", 9), by=officer, now=NOW, submit=False)
        cell = (target.indicator_id, target.unit_id, "2026-10")

        def deleter(by: Person = officer, cell: tuple[int, int, str] = cell) -> None:
            with store.write() as session:
                discard(session, cell, revision=1, by=by, now=NOW)

        def submitter(by: Person = officer, target: Target = target) -> None:
            with store.write() as session:
                entry = entry_for(target, "2026-10", 9, revision=1)
                operations.record(session, entry, by=by, now=NOW, submit=True)

        deleted, submitted = at_once(deleter, submitter)
        assert isinstance(deleted or submitted, KpiError)
        with store.read() as session:
            assert (newest(session, *cell) is None) is (deleted is None)


def test_reports_of_two_months_get_two_numbers(store: Store) -> None:
    target, _, _ = prepare(store)

    def drafter(month: int) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                reporting.draft(session, Period.month(2026, month), by=SYSTEM, now=NOW, plan_id=target.plan_id)

        return work

    assert at_once(*(drafter(month) for month in (8, 9, 10))) == [None] * 3
    with store.read() as session:
        assert sorted(session.scalars(select(MonthlyReport.issue_number))) == [1, 2, 3]


def test_a_report_is_issued_by_one_person(store: Store) -> None:
    target, _, reviewer = prepare(store)
    with store.write() as session:
        other = make_person(session, Role.REVIEWER)
        made = reporting.draft(session, Period.month(2026, 10), by=SYSTEM, now=NOW, plan_id=target.plan_id)

    def issuer(by: Person) -> Callable[[], None]:
        def work() -> None:
            with store.write() as session:
                reporting.issue(session, made.id, by=actor_of(by), now=NOW)

        return work

    raised = at_once(issuer(reviewer), issuer(other))
    assert [type(error) for error in raised if error] == [WrongState]


def test_guesses_that_come_together_are_all_counted(store: Store) -> None:
    _, officer, _ = prepare(store)

    def guess() -> None:
        with store.write() as session:
            sessions.change_password(session, officer.account_id, None, "another-good-password", NOW)

    assert at_once(*[guess] * FAILURES_ALLOWED) == [None] * FAILURES_ALLOWED
    with store.read() as session:
        assert session.get_one(Account, officer.account_id).locked_until is not None
