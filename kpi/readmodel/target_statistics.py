"""What a statistician adds to the light of a target: forecast, process, room under a limit, strikes, districts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kpi.assessment.actions_facts import Material, Watched, load
from kpi.assessment.rules import Observation, TargetFacts, standing
from kpi.assessment.rules_forecast import Forecast, forecast
from kpi.assessment.rules_numbers import events_left, interval_of, show_period
from kpi.assessment.rules_process import Process, process_of
from kpi.assessment.rules_series import window_start
from kpi.core.period import Period
from kpi.core.quantity import round_half_up
from kpi.organisation.records import OrgUnit
from kpi.readmodel.target_districts import Districts, districts_of
from kpi.readmodel.target_strip import StripMonth, strikes_of, strip_of
from kpi.targets.records import Target
from kpi.targets.rules import JudgedAs

POOLED = 3
"""Years that the page sets beside the running one for limits that are held."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a limit has been held at since `begins`: value, interval, and how many more events it leaves room for."""

    begins: date
    years: int
    value: Decimal | None
    interval: tuple[Decimal, Decimal] | None
    events: Decimal | None
    base: Decimal | None
    room: Decimal | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """`strikes` counts the reported periods in a row, up to now, that were behind or off track."""

    facts: TargetFacts
    month: Period
    latest: str
    forecast: Forecast
    process: Process | None
    process_points: int
    windows: tuple[Window, ...]
    strip: tuple[StripMonth, ...]
    strikes: int
    districts: Districts | None


def statistics_of(session: Session, code: str, month: Period, *, unit: str = "") -> Statistics | None:
    """For the target's own unit or (by code) one it was handed down to, up to a board month; None where the target is
    not watched, or the unit has no part in it. Nine queries."""
    target_id = session.scalar(_TARGET, {"code": code})
    material = load(session, [target_id]) if target_id is not None else Material()
    watched = next(iter(material.watched), None)
    if watched is None:
        return None
    unit_id = session.scalar(_UNIT, {"code": unit}) if unit else watched.unit_id
    if unit_id not in watched.units:
        return None
    return _statistics(session, material, watched, unit_id, month)


_TARGET = select(Target.id).where(Target.code == bindparam("code"))
_UNIT = select(OrgUnit.id).where(OrgUnit.code == bindparam("code"))


def _statistics(session: Session, material: Material, watched: Watched, unit_id: int, month: Period) -> Statistics:
    facts, seen = watched.facts_for(unit_id), material.observations(watched, unit_id)
    seen = [each for each in seen if each.period.end <= month.end]
    stood = standing(facts, seen, watched.accumulates, year_start_month=watched.year_start_month)
    adds = {"year_start_month": watched.year_start_month}
    by_year = standing(facts, seen, watched.accumulates, pooled=False, **adds)
    process, points = process_of(facts, seen, watched.accumulates, month, **adds)
    strip = strip_of(session, watched.target_id, unit_id, month)
    return Statistics(
        facts=facts,
        month=month,
        latest=show_period(stood[-1].period, month) if stood else "",
        forecast=forecast(facts, by_year, watched.accumulates, month, **adds),
        process=process,
        process_points=points,
        windows=_windows(facts, seen, watched),
        strip=strip,
        strikes=strikes_of(strip),
        districts=districts_of(session, material, watched, month) if watched.allocated else None,
    )


# --- limits that are held -----------------------------------------------------------------------------------------


def _windows(facts: TargetFacts, seen: Sequence[Observation], watched: Watched) -> tuple[Window, ...]:
    """The statistical year so far and several of them together; nothing for what is not held, or never reported."""
    if facts.judged_as is not JudgedAs.HOLD or not seen:
        return ()
    own = facts.rules.pooled_years
    return tuple(
        window for years in sorted({1, own, POOLED}) if (window := _window(facts, seen, watched, years)) is not None
    )


def _window(facts: TargetFacts, seen: Sequence[Observation], watched: Watched, years: int) -> Window | None:
    pooled = replace(facts, rules=replace(facts.rules, pooled_years=years))
    stood = standing(pooled, seen, watched.accumulates, year_start_month=watched.year_start_month)[-1]
    this_year, begins = (window_start(stood.period, watched.year_start_month, years=n) for n in (1, years))
    if years > 1 and all(each.period.start >= this_year for each in seen):
        return None  # there is nothing of former years to pool
    interval = interval_of(facts, stood, facts.shown_places)
    value = None if stood.value is None else round_half_up(stood.value, facts.shown_places)
    return Window(
        begins,
        years,
        value,
        interval[:2] if interval else None,
        stood.numerator,
        stood.denominator,
        events_left(facts, stood),
    )
