"""One target from every side: its light and why, its plan and values month by month, its history, its clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from kpi.assessment.actions_facts import Watched, load
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, LightRules, TargetFacts
from kpi.assessment.rules_numbers import show_period
from kpi.catalog.records import Indicator
from kpi.core.errors import NotFound
from kpi.core.period import Frequency, Period
from kpi.core.quantity import Kind, show_quantity
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.readmodel.demand import demand_in_words, unit_of_level, value_in_words
from kpi.readmodel.reasons import SAID, sentence_of
from kpi.readmodel.target_history import ActualVersion, Revision, actuals_of, judged_by_version, revisions_of
from kpi.readmodel.target_source import Source, source_of
from kpi.targets.records import (
    Allocation,
    Baseline,
    Plan,
    PlanState,
    Target,
    TargetState,
    TargetSupport,
    TargetVersion,
)
from kpi.targets.rules import JudgedAs
from kpi.targets.rules_curve import drawn


@dataclass(frozen=True, slots=True)
class Head:
    """`unit` is the one looked at: the target's own, or one that it was handed down to."""

    code: str
    name: str
    demand: str
    written: str
    judged_as: JudgedAs
    kind: Kind
    lead: str
    lead_code: str
    supports: tuple[str, ...]
    unit: str
    is_own_unit: bool
    starts_on: date
    deadline: date
    scope: str
    hedge: str
    nature: str
    plan_code: str
    plan_title: str
    plan_state: PlanState
    is_withdrawn: bool
    indicator_code: str
    definition: str
    frequency: Frequency
    numerator: str
    denominator: str


@dataclass(frozen=True, slots=True)
class MonthOfTarget:
    """One board month: the light and what it rests on, and the value reported for a period that ends in it."""

    month: Period
    light: Light
    reason: str
    data_period: Period | None
    value: Decimal | None
    shown: str
    expected: Decimal | None
    shown_expected: str
    interval: tuple[Decimal, Decimal] | None
    actual: ActualVersion | None

    @property
    def is_news(self) -> bool:
        """Whether the light rests on a period that ends in this very month."""
        return self.data_period is not None and self.data_period.last_month == self.month


@dataclass(frozen=True, slots=True)
class Working:
    """How the light of the month was worked out."""

    rule: str
    rule_version: str
    rules: LightRules | None
    operands: Mapping[str, Any]
    cut_off: datetime
    computed_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that the target was handed down to."""

    code: str
    name: str
    demand: str
    latest: str
    as_of: str
    light: Light
    reason: str


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What a chart draws: the curve, the baseline, and the edges to reach or to stay inside of."""

    curve: tuple[tuple[date, Decimal], ...]
    baseline: Decimal | None
    baseline_day: date | None
    low: Decimal | None
    high: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class TargetSheet:
    head: Head
    month: Period
    months: tuple[MonthOfTarget, ...]
    line: PlanLine
    actuals: tuple[ActualVersion, ...]
    revisions: tuple[Revision, ...]
    working: Working | None
    source: Source | None
    parts: tuple[Part, ...]

    @property
    def now(self) -> MonthOfTarget | None:
        """The month looked at, when it has a light."""
        return next((each for each in self.months if each.month == self.month), None)


def target_sheet(session: Session, code: str, today: date, *, unit: str = "", month: str = "") -> TargetSheet:
    """Everything about one target, for its own unit or (by code) one that it was handed down to.

    Without a month: the latest reported one. NotFound when there is no such target, or the unit has no part in it.
    Fourteen queries, however long its history.
    """
    row = _target(session, code)
    looked_at = _unit(session, row, unit)
    watched = next(iter(load(session, [row.id]).watched), None)
    facts = watched.facts_for(looked_at.id) if watched and looked_at.id in watched.units else None
    actuals = actuals_of(
        session, row.indicator_id, looked_at.id, unit=row.level_unit, judged_as=row.judged_as, last=row.value
    )
    kept = _lights(session, row.id, looked_at.id)
    shown = Period.parse(month).last_month if month else _latest(kept, today)
    chosen = next((each for each in kept if each.period == str(shown)), None)
    return TargetSheet(
        head=_head(session, row, looked_at),
        month=shown,
        months=_months(kept, row, actuals),
        line=_line(row, facts),
        actuals=actuals,
        revisions=_revisions(session, row, shown, today),
        working=_working(chosen, facts),
        source=source_of(session, row.clause_id, row.evidence_start, row.evidence_end),
        parts=_parts(session, row, watched, shown),
    )


