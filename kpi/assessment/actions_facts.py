"""Everything that assessing many targets needs, read in a handful of queries, as known at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, or_, select
from sqlalchemy.orm import Session

from kpi.accounts.records import Account
from kpi.actuals.actions_cells import chunks, period_of
from kpi.actuals.records import Actual, ActualState
from kpi.assessment.rules import USUAL, LightRules, Observation, TargetFacts, WaiverFacts
from kpi.assessment.rules_rollup import roll_up_ratio, roll_up_sum
from kpi.catalog.records import MEASURED, FormerIndicator, Indicator
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.errors import BadInput
from kpi.core.period import Period, months_between
from kpi.core.quantity import Comparator, Kind, is_whole_unit
from kpi.db.base import Versioned
from kpi.db.bulk import read_rows
from kpi.db.types import Instant
from kpi.targets.records import Allocation, Baseline, Plan, RuleSetting, Target, TargetState, TargetVersion, Waiver
from kpi.targets.rules import Derived, JudgedAs, PlanShape, derive_target

SeriesKey = tuple[int, int]
AnyRow = Row[*tuple[Any, ...]]

AFTER_THE_END = timedelta(days=100)
"""How long after its end a target still gets a light of its own each month: late values come in, then nothing moves."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One target, ready to be judged: for its own unit, and for every unit it was handed down to."""

    target_id: int
    plan_id: int
    code: str
    name: str
    indicator_id: int
    unit_id: int
    lead_id: int
    accumulates: Accumulates
    roll_up: RollUp
    year_start_month: int
    facts: TargetFacts
    allocated: Mapping[int, TargetFacts]
    first_month: Period
    last_day: date

    @property
    def units(self) -> list[int]:
        return [self.unit_id, *(unit for unit in self.allocated if unit != self.unit_id)]

    def has_light_for(self, unit_id: int) -> bool:
        return unit_id == self.unit_id or unit_id in self.allocated

    @property
    def is_rolled_up(self) -> bool:
        """Whether its own value is put together from the units it was handed down to."""
        return self.roll_up is not RollUp.OWN and bool(self.allocated)

    def facts_for(self, unit_id: int) -> TargetFacts:
        return self.facts if unit_id == self.unit_id else self.allocated[unit_id]

    def board_months(self, today: date, since: Period | None = None) -> list[Period]:
        """The months that have a light: from the plan's start to now, or to a while after its end."""
        first = self.first_month if since is None else max(self.first_month, since)
        return _months(first, Period.containing(min(today, self.last_day + AFTER_THE_END)))


@lru_cache(maxsize=1024)
def _months(first: Period, last: Period) -> list[Period]:
    """Shared between targets: a month works its days out once."""
    return months_between(first, last)


@dataclass
class Material:
    watched: list[Watched] = field(default_factory=list)
    series: dict[SeriesKey, dict[str, Observation]] = field(default_factory=dict)

    def observations(self, target: Watched, unit_id: int) -> list[Observation]:
        """The approved values that count for a unit: its own, or those of its parts put together."""
        if unit_id == target.unit_id and target.is_rolled_up:
            parts = [self.series.get((target.indicator_id, unit), {}) for unit in target.allocated]
            return rolled_up(parts, target.roll_up, target.facts.scale)
        return list(self.series.get((target.indicator_id, unit_id), {}).values())

    def put(self, indicator_id: int, unit_id: int, observation: Observation) -> None:
        """As if this value were approved too."""
        self.series.setdefault((indicator_id, unit_id), {})[str(observation.period)] = observation


def rolled_up(parts: Sequence[Mapping[str, Observation]], roll_up: RollUp, scale: Decimal | None) -> list[Observation]:
    """The whole from its parts, for the periods that every part has reported: a partial sum would look like a delay."""
    complete = set.intersection(*(set(part) for part in parts)) if parts else set()
    return [_whole([part[written] for part in parts], roll_up, scale) for written in complete]


def _whole(parts: Sequence[Observation], roll_up: RollUp, scale: Decimal | None) -> Observation:
    numbers = [(part.numerator, part.denominator) for part in parts]
    value, numerator, denominator, completeness = roll_up_ratio(numbers, scale)
    if not completeness.is_complete:
        value = numerator = denominator = None
    if roll_up is RollUp.SUM:
        total, completeness = roll_up_sum([part.value for part in parts])
        value = total if completeness.is_complete else None
    return Observation(parts[0].period, value, numerator, denominator)


KNOWN_AT: Any = bindparam("known_at", type_=Instant())
IDS: Any = bindparam("ids", expanding=True)


def valid_at(versioned: type[Versioned], *, past: bool) -> ColumnElement[bool]:
    """The version that holds now, or (past) that held at KNOWN_AT."""
    if not past:
        return versioned.superseded_at.is_(None)
    return and_(
        versioned.recorded_at <= KNOWN_AT,
        or_(versioned.superseded_at.is_(None), versioned.superseded_at > KNOWN_AT),
    )


