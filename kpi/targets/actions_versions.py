"""Revising what a target demands and where it starts: always a new version, with who, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.catalog import actions as catalog
from kpi.core.errors import BadInput, Problem, WrongState
from kpi.core.text import t
from kpi.targets.actions import get, get_plan, version_of
from kpi.targets.records import Allocation, Baseline, RuleSetting, Target, TargetState, TargetVersion, Waiver
from kpi.targets.rules import PlanShape
from kpi.targets.rules_form import Demand, Part, demand_problems

V = TypeVar("V", TargetVersion, Baseline, Waiver)

REVISABLE = frozenset(field.name for field in fields(Demand)) - {"kind"}


def current(session: Session, kind: type[V], target_id: int) -> V | None:
    """The version that holds now."""
    return session.scalar(select(kind).where(kind.target_id == target_id, kind.superseded_at.is_(None)))


def _opened(session: Session, target_id: int, by: Person | Actor, reason: str) -> tuple[Target, Actor]:
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    target = get(session, target_id, lock=True)
    if target.state is not TargetState.WATCHED:
        raise WrongState(t("该目标已撤回，不能修改。"))
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写修改原因"), t("原因")))
    return target, actor


def _supersede(
    session: Session, row: TargetVersion | Baseline | Waiver | Allocation | RuleSetting, now: datetime
) -> None:
    """Flushed at once: the database allows one version in force, and inserts go before updates otherwise."""
    row.superseded_at = now
    session.flush()


def revise_target(
    session: Session, target_id: int, *, reason: str, by: Person | Actor, now: datetime, **changed: Any
) -> TargetVersion:
    """A new version of what the target demands; `changed` names the fields of `Demand` that differ.

    The same demand again makes no version.
    """
    target, actor = _opened(session, target_id, by, reason)
    for unknown in changed.keys() - REVISABLE:
        raise BadInput.of(Problem(t("此项不能更改"), unknown))
    former = session.scalars(
        select(TargetVersion).where(TargetVersion.target_id == target_id, TargetVersion.superseded_at.is_(None))
    ).one()
    before = _demand(session, target, former)
    demand = replace(before, **changed)
    problems = demand_problems(demand)
    if problems:
        raise BadInput.of(*problems)
    if demand == before:
        return former
    _supersede(session, former, now)
    fresh = version_of(
        target_id,
        former.version + 1,
        demand,
        now,
        actor,
        former.evidence,
        former.evidence_start,
        former.evidence_end,
        reason.strip(),
    )
    session.add(fresh)
    _widen_duty(session, target, demand, actor, now)
    names = [name for name in changed if getattr(before, name) != getattr(demand, name)]
    old, new = ({name: _plain(getattr(each, name)) for name in names} for each in (before, demand))
    audit.write(
        session, actor, now, "targets.revise", target, what=f"{target.code} {demand.name}", old=old, new=new, why=reason
    )
    return fresh


def _plain(value: Any) -> Any:
    return value.as_json() if isinstance(value, PlanShape) else value


def _demand(session: Session, target: Target, version: TargetVersion) -> Demand:
    return Demand(
        name=version.name,
        kind=catalog.get(session, target.indicator_id).kind,
        comparator=version.comparator,
        comparator_text=version.comparator_text,
        value=version.value,
        low=version.low,
        high=version.high,
        unit=version.unit,
        change=version.change,
        judged_as=version.judged_as,
        direction=version.direction,
        starts_on=version.starts_on,
        deadline=version.deadline,
        curve=PlanShape.from_json(version.curve),
        scope=version.scope,
        hedge=version.hedge,
        nature=version.nature,
    )


def _widen_duty(session: Session, target: Target, demand: Demand, actor: Actor, now: datetime) -> None:
    plan = get_plan(session, target.plan_id)
    catalog.assign(
        session,
        indicator_id=target.indicator_id,
        unit_id=target.unit_id,
        reporter_id=target.lead_id,
        starts_on=min(demand.starts_on, plan.starts_on),
        ends_on=max(demand.deadline, plan.ends_on),
        by=actor,
        now=now,
    )


def set_curve(
    session: Session, target_id: int, shape: PlanShape, *, reason: str, by: Person | Actor, now: datetime
) -> TargetVersion:
    """Another plan curve: a new version of the target."""
    shape.check()
    return revise_target(session, target_id, reason=reason, by=by, now=now, curve=shape)


def revise_baseline(
    session: Session,
    target_id: int,
    *,
    known: bool,
    value: Decimal | None = None,
    day: date | None = None,
    source: str = "",
    reason: str,
    by: Person | Actor,
    now: datetime,
) -> Baseline:
    """Another start, or an unknown one that became known."""
    target, actor = _opened(session, target_id, by, reason)
    if known and value is None:
        raise BadInput.of(Problem(t("请填写基线值，或选择“未知”"), t("基线值")))
    if not known:
        value, day, source = None, None, ""
    former = current(session, Baseline, target_id)
    if former and (former.known, former.value, former.day, former.source) == (known, value, day, source):
        return former
    old = None
    if former is not None:
        old = {"known": former.known, "value": former.value, "day": former.day, "source": former.source}
        _supersede(session, former, now)
    fresh = Baseline(
        target_id=target_id,
        version=former.version + 1 if former else 1,
        recorded_at=now,
        recorded_by=actor.account_id,
        reason=reason.strip(),
        known=known,
        value=value,
        day=day,
        source=source[:200],
    )
    session.add(fresh)
    new = {"known": known, "value": value, "day": day, "source": source}
    audit.write(session, actor, now, "targets.revise_baseline", target, what=target.code, old=old, new=new, why=reason)
    return fresh


def set_rules(
    session: Session,
    plan_id: int,
    settings: dict[str, Any] | None,
    *,
    target_id: int | None = None,
    reason: str,
    by: Person | Actor,
    now: datetime,
) -> RuleSetting | None:
    """Light rules of a plan, or of one target that overrides them; None takes the override (or the plan's own) away.

    `settings` are checked by `kpi.operations.actions_targets.set_rules`, which knows what they mean.
    """
    actor = acting(by, Action.MANAGE_CATALOG if target_id is None else Action.REVIEW_DOCUMENTS)
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写修改原因"), t("原因")))
    plan = get_plan(session, plan_id, lock=True)
    if target_id is not None and get(session, target_id).plan_id != plan_id:
        raise BadInput.of(Problem(t("目标不属于该计划"), t("目标")))
    its = and_(RuleSetting.plan_id == plan_id, RuleSetting.target_id.is_not_distinct_from(target_id))
    former = session.scalar(select(RuleSetting).where(its, RuleSetting.superseded_at.is_(None)))
    if (former.settings if former else None) == settings:
        return former
    if former is not None:
        _supersede(session, former, now)
    fresh = None
    if settings is not None:
        last = session.scalar(select(func.max(RuleSetting.version)).where(its))
        fresh = RuleSetting(
            plan_id=plan_id,
            target_id=target_id,
            version=(last or 0) + 1,
            recorded_at=now,
            recorded_by=actor.account_id,
            reason=reason.strip(),
            settings=settings,
        )
        session.add(fresh)
    thing = plan if target_id is None else get(session, target_id)
    audit.write(
        session,
        actor,
        now,
        "targets.set_rules",
        thing,
        what=thing.code,
        old=former.settings if former else None,
        new=settings,
        why=reason,
    )
    return fresh


# --- waivers ------------------------------------------------------------------------------------------------------


def waive(
    session: Session,
    target_id: int,
    *,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    by: Person | Actor,
    now: datetime,
) -> Waiver:
    """Set a target's light aside, with a reason, until a day (None: until lifted)."""
    target, actor = _opened(session, target_id, by, reason)
    if ends_on is not None and ends_on < starts_on:
        raise BadInput.of(Problem(t("结束日期不能早于开始日期"), t("结束日期")))
    new = {"starts_on": starts_on, "ends_on": ends_on}
    return _new_waiver(session, target, actor, now, "targets.waive", reason, new, starts_on, ends_on, False)


def lift_waiver(session: Session, target_id: int, *, reason: str, by: Person | Actor, now: datetime) -> Waiver:
    """End a waiver; it stays on record."""
    target, actor = _opened(session, target_id, by, reason)
    former = current(session, Waiver, target_id)
    if former is None or former.lifted:
        raise WrongState(t("该目标目前没有豁免。"))
    new = {"lifted": True}
    return _new_waiver(
        session, target, actor, now, "targets.lift_waiver", reason, new, former.starts_on, former.ends_on, True
    )


def _new_waiver(
    session: Session,
    target: Target,
    actor: Actor,
    now: datetime,
    verb: str,
    reason: str,
    new: dict[str, Any],
    starts_on: date,
    ends_on: date | None,
    lifted: bool,
) -> Waiver:
    former = current(session, Waiver, target.id)
    if former is not None:
        _supersede(session, former, now)
    fresh = Waiver(
        target_id=target.id,
        version=former.version + 1 if former else 1,
        recorded_at=now,
        recorded_by=actor.account_id,
        reason=reason.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        lifted=lifted,
    )
    session.add(fresh)
    audit.write(session, actor, now, verb, target, what=target.code, new=new, why=reason)
    return fresh


# --- handing down -------------------------------------------------------------------------------------------------


def allocate(
    session: Session,
    target_id: int,
    parts: Mapping[int, Part],
    *,
    reason: str,
    by: Person | Actor,
    now: datetime,
) -> list[Allocation]:
    """Hand a target down: each unit with its own value, owing its own reports. Units left out have no part any more.

    Returns the parts in force. How the whole follows from them is the indicator's roll-up.
    """
    target, actor = _opened(session, target_id, by, reason)
    problems = _part_problems(target, parts)
    if problems:
        raise BadInput.of(*problems)
    rows = session.scalars(select(Allocation).where(Allocation.target_id == target_id)).all()
    versions = {row.unit_id: max(r.version for r in rows if r.unit_id == row.unit_id) for row in rows}
    kept = {row.unit_id: row for row in rows if row.superseded_at is None}
    old = {str(unit): _numbers(row) for unit, row in kept.items()}
    new = {str(unit): _numbers(part) for unit, part in parts.items()}
    if old == new:
        return list(kept.values())
    for unit_id in list(kept):
        if old.get(str(unit_id)) != new.get(str(unit_id)):
            _supersede(session, kept.pop(unit_id), now)
    for unit_id, part in parts.items():
        if unit_id not in kept:
            kept[unit_id] = Allocation(
                target_id=target_id,
                unit_id=unit_id,
                version=versions.get(unit_id, 0) + 1,
                recorded_at=now,
                recorded_by=actor.account_id,
                reason=reason.strip(),
                value=part.value,
                low=part.low,
                high=part.high,
            )
            session.add(kept[unit_id])
    _assign_parts(session, target, parts, actor, now)
    audit.write(session, actor, now, "targets.allocate", target, what=target.code, old=old, new=new, why=reason)
    return [kept[unit_id] for unit_id in sorted(kept)]


def _numbers(row: Allocation | Part) -> list[Decimal | None]:
    return [row.value, row.low, row.high]


def _part_problems(target: Target, parts: Mapping[int, Part]) -> list[Problem]:
    field = t("分解单位")
    problems = []
    if target.unit_id in parts:
        problems.append(Problem(t("不能分解给目标所属单位自己"), field))
    for part in parts.values():
        ranged = part.low is not None and part.high is not None and part.low < part.high
        if part.value is None and not ranged:
            problems.append(Problem(t("请为每个单位填写目标值"), field))
            break
    return problems


def _assign_parts(session: Session, target: Target, parts: Mapping[int, Part], actor: Actor, now: datetime) -> None:
    """Each unit owes its own value."""
    plan = get_plan(session, target.plan_id)
    for unit_id in parts:
        catalog.assign(
            session,
            indicator_id=target.indicator_id,
            unit_id=unit_id,
            reporter_id=unit_id,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            by=actor,
            now=now,
        )
