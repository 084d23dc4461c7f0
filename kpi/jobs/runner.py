"""The scheduler process: any number may run, the one that holds the lease works, the others stand by."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from uuid import uuid4

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from kpi.actuals.records import Source
from kpi.config import Settings
from kpi.core import clock
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.errors import BadInput, KpiError
from kpi.db.store import Store
from kpi.jobs import actions
from kpi.jobs.actions import SOURCE_JOB, DeadRun, source_job
from kpi.jobs.actions_lease import LEASE, Held, release_lease, take_lease
from kpi.jobs.records import JobRun
from kpi.jobs.rules import cron, last_due, moment_claim
from kpi.jobs.schedule import BY_NAME, SCHEDULE
from kpi.jobs.work import Desk, guard_run, run_source

log = logging.getLogger(__name__)

LEASE_SECONDS = 20.0
RENEW_SECONDS = 5.0
LOOK_SECONDS = 1.5
CATCH_UP = timedelta(days=32)
PATIENCE_AT_STOP = 10.0
WORKERS = 3


def run(store: Store, settings: Settings, stop: threading.Event | None = None) -> None:
    """Work or stand by until `stop` is set or the process is told to end; runs under way may finish."""
    clock.start_at(settings.clock)
    stopping = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    Runner(store, settings, stopping).forever()


class Runner:
    """One process's view: whether it leads, and the schedule it keeps while it does."""

    def __init__(self, store: Store, settings: Settings, stop: threading.Event) -> None:
        self._store, self._settings, self._stop = store, settings, stop
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self._leading: _Leading | None = None
        self._renewed = float("-inf")

    def forever(self) -> None:
        log.info("scheduler process %s started", self.holder)
        while not self._stop.is_set():
            try:
                self._turn()
            except Exception as error:
                # The database is away or busy: keep trying; without renewal the lease runs out by itself.
                log.warning("scheduler turn failed (%s), trying again", type(error).__name__, exc_info=_detail(error))
                self._step_down_if_expired()
            self._stop.wait(LOOK_SECONDS)
        self._leave()
        log.info("scheduler process %s stopped", self.holder)

    def _turn(self) -> None:
        if time.monotonic() - self._renewed >= RENEW_SECONDS:
            self._renew()
        if self._leading is not None:
            self._leading.look()

    def _renew(self) -> None:
        before = time.monotonic()
        with self._store.write() as session:
            fence = take_lease(session, LEASE, self.holder, LEASE_SECONDS)
        if fence is None:
            self._step_down("another process leads")
            self._renewed = before
            return
        self._renewed = before
        if self._leading is None or self._leading.desk.held.fence != fence:
            self._step_down("the lease changed")
            leading = _Leading(Desk(self._store, self._settings, Held(LEASE, fence)))
            leading.begin()
            self._leading = leading

    def _step_down_if_expired(self) -> None:
        if self._leading is not None and time.monotonic() - self._renewed > LEASE_SECONDS:
            self._step_down("the lease could not be renewed")

    def _step_down(self, why: str) -> None:
        if self._leading is not None:
            log.warning("stepping down: %s", why)
            self._leading.end(patience=0)
            self._leading = None

    def _leave(self) -> None:
        if self._leading is None:
            return
        self._leading.end(patience=PATIENCE_AT_STOP)
        try:
            with self._store.write() as session:
                release_lease(session, LEASE, self.holder)
        except Exception as error:
            log.warning("the lease could not be released (%s)", type(error).__name__)


def _detail(error: Exception) -> Exception | None:
    return None if isinstance(error, KpiError) else error


@cache
def _can_be_kept(written: str) -> bool:
    """A version before may have stored what this one refuses; the page tells it beside the source, the log once."""
    try:
        cron(written)
    except BadInput as error:
        log.error("schedule %r is not kept: %s", written, error.message)
        return False
    return True


