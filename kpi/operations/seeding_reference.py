"""The targets of published plans, for comparison: no documents, no duties, no lights."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.audit import actions as audit
from kpi.audit.actions import SYSTEM
from kpi.catalog import actions as catalog
from kpi.core.period import Frequency
from kpi.operations.seeding_data import ReferencePlan, ReferenceTarget, SeedUnit
from kpi.organisation import actions as organisation
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Baseline, Plan, PlanState, Target, TargetVersion
from kpi.targets.rules import STRAIGHT, direction_of, propose_judged_as


def units_by_code(session: Session) -> dict[str, int]:
    return {code: unit_id for code, unit_id in session.execute(select(OrgUnit.code, OrgUnit.id))}


def add_units(session: Session, units: Iterable[SeedUnit], now: datetime, *, demo: bool = False) -> dict[str, int]:
    """Those that are not there yet, in the order given; returns the ids of all units by code."""
    known = units_by_code(session)
    for position, unit in enumerate(units):
        if unit.code in known:
            continue
        made = organisation.create(
            session,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent_id=known[unit.parent] if unit.parent else None,
            by=SYSTEM,
            now=now,
            position=position,
            demo=demo,
        )
        known[unit.code] = made.id
    return known


def add_plan(session: Session, seed: ReferencePlan, units: dict[str, int], now: datetime) -> None:
    """A plan kept for comparison with its targets; nothing when its code is known."""
    if session.scalar(select(Plan.id).where(Plan.code == seed.code)):
        return
    plan = Plan(
        code=seed.code,
        title=seed.title,
        year=seed.year,
        region_id=units[seed.region],
        issuer=seed.issuer,
        number=seed.number,
        starts_on=date(seed.year, 1, 1),
        ends_on=date(seed.year, 12, 31),
        state=PlanState.REFERENCE,
        created_at=now,
    )
    session.add(plan)
    new = {"code": seed.code, "state": plan.state, "targets": len(seed.targets)}
    audit.write(session, SYSTEM, now, "targets.seed_plan", plan, what=seed.title, new=new)
    for position, each in enumerate(seed.targets, 1):
        _add_target(session, plan, units[seed.lead], position, each, now)
    session.flush()


def _add_target(
    session: Session, plan: Plan, lead_id: int, position: int, seed: ReferenceTarget, now: datetime
) -> None:
    demand, code = seed.demand, f"{plan.code}-{position:02d}"
    direction = direction_of(demand.comparator, demand.kind, value=demand.value, unit=demand.unit)
    indicator = catalog.create(
        session,
        code=code,
        name=demand.name,
        kind=demand.kind,
        unit=demand.unit,
        direction=direction,
        frequency=Frequency.YEAR,
        by=SYSTEM,
        now=now,
    )
    target = Target(
        code=code,
        plan_id=plan.id,
        indicator_id=indicator.id,
        unit_id=plan.region_id,
        lead_id=lead_id,
        clause_path=seed.clause,
        group_key=seed.group,
        position=position,
        created_at=now,
    )
    session.add(target)
    session.flush()
    written = {"target_id": target.id, "recorded_at": now}
    version = TargetVersion(
        **written,
        name=demand.name,
        comparator=demand.comparator,
        value=demand.value,
        low=demand.low,
        high=demand.high,
        unit=demand.unit,
        judged_as=propose_judged_as(demand.kind, demand.comparator, value=demand.value, unit=demand.unit),
        direction=direction,
        starts_on=plan.starts_on,
        deadline=demand.deadline,
        curve=STRAIGHT.as_json(),
        hedge=demand.hedge,
    )
    session.add_all([version, Baseline(**written, known=False)])
