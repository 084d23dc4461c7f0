"""The schedule on one page. Sources stand beside it in the database, each with its own cron."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kpi.core.clock import business_date
from kpi.core.text import t
from kpi.jobs.actions import Outcome
from kpi.jobs.rules import day_claim, month_to_report
from kpi.jobs.service import draft_reports, reassess_plans, tidy
from kpi.jobs.work import Desk


@dataclass(frozen=True)
class ServiceJob:
    """A job of the service itself: `due` names the period to claim; what is done already is not done again.

    Firing several times within a period is how a failure is tried again.
    """

    name: str
    label: Callable[[], str]
    cron: str
    due: Callable[[datetime], str]
    work: Callable[[Desk, str], Outcome]


SCHEDULE: tuple[ServiceJob, ...] = (
    ServiceJob("reassess", lambda: t("每晚重新评价"), "5,35 0-5 * * *", day_claim, reassess_plans),
    ServiceJob(
        "monthly_report",
        lambda: t("每月生成月报初稿"),
        "20 1-5 11-20 * *",
        lambda now: str(month_to_report(business_date(now))),
        draft_reports,
    ),
    ServiceJob("tidy", lambda: t("每晚清理旧记录"), "45 3 * * *", day_claim, tidy),
)
BY_NAME = {job.name: job for job in SCHEDULE}
