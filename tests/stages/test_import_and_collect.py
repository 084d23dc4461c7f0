"""Many values at once: files of people all or nothing, rows of jobs one by one; twice is once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from factories import (
    EXPLAINED,
    entry_for,
    make_actual,
    make_indicator,
    make_person,
    make_source,
    make_target,
    make_unit,
)
from kpi.accounts.rules import Person, Role
from kpi.actuals.records import Actual, ActualState, SourceKind
from kpi.actuals.rules_rows import IncomingRow
from kpi.assessment.records import Assessment
from kpi.audit.actions import SYSTEM
from kpi.audit.records import AuditRow
from kpi.catalog.records import Indicator
from kpi.core.errors import BadInput
from kpi.core.quantity import Kind
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


def codes(session: Session, target: Target) -> tuple[str, str]:
    return session.get_one(Indicator, target.indicator_id).code, session.get_one(OrgUnit, target.unit_id).code


def row(session: Session, target: Target, number: int, period: str, value: object, **more: object) -> IncomingRow:
    return IncomingRow(number, *codes(session, target), period, value, **more)


def raw(session: Session, target: Target, number: int, period: str, value: object) -> IncomingRow:
    return IncomingRow(number, *codes(session, target), period, value)


def values(session: Session) -> list[tuple[str, Decimal | None, ActualState]]:
    query = select(Actual.period, Actual.value, Actual.state).where(Actual.superseded_at.is_(None))
    return [tuple(found) for found in session.execute(query.order_by(Actual.period))]


def test_a_sheet_is_submitted_as_a_whole(session: Session, target: Target, officer: Person) -> None:
    rows = [row(session, target, 5, "2026-09", 9), row(session, target, 6, "2026-10", "10", note="累计")]
    done = operations.import_sheet(session, rows, by=officer, now=NOW, file_name="十月.xlsx")
    assert (done.taken, done.unchanged) == (2, 0)
    kept = session.scalars(select(Actual).order_by(Actual.period)).all()
    assert [(a.value, a.state, a.source_kind, a.source) for a in kept] == [
        (9, ActualState.SUBMITTED, SourceKind.SHEET, "十月.xlsx"),
        (10, ActualState.SUBMITTED, SourceKind.SHEET, "十月.xlsx"),
    ]
    again = operations.import_sheet(session, rows, by=officer, now=NOW)
    assert (again.taken, again.unchanged) == (0, 2)


def test_one_bad_row_keeps_all_rows_out_and_every_problem_is_listed(
    session: Session, target: Target, officer: Person
) -> None:
    rows = [
        row(session, target, 5, "2026-09", 9),
        row(session, target, 6, "2026-09", 9),
        row(session, target, 7, "2026-13", 9),
        row(session, target, 8, "2026-10", "十"),
        row(session, target, 9, "2026-08", date(2026, 8, 1)),
        row(session, target, 10, "2027-01", 1),
        row(session, target, 11, "2026-07", Decimal("7.5")),
        replace(row(session, target, 12, "2026-06", 1), indicator="IND-9999"),
        replace(row(session, target, 13, "2026-06", 6), unit=""),
        row(session, target, 14, "2026-06", 4),
    ]
    with pytest.raises(BadInput) as refused:
        operations.import_sheet(session, rows, by=officer, now=NOW)
    assert [(p.row, p.field) for p in refused.value.problems] == [
        (6, "期间"),
        (7, "期间"),
        (8, "数值"),
        (9, "数值"),
        (10, "期间"),
        (11, "数值"),
        (12, "指标编码"),
        (13, "单位编码"),
        (14, "滞后原因"),
        (14, "改进措施"),
        (14, "预计日期"),
    ]
    assert values(session) == []


def test_a_sheet_that_saw_an_older_state_is_told(session: Session, target: Target, officer: Person) -> None:
    make_actual(session, target, "2026-10", Decimal(10), revision=3)
    seen = row(session, target, 5, "2026-10", 11, revision=2)
    with pytest.raises(BadInput, match="1处问题") as refused:
        operations.import_sheet(session, [seen], by=officer, now=NOW)
    assert "修改此项，现为10家" in refused.value.problems[0].reason
    operations.import_sheet(session, [replace(seen, revision=3)], by=officer, now=NOW)
    assert values(session) == [("2026-10", 10, ActualState.APPROVED), ("2026-10", 11, ActualState.SUBMITTED)]


def test_a_stranger_imports_nothing(session: Session, target: Target) -> None:
    stranger = make_person(session, Role.OFFICER)
    with pytest.raises(BadInput) as refused:
        operations.import_sheet(session, [row(session, target, 5, "2026-10", 10)], by=stranger, now=NOW)
    assert "由其他单位填报" in refused.value.problems[0].reason


def test_a_job_takes_good_rows_and_running_twice_changes_nothing(session: Session, target: Target) -> None:
    source = make_source(session, name="急救系统")
    rows = [
        raw(session, target, 2, "2026-09", 9),
        raw(session, target, 3, "2026-10", 10),
        raw(session, target, 4, "2026-11", "不详"),
    ]
    first = operations.collect(session, source, rows, NOW)
    assert (first.taken, first.unchanged, [(p.row, p.field) for p in first.problems]) == (2, 0, [(4, "数值")])
    kept = session.scalars(select(Actual)).all()
    assert {(a.state, a.source_kind, a.source, a.entered_by) for a in kept} == {
        (ActualState.APPROVED, SourceKind.JOB, "急救系统", None)
    }
    light = session.scalars(select(Assessment).where(Assessment.period == "2026-10")).one()
    assert light.data_period == "2026-10"
    trail = session.scalars(select(AuditRow).where(AuditRow.action == "actuals.collect")).all()
    assert {line.actor for line in trail} == {"采集：急救系统"}

    counts = select(func.count(Actual.id)), select(func.count(Assessment.id)), select(func.count(AuditRow.id))
    before = [session.scalar(count) for count in counts]
    again = operations.collect(session, source, rows, NOW + timedelta(hours=1))
    assert (again.taken, again.unchanged, len(again.problems)) == (0, 2, 1)
    assert [session.scalar(count) for count in counts] == before


def test_a_job_that_needs_approval_waits_for_a_reviewer(session: Session, target: Target) -> None:
    source = make_source(session, needs_approval=True)
    rows = [raw(session, target, 2, "2026-10", 3)]
    assert operations.collect(session, source, rows, NOW).taken == 1
    assert values(session) == [("2026-10", 3, ActualState.SUBMITTED)]
    assert session.scalar(select(func.count(Assessment.id))) == 0

    reviewer = make_person(session, Role.REVIEWER)
    waiting = session.scalars(select(Actual)).one()
    operations.return_(session, [(waiting.id, waiting.revision)], reason="源数据有误", by=reviewer, now=NOW)
    # The same value again is no answer to the objection; another value is.
    assert operations.collect(session, source, rows, NOW).unchanged == 1
    assert operations.collect(session, source, [raw(session, target, 2, "2026-10", 10)], NOW).taken == 1
    assert values(session) == [("2026-10", 10, ActualState.SUBMITTED)]


def test_a_job_corrects_its_own_value(session: Session, target: Target) -> None:
    source = make_source(session)
    operations.collect(session, source, [raw(session, target, 2, "2026-10", 9)], NOW)
    later = NOW + timedelta(days=1)
    operations.collect(session, source, [raw(session, target, 2, "2026-10", 10)], later)
    kept = session.scalars(select(Actual).order_by(Actual.version)).all()
    assert [(a.value, a.superseded_at) for a in kept] == [(9, later), (10, None)]


def test_a_job_never_overrides_what_a_person_is_working_on(session: Session, target: Target, officer: Person) -> None:
    operations.record(session, entry_for(target, "2026-10", 9), by=officer, now=NOW, submit=False)
    done = operations.collect(session, make_source(session), [raw(session, target, 2, "2026-10", 10)], NOW)
    assert done.taken == 0 and "人工填报的草稿" in done.problems[0].reason
    assert values(session) == [("2026-10", 9, ActualState.DRAFT)]


def test_a_job_does_not_undo_what_a_person_put_right(session: Session, target: Target, officer: Person) -> None:
    source = make_source(session)
    rows = [raw(session, target, 2, "2026-10", 10)]
    operations.collect(session, source, rows, NOW)
    found = session.scalars(select(Actual)).one()
    entry = entry_for(target, "2026-10", 9, revision=found.revision, jump_reason="剔除重复", **EXPLAINED)
    mine = operations.record(session, entry, by=officer, now=NOW, submit=True)
    assert mine is not None
    operations.approve(session, [(mine.id, mine.revision)], by=make_person(session, Role.REVIEWER), now=NOW)
    done = operations.collect(session, source, rows, NOW)
    assert done.taken == 0 and "请人工核对" in done.problems[0].reason
    assert values(session) == [("2026-10", 9, ActualState.APPROVED)]


def test_a_collected_jump_is_a_matter_for_people(session: Session) -> None:
    share = make_indicator(session, kind=Kind.RATIO, unit="%")
    target = make_target(session, indicator=share, value=Decimal(60), baseline=Decimal(40))
    make_actual(session, target, "2026-09", Decimal(50))
    rows = [raw(session, target, 2, "2026-10", 90)]
    direct = operations.collect(session, make_source(session), rows, NOW)
    assert direct.taken == 0 and direct.problems[0].field == "变动原因"
    assert operations.collect(session, make_source(session, needs_approval=True), rows, NOW).taken == 1


def test_rows_of_units_that_owe_nothing_are_rejected(session: Session, target: Target) -> None:
    other = make_unit(session)
    stray = replace(raw(session, target, 2, "2026-10", 10), unit=other.code)
    done = operations.collect(session, make_source(session), [stray], NOW)
    assert "没有安排" in done.problems[0].reason


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_a_bulk_import_needs_a_handful_of_queries(session: Session) -> None:
    targets = [make_target(session) for _ in range(30)]
    rows = [
        row(session, each, 10 * n + month, f"2026-{month:02d}", month)
        for n, each in enumerate(targets)
        for month in range(1, 11)
    ]
    with counted(session) as queries:
        done = operations.import_rows(
            session, rows, by=SYSTEM, now=NOW, to=ActualState.APPROVED, source_kind=SourceKind.JOB
        )
    assert (done.taken, done.problems) == (300, ())
    assert len(queries) < 40
    assert session.scalar(select(func.count(Assessment.id))) == 30 * 11
