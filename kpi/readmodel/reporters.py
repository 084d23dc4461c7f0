"""Who reports which indicator for which unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import Session, aliased

from kpi.catalog.records import Assignment, Indicator
from kpi.core.errors import NotFound
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Plan, PlanState, Target, TargetState

AnyRow = Row[*tuple[Any, ...]]

MOST_SHOWN = 500

_UNIT, _REPORTER = aliased(OrgUnit), aliased(OrgUnit)
_WATCHED = exists().where(
    Target.indicator_id == Assignment.indicator_id,
    Target.state == TargetState.WATCHED,
    Plan.id == Target.plan_id,
    Plan.state == PlanState.ACTIVE,
)


def _duties() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Assignment.id, Assignment.reporter_id, Assignment.starts_on, Assignment.ends_on),
            *(Indicator.code, Indicator.name, _UNIT.name.label("unit"), _REPORTER.name.label("reporter")),
        )
        .join(Indicator, Indicator.id == Assignment.indicator_id)
        .join(_UNIT, _UNIT.id == Assignment.unit_id)
        .join(_REPORTER, _REPORTER.id == Assignment.reporter_id)
    )


def duties(session: Session, words: str = "") -> Sequence[AnyRow]:
    """Assignments of indicators that an active plan watches, whose indicator or unit holds every word: id, code,
    name, unit, reporter, starts_on, ends_on; at most `MOST_SHOWN`. One query."""
    query = _duties().where(_WATCHED)
    for word in words.split()[:6]:
        columns = (Indicator.name, Indicator.code, _UNIT.name, _REPORTER.name)
        held = [column.contains(word, autoescape=True) for column in columns]
        query = query.where(held[0] | held[1] | held[2] | held[3])
    ordered = query.order_by(Indicator.code, _UNIT.position, Assignment.starts_on, Assignment.id)
    return session.execute(ordered.limit(MOST_SHOWN)).all()


def duty(session: Session, assignment_id: int) -> AnyRow:
    found = session.execute(_duties().where(Assignment.id == assignment_id)).one_or_none()
    if found is None:
        raise NotFound(t("这项填报安排已不存在，请刷新后重试。"))
    return found


def units(session: Session) -> list[tuple[int, str]]:
    """Units in use, for choosing who reports. One query."""
    query = select(OrgUnit.id, OrgUnit.name).where(OrgUnit.active).order_by(OrgUnit.position, OrgUnit.id)
    return [(unit_id, name) for unit_id, name in session.execute(query)]
