"""The list of reports, and what one may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, defer

from kpi.accounts.records import Account
from kpi.accounts.rules import Action, Person
from kpi.core.clock import business_date
from kpi.core.errors import NotFound
from kpi.core.period import Period
from kpi.core.text import t
from kpi.reporting import actions
from kpi.reporting.records import MonthlyReport, ReportState
from kpi.targets.records import Plan, PlanState


@dataclass(frozen=True)
class ReportLine:
    report_id: int
    plan: str
    period: Period
    issue_year: int
    issue_number: int
    version: int
    issued: bool
    superseded: bool
    cut_off: date
    created_at: datetime
    created_by: str
    issued_at: datetime | None
    issued_by: str
    demo: bool


def lines(session: Session, person: Person) -> list[ReportLine]:
    """Newest month first, then newest version; drafts only for those who make reports."""
    creator, issuer = aliased(Account), aliased(Account)
    query = (
        select(MonthlyReport, Plan.title, creator.name, issuer.name)
        .join(Plan, Plan.id == MonthlyReport.plan_id)
        .outerjoin(creator, creator.id == MonthlyReport.created_by)
        .outerjoin(issuer, issuer.id == MonthlyReport.issued_by)
        .options(defer(MonthlyReport.content))
        .order_by(MonthlyReport.period.desc(), MonthlyReport.plan_id, MonthlyReport.version.desc())
    )
    if not person.may(Action.MAKE_REPORTS):
        query = query.where(MonthlyReport.state == ReportState.ISSUED)
    return [_line(*row) for row in session.execute(query)]


def _line(report: MonthlyReport, plan: str, creator: str | None, issuer: str | None) -> ReportLine:
    return ReportLine(
        report_id=report.id,
        plan=plan,
        period=Period.parse(report.period),
        issue_year=report.issue_year,
        issue_number=report.issue_number,
        version=report.version,
        issued=report.state is ReportState.ISSUED,
        superseded=report.superseded_at is not None,
        cut_off=business_date(report.cut_off),
        created_at=report.created_at,
        created_by=creator or t("系统"),
        issued_at=report.issued_at,
        issued_by=issuer or "",
        demo=report.demo,
    )


def visible(session: Session, report_id: int, person: Person) -> MonthlyReport:
    """The report, if this person may see it: a draft is for those who make reports."""
    report = actions.get(session, report_id)
    if report.state is not ReportState.ISSUED and not person.may(Action.MAKE_REPORTS):
        raise NotFound(t("没有这份月报，或尚未签发。"))
    return report


def plan_choices(session: Session) -> list[tuple[int, str]]:
    """Plans a report can be made of: the active ones, newest first, then closed ones."""
    rows = session.execute(
        select(Plan.id, Plan.title, Plan.state)
        .where(Plan.state != PlanState.REFERENCE)
        .order_by(Plan.year.desc(), Plan.id.desc())
    )
    ordered = sorted(rows, key=lambda row: row.state is not PlanState.ACTIVE)
    return [(row.id, row.title) for row in ordered]
