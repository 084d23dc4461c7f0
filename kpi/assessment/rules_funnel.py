"""Units side by side: ranks with ties, and a funnel that tells what their sizes alone would make them differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.assessment.rules_statistics import normal_quantile, poisson_interval
from kpi.assessment.rules_trend import ALARM, WARNING, Place, place_of_count, place_of_proportion

FEWEST_UNITS = 3
"""Below this many there is no crowd to stand out from."""

GRID = 60


@dataclass(frozen=True, slots=True)
class Member:
    """A unit with its events and what they are counted over."""

    events: float
    base: float


@dataclass(frozen=True, slots=True)
class Line:
    """A limit of the funnel: (base, share of base) from the smallest unit to the largest."""

    confidence: float
    upper: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Funnel:
    """`average` is the sum of events over the sum of bases; `places` in the order of the members."""

    average: float
    places: tuple[Place, ...]
    lines: tuple[Line, ...]


def funnel_of(members: Sequence[Member], *, proportions: bool) -> Funnel | None:
    """The funnel round the units' own average; None for too few units, or where there is nothing to average.

    Proportions have limits p ± z √(p (1 − p) / n); rates of events those of the Poisson count, exact below ten.
    """
    base = math.fsum(member.base for member in members)
    if len(members) < FEWEST_UNITS or base <= 0 or any(member.base <= 0 for member in members):
        return None
    average = math.fsum(member.events for member in members) / base
    if average <= 0 or (proportions and average >= 1):
        return None
    place = _place_of_share if proportions else _place_of_rate
    return Funnel(average, tuple(place(member, average) for member in members), _lines(members, average, proportions))


def _place_of_share(member: Member, average: float) -> Place:
    return place_of_proportion(member.events, member.base, average)


def _place_of_rate(member: Member, average: float) -> Place:
    return place_of_count(member.events, member.base * average)


def _lines(members: Sequence[Member], average: float, proportions: bool) -> tuple[Line, ...]:
    low, high = (end(member.base for member in members) for end in (min, max))
    drawn = _share_line if proportions else _rate_line
    return tuple(
        Line(level, upper, tuple(drawn(average, low * 0.8, high * 1.1, level, upper)))
        for level in (WARNING, ALARM)
        for upper in (False, True)
    )


def _share_line(average: float, low: float, high: float, level: float, upper: bool) -> list[tuple[float, float]]:
    z = normal_quantile(level) * (1 if upper else -1)
    bases = [low * (high / low) ** (step / GRID) for step in range(GRID + 1)]
    return [(n, min(1.0, max(0.0, average + z * math.sqrt(average * (1 - average) / n)))) for n in bases]


def _rate_line(average: float, low: float, high: float, level: float, upper: bool) -> list[tuple[float, float]]:
    """Where the expected count just equals a limit of a count: at that base the count begins to stand out."""
    most = math.ceil(average * high + 6 * math.sqrt(average * high) + 12)
    counts = sorted({round(most * (step / GRID) ** 2) for step in range(GRID + 1)})
    found = []
    for count in counts:
        interval = poisson_interval(count, level)
        base = (interval.low if upper else interval.high) / average
        if low <= base <= high:
            found.append((base, count / base))
    return found


def place_sign(place: Place) -> str:
    return {"far_above": "▲▲", "above": "▲", "inside": "·", "below": "▼", "far_below": "▼▼"}[place.value]
