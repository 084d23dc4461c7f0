"""Sources, claims, the lease, and runs from beginning to end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from apscheduler.executors.pool import ThreadPoolExecutor
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from factories import make_actual, make_person, make_source, make_target
from kpi.accounts.actions import actor_of
from kpi.accounts.records import EndedSession
from kpi.accounts.rules import Role
from kpi.actuals.collectors.base import CollectContext
from kpi.actuals.records import Actual, ActualState, CollectorKind, Source
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light
from kpi.audit.actions import SYSTEM
from kpi.audit.records import AuditRow
from kpi.catalog.records import Indicator
from kpi.config import Settings
from kpi.core import clock
from kpi.core.errors import BadInput, Conflict, WrongState
from kpi.db.store import Store
from kpi.jobs import actions, listing
from kpi.jobs.actions import Outcome, SourceForm, source_job
from kpi.jobs.actions_lease import LEASE, Held, LeaseLost, is_led, release_lease, still_held, take_lease
from kpi.jobs.records import JobRun, Lease, RunState
from kpi.jobs.runner import Runner, _Leading
from kpi.jobs.service import draft_reports, reassess_plans, tidy
from kpi.jobs.work import Desk, guard_run, run_source, try_out
from kpi.operations.actions_targets import reassess_plan
from kpi.organisation.records import OrgUnit
from kpi.reporting.records import MonthlyReport
from support import NOW

HEADER = "指标编码,单位编码,期间,完成值\n"


# --- the lease


def test_one_of_two_holds_the_lease(session: Session) -> None:
    first = take_lease(session, "x", "a", 60)
    assert first == 1
    assert take_lease(session, "x", "b", 60) is None
    assert take_lease(session, "x", "a", 60) == first  # renewing keeps the number
    assert is_led(session, "x")


def test_an_expired_lease_passes_on_with_a_higher_number(store: Store) -> None:
    with store.write() as session:
        first = take_lease(session, "x", "a", 0.2)
    time.sleep(0.3)
    with store.write() as session:
        assert not is_led(session, "x")
        second = take_lease(session, "x", "b", 60)
        assert take_lease(session, "x", "a", 60) is None
    assert (first, second) == (1, 2)


def test_a_released_lease_is_free_at_once(session: Session) -> None:
    take_lease(session, "x", "a", 60)
    release_lease(session, "x", "b")  # not theirs
    assert take_lease(session, "x", "b", 60) is None
    release_lease(session, "x", "a")
    assert take_lease(session, "x", "b", 60) == 2


def test_the_old_holder_may_not_write_any_more(store: Store) -> None:
    with store.write() as session:
        fence = take_lease(session, "x", "a", 60) or 0
        still_held(session, Held("x", fence))
    with store.write() as session:
        session.execute(update(Lease).values(expires_at=NOW - timedelta(days=9999)))
    with store.write() as session, pytest.raises(LeaseLost):
        still_held(session, Held("x", fence))  # run out, though nobody else came
    with store.write() as session:
        take_lease(session, "x", "b", 60)
    with store.write() as session, pytest.raises(LeaseLost):
        still_held(session, Held("x", fence))


def test_of_many_at_once_exactly_one_gets_the_lease(store: Store) -> None:
    ready = threading.Barrier(4)
    got: list[int | None] = []

    def try_it(holder: str) -> None:
        ready.wait()
        with store.write() as session:
            got.append(take_lease(session, "x", holder, 60))

    threads = [threading.Thread(target=try_it, args=(f"h{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got, key=lambda fence: fence or 0) == [None, None, None, 1]


# --- claims


HELD = Held("scheduler", 3)


def state_of(session: Session, run_id: int) -> RunState:
    state = session.scalar(select(JobRun.state).where(JobRun.id == run_id))
    assert state is not None
    return state


def test_a_period_is_claimed_once(session: Session) -> None:
    run_id = actions.claim(session, HELD, "reassess", "2026-11-12", NOW)
    assert run_id is not None
    assert actions.claim(session, HELD, "reassess", "2026-11-12", NOW) is None  # being done
    actions.finish(session, HELD, run_id, Outcome(), NOW)
    assert actions.claim(session, HELD, "reassess", "2026-11-12", NOW) is None  # done
    assert actions.claim(session, HELD, "reassess", "2026-11-13", NOW) is not None
    assert actions.claim(session, HELD, "other", "2026-11-12", NOW) is not None


def test_a_failure_may_be_tried_again_a_few_times(session: Session) -> None:
    claims = []
    for _ in range(actions.ATTEMPTS):
        run_id = actions.claim(session, HELD, "reassess", "2026-11-12", NOW)
        assert run_id is not None
        claims.append(session.get_one(JobRun, run_id).claim)
        actions.fail(session, HELD, run_id, "网络不通", NOW)
    assert claims == ["2026-11-12", *(f"2026-11-12#{n}" for n in range(2, actions.ATTEMPTS + 1))]
    assert actions.claim(session, HELD, "reassess", "2026-11-12", NOW) is None


def test_two_runs_of_a_job_do_not_overlap(session: Session) -> None:
    actions.claim(session, HELD, "source:1", "2026-11-12T06:00", NOW)
    assert actions.claim(session, HELD, "source:1", "2026-11-12T07:00", NOW) is None


def test_a_late_result_is_refused(session: Session) -> None:
    run_id = actions.claim(session, Held("scheduler", 1), "reassess", "2026-11-12", NOW)
    assert run_id is not None
    dead = actions.fail_dead(session, Held("scheduler", 2), NOW)
    assert [(run.job, run.claim) for run in dead] == [("reassess", "2026-11-12")]
    assert state_of(session, run_id) is RunState.FAILED
    with pytest.raises(LeaseLost):
        actions.finish(session, Held("scheduler", 1), run_id, Outcome(), NOW)
    assert actions.claim(session, Held("scheduler", 2), "reassess", "2026-11-12", NOW) is not None


def test_runs_of_the_present_leader_are_not_dead(session: Session) -> None:
    actions.claim(session, HELD, "reassess", "2026-11-12", NOW)
    assert actions.fail_dead(session, HELD, NOW) == []


def test_a_run_is_asked_for_once_and_taken_once(session: Session) -> None:
    source = make_source(session)
    admin = actor_of(make_person(session, Role.ADMIN))
    run = actions.request_run(session, source_job(source.id), admin, NOW)
    with pytest.raises(Conflict):
        actions.request_run(session, source_job(source.id), admin, NOW)
    assert actions.requested(session) == [run.id]
    assert actions.begin_requested(session, HELD, run.id, NOW)
    assert not actions.begin_requested(session, HELD, run.id, NOW)
    second = actions.request_run(session, source_job(source.id), admin, NOW)
    assert actions.requested(session) == []  # waits until the first is through
    actions.finish(session, HELD, run.id, Outcome(), NOW)
    assert actions.requested(session) == [second.id]


# --- sources


CONTEXT = CollectContext(NOW, allowed_hosts=frozenset({"data.local"}), allowed_folders=(Path("/srv/inbox"),))
FORM = SourceForm(
    name=" 妇幼系统 ",
    kind=CollectorKind.HTTP_JSON,
    settings={
        "url": " http://data.local/v ",
        "query": "DROP TABLE x",
        "path": "",
        "headers": {"X-Key": "KPI_SOURCE_A"},
    },
    cron="0  6 * * *",
)


def test_a_source_keeps_only_what_its_kind_knows(session: Session) -> None:
    admin = actor_of(make_person(session, Role.ADMIN))
    source = actions.create_source(session, FORM, CONTEXT, admin, NOW)
    assert source.name == "妇幼系统"
    assert source.settings == {"url": "http://data.local/v", "headers": {"X-Key": "KPI_SOURCE_A"}}
    assert source.cron == "0 6 * * *"
    row = session.scalar(select(AuditRow).where(AuditRow.action == "jobs.create_source"))
    assert row is not None
    assert row.actor_id == admin.account_id


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"name": " "}, ["名称"]),
        ({"cron": "0 6 * *"}, ["运行时间"]),
        ({"settings": {"url": "http://elsewhere/"}}, ["网址"]),
        ({"name": "", "cron": "x", "settings": {}}, ["名称", "网址", "运行时间"]),
        ({"kind": CollectorKind.SQL, "settings": {"url_env": "KPI_DATABASE_URL", "query": "SELECT 1"}}, ["环境变量"]),
        ({"kind": CollectorKind.SQL, "settings": {"url_env": "KPI_SOURCE_A", "query": "DROP TABLE x"}}, ["查询语句"]),
        ({"kind": CollectorKind.FOLDER, "settings": {"folder": "/etc"}}, ["文件夹"]),
    ],
)
def test_a_wrong_source_is_refused_with_every_field(
    session: Session, change: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(BadInput) as caught:
        actions.create_source(session, replace(FORM, **change), CONTEXT, SYSTEM, NOW)
    assert [problem.field for problem in caught.value.problems] == fields
    assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_names_of_sources_are_unique(session: Session) -> None:
    source = actions.create_source(session, FORM, CONTEXT, SYSTEM, NOW)
    with pytest.raises(BadInput, match="已被使用"):
        actions.create_source(session, FORM, CONTEXT, SYSTEM, NOW)
    actions.update_source(session, source.id, FORM, 1, CONTEXT, SYSTEM, NOW)  # its own name is free to it


def test_of_two_editors_the_second_is_told(session: Session) -> None:
    source = actions.create_source(session, FORM, CONTEXT, SYSTEM, NOW)
    actions.update_source(session, source.id, replace(FORM, cron="0 7 * * *"), 1, CONTEXT, SYSTEM, NOW)
    with pytest.raises(Conflict):
        actions.update_source(session, source.id, replace(FORM, cron="0 8 * * *"), 1, CONTEXT, SYSTEM, NOW)
    assert (source.cron, source.revision) == ("0 7 * * *", 2)
    row = session.scalar(select(AuditRow).where(AuditRow.action == "jobs.update_source"))
    assert row is not None
    assert (row.old, row.new) == ({"cron": "0 6 * * *"}, {"cron": "0 7 * * *"})


def test_only_a_source_that_never_ran_is_deleted(session: Session) -> None:
    unused = actions.create_source(session, FORM, CONTEXT, SYSTEM, NOW)
    used = actions.create_source(session, replace(FORM, name="B"), CONTEXT, SYSTEM, NOW)
    actions.request_run(session, source_job(used.id), SYSTEM, NOW)
    with pytest.raises(WrongState, match="停用"):
        actions.delete_source(session, used.id, SYSTEM, NOW)
    actions.delete_source(session, unused.id, SYSTEM, NOW)
    assert session.scalars(select(Source.name)).all() == ["B"]


# --- runs


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    made = tmp_path / "inbox"
    made.mkdir()
    return made


@pytest.fixture
def desk(store: Store, tmp_path: Path, inbox: Path) -> Iterator[Desk]:
    """The desk of a leader, on a day in November."""
    clock.start_at(NOW)
    with store.write() as session:
        fence = take_lease(session, LEASE, "test", 600)
    yield Desk(store, Settings(var=tmp_path), Held(LEASE, fence or 0))


def watched(store: Store) -> tuple[int, str, str]:
    """A target with a reported September: its id, and the codes of its indicator and unit."""
    with store.write() as session:
        target = make_target(session, value=Decimal(13))  # by September 9 of them, by October 10
        make_actual(session, target, "2026-09", Decimal(9))
        reassess_plan(session, target.plan_id, NOW)
        indicator = session.get_one(Indicator, target.indicator_id)
        return target.id, indicator.code, session.get_one(OrgUnit, target.unit_id).code


def add_source(store: Store, name: str, **values: Any) -> int:
    with store.write() as session:
        return make_source(session, name=name, **{"settings": {"folder": "."}, **values}).id


def run(desk: Desk, source_id: int, claim: str = "2026-11-12T06:00") -> JobRun:
    with desk.store.write() as session:
        run_id = actions.claim(session, desk.held, source_job(source_id), claim, clock.now(), source_id)
    assert run_id is not None
    run_source(desk, run_id, source_id)
    with desk.store.read() as session:
        done = session.get_one(JobRun, run_id)
        session.expunge(done)
    return done


def lights(store: Store, target_id: int) -> list[tuple[str, Light]]:
    with store.read() as session:
        rows = session.execute(
            select(Assessment.period, Assessment.light)
            .where(Assessment.target_id == target_id, Assessment.superseded_at.is_(None))
            .order_by(Assessment.period)
        )
        return [(row.period, row.light) for row in rows]


def values(store: Store) -> list[tuple[str, Decimal | None, ActualState]]:
    with store.read() as session:
        rows = session.scalars(select(Actual).where(Actual.superseded_at.is_(None)).order_by(Actual.period))
        return [(row.period, row.value, row.state) for row in rows]


def stored(store: Store) -> tuple[int | None, int | None]:
    """How many versions there are of values and of results."""
    with store.read() as session:
        return session.scalar(select(func.count(Actual.id))), session.scalar(select(func.count(Assessment.id)))


def write_file(inbox: Path, *lines: str) -> None:
    (inbox / "10.csv").write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")


def test_a_run_takes_values_and_moves_lights_and_again_changes_nothing(desk: Desk, inbox: Path) -> None:
    target_id, indicator, unit = watched(desk.store)
    source_id = add_source(desk.store, "月报表")
    write_file(inbox, f"{indicator},{unit},last_month,9", f"{indicator},XX,2026-10,1")
    done = run(desk, source_id)
    assert (done.state, done.rows_read, done.taken, done.rejected) == (RunState.DONE, 2, 1, 1)
    assert done.rejects[0]["row"] == 3
    assert "XX" in str(done.rejects[0])
    assert values(desk.store)[-1] == ("2026-10", Decimal(9), ActualState.APPROVED)
    before = lights(desk.store, target_id)
    assert before[9:] == [("2026-10", Light.BEHIND), ("2026-11", Light.BEHIND)]
    rows = stored(desk.store)
    again = run(desk, source_id, "2026-11-12T07:00")
    assert (again.state, again.taken, again.rejected) == (RunState.DONE, 0, 1)
    assert lights(desk.store, target_id) == before
    assert stored(desk.store) == rows


def test_a_source_that_needs_approval_moves_no_light(desk: Desk, inbox: Path) -> None:
    target_id, indicator, unit = watched(desk.store)
    before = lights(desk.store, target_id)
    source_id = add_source(desk.store, "月报表", needs_approval=True)
    write_file(inbox, f"{indicator},{unit},2026-10,9")
    assert run(desk, source_id).taken == 1
    assert values(desk.store)[-1] == ("2026-10", Decimal(9), ActualState.SUBMITTED)
    assert lights(desk.store, target_id) == before


def test_a_failing_source_is_written_down_and_moves_no_light(desk: Desk) -> None:
    target_id, *_ = watched(desk.store)
    before = lights(desk.store, target_id)
    source_id = add_source(desk.store, "坏的", settings={"folder": "not-there"})
    failed = run(desk, source_id)
    assert failed.state is RunState.FAILED
    assert "not-there" in failed.error
    assert failed.ended_at is not None
    assert lights(desk.store, target_id) == before


def test_a_run_whose_leader_was_replaced_saves_nothing(desk: Desk, inbox: Path) -> None:
    _, indicator, unit = watched(desk.store)
    source_id = add_source(desk.store, "月报表")
    write_file(inbox, f"{indicator},{unit},2026-10,9")
    with desk.store.write() as session:
        run_id = actions.claim(session, desk.held, source_job(source_id), "x", NOW, source_id)
        release_lease(session, LEASE, "test")
        take_lease(session, LEASE, "another", 600)
    assert run_id is not None
    run_source(desk, run_id, source_id)
    assert [period for period, *_ in values(desk.store)] == ["2026-09"]


def test_a_trial_reads_and_checks_and_saves_nothing(desk: Desk, inbox: Path) -> None:
    target_id, indicator, unit = watched(desk.store)
    write_file(inbox, f"{indicator},{unit},2026-10,9", f"{indicator},{unit},2027-01,1")
    before = values(desk.store), lights(desk.store, target_id)
    form = SourceForm("", CollectorKind.FOLDER, {"folder": "."}, needs_approval=False)
    trial = try_out(desk.store, desk.settings, form, NOW)
    assert (trial.outcome.rows_read, trial.outcome.taken, trial.outcome.rejected) == (2, 1, 1)
    assert trial.sample[0].indicator == indicator
    assert (values(desk.store), lights(desk.store, target_id)) == before
    with desk.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Source)) == 0


def test_the_nightly_job_brings_lights_up_to_date(desk: Desk) -> None:
    with desk.store.write() as session:
        target = make_target(session)
        make_actual(session, target, "2026-10", Decimal(10))
    assert lights(desk.store, target.id) == []
    assert reassess_plans(desk, "2026-11-12").taken > 0
    assert ("2026-10", Light.ON_TRACK) in lights(desk.store, target.id)
    assert reassess_plans(desk, "2026-11-12").taken == 0


def test_the_monthly_job_drafts_once(desk: Desk) -> None:
    with desk.store.write() as session:
        target = make_target(session)
        make_actual(session, target, "2026-10", Decimal(10))
        reassess_plan(session, target.plan_id, NOW)
    assert draft_reports(desk, "2026-10").taken == 1
    assert draft_reports(desk, "2026-10").taken == 0
    assert draft_reports(desk, "2025-10").rows_read == 0  # outside the plan
    with desk.store.read() as session:
        assert session.scalars(select(MonthlyReport.period)).all() == ["2026-10"]


# --- the process


def until(condition: Any, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.1)


def finished(store: Store, *jobs: str) -> bool:
    with store.read() as session:
        lines = listing.history(session).runs
    return all(any(run.job == job and not run.is_open for run in lines) for job in jobs)


def test_a_scheduler_process_does_what_is_asked_for_and_one_failure_stops_nothing(
    store: Store, tmp_path: Path, inbox: Path
) -> None:
    _, indicator, unit = watched(store)
    write_file(inbox, f"{indicator},{unit},2026-10,9")
    sources = [
        add_source(store, "甲", settings={"folder": "nowhere"}),
        add_source(store, "乙", settings={"folder": "."}),
        add_source(store, "丙", kind="http_json", settings={"url": "http://not-listed/"}),
        add_source(store, "丁", settings={"folder": "."}),
    ]
    jobs = [source_job(source_id) for source_id in sources]
    with store.write() as session:
        for job in jobs:
            actions.request_run(session, job, SYSTEM, NOW)
    stop = threading.Event()
    runner = Runner(store, Settings(var=tmp_path, clock=NOW), stop)
    clock.start_at(NOW)
    thread = threading.Thread(target=runner.forever)
    thread.start()
    try:
        until(lambda: finished(store, *jobs, "reassess", "monthly_report"))
    finally:
        stop.set()
        thread.join(timeout=20)
    assert not thread.is_alive()
    with store.read() as session:
        states = dict(session.execute(select(JobRun.job, JobRun.state)).all())
        assert not is_led(session, LEASE)
    assert [states[job] for job in jobs] == [RunState.FAILED, RunState.DONE, RunState.FAILED, RunState.DONE]
    assert states["reassess"] is RunState.DONE
    assert values(store)[-1][:2] == ("2026-10", Decimal(9))


def test_a_second_process_stands_by_and_takes_over(store: Store, tmp_path: Path) -> None:
    clock.start_at(NOW)
    stops = [threading.Event(), threading.Event()]
    runners = [Runner(store, Settings(var=tmp_path), stop) for stop in stops]
    threads = [threading.Thread(target=runner.forever) for runner in runners]
    try:
        threads[0].start()
        until(lambda: runners[0]._leading is not None)
        threads[1].start()
        time.sleep(0.5)
        assert runners[1]._leading is None
        stops[0].set()
        threads[0].join(timeout=20)
        until(lambda: runners[1]._leading is not None)
    finally:
        for stop, thread in zip(stops, threads, strict=True):
            stop.set()
            if thread.ident:
                thread.join(timeout=20)


def test_what_a_source_said_writes_no_line_of_its_own_into_the_log(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def work() -> None:
        raise BadInput("表头有误：\nINFO all is well")

    with desk.store.write() as session:
        run_id = actions.claim(session, desk.held, "tidy", "2026-11-12", NOW)
    guard_run(desk, run_id or 0, work)
    assert "all is well" in caplog.text and "\nINFO all is well" not in caplog.text


def test_a_leader_may_end_while_its_jobs_are_being_started(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, submit = threading.Event(), ThreadPoolExecutor.submit_job

    def slowly(executor: ThreadPoolExecutor, *given: Any) -> None:
        under_way.set()
        time.sleep(0.2)
        submit(executor, *given)

    monkeypatch.setattr(ThreadPoolExecutor, "submit_job", slowly)
    leading = _Leading(desk)
    leading.begin()
    assert under_way.wait(10)
    leading.end(patience=5)  # an exception in the thread of the schedule fails this test


def test_a_leader_sees_changed_sources_and_catches_up(desk: Desk) -> None:
    with desk.store.write() as session:
        source = make_source(session, cron="0 6 * * *", created_at=NOW - timedelta(days=1), settings={"folder": "."})
        job = source_job(source.id)
    leading = _Leading(desk)
    leading.begin()
    try:
        until(lambda: finished(desk.store, job))  # 06:00 passed while nobody led
        with desk.store.read() as session:
            claims = session.scalars(select(JobRun.claim).where(JobRun.job == job)).all()
        assert claims == ["2026-11-12T06:00"]
        assert "hour='6'" in str(leading._scheduler.get_job(job).trigger)
        with desk.store.write() as session:
            session.get_one(Source, source.id).cron = "0 7 * * *"
        leading.look()
        assert "hour='7'" in str(leading._scheduler.get_job(job).trigger)
        with desk.store.write() as session:
            session.get_one(Source, source.id).enabled = False
        leading.look()
        assert leading._scheduler.get_job(job) is None
    finally:
        leading.end(patience=5)


def test_a_stored_schedule_that_is_refused_by_now_stops_no_other(desk: Desk) -> None:
    with desk.store.write() as session:
        jobs = [source_job(make_source(session, cron=cron).id) for cron in ("* * * * *", "0 6 * * *")]
    leading = _Leading(desk)
    leading.begin()
    try:
        leading.look()
        assert [leading._scheduler.get_job(job) is not None for job in (*jobs, "reassess")] == [False, True, True]
    finally:
        leading.end(patience=5)


def test_runs_of_a_process_that_died_are_tried_again(desk: Desk) -> None:
    source_id = add_source(desk.store, "甲")
    job = source_job(source_id)
    with desk.store.write() as session:
        actions.claim(session, Held(LEASE, desk.held.fence - 1), job, "c", NOW, source_id)

    def runs() -> list[tuple[str, RunState]]:
        with desk.store.read() as session:
            found = session.execute(select(JobRun.claim, JobRun.state).where(JobRun.job == job).order_by(JobRun.id))
            return [(row.claim, row.state) for row in found]

    leading = _Leading(desk)
    leading.begin()
    try:
        until(lambda: runs() == [("c", RunState.FAILED), ("c#2", RunState.DONE)])
    finally:
        leading.end(patience=5)


# --- tidying up


def ended_run(job: str, claim: str, days_ago: int, state: RunState = RunState.DONE) -> JobRun:
    at = NOW - timedelta(days=days_ago)
    return JobRun(job=job, claim=claim, state=state, started_at=at, ended_at=at, rejects=[])


def test_old_runs_go_and_the_last_of_each_job_stays(store: Store, tmp_path: Path) -> None:
    clock.start_at(NOW)
    with store.write() as session:
        session.add_all([ended_run("reassess", f"d{days}", days, RunState.FAILED) for days in (300, 181, 179, 1)])
        session.add_all([ended_run("monthly_report", f"m{days}", days) for days in (400, 370)])
        session.add(JobRun(job="source:1", claim="x", state=RunState.RUNNING, started_at=NOW, rejects=[]))
        session.add(EndedSession(id="over", ends_at=NOW - timedelta(hours=1)))
        session.add(EndedSession(id="open", ends_at=NOW + timedelta(hours=1)))
        fence = take_lease(session, LEASE, "a", 60) or 0
    desk = Desk(store, Settings(var=tmp_path, keep_runs_days=180), Held(LEASE, fence))
    assert (tidy(desk, "").taken, tidy(desk, "").taken) == (4, 0)
    with store.read() as session:
        assert set(session.scalars(select(JobRun.claim))) == {"d179", "d1", "m370", "x"}
        assert session.scalars(select(EndedSession.id)).all() == ["open"]
