"""Targets made, revised, handed down or set aside, with every light they move current when it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.assessment import actions as assessment
from kpi.assessment.rules import LightRules
from kpi.audit.actions import Actor
from kpi.catalog import actions as catalog
from kpi.catalog.records import Indicator
from kpi.targets import actions as targets
from kpi.targets import actions_parts as parts
from kpi.targets import actions_plans as plans
from kpi.targets import actions_versions as versions
from kpi.targets import actions_waivers as waivers
from kpi.targets.records import Plan, PlanState, RuleSetting, Target, TargetState
from kpi.targets.rules_form import AcceptForm

P = ParamSpec("P")
R = TypeVar("R")
TargetAction = Callable[Concatenate[Session, int, P], R]


def _lights_follow(change: TargetAction[P, R]) -> TargetAction[P, R]:
    """An action of the room of targets as a use case: the target it changes is judged anew, by the action's `now`."""

    @wraps(change)
    def changed(session: Session, target_id: int, /, *args: P.args, **signed: P.kwargs) -> R:
        made = change(session, target_id, *args, **signed)
        _reassess(session, targets.get(session, target_id), cast(datetime, signed["now"]))
        return made

    return changed


revise_target = _lights_follow(versions.revise_target)
set_curve = _lights_follow(versions.set_curve)
revise_baseline = _lights_follow(versions.revise_baseline)
waive = _lights_follow(waivers.waive)
lift_waiver = _lights_follow(waivers.lift_waiver)
allocate = _lights_follow(parts.allocate)


def accept(
    session: Session, candidate_id: int | None, form: AcceptForm, *, by: Person | Actor, now: datetime
) -> Target:
    """A candidate (or, without one, a form alone) becomes a watched target with its first lights."""
    target = targets.accept(session, candidate_id, form, by=by, now=now)
    _reassess(session, target, now)
    return target


def take_back(session: Session, candidate_id: int, *, reason: str, by: Person | Actor, now: datetime) -> Target:
    """Undo an acceptance: the target is withdrawn and shows no light any more; nothing is lost."""
    target = targets.take_back(session, candidate_id, reason=reason, by=by, now=now)
    assessment.retire(session, [target.id], now)
    return target


def set_lead(
    session: Session,
    target_id: int,
    *,
    lead_id: int,
    supporting_ids: Sequence[int] = (),
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: tuple[int, Sequence[int]] | None = None,
) -> Target:
    """Another department answers for a target, and its lights count for that one."""
    before = targets.get(session, target_id, lock=True).lead_id
    target = parts.set_lead(
        session,
        target_id,
        lead_id=lead_id,
        supporting_ids=supporting_ids,
        reason=reason,
        by=by,
        now=now,
        seen=seen,
    )
    assessment.change_lead(session, target_id, before)
    return target


def set_rules(
    session: Session,
    plan_id: int,
    rules: LightRules | None,
    *,
    target_id: int | None = None,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: int | None = None,
) -> RuleSetting | None:
    """Light rules of a plan or of one target; a set with holes or overlaps is refused. None: back to the usual ones."""
    if rules is not None:
        rules.check()
    settings = rules.as_json() if rules is not None else None
    setting = versions.set_rules(
        session, plan_id, settings, target_id=target_id, reason=reason, by=by, now=now, seen=seen
    )
    if target_id is None:
        reassess_plan(session, plan_id, now)
    else:
        _reassess(session, targets.get(session, target_id), now)
    return setting


def update_indicator(
    session: Session, indicator_id: int, *, by: Person | Actor, now: datetime, **values: Any
) -> Indicator:
    """Change how something is measured; lags, decimals and accumulation move lights."""
    indicator = catalog.update(session, indicator_id, acting(by, Action.MANAGE_CATALOG), now, **values)
    session.flush()
    query = (
        select(Target.id)
        .join(Plan, Plan.id == Target.plan_id)
        .where(
            Target.indicator_id == indicator_id,
            Target.state == TargetState.WATCHED,
            Plan.state != PlanState.REFERENCE,
        )
    )
    assessment.assess(session, session.scalars(query).all(), now)
    return indicator


def set_plan_state(session: Session, plan_id: int, state: PlanState, *, by: Person | Actor, now: datetime) -> Plan:
    """Watch a plan, keep it for reference, or close it; a plan that is chosen gets its lights."""
    plan = plans.set_plan_state(session, plan_id, state, by=by, now=now)
    reassess_plan(session, plan_id, now)
    return plan


def reassess_plan(session: Session, plan_id: int, now: datetime) -> int:
    """Time has passed: bring every light of a plan up to date, and say how many changed. Again: none.

    Reference plans have no lights until they are chosen.
    """
    session.flush()
    return assessment.assess(session, assessed_targets(session, plan_id), now)


def assessed_targets(session: Session, plan_id: int) -> list[int]:
    """The targets of a plan that have lights; reference plans have none until they are chosen."""
    if plans.get_plan(session, plan_id).state is PlanState.REFERENCE:
        return []
    query = select(Target.id).where(Target.plan_id == plan_id, Target.state == TargetState.WATCHED)
    return list(session.scalars(query.order_by(Target.id)))


def reassess_targets(session: Session, target_ids: Sequence[int], now: datetime) -> int:
    """A part of a plan, for whoever must not keep other writers waiting until the whole is done."""
    return assessment.assess(session, target_ids, now)


def _reassess(session: Session, target: Target, now: datetime) -> None:
    if plans.get_plan(session, target.plan_id).state is not PlanState.REFERENCE:
        assessment.assess(session, [target.id], now)
