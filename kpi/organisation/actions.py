"""Looking after the tree of org units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.text import t
from kpi.organisation.records import OrgUnit, UnitKind


def get(session: Session, unit_id: int) -> OrgUnit:
    unit = session.get(OrgUnit, unit_id)
    if unit is None:
        raise NotFound(t("没有这个单位。"))
    return unit


def by_code(session: Session, code: str) -> OrgUnit | None:
    return session.scalar(select(OrgUnit).where(OrgUnit.code == code))


def units_below(session: Session, unit_id: int) -> frozenset[int]:
    """The unit itself and every unit under it."""
    top = select(OrgUnit.id).where(OrgUnit.id == unit_id).cte(recursive=True)
    tree = top.union_all(select(OrgUnit.id).join(top, OrgUnit.parent_id == top.c.id))
    return frozenset(session.scalars(select(tree.c.id)))


def create(
    session: Session,
    *,
    code: str,
    name: str,
    kind: UnitKind,
    parent_id: int | None,
    by: Actor,
    now: datetime,
    position: int = 0,
    demo: bool = False,
) -> OrgUnit:
    """A new unit; its code is unique in the whole tree."""
    code, name = code.strip(), name.strip()
    problems = []
    if not code:
        problems.append(Problem(t("请填写编码"), t("编码")))
    elif session.scalar(select(func.count()).where(OrgUnit.code == code)):
        problems.append(Problem(t("编码“{code}”已被使用", code=code), t("编码")))
    if not name:
        problems.append(Problem(t("请填写名称"), t("名称")))
    if problems:
        raise BadInput.of(*problems)
    unit = OrgUnit(code=code, name=name, kind=kind, parent_id=parent_id, position=position, demo=demo)
    session.add(unit)
    audit.write(
        session, by, now, "organisation.create", unit, what=name, new={"code": code, "name": name, "kind": kind}
    )
    return unit


def update(session: Session, unit_id: int, *, name: str, active: bool, by: Actor, now: datetime) -> OrgUnit:
    unit = get(session, unit_id)
    if not name.strip():
        raise BadInput.of(Problem(t("请填写名称"), t("名称")))
    old, new = audit.changes(unit, name=name.strip(), active=active)
    if new:
        audit.write(session, by, now, "organisation.update", unit, what=unit.name, old=old, new=new)
    return unit
