"""Targets whose light is set aside: why, who answers for it and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kpi.accounts.records import Account
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light
from kpi.organisation.records import OrgUnit
from kpi.readmodel.scope import MONTH, Angle, Scope
from kpi.targets.records import Target, TargetVersion, Waiver


@dataclass(frozen=True, slots=True)
class Waived:
    """`until` included; None: until it is lifted."""

    code: str
    name: str
    lead: str
    reason: str
    approved_by: str
    until: date | None


def waived(session: Session, scope: Scope, most: int) -> tuple[Waived, ...]:
    """The first so many whose light of the month is waived, those that end soonest first. One query."""
    rows = session.execute(_query(scope.angle).limit(most), scope.values)
    return tuple(Waived(*row) for row in rows)


@cache
def _query(angle: Angle) -> Any:
    """The waiver in force: whenever one is given, changed or lifted the lights of all months follow."""
    return (
        select(Target.code, TargetVersion.name, OrgUnit.name, Waiver.reason, Account.name, Waiver.ends_on)
        .join(Assessment, and_(angle.kept(), Assessment.period == MONTH, Assessment.light == Light.WAIVED))
        .join(Waiver, and_(Waiver.target_id == Target.id, Waiver.superseded_at.is_(None)))
        .join(TargetVersion, and_(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None)))
        .join(OrgUnit, OrgUnit.id == Target.lead_id)
        .outerjoin(Account, Account.id == Waiver.recorded_by)
        .where(angle.watched)
        .order_by(Waiver.ends_on.is_(None), Waiver.ends_on, Target.position, Target.id)
    )