class _Leading:
    """The schedule of the process that leads: jobs in memory, rebuilt from the sources whenever they change."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._known: dict[int, tuple[int, str]] = {}
        self._running = 0
        self._idle = threading.Condition()
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(WORKERS)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": 3600},
            timezone=BUSINESS_ZONE,
        )

    def begin(self) -> None:
        """Take over: what an earlier leader left half done or missed is done first."""
        now = clock.now()
        with self.desk.store.write() as session:
            dead = actions.fail_dead(session, self.desk.held, now)
        log.info("leading with fence %s; %s interrupted runs", self.desk.held.fence, len(dead))
        for job in SCHEDULE:
            self._scheduler.add_job(self._counted, cron(job.cron).trigger(), [self._service, job.name], id=job.name)
            self._soon(self._service, job.name)
        self._read_sources()
        for run in dead:
            self._again(run)
        self._catch_up(now)
        self._scheduler.start()

    def end(self, patience: float) -> None:
        """Start nothing more; wait a little for what is under way (a late result is refused by its fence)."""
        # First of all jobs, which waits for those being started: the library can not shut down half-way through that.
        self._scheduler.remove_all_jobs()
        self._scheduler.shutdown(wait=False)
        with self._idle:
            self._idle.wait_for(lambda: self._running == 0, timeout=patience)

    def look(self) -> None:
        """Cheap, every second or two: changed sources, and runs asked for on the page."""
        self._read_sources()
        with self.desk.store.read() as session:
            waiting = actions.requested(session)
        for run_id in waiting:
            if self._scheduler.get_job(f"run-{run_id}") is None:
                self._soon(self._asked, run_id, job_id=f"run-{run_id}")

    def _soon(self, work: Callable[..., None], *args: object, job_id: str | None = None) -> None:
        self._scheduler.add_job(self._counted, args=[work, *args], id=job_id)

    def _counted(self, work: Callable[..., None], *args: object) -> None:
        with self._idle:
            self._running += 1
        try:
            work(*args)
        except Exception:
            log.exception("job %s%s failed", work.__name__, args)
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    # --- sources

    def _read_sources(self) -> None:
        with self.desk.store.read() as session:
            rows = session.execute(
                select(Source.id, Source.revision, Source.cron).where(Source.enabled, Source.cron != "")
            ).all()
        wanted = {row.id: (row.revision, row.cron) for row in rows if _can_be_kept(row.cron)}
        for source_id in self._known.keys() - wanted.keys():
            self._scheduler.remove_job(source_job(source_id))
        for source_id, (revision, written) in wanted.items():
            if self._known.get(source_id, (0, ""))[1] != written:
                self._plan_source(source_id, revision, written)
        self._known = wanted

    def _plan_source(self, source_id: int, revision: int, written: str) -> None:
        job = source_job(source_id)
        args = [self._source, source_id]
        self._scheduler.add_job(self._counted, cron(written).trigger(), args, id=job, replace_existing=True)
        log.info("source %s (revision %s) runs at %s", source_id, revision, written)

    def _catch_up(self, now: datetime) -> None:
        """A moment that passed while nobody led is made up for, once."""
        for source_id, (_, written) in self._known.items():
            with self.desk.store.read() as session:
                since = actions.last_scheduled(session, source_id) or actions.get_source(session, source_id).created_at
            missed = last_due(cron(written), max(since, now - CATCH_UP), now)
            if missed is not None:
                self._soon(self._source, source_id, moment_claim(missed))

    def _again(self, run: DeadRun) -> None:
        if run.source_id is not None:
            self._soon(self._source, run.source_id, run.claim)
        elif run.job in BY_NAME:
            self._soon(self._service, run.job)

    # --- runs

    def _source(self, source_id: int, due: str = "") -> None:
        now = clock.now()
        with self.desk.store.write() as session:
            self.desk.check_lease(session)
            wanted = due or moment_claim(now)
            run_id = actions.claim(session, self.desk.held, source_job(source_id), wanted, now, source_id)
        if run_id is not None:
            run_source(self.desk, run_id, source_id)

    def _service(self, name: str) -> None:
        now = clock.now()
        due = BY_NAME[name].due(now)
        with self.desk.store.write() as session:
            self.desk.check_lease(session)
            run_id = actions.claim(session, self.desk.held, name, due, now)
        if run_id is not None:
            self._do_service(run_id, name)

    def _asked(self, run_id: int) -> None:
        with self.desk.store.write() as session:
            self.desk.check_lease(session)
            if not actions.begin_requested(session, self.desk.held, run_id, clock.now()):
                return
            run = session.get_one(JobRun, run_id)
        if run.job.startswith(SOURCE_JOB) and run.source_id is not None:
            run_source(self.desk, run_id, run.source_id)
        else:
            self._do_service(run_id, run.job)

    def _do_service(self, run_id: int, name: str) -> None:
        def work() -> None:
            outcome = BY_NAME[name].work(self.desk, BY_NAME[name].due(clock.now()))
            with self.desk.store.write() as session:
                self.desk.check_lease(session)
                actions.finish(session, self.desk.held, run_id, outcome, clock.now())

        guard_run(self.desk, run_id, work)
