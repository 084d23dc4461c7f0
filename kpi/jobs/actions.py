"""Sources and their runs: configuring, asking for a run, claiming it, and writing down how it went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from kpi.actuals.collectors.base import CollectContext
from kpi.actuals.collectors.registry import COLLECTORS
from kpi.actuals.records import CollectorKind, Source
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, Conflict, NotFound, Problem, WrongState
from kpi.core.text import t
from kpi.jobs.actions_lease import Held, LeaseLost
from kpi.jobs.records import JobRun, RunState
from kpi.jobs.rules import attempt_claim, cron

ATTEMPTS = 5
REJECTS_KEPT = 300
SOURCE_JOB = "source:"


@dataclass(frozen=True)
class SourceForm:
    """A source as the admin's form gives it."""

    name: str
    kind: CollectorKind
    settings: Mapping[str, Any]
    cron: str = ""
    needs_approval: bool = True
    enabled: bool = True

    def cleaned(self) -> dict[str, Any]:
        """The columns to store: blanks trimmed, settings of other kinds left out."""
        known = {key: self.settings[key] for key in COLLECTORS[self.kind].keys if self.settings.get(key)}
        settings = {key: value.strip() if isinstance(value, str) else value for key, value in known.items()}
        return {
            "name": self.name.strip(),
            "kind": self.kind,
            "settings": settings,
            "cron": " ".join(self.cron.split()),
            "needs_approval": self.needs_approval,
            "enabled": self.enabled,
        }


@dataclass(frozen=True)
class Outcome:
    """What a run came to."""

    rows_read: int = 0
    taken: int = 0
    rejected: int = 0
    rejects: Sequence[Problem] = field(default=())
    detail: str = ""


def get_source(session: Session, source_id: int) -> Source:
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound(t("没有这个数据来源，可能已被删除。"))
    return source


def create_source(session: Session, form: SourceForm, context: CollectContext, by: Actor, now: datetime) -> Source:
    """A new source; BadInput names every field that is wrong. Nothing outside is touched."""
    values = _checked(session, form, context, None)
    source = Source(**values, created_at=now, created_by=by.account_id)
    session.add(source)
    audit.write(session, by, now, "jobs.create_source", source, what=source.name, new=values)
    return source


def update_source(
    session: Session,
    source_id: int,
    form: SourceForm,
    revision: int,
    context: CollectContext,
    by: Actor,
    now: datetime,
) -> Source:
    """Change a source that was seen at `revision`; Conflict when somebody changed it since."""
    source = get_source(session, source_id)
    session.refresh(source, with_for_update=True)
    if source.revision != revision:
        raise Conflict(t("这个数据来源刚被他人修改，请关闭后重新打开再改。"))
    old, new = audit.changes(source, **_checked(session, form, context, source_id))
    if new:
        source.revision += 1
        audit.write(session, by, now, "jobs.update_source", source, what=source.name, old=old, new=new)
    return source


def delete_source(session: Session, source_id: int, by: Actor, now: datetime) -> None:
    """Only a source that never ran; one that did is disabled instead, so that its history stays."""
    source = get_source(session, source_id)
    if session.scalar(select(func.count()).where(JobRun.source_id == source_id)):
        raise WrongState(t("已有运行记录的数据来源不能删除，请改为停用。"))
    old = {"name": source.name, "kind": source.kind, "settings": source.settings, "cron": source.cron}
    audit.write(session, by, now, "jobs.delete_source", source, what=source.name, old=old)
    session.delete(source)
    session.flush()


def check_form(form: SourceForm, context: CollectContext) -> list[Problem]:
    """Everything wrong with a form that can be told without the database or the outside."""
    problems = []
    if not form.name.strip() or len(form.name.strip()) > 100:
        problems.append(Problem(t("请填写名称（最多100个字符）"), t("名称")))
    values = form.cleaned()
    try:
        COLLECTORS[form.kind].check(values["settings"], context)
    except BadInput as error:
        problems += error.problems
    if values["cron"]:
        try:
            cron(values["cron"])
        except BadInput as error:
            problems += error.problems
    return problems


def _checked(session: Session, form: SourceForm, context: CollectContext, source_id: int | None) -> dict[str, Any]:
    problems = check_form(form, context)
    values = form.cleaned()
    same = select(Source.id).where(Source.name == values["name"], Source.id != (source_id or 0))
    if values["name"] and session.scalar(same) is not None:
        problems.append(Problem(t("名称“{name}”已被使用", name=values["name"]), t("名称")))
    if problems:
        raise BadInput.of(*problems)
    return values


def source_job(source_id: int) -> str:
    return f"{SOURCE_JOB}{source_id}"


def request_run(session: Session, job: str, by: Actor, now: datetime) -> JobRun:
    """Ask the scheduler process to run a job now, or after the run that goes on; Conflict while one is asked for."""
    source = get_source(session, int(job.removeprefix(SOURCE_JOB))) if job.startswith(SOURCE_JOB) else None
    if session.scalar(select(func.count()).where(JobRun.job == job, JobRun.state == RunState.REQUESTED)):
        raise Conflict(t("已经请求过一次运行，正在等待调度进程。"))
    run = JobRun(
        job=job,
        claim=f"ask-{uuid4().hex}",
        source_id=source.id if source else None,
        state=RunState.REQUESTED,
        started_at=now,
        rejects=[],
        asked_by=by.account_id,
    )
    session.add(run)
    audit.write(session, by, now, "jobs.request_run", run, what=source.name if source else job)
    return run


