"""What an administrator looks after: indicators, the tree of units, plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, case, exists, func, select
from sqlalchemy.orm import Session

from kpi.catalog.records import Indicator
from kpi.core.errors import NotFound
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Plan, PlanState, Target, TargetState

AnyRow = Row[*tuple[Any, ...]]

MOST_SHOWN = 1000


def indicator_rows(session: Session, words: str = "") -> Sequence[AnyRow]:
    """Columns of the indicators whose name or code holds every word, with `targets` (how many watch it); those of
    active plans first, then in the order of their codes, at most `MOST_SHOWN`. One query."""
    in_use = exists().where(
        Target.indicator_id == Indicator.id, Plan.id == Target.plan_id, Plan.state == PlanState.ACTIVE
    )
    watched = (
        select(func.count())
        .where(Target.indicator_id == Indicator.id, Target.state == TargetState.WATCHED)
        .correlate(Indicator)
        .scalar_subquery()
    )
    query = select(*Indicator.__table__.columns, watched.label("targets"))
    for word in words.split()[:6]:
        query = query.where(
            Indicator.name.contains(word, autoescape=True) | Indicator.code.contains(word, autoescape=True)
        )
    return session.execute(query.order_by(case((in_use, 0), else_=1), Indicator.code).limit(MOST_SHOWN)).all()


def indicator(session: Session, indicator_id: int) -> AnyRow:
    found = session.execute(select(*Indicator.__table__.columns).where(Indicator.id == indicator_id)).first()
    if found is None:
        raise NotFound(t("没有这个指标。"))
    return found


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit at its depth in the tree; `row` has the columns of OrgUnit."""

    row: AnyRow
    depth: int


def unit_rows(session: Session) -> list[UnitRow]:
    """All units, each under its parent. One query."""
    below: dict[int | None, list[AnyRow]] = {}
    for row in session.execute(select(*OrgUnit.__table__.columns).order_by(OrgUnit.position, OrgUnit.id)):
        below.setdefault(row.parent_id, []).append(row)
    found: list[UnitRow] = []
    _walk(below, None, 0, found)
    return found


def _walk(below: dict[int | None, list[AnyRow]], parent: int | None, depth: int, found: list[UnitRow]) -> None:
    for row in below.get(parent, ()):
        found.append(UnitRow(row, depth))
        _walk(below, row.id, depth + 1, found)


def plan_rows(session: Session) -> Sequence[AnyRow]:
    """Columns of the plans with `region` and `targets` (how many are watched), the newest year first. One query."""
    watched = (
        select(func.count())
        .where(Target.plan_id == Plan.id, Target.state == TargetState.WATCHED)
        .correlate(Plan)
        .scalar_subquery()
    )
    query = (
        select(*Plan.__table__.columns, OrgUnit.name.label("region"), watched.label("targets"))
        .join(OrgUnit, OrgUnit.id == Plan.region_id)
        .order_by(Plan.year.desc(), Plan.id)
    )
    return session.execute(query).all()
