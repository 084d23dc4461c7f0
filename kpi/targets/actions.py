"""Candidates becoming targets, and back. Doors that accept or take back call `kpi.operations.actions_targets`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.catalog import actions as catalog
from kpi.catalog.records import Indicator
from kpi.core.errors import BadInput, NotFound, Problem, WrongState
from kpi.core.text import t
from kpi.documents.records import Clause
from kpi.extraction import actions as extraction
from kpi.extraction.records import CandidateRow, Decision
from kpi.organisation import actions as organisation
from kpi.targets.actions_duties import let_lead_report
from kpi.targets.actions_plans import get_plan
from kpi.targets.records import Baseline, Plan, Target, TargetState, TargetSupport, TargetVersion
from kpi.targets.rules_form import STORED, AcceptForm, Demand, Start, demand_problems, form_problems


def get(session: Session, target_id: int, *, lock: bool = False) -> Target:
    target = session.get(Target, target_id, with_for_update={"key_share": True} if lock else None)
    if target is None:
        raise NotFound(t("没有这个目标。"))
    return target


def accept(
    session: Session, candidate_id: int | None, form: AcceptForm, *, by: Person | Actor, now: datetime
) -> Target:
    """A target out of the reviewer's form, with its indicator (or a place in an existing one), first version,
    baseline and the lead's duty to report. Without a candidate: a target that stands in no document.

    Raises BadInput naming every field that is wrong.
    """
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    plan = get_plan(session, form.plan_id, lock=True)
    candidate = _open_candidate(session, candidate_id)
    merged = _merged_into(session, form, candidate)
    if merged is not None:
        form = replace(form, accumulates=merged.accumulates)
    demand = demand_of(form, plan)
    problems = [*form_problems(form), *demand_problems(demand), *_merging_problems(form, merged)]
    if problems:
        raise BadInput.of(*problems)
    indicator = merged or _new_indicator(session, form, demand, actor, now)
    target = _new_target(session, plan, indicator, form, candidate, now)
    session.flush()
    session.add(version_of(target.id, 1, demand, now, actor, *_evidence(form, candidate)))
    session.add(baseline_of(target.id, 1, form.start, now, actor))
    session.add_all(TargetSupport(target_id=target.id, unit_id=unit) for unit in form.supporting_ids)
    let_lead_report(session, target, actor, now)
    _log_acceptance(session, target, demand, form, actor, now)
    if candidate is not None:
        extraction.decide(session, candidate, Decision.ACCEPTED, actor=actor, now=now, target_id=target.id)
    return target


def _open_candidate(session: Session, candidate_id: int | None) -> CandidateRow | None:
    if candidate_id is None:
        return None
    candidate = extraction.get(session, candidate_id, lock=True)
    if candidate.decision is not Decision.OPEN:
        raise WrongState(t("该候选指标已有决定，请先撤回后再处理。"))
    return candidate


def demand_of(form: AcceptForm, plan: Plan) -> Demand:
    """What the form demands, with dates of the plan and the proposals of the rules where it says nothing."""
    return Demand(
        name=form.name.strip(),
        kind=form.kind,
        comparator=form.comparator,
        comparator_text=form.comparator_text[:40],
        value=form.value,
        low=form.low,
        high=form.high,
        unit=form.unit,
        change=form.change,
        judged_as=form.proposed_judged_as,
        direction=form.proposed_direction,
        starts_on=form.starts_on or plan.starts_on,
        deadline=form.deadline or plan.ends_on,
        curve=form.curve,
        scope=form.scope[:200],
        hedge=form.hedge[:20],
        nature=form.nature[:12],
    )


def _merged_into(session: Session, form: AcceptForm, candidate: CandidateRow | None) -> Indicator | None:
    """The indicator the reviewer chose, or the one of an acceptance that was taken back: its values live on there."""
    if form.indicator_id is not None:
        return catalog.get(session, form.indicator_id)
    if candidate is None or candidate.target_id is None:
        return None
    former = catalog.get(session, get(session, candidate.target_id).indicator_id)
    same = (former.name, former.kind, former.unit) == (form.name.strip(), form.kind, form.own_unit)
    return former if same else None


def _merging_problems(form: AcceptForm, merged: Indicator | None) -> list[Problem]:
    if merged is None or merged.unit == form.own_unit or (form.change is not None and form.indicator_unit is None):
        return []
    reason = t("与所选指标的单位“{unit}”不同，不能合并", unit=merged.unit or t("无"))
    return [Problem(reason, t("指标"))]


def _new_indicator(session: Session, form: AcceptForm, demand: Demand, actor: Actor, now: datetime) -> Indicator:
    smallest, largest = form.range
    assert demand.direction is not None
    return catalog.create(
        session,
        name=demand.name,
        kind=form.kind,
        unit=form.own_unit,
        direction=demand.direction,
        frequency=form.frequency,
        by=actor,
        now=now,
        accumulates=form.proposed_accumulates,
        code=form.indicator_code,
        lag_days=form.lag_days,
        roll_up=form.roll_up,
        year_start_month=form.year_start_month,
        places=form.places,
        has_parts=form.has_parts,
        numerator=form.numerator[:200],
        denominator=form.denominator[:200],
        smallest=smallest,
        largest=largest,
        demo=form.demo,
    )


def _new_target(
    session: Session,
    plan: Plan,
    indicator: Indicator,
    form: AcceptForm,
    candidate: CandidateRow | None,
    now: datetime,
) -> Target:
    unit_id = form.unit_id if form.unit_id is not None else plan.region_id
    assert form.lead_id is not None
    for needed in (unit_id, form.lead_id, *form.supporting_ids):
        organisation.get(session, needed)
    number = (session.scalar(select(func.max(Target.position)).where(Target.plan_id == plan.id)) or 0) + 1
    clause = session.get(Clause, candidate.clause_id) if candidate and candidate.clause_id else None
    target = Target(
        code=f"{plan.code}-{number:03d}",
        plan_id=plan.id,
        indicator_id=indicator.id,
        unit_id=unit_id,
        lead_id=form.lead_id,
        clause_id=clause.id if clause else None,
        clause_path=clause.path if clause else form.clause_path,
        group_key=form.group_key or (candidate.group_key if candidate else ""),
        position=number,
        state=TargetState.WATCHED,
        demo=form.demo,
        created_at=now,
    )
    session.add(target)
    return target


def _evidence(form: AcceptForm, candidate: CandidateRow | None) -> tuple[str, int | None, int | None]:
    if candidate is None:
        return form.evidence, None, None
    return candidate.evidence, candidate.start, candidate.end


def version_of(
    target_id: int,
    version: int,
    demand: Demand,
    now: datetime,
    actor: Actor,
    evidence: str = "",
    start: int | None = None,
    end: int | None = None,
    reason: str = "",
) -> TargetVersion:
    """A version row of what a target demands."""
    assert demand.judged_as is not None and demand.direction is not None
    return TargetVersion(
        target_id=target_id,
        version=version,
        recorded_at=now,
        recorded_by=actor.account_id,
        reason=reason,
        curve=demand.curve.as_json(),
        evidence=evidence,
        evidence_start=start,
        evidence_end=end,
        **{name: getattr(demand, name) for name in STORED},
    )


def baseline_of(target_id: int, version: int, start: Start, now: datetime, actor: Actor, reason: str = "") -> Baseline:
    """A version row of where a target starts."""
    return Baseline(
        target_id=target_id,
        version=version,
        recorded_at=now,
        recorded_by=actor.account_id,
        reason=reason,
        **asdict(start),
    )


def _log_acceptance(
    session: Session, target: Target, demand: Demand, form: AcceptForm, actor: Actor, now: datetime
) -> None:
    new = {
        "code": target.code,
        "name": demand.name,
        "comparator": demand.comparator,
        "value": demand.value,
        "low": demand.low,
        "high": demand.high,
        "unit": demand.unit,
        "judged_as": demand.judged_as,
        "direction": demand.direction,
        "deadline": demand.deadline,
        "lead_id": target.lead_id,
        "indicator_id": target.indicator_id,
        "baseline": form.baseline,
    }
    audit.write(session, actor, now, "targets.accept", target, what=f"{target.code} {demand.name}", new=new)


def take_back(session: Session, candidate_id: int, *, reason: str, by: Person | Actor, now: datetime) -> Target:
    """Undo an acceptance: the candidate is open again, the target withdrawn. Nothing is deleted.

    Versions and lights of the target stay on record, and values stay with the indicator: accepting the candidate
    again finds them.
    """
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    candidate = extraction.get(session, candidate_id, lock=True)
    if candidate.decision is not Decision.ACCEPTED or candidate.target_id is None:
        raise WrongState(t("该候选指标尚未采纳，无需撤回。"))
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写撤回原因"), t("原因")))
    target = get(session, candidate.target_id, lock=True)
    old, new = audit.changes(target, state=TargetState.WITHDRAWN)
    if new:
        audit.write(
            session, actor, now, "targets.take_back", target, what=target.code, old=old, new=new, why=reason.strip()
        )
    extraction.decide(session, candidate, Decision.OPEN, actor=actor, now=now, reason=reason)
    return target
