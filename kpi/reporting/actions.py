"""Drafting and issuing monthly reports."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.clock import business_date, end_of_business_day
from kpi.core.errors import BadInput, NotFound, Problem, WrongState
from kpi.core.period import Frequency, Period
from kpi.core.text import t
from kpi.readmodel.report import PlanFacts, month_rows, plan_facts
from kpi.reporting.records import MonthlyReport, ReportState
from kpi.reporting.rules import ReportFacts, compose, default_cut_off, fingerprint
from kpi.targets.actions_plans import get_plan
from kpi.targets.records import Plan, PlanState


def active_plan_id(session: Session) -> int:
    """The plan that reports are about when none is named: the newest active one."""
    found = session.scalar(
        select(Plan.id).where(Plan.state == PlanState.ACTIVE).order_by(Plan.year.desc(), Plan.id.desc()).limit(1)
    )
    if found is None:
        raise NotFound(t("还没有在用的计划，请先导入文件并采纳目标。"))
    return found


def draft(
    session: Session,
    period: Period,
    *,
    by: Actor,
    now: datetime,
    plan_id: int | None = None,
    cut_off: date | None = None,
) -> MonthlyReport:
    """The report of a plan's month by the knowledge at the cut-off (default: the 10th of the month after).

    Before the cut-off has passed, the knowledge of `now` is used. The same content gives the report that is already
    there; other content gives a new version with the same issue number, and the older ones stay.
    """
    if period.frequency is not Frequency.MONTH:
        raise BadInput.of(Problem(t("月报以月为期，请写成 2026-10"), t("期间")))
    if period.end >= business_date(now):
        raise BadInput.of(Problem(t("{period}尚未结束，月报须在次月生成", period=period.label), t("期间")))
    plan_id = plan_id if plan_id is not None else active_plan_id(session)
    get_plan(session, plan_id, lock=True)  # numbers are given out one after another
    plan = plan_facts(session, plan_id)
    cut_off = cut_off or default_cut_off(period)
    if cut_off <= period.end:
        raise BadInput.of(Problem(t("数据截止日须在当月结束之后"), t("数据截止日")))
    former = _latest(session, plan.plan_id, period)
    number = former.issue_number if former else _next_number(session, plan.plan_id, period.year)
    facts = _facts(session, plan, period, min(cut_off, business_date(now)), now, number)
    content = compose(facts)
    mark = fingerprint(content)
    if former and former.fingerprint == mark:
        return former
    if former:
        former.superseded_at = now
    report = MonthlyReport(
        plan_id=plan.plan_id,
        period=str(period),
        version=former.version + 1 if former else 1,
        issue_year=period.year,
        issue_number=number,
        cut_off=_known_at(cut_off, now),
        state=ReportState.DRAFT,
        title=content["title"],
        content=content,
        fingerprint=mark,
        created_at=now,
        created_by=by.account_id,
        demo=plan.demo,
    )
    session.add(report)
    audit.write(session, by, now, "reporting.draft", report, what=report.title, new={"version": report.version})
    return report


def _facts(session: Session, plan: PlanFacts, period: Period, cut_off: date, now: datetime, number: int) -> ReportFacts:
    known_at = _known_at(cut_off, now)
    # What was due on the cut-off day itself is overdue once that day has ended.
    rows = month_rows(session, plan.plan_id, period, known_at, business_date(known_at + timedelta(microseconds=1)))
    return ReportFacts(
        plan_title=plan.title,
        region=plan.region,
        issuer=plan.issuer,
        period=period,
        cut_off=cut_off,
        issue_year=period.year,
        issue_number=number,
        demo=plan.demo,
        rows=tuple(rows),
    )


def _known_at(cut_off: date, now: datetime) -> datetime:
    """The last instant of the cut-off day, or now while that day is not over."""
    return min(end_of_business_day(cut_off) - timedelta(microseconds=1), now)


def _latest(session: Session, plan_id: int, period: Period) -> MonthlyReport | None:
    return session.scalar(
        select(MonthlyReport)
        .where(MonthlyReport.plan_id == plan_id, MonthlyReport.period == str(period))
        .order_by(MonthlyReport.version.desc())
        .limit(1)
    )


def _next_number(session: Session, plan_id: int, year: int) -> int:
    """Issue numbers count per plan and year."""
    highest = session.scalar(
        select(func.max(MonthlyReport.issue_number)).where(
            MonthlyReport.plan_id == plan_id, MonthlyReport.issue_year == year
        )
    )
    return (highest or 0) + 1


def issue(session: Session, report_id: int, *, by: Actor, now: datetime) -> MonthlyReport:
    """A person puts the latest draft out; it never changes again."""
    report = get(session, report_id, lock=True)
    if report.superseded_at is not None:
        raise WrongState(t("这一版已被新版本取代，请签发最新一版。"))
    if report.state is ReportState.ISSUED:
        raise WrongState(t("这一版已经签发。"))
    report.state, report.issued_at, report.issued_by = ReportState.ISSUED, now, by.account_id
    audit.write(session, by, now, "reporting.issue", report, what=report.title, new={"version": report.version})
    return report


def get(session: Session, report_id: int, *, lock: bool = False) -> MonthlyReport:
    report = session.get(MonthlyReport, report_id, with_for_update=lock or None)
    if report is None:
        raise NotFound(t("没有这份月报。"))
    return report