def _revisions(session: Session, row: Any, month: Period, today: date) -> tuple[Revision, ...]:
    found = revisions_of(session, row)
    withdrawn = row.state is TargetState.WITHDRAWN
    return found if withdrawn else judged_by_version(session, row.id, found, month, today)


@dataclass(frozen=True, slots=True)
class _Row:
    """The joined row, with the unit that its values have."""

    columns: Any
    level_unit: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.columns, name)


_OF_VERSION = (
    *("name", "comparator", "comparator_text", "value", "low", "high", "unit", "judged_as", "change"),
    *("starts_on", "deadline", "scope", "hedge", "nature", "evidence_start", "evidence_end"),
)

_LEAD, _OWN_UNIT = aliased(OrgUnit), aliased(OrgUnit)
_TARGET = (
    select(
        Target.id,
        Target.code,
        Target.state,
        Target.unit_id,
        Target.indicator_id,
        Target.clause_id,
        Target.clause_path,
        _LEAD.name.label("lead"),
        _LEAD.code.label("lead_code"),
        _OWN_UNIT.name.label("own_unit"),
        *(getattr(TargetVersion, name) for name in _OF_VERSION),
        Indicator.kind,
        Indicator.code.label("indicator_code"),
        Indicator.unit.label("indicator_unit"),
        Indicator.definition,
        Indicator.frequency,
        Indicator.numerator,
        Indicator.denominator,
        Baseline.value.label("baseline"),
        Baseline.day.label("baseline_day"),
        Plan.code.label("plan_code"),
        Plan.title.label("plan_title"),
        Plan.state.label("plan_state"),
    )
    .join(_LEAD, _LEAD.id == Target.lead_id)
    .join(_OWN_UNIT, _OWN_UNIT.id == Target.unit_id)
    .join(TargetVersion, and_(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None)))
    .join(Indicator, Indicator.id == Target.indicator_id)
    .join(Plan, Plan.id == Target.plan_id)
    .outerjoin(Baseline, and_(Baseline.target_id == Target.id, Baseline.superseded_at.is_(None), Baseline.known))
    .where(Target.code == bindparam("code"))
)
"""Built once, as are the other long queries of this page: that takes longer than running them."""


def _target(session: Session, code: str) -> Any:
    row = session.execute(_TARGET, {"code": code}).one_or_none()
    if row is None:
        raise NotFound(t("没有编号为“{code}”的目标，请从目标台账中选择。", code=code))
    return _Row(row, unit_of_level(row.unit, row.indicator_unit, row.change))


class _LookedAt(NamedTuple):
    """The unit whose light is shown."""

    id: int
    name: str


def _unit(session: Session, row: Any, code: str) -> _LookedAt:
    if not code:
        return _LookedAt(row.unit_id, row.own_unit)
    handed_down = select(Allocation.unit_id).where(Allocation.target_id == row.id, Allocation.superseded_at.is_(None))
    unit = session.execute(
        select(OrgUnit.id, OrgUnit.name).where(
            OrgUnit.code == code, (OrgUnit.id == row.unit_id) | OrgUnit.id.in_(handed_down.scalar_subquery())
        )
    ).one_or_none()
    if unit is None:
        raise NotFound(t("该目标没有分解到编码为“{code}”的单位。", code=code))
    return _LookedAt(*unit)


def _head(session: Session, row: Any, unit: _LookedAt) -> Head:
    supports = session.scalars(
        select(OrgUnit.name)
        .join(TargetSupport, TargetSupport.unit_id == OrgUnit.id)
        .where(TargetSupport.target_id == row.id)
        .order_by(OrgUnit.position, OrgUnit.id)
    )
    same = {
        name: getattr(row, name)
        for name in (
            *("code", "name", "judged_as", "kind", "lead", "lead_code", "starts_on", "deadline", "scope", "hedge"),
            *("nature", "plan_code", "plan_title", "plan_state", "indicator_code", "definition", "frequency"),
            *("numerator", "denominator"),
        )
    }
    return Head(
        **same,
        demand=_demand(row, row.value, row.low, row.high),
        written=row.comparator_text,
        supports=tuple(supports),
        unit=unit.name,
        is_own_unit=unit.id == row.unit_id,
        is_withdrawn=row.state is TargetState.WITHDRAWN,
    )


def _demand(row: Any, value: Decimal | None, low: Decimal | None, high: Decimal | None) -> str:
    of_target = {"kind": row.kind, "judged_as": row.judged_as, "change": row.change}
    return demand_in_words(row.comparator, value, low, high, row.unit, **of_target)


# --- the months ---------------------------------------------------------------------------------------------------


