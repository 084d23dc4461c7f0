"""Comparing: units with one another (funnel, z-score) and a series with its own past (trend of five years).

Funnel limits and the trend test follow the technical guidance of Fingertips (UK public health profiles).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kpi.assessment.rules_statistics import normal_quantile, poisson_interval

WARNING, ALARM = 0.95, 0.998
"""The inner and the outer funnel: 2.5 % and 0.1 % on either side."""

TREND_POINTS = 5
TREND_CRITICAL = 9.5495
"""χ² with one degree of freedom, exceeded by chance twice in a thousand series."""


class Place(StrEnum):
    """Where a unit lies in the funnel round the average."""

    FAR_ABOVE = "far_above"
    ABOVE = "above"
    INSIDE = "inside"
    BELOW = "below"
    FAR_BELOW = "far_below"


def place_of_count(count: float, expected: float) -> Place:
    """A count of events against the number expected at the average, by its Poisson interval."""
    outer, inner = poisson_interval(count, ALARM), poisson_interval(count, WARNING)
    return _place(expected < outer.low, expected < inner.low, expected > outer.high, expected > inner.high)


def place_of_proportion(numerator: float, denominator: float, average: float) -> Place:
    """A proportion against the limits that a unit of its size would have round the average."""
    share, error = numerator / denominator, math.sqrt(average * (1 - average) / denominator)
    outer, inner = normal_quantile(ALARM) * error, normal_quantile(WARNING) * error
    return _place(share > average + outer, share > average + inner, share < average - outer, share < average - inner)


def _place(far_above: bool, above: bool, far_below: bool, below: bool) -> Place:
    if far_above or above:
        return Place.FAR_ABOVE if far_above else Place.ABOVE
    if far_below or below:
        return Place.FAR_BELOW if far_below else Place.BELOW
    return Place.INSIDE


class Deviation(NamedTuple):
    """How far a value lies from what it usually is."""

    distance: float
    z_score: float
    low: float
    high: float
    is_outlier: bool


def deviation(value: float, mean: float, standard_deviation: float, threshold: float = 3.0) -> Deviation:
    """The distance in standard deviations; beyond `threshold` of them it is an outlier. Without any spread only the
    mean itself is usual."""
    distance, reach = abs(value - mean), threshold * standard_deviation
    z_score = distance / standard_deviation if standard_deviation else (math.inf if distance else 0.0)
    return Deviation(distance, z_score, mean - reach, mean + reach, distance > reach)


class TrendState(StrEnum):
    RISING = "rising"
    FALLING = "falling"
    NO_CHANGE = "no_change"
    UNKNOWN = "unknown"


class TrendReason(StrEnum):
    SIGNIFICANT = "significant"
    NOT_SIGNIFICANT = "not_significant"
    OUTLIER = "outlier"  # without one of the points the direction would turn
    TOO_FEW = "too_few"
    REPEATED_YEARS = "repeated_years"
    MISSING_VALUES = "missing_values"
    MISSING_LIMITS = "missing_limits"


@dataclass(frozen=True, slots=True)
class Trend:
    state: TrendState
    reason: TrendReason
    chi_square: float | None = None
    gradient: float | None = None


Number = float | None


def trend_of_proportions(years: Sequence[float], numerators: Sequence[Number], denominators: Sequence[Number]) -> Trend:
    """The latest five years of a proportion: χ² for trend (Cochran–Armitage), gradient of the logits."""
    rows, problem = _latest(years, numerators, denominators)
    if problem is None and any(number is None for row in rows for number in row):
        problem = TrendReason.MISSING_VALUES
    if problem is not None:
        return Trend(TrendState.UNKNOWN, problem)
    points = [(row[0] or 0.0, row[1] or 0.0, row[2] or 0.0) for row in rows]
    return _decide(points, _armitage(points), _gradient_of_logits)


def trend_of_values(
    years: Sequence[float],
    values: Sequence[Number],
    lows: Sequence[Number],
    highs: Sequence[Number],
    confidence: float = 0.95,
) -> Trend:
    """The latest five years of any other value with its interval: regression weighted by the standard errors."""
    rows, problem = _latest(years, values, lows, highs)
    if problem is None and any(row[1] is None for row in rows):
        problem = TrendReason.MISSING_VALUES
    if problem is None and any(number is None for row in rows for number in row[2:]):
        problem = TrendReason.MISSING_LIMITS
    if problem is not None:
        return Trend(TrendState.UNKNOWN, problem)
    z = normal_quantile(confidence)
    points = [(row[0] or 0.0, row[1] or 0.0, ((row[3] or 0.0) - (row[2] or 0.0)) / 2 / z) for row in rows]
    weights = [error**-2 for _, _, error in points]
    gradient, spread = _regression([x for x, _, _ in points], [y for _, y, _ in points], weights)
    return _decide(points, gradient * gradient * spread, _weighted_gradient)


def _latest(*columns: Sequence[Number]) -> tuple[list[tuple[Number, ...]], TrendReason | None]:
    """The five latest rows by the first column, or why there are none."""
    rows = sorted(zip(*columns, strict=True), key=lambda row: row[0] or 0.0)
    if len({row[0] for row in rows}) < len(rows):
        return [], TrendReason.REPEATED_YEARS
    return (rows[-TREND_POINTS:], None) if len(rows) >= TREND_POINTS else ([], TrendReason.TOO_FEW)


Point = tuple[float, float, float]


def _decide(points: Sequence[Point], chi_square: float, gradient_of: Callable[[Sequence[Point]], float]) -> Trend:
    gradient = gradient_of(points)
    if chi_square <= TREND_CRITICAL:
        return Trend(TrendState.NO_CHANGE, TrendReason.NOT_SIGNIFICANT, chi_square, gradient)
    without_one = (gradient_of([*points[:i], *points[i + 1 :]]) for i in range(len(points)))
    if any(_sign(other) != _sign(gradient) for other in without_one):
        return Trend(TrendState.NO_CHANGE, TrendReason.OUTLIER, chi_square, gradient)
    state = TrendState.FALLING if gradient < 0 else TrendState.RISING
    return Trend(state, TrendReason.SIGNIFICANT, chi_square, gradient)


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _regression(x: Sequence[float], y: Sequence[float], weights: Sequence[float]) -> tuple[float, float]:
    """The slope of a weighted straight line, and the weighted spread of x."""
    total = math.fsum(weights)
    x_mean = math.fsum(w * a for w, a in zip(weights, x, strict=True)) / total
    y_mean = math.fsum(w * b for w, b in zip(weights, y, strict=True)) / total
    spread = math.fsum(w * (a - x_mean) ** 2 for w, a in zip(weights, x, strict=True))
    common = math.fsum(w * (a - x_mean) * (b - y_mean) for w, a, b in zip(weights, x, y, strict=True))
    return (common / spread if spread else 0.0), spread


def _weighted_gradient(points: Sequence[Point]) -> float:
    return _regression([x for x, _, _ in points], [y for _, y, _ in points], [error**-2 for _, _, error in points])[0]


def _gradient_of_logits(points: Sequence[Point]) -> float:
    logits = [_logit(numerator, denominator) for _, numerator, denominator in points]
    return _regression([x for x, _, _ in points], logits, [1.0] * len(points))[0]


def _logit(numerator: float, denominator: float) -> float:
    """Of none or all, half an event to either side keeps the logit finite."""
    rest = denominator - numerator
    if numerator <= 0 or rest <= 0:
        numerator, rest = numerator + 0.5, rest + 0.5
    return math.log(numerator / rest)


def _armitage(points: Sequence[Point]) -> float:
    base = math.fsum(denominator for _, _, denominator in points)
    share = math.fsum(numerator for _, numerator, _ in points) / base
    middle = math.fsum(x * denominator for x, _, denominator in points) / base
    common = math.fsum((x - middle) * numerator for x, numerator, _ in points)
    spread = share * (1 - share) * math.fsum(d * (x - middle) ** 2 for x, _, d in points)
    return common * common / spread if spread else 0.0