def approved_at(*, past: bool) -> ColumnElement[bool]:
    """Approved values in force now, or (past) as known at KNOWN_AT: an actual is known from its approval."""
    if not past:
        return and_(Actual.state == ActualState.APPROVED, Actual.superseded_at.is_(None))
    return and_(
        Actual.state == ActualState.APPROVED,
        Actual.decided_at <= KNOWN_AT,
        or_(Actual.superseded_at.is_(None), Actual.superseded_at > KNOWN_AT),
    )


def load(session: Session, target_ids: Collection[int], known_at: datetime | None = None) -> Material:
    """Targets with all that was known of them at `known_at` (None: now); withdrawn ones are left out."""
    material = Material()
    for part in chunks(target_ids):
        rows = read_rows(session, target_query(known_at is not None), {"ids": part, "known_at": known_at})
        rules = load_rules(session, {row.plan_id for row in rows}, known_at)
        allocations = load_allocations(session, part, known_at)
        watched = [watched_of(row, rules, allocations.get(row.target_id, [])) for row in rows]
        load_series(session, material, watched, known_at)
        material.watched += watched
    return material


@cache
def target_query(past: bool) -> Any:
    """Queries are built once: for a single target that takes longer than running them."""
    query = (
        select(
            Target.id.label("target_id"),
            Target.plan_id,
            Target.code,
            Target.indicator_id,
            Target.unit_id,
            Target.lead_id,
            TargetVersion.name,
            TargetVersion.comparator,
            TargetVersion.value,
            TargetVersion.low,
            TargetVersion.high,
            TargetVersion.unit,
            TargetVersion.judged_as,
            TargetVersion.direction,
            TargetVersion.change,
            TargetVersion.starts_on,
            TargetVersion.deadline,
            TargetVersion.curve,
            Indicator.kind,
            Indicator.unit.label("indicator_unit"),
            *(_measured(name, past=past) for name in MEASURED),
            Plan.starts_on.label("plan_starts_on"),
            Plan.ends_on.label("plan_ends_on"),
            Baseline.value.label("baseline"),
            Baseline.known.label("baseline_known"),
            Waiver.reason.label("waiver_reason"),
            Waiver.starts_on.label("waiver_starts_on"),
            Waiver.ends_on.label("waiver_ends_on"),
            Waiver.lifted.label("waiver_lifted"),
            Account.name.label("waiver_by"),
        )
        .join(TargetVersion, and_(TargetVersion.target_id == Target.id, valid_at(TargetVersion, past=past)))
        .join(Indicator, Indicator.id == Target.indicator_id)
        .join(Plan, Plan.id == Target.plan_id)
        .outerjoin(Baseline, and_(Baseline.target_id == Target.id, valid_at(Baseline, past=past)))
        .outerjoin(Waiver, and_(Waiver.target_id == Target.id, valid_at(Waiver, past=past)))
        .outerjoin(Account, Account.id == Waiver.recorded_by)
        .where(Target.id.in_(IDS), Target.state == TargetState.WATCHED)
        .order_by(Target.id)
    )
    return query.outerjoin(FormerIndicator, _OF_THEN) if past else query


_OF_THEN = and_(
    FormerIndicator.indicator_id == Indicator.id,
    FormerIndicator.recorded_at <= KNOWN_AT,
    FormerIndicator.superseded_at > KNOWN_AT,
)


def _measured(name: str, *, past: bool) -> Any:
    """How the indicator is measured now, or (past) was measured at KNOWN_AT."""
    now = getattr(Indicator, name)
    if not past:
        return now
    return case((FormerIndicator.id.is_not(None), getattr(FormerIndicator, name)), else_=now).label(name)


_RuleKey = tuple[int, int | None]


def load_rules(session: Session, plans: set[int], known_at: datetime | None) -> dict[_RuleKey, LightRules]:
    found = read_rows(session, _rules_query(known_at is not None), {"ids": sorted(plans), "known_at": known_at})
    return {(plan, target): LightRules.from_json(settings) for plan, target, settings in found}


@cache
def _rules_query(past: bool) -> Any:
    return select(RuleSetting.plan_id, RuleSetting.target_id, RuleSetting.settings).where(
        RuleSetting.plan_id.in_(IDS), valid_at(RuleSetting, past=past)
    )


def load_allocations(session: Session, ids: list[int], known_at: datetime | None) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = {}
    for row in read_rows(session, _allocations_query(known_at is not None), {"ids": ids, "known_at": known_at}):
        if row.value is not None or row.low is not None:
            found.setdefault(row.target_id, []).append(row)
    return found


