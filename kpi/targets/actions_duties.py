"""Who owes the values of a target: its lead for the target's own unit, each unit with a part in it for itself."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.audit.actions import Actor
from kpi.catalog.actions_duties import assign, keep_reported
from kpi.targets.records import Allocation, Plan, Target, TargetVersion


def let_lead_report(session: Session, target: Target, actor: Actor, now: datetime) -> None:
    """The lead owes the values of the target's own unit."""
    first, last = _days(session, target)
    assign(
        session,
        indicator_id=target.indicator_id,
        unit_id=target.unit_id,
        reporter_id=target.lead_id,
        starts_on=first,
        ends_on=last,
        by=actor,
        now=now,
    )


def let_all_report(session: Session, target: Target, actor: Actor, now: datetime) -> None:
    """Every value that the target waits for is owed by somebody as long as the target runs; whoever reports already
    goes on."""
    first, last = _days(session, target)
    parts = session.scalars(
        select(Allocation.unit_id).where(Allocation.target_id == target.id, Allocation.superseded_at.is_(None))
    )
    for unit_id, reporter_id in [(target.unit_id, target.lead_id), *((unit, unit) for unit in parts)]:
        keep_reported(
            session,
            indicator_id=target.indicator_id,
            unit_id=unit_id,
            reporter_id=reporter_id,
            starts_on=first,
            ends_on=last,
            by=actor,
            now=now,
        )


def _days(session: Session, target: Target) -> tuple[date, date]:
    """The days of the plan, and those on which the target runs before or after it."""
    plan = session.get_one(Plan, target.plan_id)
    demand = session.scalars(
        select(TargetVersion).where(TargetVersion.target_id == target.id, TargetVersion.superseded_at.is_(None))
    ).one()
    return min(demand.starts_on, plan.starts_on), max(demand.deadline, plan.ends_on)
