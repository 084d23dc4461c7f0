"""The units a target was handed down to, side by side: who has reported, who ranks where, who stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.assessment.actions_facts import Material, Watched
from kpi.assessment.rules import Observation, TargetFacts, standing
from kpi.assessment.rules_case import percent
from kpi.assessment.rules_funnel import Funnel, Member, funnel_of
from kpi.assessment.rules_numbers import show_period
from kpi.assessment.rules_rollup import Completeness, ranks
from kpi.assessment.rules_trend import Place
from kpi.core.period import Period
from kpi.core.quantity import PROPORTION_SCALES, Direction, Kind, round_half_up
from kpi.organisation.records import OrgUnit
from kpi.targets.rules import JudgedAs


@dataclass(frozen=True, slots=True)
class District:
    """`score` is what units are ranked by: the value, or of what is delivered the per cent of the unit's own target."""

    code: str
    name: str
    value: Decimal | None
    score: Decimal | None
    rank: int | None
    as_of: str
    is_current: bool
    numerator: Decimal | None
    denominator: Decimal | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Districts:
    """Best first, those without a value last. `funnel` stands over the units with parts, in `in_funnel`."""

    rows: tuple[District, ...]
    completeness: Completeness
    period: str
    by_share: bool
    funnel: Funnel | None
    in_funnel: tuple[District, ...]
    scale: Decimal
    unit: str


def districts_of(session: Session, material: Material, watched: Watched, month: Period) -> Districts:
    """Up to a board month; complete are those who reported the latest period that anybody reported. One query."""
    named = session.execute(
        select(OrgUnit.id, OrgUnit.code, OrgUnit.name)
        .where(OrgUnit.id.in_(watched.allocated))
        .order_by(OrgUnit.position, OrgUnit.id)
    ).all()
    stood = {unit_id: _stood(material, watched, unit_id, month) for unit_id, _, _ in named}
    latest = max((seen.period for seen in stood.values() if seen is not None), default=None)
    facts = watched.facts
    by_share = facts.judged_as is JudgedAs.DELIVER
    rows = [
        _district(code, name, stood[unit_id], watched.allocated[unit_id], latest, month)
        for unit_id, code, name in named
    ]
    rows = _ranked(rows, facts.direction)
    counted, funnel = _funnel(rows, facts)
    if funnel is not None:
        places = dict(zip((row.code for row in counted), funnel.places, strict=True))
        rows = [replace(row, place=places.get(row.code)) for row in rows]
        counted = [row for row in rows if row.code in places]
    return Districts(
        rows=tuple(rows),
        completeness=Completeness(sum(row.is_current for row in rows), len(rows)),
        period=show_period(latest, month) if latest else "",
        by_share=by_share,
        funnel=funnel,
        in_funnel=tuple(counted) if funnel is not None else (),
        scale=_scale(facts) or Decimal(1),
        unit="%" if by_share else facts.unit,
    )


def _stood(material: Material, watched: Watched, unit_id: int, month: Period) -> Observation | None:
    facts = watched.allocated[unit_id]
    series = material.series.get((watched.indicator_id, unit_id), {})
    stood = standing(facts, list(series.values()), watched.accumulates, year_start_month=watched.year_start_month)
    return next((seen for seen in reversed(stood) if seen.period.end <= month.end), None)


def _scale(facts: TargetFacts) -> Decimal | None:
    return facts.scale or PROPORTION_SCALES.get(facts.unit)


def _district(
    code: str, name: str, seen: Observation | None, facts: TargetFacts, latest: Period | None, month: Period
) -> District:
    value = seen.value if seen is not None else None
    score = value
    if facts.judged_as is JudgedAs.DELIVER:
        goal = facts.goal
        score = percent(value, goal) if value is not None and goal else None
    return District(
        code,
        name,
        None if value is None else round_half_up(value, facts.shown_places),
        None if score is None else round_half_up(score, max(1, facts.shown_places)),
        None,
        show_period(seen.period, month) if seen else "",
        seen is not None and seen.period == latest,
        seen.numerator if seen else None,
        seen.denominator if seen else None,
        None,
    )


def _ranked(rows: Sequence[District], direction: Direction) -> list[District]:
    """Who has the better value ranks first; where neither more nor less is better, nobody ranks."""
    scored = [row for row in rows if row.score is not None]
    without = [row for row in rows if row.score is None]
    if direction is Direction.INSIDE:
        return [*rows]
    places = ranks([row.score for row in scored if row.score is not None], more_is_better=direction is Direction.MORE)
    ranked = [replace(row, rank=rank) for row, rank in zip(scored, places, strict=True)]
    return [*sorted(ranked, key=lambda row: row.rank or 0), *without]


def _funnel(rows: Sequence[District], facts: TargetFacts) -> tuple[list[District], Funnel | None]:
    counted = [row for row in rows if row.numerator is not None and row.denominator]
    if _scale(facts) is None:
        return [], None
    members = [Member(float(row.numerator or 0), float(row.denominator or 0)) for row in counted]
    parts = all(member.events <= member.base for member in members)
    shares = parts and (facts.kind is not Kind.RATE or facts.unit == "%")
    return counted, funnel_of(members, proportions=shares)