@cache
def _allocations_query(past: bool) -> Any:
    return (
        select(Allocation.target_id, Allocation.unit_id, Allocation.value, Allocation.low, Allocation.high)
        .where(Allocation.target_id.in_(IDS), valid_at(Allocation, past=past))
        .order_by(Allocation.unit_id)
    )


def watched_of(row: Any, rules: Mapping[_RuleKey, LightRules], allocations: Sequence[Any]) -> Watched:
    light_rules = rules.get((row.plan_id, row.target_id)) or rules.get((row.plan_id, None)) or USUAL
    facts = facts_of(row, light_rules)
    # Of a share every unit is asked the same: then they have the same facts, worked out once.
    demands = {(part.value, part.low, part.high): part for part in allocations}
    asked = {demand: _allocated(facts, part, row.judged_as) for demand, part in demands.items()}
    return Watched(
        target_id=row.target_id,
        plan_id=row.plan_id,
        code=row.code,
        name=row.name,
        indicator_id=row.indicator_id,
        unit_id=row.unit_id,
        lead_id=row.lead_id,
        accumulates=row.accumulates,
        roll_up=row.roll_up,
        year_start_month=row.year_start_month,
        facts=facts,
        allocated={part.unit_id: asked[part.value, part.low, part.high] for part in allocations},
        first_month=Period.containing(row.plan_starts_on),
        last_day=max(row.plan_ends_on, row.deadline),
    )


def facts_of(row: Any, light_rules: LightRules) -> TargetFacts:
    """A target as the rules see it; one that asks for a change comes with the level worked out."""
    baseline = row.baseline if row.baseline_known else None
    derived = _derive(row, baseline) if row.change is not None else None
    level: Any = derived or row
    return TargetFacts(
        judged_as=row.judged_as,
        kind=row.kind,
        comparator=level.comparator,
        direction=row.direction,
        start=row.starts_on,
        deadline=row.deadline,
        value=level.value,
        low=level.low,
        high=level.high,
        unit=row.indicator_unit,
        places=row.places,
        baseline=baseline,
        derived=derived.formula if derived else "",
        whole=row.kind is Kind.COUNT and is_whole_unit(row.indicator_unit),
        shape=PlanShape.from_json(row.curve),
        rules=light_rules,
        lag_days=row.lag_days,
        scale=row.scale,
        waiver=_waiver(row),
    )


def _derive(row: Any, baseline: Decimal | None) -> Derived:
    """The level a change asks for; without a usable baseline nobody can say."""
    unknown = Derived(Comparator.EQUAL, None, None, None, "")
    if baseline is None:
        return unknown
    try:
        return derive_target(
            baseline,
            row.change,
            row.unit,
            comparator=row.comparator,
            value=row.value,
            low=row.low,
            high=row.high,
            indicator_unit=row.indicator_unit,
        )
    except BadInput:
        return unknown


def _waiver(row: Any) -> WaiverFacts | None:
    if row.waiver_starts_on is None or row.waiver_lifted:
        return None
    return WaiverFacts(row.waiver_reason, row.waiver_starts_on, row.waiver_ends_on, approved_by=row.waiver_by or "")


def _allocated(facts: TargetFacts, part: Any, judged_as: JudgedAs) -> TargetFacts:
    """The same demand with the unit's own value. The whole's baseline and plan points are not the unit's."""
    shape = facts.shape if judged_as is JudgedAs.STAGE or not facts.shape.points else PlanShape()
    return replace(facts, value=part.value, low=part.low, high=part.high, baseline=None, derived="", shape=shape)


def load_series(session: Session, material: Material, watched: Iterable[Watched], known_at: datetime | None) -> None:
    wanted: set[SeriesKey] = {(target.indicator_id, unit) for target in watched for unit in target.units}
    wanted -= material.series.keys()
    units = sorted({unit for _, unit in wanted})
    narrow = len(units) <= MOST_UNITS
    query = _series_query(known_at is not None, narrow)
    for part in chunks({indicator for indicator, _ in wanted}):
        values = {"ids": part, "units": units if narrow else [], "known_at": known_at}
        for indicator_id, unit_id, written, *numbers in read_rows(session, query, values):
            key = indicator_id, unit_id
            if key in wanted:
                material.series.setdefault(key, {})[written] = Observation(period_of(written), *numbers)


MOST_UNITS = 500
"""Beyond so many, naming the units costs more than reading those that nobody asked for."""


@cache
def _series_query(past: bool, narrow: bool) -> Any:
    query = select(
        Actual.indicator_id,
        Actual.unit_id,
        Actual.period,
        Actual.value,
        Actual.numerator,
        Actual.denominator,
        Actual.happened_on,
    ).where(Actual.indicator_id.in_(IDS), approved_at(past=past))
    return query.where(Actual.unit_id.in_(bindparam("units", expanding=True))) if narrow else query
