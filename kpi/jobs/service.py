"""What the service does by itself as time passes; in short transactions, so that nobody waits for all of it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions_sessions import forget_ended_sessions
from kpi.audit.actions import SYSTEM
from kpi.core import clock
from kpi.core.errors import KpiError, Problem
from kpi.core.period import Period
from kpi.core.text import t
from kpi.jobs.actions import Outcome, forget_runs
from kpi.jobs.work import Desk
from kpi.operations.actions_targets import assessed_targets, reassess_targets
from kpi.reporting import actions as reporting
from kpi.reporting.records import MonthlyReport
from kpi.targets.records import Plan, PlanState

AT_ONCE = 50
"""Targets brought up to date in one transaction: on SQLite everybody else who saves something waits for it."""


def active_plans(desk: Desk) -> list[Plan]:
    with desk.store.read() as session:
        plans = list(session.scalars(select(Plan).where(Plan.state == PlanState.ACTIVE).order_by(Plan.id)))
        session.expunge_all()
    return plans


def reassess_plans(desk: Desk, _claim: str) -> Outcome:
    """Lights and reporting states of all active plans as of now."""
    plans, moved = active_plans(desk), 0
    for plan in plans:
        with desk.store.read() as session:
            ids = assessed_targets(session, plan.id)
        for first in range(0, len(ids), AT_ONCE):
            with desk.store.write() as session:
                desk.check_lease(session)
                moved += reassess_targets(session, ids[first : first + AT_ONCE], clock.now())
    detail = t("重新评价了{plans}个计划，{n}项结果有变化", plans=len(plans), n=moved)
    return Outcome(rows_read=len(plans), taken=moved, detail=detail)


def draft_reports(desk: Desk, claim: str) -> Outcome:
    """A first draft of the month's report of every active plan; where somebody made one already, it is left alone."""
    month = Period.parse(claim)
    plans = [plan for plan in active_plans(desk) if plan.starts_on <= month.end and month.start <= plan.ends_on]
    made = 0
    rejects: list[Problem] = []
    for plan in plans:
        try:
            made += _draft(desk, plan.id, month)
        except KpiError as error:
            rejects.append(Problem(error.message, plan.title))
    left = len(plans) - made - len(rejects)
    detail = t("{month}：生成{made}份初稿，{left}份已有", month=month.label, made=made, left=left)
    return Outcome(len(plans), made, len(rejects), rejects, detail)


def _draft(desk: Desk, plan_id: int, month: Period) -> bool:
    with desk.store.write() as session:
        desk.check_lease(session)
        if _has_report(session, plan_id, month):
            return False
        reporting.draft(session, month, by=SYSTEM, now=clock.now(), plan_id=plan_id)
        return True


def _has_report(session: Session, plan_id: int, month: Period) -> bool:
    found = select(MonthlyReport.id).where(MonthlyReport.plan_id == plan_id, MonthlyReport.period == str(month))
    return session.scalar(found.limit(1)) is not None


def tidy(desk: Desk, _claim: str) -> Outcome:
    """What is only remembered for a while: old runs, sessions whose time is over."""
    now = clock.now()
    kept = desk.settings.keep_runs_days
    with desk.store.write() as session:
        desk.check_lease(session)
        runs = forget_runs(session, now - timedelta(days=kept))
        sessions = forget_ended_sessions(session, now)
    detail = t("清除{runs}条{days}天前的运行记录、{sessions}条失效的登录", runs=runs, days=kept, sessions=sessions)
    return Outcome(taken=runs + sessions, detail=detail)
