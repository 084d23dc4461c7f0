"""What a change would do to the lights of a target, worked out in memory: nothing is stored, nobody waits.

Every function checks what the action of the same subject would refuse, so a form can say it while it is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.assessment.actions_facts import Material, Watched, load
from kpi.assessment.actions_supposed import AS_IT_IS, UNWAIVED, Imagined, Share, Supposed, imagine
from kpi.assessment.rules import USUAL, LightRules, Result, TargetFacts
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.operations.actions_targets import assessed_targets
from kpi.targets import actions as targets
from kpi.targets.actions_parts import check_parts
from kpi.targets.actions_versions import check_start, current, demand_of_version, revised
from kpi.targets.actions_waivers import check_days
from kpi.targets.records import Baseline, RuleSetting, TargetVersion
from kpi.targets.rules import PlanShape
from kpi.targets.rules_form import Demand, Part, Start


@dataclass(frozen=True, slots=True)
class Side:
    """A target as it is, or as it would be: a result for each month, and the last one of each unit with a part."""

    facts: TargetFacts
    results: tuple[Result, ...]
    parts: Mapping[int, Result]

    @property
    def last(self) -> Result | None:
        return self.results[-1] if self.results else None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Before and after, for the same months (none while the plan has not begun)."""

    months: tuple[Period, ...]
    before: Side
    after: Side

    @property
    def moved(self) -> list[tuple[Period, Result, Result]]:
        """The months that would have another light."""
        pairs = zip(self.months, self.before.results, self.after.results, strict=True)
        return [(month, old, new) for month, old, new in pairs if old.light is not new.light]


def of_demand(session: Session, target_id: int, changed: Mapping[str, Any], now: datetime) -> Outlook:
    """Another value, comparator, deadline, curve …: fields of `kpi.targets.rules_form.Demand`."""
    target, version = targets.get(session, target_id), current(session, TargetVersion, target_id)
    assert version is not None
    demand = revised(demand_of_version(session, target, version), changed)
    return _outlook(session, target_id, Supposed(_columns(demand)), now)


def of_curve(session: Session, target_id: int, shape: PlanShape, now: datetime) -> Outlook:
    shape.check()
    return of_demand(session, target_id, {"curve": shape}, now)


def of_baseline(session: Session, target_id: int, start: Start, now: datetime) -> Outlook:
    check_start(start)
    return _outlook(session, target_id, Supposed({"baseline": start.value, "baseline_known": start.known}), now)


def of_rules(session: Session, target_id: int, rules: LightRules | None, now: datetime) -> Outlook:
    """Light rules of its own; None: those of the plan."""
    if rules is not None:
        rules.check()
    supposed = rules or rules_of_plan(session, targets.get(session, target_id).plan_id)
    return _outlook(session, target_id, Supposed(rules=supposed), now)


def of_waiver(
    session: Session,
    target_id: int,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    approved_by: str,
    now: datetime,
) -> Outlook:
    check_days(starts_on, ends_on)
    columns = {
        "waiver_reason": reason,
        "waiver_starts_on": starts_on,
        "waiver_ends_on": ends_on,
        "waiver_lifted": False,
        "waiver_by": approved_by,
    }
    return _outlook(session, target_id, Supposed(columns), now)


def without_waiver(session: Session, target_id: int, now: datetime) -> Outlook:
    return _outlook(session, target_id, Supposed(UNWAIVED), now)


def of_parts(session: Session, target_id: int, parts: Mapping[int, Part], now: datetime) -> Outlook:
    """Handed down in another way."""
    check_parts(targets.get(session, target_id), parts)
    shares = [Share(unit, part.value, part.low, part.high) for unit, part in sorted(parts.items())]
    return _outlook(session, target_id, Supposed(shares=shares), now)


def rules_of_plan(session: Session, plan_id: int) -> LightRules:
    """The light rules that hold for the targets of a plan without rules of their own."""
    query = select(RuleSetting.settings).where(
        RuleSetting.plan_id == plan_id, RuleSetting.target_id.is_(None), RuleSetting.superseded_at.is_(None)
    )
    return LightRules.from_json(session.scalar(query))


@dataclass(frozen=True, slots=True)
class Moved:
    """A target whose light another rule would change."""

    code: str
    name: str
    before: Result
    after: Result


def of_plan_rules(session: Session, plan_id: int, rules: LightRules | None, now: datetime) -> tuple[int, list[Moved]]:
    """How many targets of the plan follow its rules, and the lights of this month that other rules (None: the usual
    ones) would change; targets with rules of their own are not touched."""
    supposed = rules or USUAL
    supposed.check()
    own = select(RuleSetting.target_id).where(RuleSetting.plan_id == plan_id, RuleSetting.superseded_at.is_(None))
    apart = set(session.scalars(own))
    material = load(session, assessed_targets(session, plan_id))
    following = [target for target in material.watched if target.target_id not in apart]
    today = business_date(now)
    found = [_moved(target, supposed, material, today) for target in following]
    return len(following), [each for each in found if each.before.light is not each.after.light]


def _moved(target: Watched, rules: LightRules, material: Material, today: date) -> Moved:
    month = Period.containing(today)
    changed = replace(target, facts=replace(target.facts, rules=rules))
    before, after = (Imagined(each, material).judge(target.unit_id, [month], today)[0] for each in (target, changed))
    return Moved(target.code, target.name, before, after)


# --- former versions ----------------------------------------------------------------------------------------------


def by_version(session: Session, target_id: int, month: Period, today: date) -> dict[tuple[str, int], Result]:
    """The light of a month under every version of the demand and of the baseline, all else as it is today and waivers
    aside; by table and version, whose own unit it is judged for."""
    cases = {
        (kind.__tablename__, row.version): Supposed(columns(row) | UNWAIVED)
        for kind, columns in _VERSIONED
        for row in session.scalars(select(kind).where(kind.target_id == target_id))
    }
    found = imagine(session, target_id, cases)
    return {key: each.judge(each.target.unit_id, [month], today)[0] for key, each in found.items()}


def _columns(version: TargetVersion | Demand) -> dict[str, Any]:
    """What the row of a target has of its demand."""
    columns = {name: getattr(version, name) for name in _OF_DEMAND}
    curve = version.curve
    return columns | {"curve": curve.as_json() if isinstance(curve, PlanShape) else curve}


_OF_DEMAND = (
    *("name", "comparator", "value", "low", "high", "unit", "judged_as", "direction", "change"),
    *("starts_on", "deadline"),
)


def _start_columns(row: Baseline) -> dict[str, Any]:
    return {"baseline": row.value, "baseline_known": row.known}


_VERSIONED: tuple[tuple[Any, Any], ...] = ((TargetVersion, _columns), (Baseline, _start_columns))


# --- judging ------------------------------------------------------------------------------------------------------


def _outlook(session: Session, target_id: int, supposed: Supposed, now: datetime) -> Outlook:
    found = imagine(session, target_id, {"before": AS_IT_IS, "after": supposed})
    today = business_date(now)
    months = sorted({month for each in found.values() for month in each.target.board_months(today)})
    return Outlook(tuple(months), *(_side(found[name], months, today) for name in ("before", "after")))


def _side(imagined: Imagined, months: Sequence[Period], today: date) -> Side:
    target = imagined.target
    parts = {unit: imagined.judge(unit, months[-1:], today)[0] for unit in target.allocated} if months else {}
    return Side(target.facts, tuple(imagined.judge(target.unit_id, months, today)), parts)