def claim(
    session: Session, held: Held, job: str, wanted: str, now: datetime, source_id: int | None = None
) -> int | None:
    """The id of a run that is now ours, or None: done already, being done, or failed too often.

    The unique key of job and claim decides between two who try at once.
    """
    tried = _attempts(session, job, wanted)
    if len(tried) >= ATTEMPTS or any(state is not RunState.FAILED for state in tried) or _busy(session, job):
        return None
    run = JobRun(
        job=job,
        claim=attempt_claim(wanted, len(tried) + 1),
        source_id=source_id,
        state=RunState.RUNNING,
        fence=held.fence,
        started_at=now,
        rejects=[],
    )
    try:
        with session.begin_nested():
            session.add(run)
    except IntegrityError:
        return None
    return run.id


def _attempts(session: Session, job: str, wanted: str) -> Sequence[RunState]:
    mine = (JobRun.claim == wanted) | JobRun.claim.startswith(f"{wanted}#", autoescape=True)
    return session.scalars(select(JobRun.state).where(JobRun.job == job, mine)).all()


def _busy(session: Session, job: str) -> bool:
    return bool(session.scalar(select(func.count()).where(JobRun.job == job, JobRun.state == RunState.RUNNING)))


def requested(session: Session) -> list[int]:
    """Runs asked for and not begun, oldest first, leaving out those whose job is running."""
    running = aliased(JobRun)
    busy = exists().where(running.job == JobRun.job, running.state == RunState.RUNNING)
    waiting = select(JobRun.id).where(JobRun.state == RunState.REQUESTED, ~busy).order_by(JobRun.id)
    return list(session.scalars(waiting))


def begin_requested(session: Session, held: Held, run_id: int, now: datetime) -> bool:
    """Take an asked-for run; False when somebody else did."""
    taken = session.execute(
        update(JobRun)
        .where(JobRun.id == run_id, JobRun.state == RunState.REQUESTED)
        .values(state=RunState.RUNNING, fence=held.fence, started_at=now)
    )
    return _count(taken) == 1


def note_progress(session: Session, run_id: int, rows_read: int, detail: str) -> None:
    """What the page shows of a run that goes on."""
    session.execute(
        update(JobRun)
        .where(JobRun.id == run_id, JobRun.state == RunState.RUNNING)
        .values(rows_read=rows_read, detail=detail)
    )


def finish(session: Session, held: Held, run_id: int, outcome: Outcome, now: datetime) -> None:
    """Write down a run's results, in the transaction of its values; LeaseLost when the run was given up meanwhile."""
    _end(
        session,
        held,
        run_id,
        state=RunState.DONE,
        ended_at=now,
        rows_read=outcome.rows_read,
        taken=outcome.taken,
        rejected=outcome.rejected,
        rejects=[problem.as_dict() for problem in outcome.rejects[:REJECTS_KEPT]],
        detail=outcome.detail,
    )


def fail(session: Session, held: Held, run_id: int, error: str, now: datetime) -> None:
    """Write down why a run came to nothing."""
    _end(session, held, run_id, state=RunState.FAILED, ended_at=now, error=error[:2000])


def _end(session: Session, held: Held, run_id: int, **values: Any) -> None:
    mine = (JobRun.id == run_id, JobRun.state == RunState.RUNNING, JobRun.fence == held.fence)
    if _count(session.execute(update(JobRun).where(*mine).values(**values))) != 1:
        raise LeaseLost(t("另一个调度进程已接手，本次运行的结果没有保存。"))


@dataclass(frozen=True)
class DeadRun:
    """A run whose process ended before it did."""

    job: str
    claim: str
    source_id: int | None


def fail_dead(session: Session, held: Held, now: datetime) -> list[DeadRun]:
    """Mark the runs of earlier leaders failed; returns them, so that they can be tried again."""
    dead = session.scalars(select(JobRun).where(JobRun.state == RunState.RUNNING, JobRun.fence < held.fence)).all()
    for run in dead:
        run.state, run.ended_at = RunState.FAILED, now
        run.error = t("运行中断：调度进程中途停止。未保存任何内容，将自动重试。")
    session.flush()
    return [DeadRun(run.job, run.claim.partition("#")[0], run.source_id) for run in dead]


def last_scheduled(session: Session, source_id: int) -> datetime | None:
    """When the schedule last started this source."""
    by_schedule = select(func.max(JobRun.started_at)).where(
        JobRun.source_id == source_id, ~JobRun.claim.startswith("ask-")
    )
    return session.scalar(by_schedule)


def forget_runs(session: Session, before: datetime) -> int:
    """Delete runs that ended before an instant, but never the last of a job; returns how many went.

    Not for instants nearer than any claim can come up again: a month's report is claimed for forty days.
    """
    last = select(func.max(JobRun.id)).group_by(JobRun.job)
    ended = JobRun.state.in_((RunState.DONE, RunState.FAILED))
    return _count(session.execute(delete(JobRun).where(ended, JobRun.ended_at < before, JobRun.id.not_in(last))))


def _count(result: Any) -> int:
    return int(result.rowcount)