_LIGHTS = (
    select(
        *(Assessment.period, Assessment.light, Assessment.reason, Assessment.data_period, Assessment.value),
        *(Assessment.expected, Assessment.operands, Assessment.rule, Assessment.rule_version, Assessment.as_of),
        *(Assessment.cut_off, Assessment.computed_at),
    )
    .where(
        Assessment.target_id == bindparam("target"),
        Assessment.unit_id == bindparam("unit"),
        Assessment.superseded_at.is_(None),
    )
    .order_by(Assessment.period)
)


def _lights(session: Session, target_id: int, unit_id: int) -> Sequence[Any]:
    return session.execute(_LIGHTS, {"target": target_id, "unit": unit_id}).all()


def _latest(kept: Sequence[Any], today: date) -> Period:
    reported = [Period.parse(each.data_period).last_month for each in kept if each.data_period]
    return max(reported) if reported else Period.containing(today).next(-1)


def _months(kept: Sequence[Any], row: Any, actuals: Sequence[ActualVersion]) -> tuple[MonthOfTarget, ...]:
    """Oldest first. An approved value stands before one under review of the same period."""
    reported: dict[Period, ActualVersion] = {}
    for each in actuals:
        month = each.period.last_month
        if each.current and (month not in reported or each.state.value == "approved"):
            reported[month] = each
    return tuple(_month(each, row, reported.get(Period.parse(each.period))) for each in kept)


def _month(kept: Any, row: Any, actual: ActualVersion | None) -> MonthOfTarget:
    low, high = kept.operands.get("interval_low"), kept.operands.get("interval_high")
    return MonthOfTarget(
        month=Period.parse(kept.period),
        light=kept.light,
        reason=sentence_of(kept),
        data_period=Period.parse(kept.data_period) if kept.data_period else None,
        value=kept.value,
        shown=value_in_words(kept.value, row.level_unit, row.judged_as, row.value),
        expected=kept.expected,
        shown_expected=show_quantity(kept.expected, row.level_unit),
        interval=(Decimal(low), Decimal(high)) if low is not None and high is not None else None,
        actual=actual,
    )


# --- plan, working, parts -----------------------------------------------------------------------------------------


def _line(row: Any, facts: TargetFacts | None) -> PlanLine:
    edges = facts.edges if facts is not None else None
    return PlanLine(
        curve=_curve(facts) if facts is not None else (),
        baseline=facts.baseline if facts is not None else row.baseline,
        baseline_day=row.baseline_day,
        low=edges.low if edges else None,
        high=edges.high if edges else None,
        unit=row.level_unit,
    )


def _curve(facts: TargetFacts) -> tuple[tuple[date, Decimal], ...]:
    """What is due by the days that a line needs; nothing where no plan says."""
    return tuple(drawn(facts.curve)) if facts.curve is not None else ()


def _working(kept: Any, facts: TargetFacts | None) -> Working | None:
    """The settings are named only while they are those that the result was computed by."""
    if kept is None:
        return None
    rules = facts.rules if facts is not None and facts.rules.version == kept.rule_version else None
    return Working(kept.rule, kept.rule_version, rules, kept.operands, kept.cut_off, kept.computed_at)


def _parts(session: Session, row: Any, watched: Watched | None, month: Period) -> tuple[Part, ...]:
    if watched is None or not watched.allocated:
        return ()
    light = and_(
        Assessment.target_id == Allocation.target_id,
        Assessment.unit_id == Allocation.unit_id,
        Assessment.period == str(month),
        Assessment.superseded_at.is_(None),
    )
    of_light = (Assessment.light, Assessment.value.label("reached"), Assessment.data_period, *SAID)
    query = (
        select(OrgUnit.code, OrgUnit.name, Allocation.value, Allocation.low, Allocation.high, *of_light)
        .select_from(Allocation)
        .join(OrgUnit, OrgUnit.id == Allocation.unit_id)
        .outerjoin(Assessment, light)
        .where(Allocation.target_id == row.id, Allocation.superseded_at.is_(None))
        .order_by(OrgUnit.position, OrgUnit.id)
    )
    return tuple(_part(each, row, month) for each in session.execute(query))


def _part(each: Any, row: Any, month: Period) -> Part:
    since = show_period(Period.parse(each.data_period), month) if each.data_period else ""
    return Part(
        code=each.code,
        name=each.name,
        demand=_demand(row, each.value, each.low, each.high),
        latest=value_in_words(each.reached, row.level_unit, row.judged_as, each.value),
        as_of=t("截至{period}", period=since) if since else "",
        light=each.light or Light.NOT_ASSESSABLE,
        reason=sentence_of(each) or t("这个月还没有评价结果"),
    )
