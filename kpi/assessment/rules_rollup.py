"""Many lights and values into one picture: counts, shares, worst wins, weights, completeness, ranks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from kpi.assessment.rules_light import Light
from kpi.assessment.rules_series import quotient
from kpi.core.quantity import plain, round_half_up

Word = TypeVar("Word")

WORST_FIRST = (
    Light.OFF_TRACK,
    Light.BEHIND,
    Light.NOT_ASSESSABLE,
    Light.WAIVED,
    Light.ON_TRACK,
    Light.ACHIEVED,
)
"""Not knowing is worse than a waiver and better than a known delay."""

SCORES = {
    Light.ACHIEVED: Decimal(100),
    Light.ON_TRACK: Decimal(100),
    Light.BEHIND: Decimal(50),
    Light.OFF_TRACK: Decimal(0),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many targets show each light, and the share on track of those that can be judged."""

    by_light: Mapping[Light, int]

    @property
    def total(self) -> int:
        return sum(self.by_light.values())

    @property
    def judged(self) -> int:
        return sum(count for light, count in self.by_light.items() if light.is_judged)

    @property
    def on_track(self) -> int:
        return self.by_light[Light.ACHIEVED] + self.by_light[Light.ON_TRACK]

    @property
    def share_on_track(self) -> Decimal | None:
        """Per cent, one decimal; None when nothing can be judged. What has no light is in neither part."""
        return round_half_up(Decimal(self.on_track * 100) / self.judged, 1) if self.judged else None


def count_lights(lights: Iterable[Light]) -> Counts:
    """The default roll-up: how many of each, every light present."""
    found = Counter(lights)
    return Counts({light: found[light] for light in Light})


def worst_wins(words: Iterable[Word], worst_first: Sequence[Word]) -> Word | None:
    """The worst of what is there; None of nothing."""
    present = set(words)
    return next((word for word in worst_first if word in present), None)


def worst_light(lights: Iterable[Light]) -> Light:
    """The worst light of a group; a group without targets can not be assessed."""
    return worst_wins(lights, WORST_FIRST) or Light.NOT_ASSESSABLE


def latest_wins(words_in_time_order: Sequence[Word]) -> Word | None:
    return words_in_time_order[-1] if words_in_time_order else None


@dataclass(frozen=True, slots=True)
class Score:
    """The mean score of judged lights by their weights, 0 to 100, and the formula with its numbers put in."""

    value: Decimal
    working: str


def weighted_score(parts: Iterable[tuple[Light, Decimal]]) -> Score | None:
    """Σ weight × score ÷ Σ weight, one decimal; None when nothing judged has a weight."""
    weights: dict[Decimal, Decimal] = {}
    for light, weight in parts:
        if light in SCORES and weight:
            weights[SCORES[light]] = weights.get(SCORES[light], Decimal(0)) + weight
    whole = sum(weights.values(), Decimal(0))
    found = quotient(sum((score * weight for score, weight in weights.items()), Decimal(0)), whole)
    if found is None:
        return None
    value = round_half_up(found, 1)
    terms = " + ".join(f"{plain(score)}×{plain(weights[score])}" for score in sorted(weights, reverse=True))
    return Score(value, f"({terms}) ÷ {plain(whole)} = {plain(value)}")


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many of the units that report have done so."""

    reported: int
    expected: int

    @property
    def is_complete(self) -> bool:
        return self.reported >= self.expected


def roll_up_sum(parts: Sequence[Decimal | None]) -> tuple[Decimal | None, Completeness]:
    """The sum of what the units reported, and how many of them did; None while nobody has."""
    known = [part for part in parts if part is not None]
    return (sum(known, Decimal(0)) if known else None), Completeness(len(known), len(parts))


def roll_up_ratio(
    parts: Sequence[tuple[Decimal | None, Decimal | None]], scale: Decimal | None = None
) -> tuple[Decimal | None, Decimal | None, Decimal | None, Completeness]:
    """Value, numerator and denominator of the whole: sums divided, percentages never averaged.

    A unit with only one of the two numbers has not reported.
    """
    whole = [(n, d) for n, d in parts if n is not None and d is not None]
    completeness = Completeness(len(whole), len(parts))
    if not whole:
        return None, None, None, completeness
    numerator = sum((n for n, _ in whole), Decimal(0))
    denominator = sum((d for _, d in whole), Decimal(0))
    return quotient(numerator, denominator, scale), numerator, denominator, completeness


def carry_forward(periods: Sequence[Sequence[tuple[str, Decimal]]], running: bool = True) -> list[Decimal | None]:
    """What several reporters stand at together by the end of each period, from their updates in order.

    A running total replaces the reporter's last one, and a silent reporter keeps it; updates that are no running
    totals are added up within their period. None before anybody has reported.
    """
    latest: dict[str, Decimal] = {}
    found: list[Decimal | None] = []
    for updates in periods:
        if running:
            latest.update(updates)
            found.append(sum(latest.values(), Decimal(0)) if latest else None)
        else:
            found.append(sum((value for _, value in updates), Decimal(0)) if updates else None)
    return found


def ranks(scores: Sequence[Decimal], more_is_better: bool = True) -> list[int]:
    """Competition ranking: equals share the better rank, and the next one is skipped."""
    best_first = sorted(scores, reverse=more_is_better)
    place = {score: index for index, score in reversed(list(enumerate(best_first, start=1)))}
    return [place[score] for score in scores]


def trailing_misses(latest_first: Iterable[Light]) -> int:
    """How many periods in a row, up to the latest, were behind or off track; a period without a light neither
    counts nor breaks the row. Earlier ones are not asked for."""
    missed = 0
    for light in latest_first:
        if light in (Light.BEHIND, Light.OFF_TRACK):
            missed += 1
        elif light.is_judged:
            break
    return missed
