"""Where a target is heading: what it may stand at on its deadline, and how likely that is enough.

A forecast is a flag beside the light and never the light: it supposes that the months to come are like those that
were. What is fitted follows what the series is (`Nature`); with too few points it says so. How often the intervals
hold what they promise is measured by `bench/forecast.py` and printed in docs/assessment.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum

from kpi.assessment.rules_edges import Edges
from kpi.assessment.rules_facts import TargetFacts
from kpi.assessment.rules_fit import Outcome, fit
from kpi.assessment.rules_series import Observation
from kpi.assessment.rules_steps import Nature, Series, nature_of, series_of, window_at_the_end
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from kpi.core.quantity import Direction, round_half_up
from kpi.targets.rules import JudgedAs

INTERVAL = 0.8
"""The part of all futures that the printed interval is to hold."""

LIKELY, UNLIKELY = 0.8, 0.2

FEWEST = {Nature.COUNTS: 3, Nature.AMOUNTS: 4, Nature.LEVELS: 6, Nature.RATES: 3, Nature.SHARES: 3}
"""Reported periods below which nothing is said. A level needs more: its drift and its noise are both unknown."""


class Outlook(StrEnum):
    """The flag. It has its own signs, so that nobody takes it for a light."""

    LIKELY = "likely"
    OPEN = "open"
    UNLIKELY = "unlikely"

    @property
    def shape(self) -> str:
        return {"likely": "↗", "open": "→", "unlikely": "↘"}[self.value]


class Silence(StrEnum):
    """Why there is no forecast."""

    STAGE = "stage"  # a stage is done or not
    NO_TARGET = "no_target"  # a change without a baseline
    OVER = "over"  # the deadline's own value is in, or its day is past
    DONE = "done"  # reached, and can not be lost again
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Pace:
    """What is needed from here: so much a month in `direction`, or (events) how many more may happen at all.

    `so_far` is what the months had until now, on the same scale.
    """

    needed: Decimal | None
    months_left: int
    so_far: Decimal | None = None
    direction: Direction = Direction.MORE
    events: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """The projection to the deadline at the decimals shown, or why there is none (`silence`).

    `interval` is to hold the truth in `INTERVAL` of all cases; `chance` is the probability of reaching the target.
    """

    silence: Silence | None
    nature: Nature | None = None
    points: int = 0
    fewest: int = 0
    period: Period | None = None
    middle: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    chance: float | None = None
    pace: Pace | None = None

    @property
    def outlook(self) -> Outlook | None:
        if self.chance is None:
            return None
        if self.chance >= LIKELY:
            return Outlook.LIKELY
        return Outlook.UNLIKELY if self.chance <= UNLIKELY else Outlook.OPEN


def forecast(
    facts: TargetFacts,
    stood: Sequence[Observation],
    accumulates: Accumulates,
    as_of: Period,
    *,
    year_start_month: int = 1,
) -> Forecast:
    """What the target may stand at on its deadline, from what it stood at (`rules.standing`, by single years) up to
    `as_of`. Where the settings pool years, the value on the deadline is that of all of them."""
    edges = facts.edges
    if facts.judged_as is JudgedAs.STAGE or edges is None:
        return Forecast(Silence.STAGE if facts.judged_as is JudgedAs.STAGE else Silence.NO_TARGET)
    seen = [each for each in stood if each.value is not None and each.period.end <= as_of.end]
    nature = nature_of(facts, seen, accumulates)
    if nature is not Nature.LEVELS:
        first = min(facts.start, window_at_the_end(facts, year_start_month))
        seen = [each for each in seen if first <= each.period.end]
    if as_of.end >= facts.deadline or (seen and seen[-1].period.end >= facts.deadline):
        return Forecast(Silence.OVER)
    series = series_of(facts, seen, nature, accumulates, year_start_month)
    told = Forecast(None, nature, len(series.steps), FEWEST[nature], seen[-1].period if seen else None)
    if not seen or len(series.steps) < told.fewest:
        return replace(told, silence=Silence.TOO_FEW)
    value = round_half_up(seen[-1].value or Decimal(0), facts.shown_places)
    pace = _pace(facts, edges, series, value)
    if facts.is_final_fact and not edges.is_range and edges.met_by(value):
        return replace(told, silence=Silence.DONE)
    outcome = fit(series)
    middle, low, high = _shown(facts, outcome)
    return replace(told, middle=middle, interval=(low, high), chance=chance_of(edges, outcome), pace=pace)


def _shown(facts: TargetFacts, outcome: Outcome) -> tuple[Decimal, Decimal, Decimal]:
    places = 0 if facts.whole else facts.shown_places
    chances = (0.5, (1 - INTERVAL) / 2, (1 + INTERVAL) / 2)
    middle, low, high = (round_half_up(Decimal(repr(outcome.quantile(chance))), places) for chance in chances)
    return middle, low, high


def chance_of(edges: Edges, outcome: Outcome) -> float:
    """The probability that the value on the deadline meets the edges."""
    below_low = 0.0 if edges.low is None else outcome.below(float(edges.low), with_it=edges.open)
    up_to_high = 1.0 if edges.high is None else outcome.below(float(edges.high), with_it=not edges.open)
    return min(1.0, max(0.0, up_to_high - below_low))


def _pace(facts: TargetFacts, edges: Edges, series: Series, value: Decimal) -> Pace:
    """The distance that is left, spread over the months that are left; rounded up, so that it is enough."""
    months = series.months_left
    if series.nature in (Nature.RATES, Nature.COUNTS) and edges.low is None and edges.high is not None:
        return Pace(None, months, series.monthly, Direction.LESS, _events_left(edges, series))
    if edges.met_by(value) and not (facts.judged_as is JudgedAs.DELIVER and edges.is_range):
        return Pace(None, months, series.monthly)
    goal = edges.nearest_to(value)
    direction = Direction.MORE if goal >= value else Direction.LESS
    needed = (abs(goal - value) / max(1, months)).quantize(_step(facts), ROUND_CEILING)
    return Pace(needed, months, series.monthly, direction)


def _step(facts: TargetFacts) -> Decimal:
    return Decimal("0.1") if facts.whole else Decimal(1).scaleb(-max(1, facts.shown_places))


def _events_left(edges: Edges, series: Series) -> Decimal:
    """How many more events the limit leaves room for until the deadline, at the base that is to be expected then."""
    assert edges.high is not None
    room = edges.high * Decimal(repr(series.base_at_the_end)) / (series.scale or 1)
    most = room.to_integral_value(ROUND_CEILING) - 1 if edges.open else room.to_integral_value(ROUND_FLOOR)
    return most - Decimal(repr(series.kept)).to_integral_value()
