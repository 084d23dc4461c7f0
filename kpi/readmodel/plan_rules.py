"""The light rules of a plan as its page opens them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.records import Account
from kpi.assessment.rules import LightRules
from kpi.core.text import t
from kpi.targets.actions_plans import plan_by_code
from kpi.targets.records import RuleSetting


@dataclass(frozen=True, slots=True)
class RuleVersion:
    version: int
    rules: LightRules
    at: datetime
    by: str
    reason: str
    current: bool


@dataclass(frozen=True, slots=True)
class PlanRules:
    """`rules` None: the usual ones hold, and `seen` is 0. `versions`: newest first."""

    plan_id: int
    title: str
    rules: LightRules | None
    seen: int
    versions: tuple[RuleVersion, ...]


def plan_rules(session: Session, code: str) -> PlanRules:
    """NotFound for an unknown code. Two queries."""
    plan = plan_by_code(session, code)
    query = (
        select(RuleSetting, Account.name)
        .outerjoin(Account, Account.id == RuleSetting.recorded_by)
        .where(RuleSetting.plan_id == plan.id, RuleSetting.target_id.is_(None))
        .order_by(RuleSetting.version.desc())
    )
    versions = tuple(_version(row, by) for row, by in session.execute(query))
    now = next((each for each in versions if each.current), None)
    return PlanRules(plan.id, plan.title, now.rules if now else None, now.version if now else 0, versions)


def _version(row: RuleSetting, by: str | None) -> RuleVersion:
    rules = LightRules.from_json(row.settings)
    return RuleVersion(row.version, rules, row.recorded_at, by or t("系统"), row.reason, row.superseded_at is None)
