"""Rows of the jobs page. This room's own reading, since read models stand to its left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kpi.accounts.records import Account
from kpi.actuals.records import CollectorKind, Source
from kpi.core.errors import BadInput, NotFound
from kpi.core.text import t
from kpi.jobs.actions import source_job
from kpi.jobs.actions_lease import LEASE, is_led
from kpi.jobs.records import JobRun, RunState
from kpi.jobs.rules import cron
from kpi.jobs.schedule import BY_NAME, SCHEDULE

PAGE_ROWS = 20


@dataclass(frozen=True)
class RunLine:
    """One run, without its rejected rows."""

    run_id: int
    job: str
    title: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    rows_read: int
    taken: int
    rejected: int
    detail: str
    error: str
    asked_by: str

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.REQUESTED, RunState.RUNNING)

    @property
    def seconds(self) -> float | None:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else None


@dataclass(frozen=True)
class SourceLine:
    source_id: int
    name: str
    kind: CollectorKind
    settings: Mapping[str, Any]
    cron: str
    cron_words: str
    next_runs: Sequence[datetime]
    needs_approval: bool
    enabled: bool
    demo: bool
    revision: int
    last: RunLine | None


@dataclass(frozen=True)
class ServiceLine:
    name: str
    title: str
    cron_words: str
    next_run: datetime | None
    last: RunLine | None


@dataclass(frozen=True)
class Overview:
    """Everything the page shows above the history."""

    led: bool
    sources: Sequence[SourceLine]
    service: Sequence[ServiceLine]

    @property
    def is_busy(self) -> bool:
        last = [line.last for line in self.sources] + [line.last for line in self.service]
        return any(run is not None and run.is_open for run in last)


def kind_label(kind: CollectorKind) -> str:
    return {"http_json": t("HTTP 接口（JSON）"), "sql": t("数据库查询"), "folder": t("文件夹（CSV、XLSX）")}[kind.value]


def state_label(state: RunState) -> str:
    return {"requested": t("等待运行"), "running": t("正在运行"), "done": t("完成"), "failed": t("失败")}[state.value]


def overview(session: Session, now: datetime) -> Overview:
    """Sources and service jobs with their last runs; three queries."""
    sources = session.scalars(select(Source).order_by(Source.enabled.desc(), Source.name)).all()
    last = {line.job: line for line in _run_lines(session, _latest_of_each_job())}
    lines = [_source_line(source, last.get(source_job(source.id)), now) for source in sources]
    service = []
    for job in SCHEDULE:
        found = cron(job.cron)
        service.append(
            ServiceLine(job.name, job.label(), found.words, _first(found.next_runs(now, 1)), last.get(job.name))
        )
    return Overview(is_led(session, LEASE), lines, service)


def _first(moments: Sequence[datetime]) -> datetime | None:
    return moments[0] if moments else None


def _source_line(source: Source, last: RunLine | None, now: datetime) -> SourceLine:
    words, runs = schedule_words(source.cron, now)
    return SourceLine(
        source_id=source.id,
        name=source.name,
        kind=source.kind,
        settings=source.settings,
        cron=source.cron,
        cron_words=words,
        next_runs=runs if source.enabled else (),
        needs_approval=source.needs_approval,
        enabled=source.enabled,
        demo=source.demo,
        revision=source.revision,
        last=last,
    )


def schedule_words(written: str, now: datetime) -> tuple[str, Sequence[datetime]]:
    """A cron in words with its next three runs; for a wrong one the reason, and none."""
    if not written.strip():
        return t("不定时，只在需要时手动运行"), ()
    try:
        found = cron(written)
    except BadInput as error:
        return error.problems[0].reason, ()
    return found.words, found.next_runs(now)


def _latest_of_each_job() -> Select[Any]:
    return select(func.max(JobRun.id)).group_by(JobRun.job)


def _run_lines(session: Session, ids: Select[Any] | Sequence[int]) -> list[RunLine]:
    statement = (
        select(JobRun, Source.name, Account.name)
        .outerjoin(Source, Source.id == JobRun.source_id)
        .outerjoin(Account, Account.id == JobRun.asked_by)
        .where(JobRun.id.in_(ids))
        .order_by(JobRun.id.desc())
    )
    return [_run_line(run, source or "", who or "") for run, source, who in session.execute(statement)]


def _run_line(run: JobRun, source_name: str, asked_by: str) -> RunLine:
    job = BY_NAME.get(run.job)
    return RunLine(
        run_id=run.id,
        job=run.job,
        title=source_name or (job.label() if job else run.job),
        state=run.state,
        started_at=run.started_at,
        ended_at=run.ended_at,
        rows_read=run.rows_read,
        taken=run.taken,
        rejected=run.rejected,
        detail=run.detail,
        error=run.error,
        asked_by=asked_by,
    )


@dataclass(frozen=True)
class History:
    runs: Sequence[RunLine]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_ROWS))


def history(session: Session, page: int = 1, job: str | None = None) -> History:
    """One page of runs, newest first; of one job when named."""
    wanted = select(JobRun.id).where(JobRun.job == job) if job else select(JobRun.id)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    ids = session.scalars(wanted.order_by(JobRun.id.desc()).limit(PAGE_ROWS).offset((max(page, 1) - 1) * PAGE_ROWS))
    return History(_run_lines(session, list(ids)), total)


@dataclass(frozen=True)
class RunDetail:
    line: RunLine
    rejects: Sequence[Mapping[str, Any]]


def run_detail(session: Session, run_id: int) -> RunDetail:
    """One run with the rows it rejected."""
    lines = _run_lines(session, [run_id])
    if not lines:
        raise NotFound(t("没有这次运行。"))
    rejects = session.scalar(select(JobRun.rejects).where(JobRun.id == run_id)) or []
    return RunDetail(lines[0], rejects)


def source_line(session: Session, source_id: int, now: datetime) -> SourceLine:
    """One source, for the form."""
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound(t("没有这个数据来源，可能已被删除。"))
    return _source_line(source, None, now)
