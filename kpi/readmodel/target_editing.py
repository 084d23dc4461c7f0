"""A target as its editors open it: everything that can be changed, the versions looked at, and what may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from kpi.accounts.records import Account
from kpi.assessment.actions_supposed import AS_IT_IS, imagine
from kpi.assessment.rules import LightRules, TargetFacts
from kpi.catalog.records import Indicator
from kpi.core.errors import NotFound, WrongState
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.organisation.records import OrgUnit, UnitKind
from kpi.readmodel.demand import unit_of_level
from kpi.targets.actions_versions import demand_of_version, start_of
from kpi.targets.records import (
    Allocation,
    Baseline,
    Plan,
    RuleSetting,
    Target,
    TargetState,
    TargetSupport,
    TargetVersion,
    Waiver,
)
from kpi.targets.rules_form import UNKNOWN, Demand, Part, Start


@dataclass(frozen=True, slots=True)
class WaiverInForce:
    starts_on: date
    ends_on: date | None
    reason: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The versions looked at (0: none in force), for telling the second of two people."""

    target: int
    baseline: int
    rules: int
    waiver: int
    parts: Mapping[int, int]
    duty: tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    id: int
    name: str
    is_below: bool
    """A region directly below the unit that the target belongs to."""


@dataclass(frozen=True, slots=True)
class Editing:
    """`last_year` are the weights of January to December by last year's values, where they say anything.
    `rules` is of the target's own (None: it follows `plan_rules`)."""

    id: int
    code: str
    plan_id: int
    plan_title: str
    unit_id: int
    unit_name: str
    level_unit: str
    is_rolled_up: bool
    demand: Demand
    start: Start
    waiver: WaiverInForce | None
    rules: LightRules | None
    plan_rules: LightRules
    parts: Mapping[int, Part]
    lead_id: int
    supporting_ids: tuple[int, ...]
    units: Sequence[UnitChoice]
    facts: TargetFacts
    last_year: tuple[Decimal, ...] | None
    seen: Seen

    @property
    def kind(self) -> Kind:
        return self.demand.kind


def editing(session: Session, code: str) -> Editing:
    """One target with all that its editors show. NotFound for an unknown code, WrongState for a withdrawn target.
    Thirteen queries."""
    row = session.execute(_HEAD, {"code": code}).one_or_none()
    if row is None:
        raise NotFound(t("没有编号为“{code}”的目标，请从目标台账中选择。", code=code))
    target, version, baseline, plan, indicator, unit = row
    if target.state is not TargetState.WATCHED:
        raise WrongState(t("该目标已撤回，不能修改。"))
    imagined = imagine(session, target.id, {"": AS_IT_IS})[""]
    waiver, approved_by = session.execute(_WAIVER, {"target": target.id}).one_or_none() or (None, None)
    own, of_plan = _rules(session, target)
    parts = session.scalars(_PARTS, {"target": target.id}).all()
    supports = tuple(sorted(session.scalars(_SUPPORTS, {"target": target.id})))
    return Editing(
        id=target.id,
        code=target.code,
        plan_id=plan.id,
        plan_title=plan.title,
        unit_id=unit.id,
        unit_name=unit.name,
        level_unit=unit_of_level(version.unit, indicator.unit, version.change),
        is_rolled_up=imagined.target.is_rolled_up,
        demand=demand_of_version(session, target, version),
        start=start_of(baseline) if baseline else UNKNOWN,
        waiver=_in_force(waiver, approved_by),
        rules=LightRules.from_json(own.settings) if own else None,
        plan_rules=LightRules.from_json(of_plan.settings if of_plan else None),
        parts={part.unit_id: Part(part.value, part.low, part.high) for part in parts},
        lead_id=target.lead_id,
        supporting_ids=supports,
        units=_units(session, unit.id),
        facts=imagined.target.facts,
        last_year=imagined.last_year(),
        seen=Seen(
            target=version.version,
            baseline=baseline.version if baseline else 0,
            rules=own.version if own else 0,
            waiver=waiver.version if waiver else 0,
            parts={part.unit_id: part.version for part in parts},
            duty=(target.lead_id, supports),
        ),
    )


def _holds(kind: Any) -> Any:
    return and_(kind.target_id == Target.id, kind.superseded_at.is_(None))


_HEAD = (
    select(Target, TargetVersion, Baseline, Plan, Indicator, OrgUnit)
    .join(TargetVersion, _holds(TargetVersion))
    .outerjoin(Baseline, _holds(Baseline))
    .join(Plan, Plan.id == Target.plan_id)
    .join(Indicator, Indicator.id == Target.indicator_id)
    .join(OrgUnit, OrgUnit.id == Target.unit_id)
    .where(Target.code == bindparam("code"))
)
_OF_TARGET: Any = bindparam("target")
_WAIVER = (
    select(Waiver, Account.name)
    .outerjoin(Account, Account.id == Waiver.recorded_by)
    .where(Waiver.target_id == _OF_TARGET, Waiver.superseded_at.is_(None))
)
_PARTS = select(Allocation).where(Allocation.target_id == _OF_TARGET, Allocation.superseded_at.is_(None))
_SUPPORTS = select(TargetSupport.unit_id).where(TargetSupport.target_id == _OF_TARGET)


def _in_force(waiver: Waiver | None, approved_by: str | None) -> WaiverInForce | None:
    if waiver is None or waiver.lifted:
        return None
    return WaiverInForce(waiver.starts_on, waiver.ends_on, waiver.reason, approved_by or t("系统"))


def _rules(session: Session, target: Target) -> tuple[RuleSetting | None, RuleSetting | None]:
    """The settings in force: the target's own, and its plan's."""
    query = select(RuleSetting).where(
        RuleSetting.plan_id == target.plan_id,
        (RuleSetting.target_id == target.id) | RuleSetting.target_id.is_(None),
        RuleSetting.superseded_at.is_(None),
    )
    found = {row.target_id: row for row in session.scalars(query)}
    return found.get(target.id), found.get(None)


def _units(session: Session, above: int) -> list[UnitChoice]:
    """All units in use, those directly below first."""
    query = select(OrgUnit.id, OrgUnit.name, OrgUnit.kind, OrgUnit.parent_id).where(OrgUnit.active)
    rows = session.execute(query.order_by(OrgUnit.position, OrgUnit.id))
    found = [UnitChoice(row.id, row.name, row.kind is UnitKind.REGION and row.parent_id == above) for row in rows]
    return sorted(found, key=lambda unit: not unit.is_below)
