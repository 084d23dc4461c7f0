"""Revising what a target demands and where it starts: always a new version, with who, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.records import Account
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.catalog import actions as catalog
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.errors import BadInput, Conflict, Problem, WrongState
from kpi.core.text import t
from kpi.db.base import Versioned
from kpi.targets.actions import baseline_of, get, version_of
from kpi.targets.actions_duties import let_all_report
from kpi.targets.actions_plans import get_plan
from kpi.targets.records import Allocation, Baseline, RuleSetting, Target, TargetState, TargetVersion, Waiver
from kpi.targets.rules import PlanShape
from kpi.targets.rules_form import STORED, Demand, Start, demand_problems, start_problems

V = TypeVar("V", TargetVersion, Baseline, Waiver)

REVISABLE = frozenset(field.name for field in fields(Demand)) - {"kind"}


def current(session: Session, kind: type[V], target_id: int) -> V | None:
    """The version that holds now."""
    return session.scalar(select(kind).where(kind.target_id == target_id, kind.superseded_at.is_(None)))


def opened(session: Session, target_id: int, by: Person | Actor, reason: str) -> tuple[Target, Actor]:
    """A watched target, locked, for somebody who may change it and says why."""
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    target = get(session, target_id, lock=True)
    if target.state is not TargetState.WATCHED:
        raise WrongState(t("该目标已撤回，不能修改。"))
    _check_reason(reason)
    return target, actor


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写修改原因"), t("原因")))


def supersede(
    session: Session, row: TargetVersion | Baseline | Waiver | Allocation | RuleSetting, now: datetime
) -> None:
    """Flushed at once: the database allows one version in force, and inserts go before updates otherwise."""
    row.superseded_at = now
    session.flush()


def check_seen(session: Session, row: Versioned | None, seen: int | None) -> None:
    """Conflict when the version in force (0: none) is not the one that the person looked at (None: not asked)."""
    if seen is not None and seen != (row.version if row else 0):
        raise changed_meanwhile(session, row)


def changed_meanwhile(session: Session, row: Versioned | None = None) -> Conflict:
    """Who was first, when and why."""
    if row is None:
        return Conflict(t("他人刚刚修改过此项。请重新打开后再改，您刚才的内容没有保存。"))
    who = session.get(Account, row.recorded_by) if row.recorded_by else None
    return Conflict(
        t(
            "{who}已于{when}修改此项（原因：{why}）。请重新打开后再改，您刚才的内容没有保存。",
            who=who.name if who else t("系统"),
            when=row.recorded_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M"),
            why=row.reason or t("未填写"),
        )
    )


def revise_target(
    session: Session,
    target_id: int,
    /,
    *,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: int | None = None,
    **changed: Any,
) -> TargetVersion:
    """A new version of what the target demands; `changed` names the fields of `Demand` that differ.

    The same demand again makes no version. `seen` is the version looked at; Conflict when another is in force.
    """
    target, actor = opened(session, target_id, by, reason)
    former = current(session, TargetVersion, target_id)
    assert former is not None
    check_seen(session, former, seen)
    before = demand_of_version(session, target, former)
    demand = revised(before, changed)
    if demand == before:
        return former
    supersede(session, former, now)
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
    let_all_report(session, target, actor, now)
    names = [name for name in changed if getattr(before, name) != getattr(demand, name)]
    old, new = ({name: _plain(getattr(each, name)) for name in names} for each in (before, demand))
    audit.write(
        session, actor, now, "targets.revise", target, what=f"{target.code} {demand.name}", old=old, new=new, why=reason
    )
    return fresh


def revised(before: Demand, changed: Mapping[str, Any]) -> Demand:
    """The demand with these fields changed; BadInput naming each that can not be, or does not fit the others."""
    for unknown in changed.keys() - REVISABLE:
        raise BadInput.of(Problem(t("此项不能更改"), unknown))
    demand = replace(before, **changed)
    problems = demand_problems(demand)
    if problems:
        raise BadInput.of(*problems)
    return demand


def _plain(value: Any) -> Any:
    return value.as_json() if isinstance(value, PlanShape) else value


def demand_of_version(session: Session, target: Target, version: TargetVersion) -> Demand:
    """What a version demands, as a plain value."""
    return Demand(
        kind=catalog.get(session, target.indicator_id).kind,
        curve=PlanShape.from_json(version.curve),
        **{name: getattr(version, name) for name in STORED},
    )


def set_curve(
    session: Session,
    target_id: int,
    shape: PlanShape,
    *,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: int | None = None,
) -> TargetVersion:
    """Another plan curve: a new version of the target."""
    shape.check()
    return revise_target(session, target_id, reason=reason, by=by, now=now, seen=seen, curve=shape)


def revise_baseline(
    session: Session,
    target_id: int,
    start: Start,
    *,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: int | None = None,
) -> Baseline:
    """Another start, or an unknown one that became known. The same again makes no version."""
    target, actor = opened(session, target_id, by, reason)
    check_start(start)
    former = current(session, Baseline, target_id)
    check_seen(session, former, seen)
    old = asdict(start_of(former)) if former else None
    if old == asdict(start):
        assert former is not None
        return former
    if former is not None:
        supersede(session, former, now)
    fresh = baseline_of(target_id, former.version + 1 if former else 1, start, now, actor, reason.strip())
    session.add(fresh)
    new = asdict(start)
    audit.write(session, actor, now, "targets.revise_baseline", target, what=target.code, old=old, new=new, why=reason)
    return fresh


def check_start(start: Start) -> None:
    problems = start_problems(start)
    if problems:
        raise BadInput.of(*problems)


def start_of(row: Baseline) -> Start:
    return Start(row.known, row.value, row.day, row.source)


def set_rules(
    session: Session,
    plan_id: int,
    settings: dict[str, Any] | None,
    *,
    target_id: int | None = None,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: int | None = None,
) -> RuleSetting | None:
    """Light rules of a plan, or of one target that overrides them; None takes the override (or the plan's own) away.

    `settings` are checked by `kpi.operations.actions_targets.set_rules`, which knows what they mean.
    """
    actor = acting(by, Action.MANAGE_CATALOG if target_id is None else Action.REVIEW_DOCUMENTS)
    _check_reason(reason)
    plan = get_plan(session, plan_id, lock=True)
    if target_id is not None and get(session, target_id).plan_id != plan_id:
        raise BadInput.of(Problem(t("目标不属于该计划"), t("目标")))
    its = and_(RuleSetting.plan_id == plan_id, RuleSetting.target_id.is_not_distinct_from(target_id))
    former = session.scalar(select(RuleSetting).where(its, RuleSetting.superseded_at.is_(None)))
    check_seen(session, former, seen)
    if (former.settings if former else None) == settings:
        return former
    if former is not None:
        supersede(session, former, now)
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
