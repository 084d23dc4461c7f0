"""The demonstration's reports: made by the same actions, on the days they would have been made."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions import actor_of, person_of
from kpi.accounts.records import Account
from kpi.accounts.rules import Role
from kpi.core.clock import end_of_business_day
from kpi.core.period import Period
from kpi.reporting import actions
from kpi.reporting.rules import default_cut_off
from kpi.targets.records import Plan

DEMO_LAST_MONTH = Period.month(2026, 10)
MONTHS = 3
"""How many of the latest reported months get a report; the last one stays a draft, for somebody to issue."""


def add_demo_reports(session: Session, last: Period, now: datetime) -> None:
    """Reports of the demo plan up to the month `last`, each made the morning after its cut-off."""
    plan = session.scalar(select(Plan).where(Plan.demo))
    account = session.scalar(select(Account).where(Account.demo, Account.role == Role.REVIEWER))
    if plan is None or account is None:
        return
    by = actor_of(person_of(session, account))
    for month in [last.next(back) for back in range(1 - MONTHS, 1)]:
        morning = end_of_business_day(default_cut_off(month)) + timedelta(hours=9)
        if morning > now:
            continue
        report = actions.draft(session, month, by=by, now=morning, plan_id=plan.id)
        if month != last:
            actions.issue(session, report.id, by=by, now=morning + timedelta(hours=2))
