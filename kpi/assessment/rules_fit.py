"""What is fitted to a series, by what it is: the distribution of the value on the deadline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from kpi.assessment.rules_predictive import Ahead, Counted, Known, Measured, Shared, dispersion
from kpi.assessment.rules_statistics import normal_quantile, student_quantile
from kpi.assessment.rules_steps import Nature, Series

NOT_CHANCE = 1.645
"""One-sided 5 %: how many standard errors below zero the differences of a level must be correlated to be smoothed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value on the deadline: offset + factor × what is ahead, never beyond the cap."""

    ahead: Ahead
    offset: float = 0.0
    factor: float = 1.0
    cap: float = math.inf

    def quantile(self, chance: float) -> float:
        return min(self.cap, self.offset + self.factor * self.ahead.quantile(chance))

    def below(self, value: float, *, with_it: bool) -> float:
        """The chance of less than `value`, or (with_it) of at most that."""
        if value > self.cap or (with_it and value >= self.cap):
            return 1.0
        number = (value - self.offset) / self.factor
        nudge = 1e-9 * max(1.0, abs(number))  # a sum of floats may miss the edge it stands on
        return self.ahead.below(number + nudge if with_it else number - nudge)


def fit(series: Series) -> Outcome:
    """The distribution of the value on the deadline."""
    match series.nature:
        case Nature.LEVELS:
            return _fit_level(series)
        case Nature.AMOUNTS:
            return _fit_amounts(series)
        case Nature.SHARES:
            return _fit_shares(series)
        case Nature.RATES:
            base, whole = series.base_left, float(series.scale or 1)
            at_the_end = series.base_at_the_end
            ahead = _counted(series, [step.base for step in series.steps], base)
            return Outcome(ahead, series.kept / at_the_end * whole, whole / at_the_end)
        case Nature.COUNTS:
            return _fit_counts(series)


def _fit_counts(series: Series) -> Outcome:
    ahead = _counted(series, [step.time for step in series.steps], series.time_left)
    factor = float(series.scale) / series.cap if series.scale is not None else 1.0
    return Outcome(ahead, series.kept * factor, factor, series.cap * factor)


def _counted(series: Series, exposures: Sequence[float], left: float) -> Ahead:
    """Events still to come, from Jeffreys' prior: (N + ½) · left ÷ exposure, with the doubt about the pace in it."""
    exposed = math.fsum(exposures)
    if left <= 0 or exposed <= 0:
        return Known(0.0)
    usual = [max(0.0, series.count) * each / exposed for each in exposures]
    spread = dispersion([step.count for step in series.steps], usual, usual)
    mean = (max(0.0, series.count) + 0.5) * left / exposed
    return Counted(mean, _widened(spread, len(exposures)) * mean * (1 + left / exposed))


def _widened(spread: float, points: int) -> float:
    """A spread that is estimated from few points is itself in doubt, as Student's t is wider than the normal."""
    if spread <= 1 or points < 3:
        return spread
    return spread * (student_quantile(points - 1, 0.8) / normal_quantile(0.8)) ** 2


def _fit_amounts(series: Series) -> Outcome:
    left, time, freedom = series.time_left, series.time, len(series.steps) - 1
    pace = series.count / time
    spread = math.fsum(step.time * (step.count / step.time - pace) ** 2 for step in series.steps if step.time) / freedom
    deviation = math.sqrt(spread * left * (1 + left / time))
    rising = all(step.count >= 0 for step in series.steps)
    ahead = Measured(pace * left, deviation, freedom, floor=0.0 if rising else -math.inf)
    return Outcome(ahead, series.kept)


def _fit_shares(series: Series) -> Outcome:
    whole, base, left = float(series.scale or 1), series.base, series.base_left
    if left <= 0:
        return Outcome(Known(0.0), series.kept / series.kept_base * whole)
    share = (series.count + 0.5) / (base + 1)
    each = [step.base * share for step in series.steps]
    spread = dispersion([step.count for step in series.steps], each, [usual * (1 - share) for usual in each])
    most = share * (1 - share)
    variance = min(_widened(spread, len(each)) * most * (1 / left + 1 / base), 0.99 * most)
    at_the_end = series.base_at_the_end
    return Outcome(Shared(share, variance), series.kept / at_the_end * whole, left / at_the_end * whole)


def _fit_level(series: Series) -> Outcome:
    """Local level with drift (exponential smoothing with drift, ARIMA(0,1,1)); Hyndman et al. 2008, chapter 3.

    How much of a movement is kept comes from the correlation of neighbouring differences: −½ is noise round a line,
    0 a random walk. Short series look smoother than they are, so it is corrected by 1/m and taken for 0 unless it is
    clear.
    """
    values = [step.count for step in series.steps]
    moves = [later - earlier for earlier, later in pairwise(values)]
    m, drift, ahead = len(moves), fmean(moves), series.periods_left
    rest = [move - drift for move in moves]
    square = math.fsum(each * each for each in rest)
    if not square:
        return Outcome(Known(_within(series, values[-1] + drift * ahead)))
    theta = _smoothing(math.fsum(a * b for a, b in pairwise(rest)) / square, m)
    kept, noise = 1 - theta, square / (m - 1) / (1 + theta * theta)
    level = values[0]
    for value in values[1:]:
        level = kept * value + theta * (level + drift)
    doubt = ahead * ahead * (kept * kept / m + 12 * theta * theta / (m * (m + 1) * (m + 2)))
    deviation = math.sqrt(noise * (1 + (ahead - 1) * kept * kept + doubt))
    return Outcome(Measured(level + drift * ahead, deviation, max(1, m - 2), series.floor, series.ceiling))


def _smoothing(correlation: float, m: int) -> float:
    """θ of −θ ÷ (1 + θ²) = correlation."""
    found = correlation + 1 / m
    if found > -NOT_CHANCE / math.sqrt(m):
        return 0.0
    found = max(found, -0.49)
    return (-1 + math.sqrt(1 - 4 * found * found)) / (2 * found)


def _within(series: Series, value: float) -> float:
    return min(max(value, series.floor), series.ceiling)
