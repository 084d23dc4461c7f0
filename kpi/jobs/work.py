"""Doing one run: short read, slow reading of the outside with no transaction open, one short write."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kpi.actuals.collectors.base import CollectContext, Collected
from kpi.actuals.collectors.registry import COLLECTORS
from kpi.actuals.records import Source
from kpi.actuals.rules_rows import IncomingRow
from kpi.config import Settings
from kpi.core import clock
from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.db.store import Store
from kpi.jobs import actions
from kpi.jobs.actions import Outcome, SourceForm
from kpi.jobs.actions_lease import Held, LeaseLost, still_held
from kpi.operations import actions as operations

log = logging.getLogger(__name__)

SAMPLE = 10


@dataclass(frozen=True)
class Desk:
    """What a run works with."""

    store: Store
    settings: Settings
    held: Held

    def check_lease(self, session: Session) -> None:
        """To be called first in every write of a run; LeaseLost when another process leads by now."""
        still_held(session, self.held)


@dataclass(frozen=True)
class Trial:
    """What a run would do now, with nothing saved."""

    outcome: Outcome
    sample: Sequence[IncomingRow]


def context_of(settings: Settings, now: datetime) -> CollectContext:
    """What collectors may reach, by the operator's configuration; of the environment only what is meant for them."""
    environ = {name: value for name, value in os.environ.items() if name.startswith("KPI_SOURCE_")}
    return CollectContext(now, settings.allowed_hosts, settings.allowed_folders, environ)


def try_out(store: Store, settings: Settings, form: SourceForm, now: datetime) -> Trial:
    """Read a source and check every row as a run would; whatever that wrote is rolled back."""
    context = context_of(settings, now)
    values = form.cleaned()
    COLLECTORS[form.kind].check(values["settings"], context)
    collected = COLLECTORS[form.kind].collect(values["settings"], context)
    source = Source(**values, created_at=now)
    source.name = source.name or t("试运行")
    with store.rehearse() as session:
        return Trial(_take(session, source, collected, now), collected.rows[:SAMPLE])


def _take(session: Session, source: Source, collected: Collected, now: datetime) -> Outcome:
    done = operations.collect(session, source, collected.rows, now)
    rejects = [*collected.problems, *done.problems]
    return Outcome(
        rows_read=len(collected.rows) + len(collected.problems),
        taken=done.taken,
        # One row may have several things wrong with it.
        rejected=len(collected.rows) - done.taken - done.unchanged + len(collected.problems),
        rejects=rejects,
        detail=_in_words(done.taken, done.unchanged, source.needs_approval),
    )


def _in_words(taken: int, unchanged: int, needs_approval: bool) -> str:
    state = t("待审核") if needs_approval else t("已生效")
    if not taken:
        return t("没有新的数值，{n}项与现有数值相同", n=unchanged)
    return t("采用{taken}项（{state}），{n}项与现有数值相同", taken=taken, state=state, n=unchanged)


def run_source(desk: Desk, run_id: int, source_id: int) -> None:
    """Carry a claimed run of a source through to done or failed. Never raises: the next source must go on."""
    guard_run(desk, run_id, lambda: _run_source(desk, run_id, source_id))


def _run_source(desk: Desk, run_id: int, source_id: int) -> None:
    with desk.store.read() as session:
        source = actions.get_source(session, source_id)
        session.expunge(source)
    now = clock.now()
    collected = COLLECTORS[source.kind].collect(source.settings, context_of(desk.settings, now))
    with desk.store.write() as session:
        actions.note_progress(session, run_id, len(collected.rows), t("已读取，正在核对和写入"))
    with desk.store.write() as session:
        desk.check_lease(session)
        outcome = _take(session, source, collected, now)
        actions.finish(session, desk.held, run_id, outcome, clock.now())
    log.info("run %s of source %s: %s rows, %s", run_id, source_id, outcome.rows_read, outcome.detail)


def guard_run(desk: Desk, run_id: int, work: Callable[[], None]) -> None:
    """Whatever goes wrong in `work` ends in the run's own row, in words; the process goes on."""
    try:
        work()
    except LeaseLost:
        log.warning("run %s dropped: another process leads", run_id)
    except KpiError as error:
        log.warning("run %s failed: %r", run_id, error.message)  # quoted: it may say what stood in a file
        _write_failure(desk, run_id, error.message)
    except Exception as error:
        log.exception("run %s failed unforeseen", run_id)
        _write_failure(desk, run_id, t("系统出错（{kind}），详见调度进程的日志。", kind=type(error).__name__))


def _write_failure(desk: Desk, run_id: int, message: str) -> None:
    try:
        with desk.store.write() as session:
            actions.fail(session, desk.held, run_id, message, clock.now())
    except Exception:
        log.exception("the failure of run %s could not be written down", run_id)
