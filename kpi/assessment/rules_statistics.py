"""Intervals of counts, rates, proportions and means. Floats: these are estimates, not accounts.

Sources: Wilson (1927) as in Newcombe (1998) for proportions; Byar's approximation as in Breslow and Day (1987) and
the exact Poisson limits for counts; Student's t for means. Everything here is arithmetic of the standard library.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

EXACT_BELOW = 10
"""Counts below this take exact Poisson limits, from it on Byar's approximation."""

_NORMAL = NormalDist()


class Interval(NamedTuple):
    low: float
    high: float

    def scaled(self, factor: float) -> Interval:
        return Interval(self.low * factor, self.high * factor)


@lru_cache(maxsize=64)
def normal_quantile(confidence: float) -> float:
    """How many standard deviations hold the middle `confidence` of a normal distribution: 0.95 → 1.95996…"""
    return _NORMAL.inv_cdf(0.5 + confidence / 2)


@lru_cache(maxsize=4096)
def wilson(successes: float, trials: float, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion, as shares of one; `trials` above zero."""
    z = normal_quantile(confidence)
    z2, failures = z * z, trials - successes
    middle = 2 * successes + z2
    spread = z * math.sqrt(z2 + 4 * successes * failures / trials)
    return Interval((middle - spread) / (2 * (trials + z2)), (middle + spread) / (2 * (trials + z2)))


@lru_cache(maxsize=4096)
def byar(count: float, confidence: float = 0.95) -> Interval:
    """Byar's approximate limits of a Poisson count; the lower one may come out below zero for tiny counts."""
    z = normal_quantile(confidence)
    low = count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3 if count > 0 else 0.0
    above = count + 1
    return Interval(low, above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3)


@lru_cache(maxsize=4096)
def exact_poisson(count: float, confidence: float = 0.95) -> Interval:
    """Exact limits of a Poisson count: the means for which a count this high, or this low, is just too rare."""
    tail = (1 - confidence) / 2
    top = count + 10 * math.sqrt(count + 1) + 25
    high = _bisect(lambda mean: poisson_cdf(count, mean) - tail, 0.0, top)
    if count == 0:
        return Interval(0.0, high)
    low = _bisect(lambda mean: tail - poisson_tail(count, mean), 0.0, float(count))
    return Interval(low, high)


def poisson_interval(count: float, confidence: float = 0.95) -> Interval:
    """Exact below ten events, Byar from ten."""
    return exact_poisson(count, confidence) if count < EXACT_BELOW else byar(count, confidence)


def poisson_cdf(count: float, mean: float) -> float:
    """The chance of `count` events or fewer; a count with a fraction lies on the smooth curve between."""
    return 1 - poisson_tail(count + 1, mean)


def poisson_tail(count: float, mean: float) -> float:
    """The chance of `count` events or more, summed from the rare end so that tiny chances stay exact."""
    if mean <= 0:
        return float(count <= 0)
    if count <= 0:
        return 1.0
    term = total = _poisson_chance(count, mean)
    k = count
    while term > total * 1e-17:
        k += 1
        term *= mean / k
        total += term
    return total


def _poisson_chance(count: float, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1))


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval | None:
    """Student's t interval of a mean; nothing for fewer than two values."""
    n = len(values)
    if n < 2:
        return None
    mean = math.fsum(values) / n
    half = student_quantile(n - 1, confidence) * standard_deviation(values) / math.sqrt(n)
    return Interval(mean - half, mean + half)


def standard_deviation(values: Sequence[float]) -> float:
    """Of a sample (n − 1)."""
    mean = math.fsum(values) / len(values)
    return math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


@lru_cache(maxsize=1024)
def student_quantile(freedom: float, confidence: float) -> float:
    """The two-sided quantile of Student's t."""
    tail = (1 - confidence) / 2
    top = 2.0
    while student_tail(top, freedom) > tail:
        top *= 2
    return _bisect(lambda x: student_tail(x, freedom) - tail, 0.0, top)


def student_tail(x: float, freedom: float) -> float:
    """The chance of exceeding x ≥ 0."""
    return incomplete_beta(freedom / (freedom + x * x), freedom / 2, 0.5) / 2


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _beta_fraction(x, a, b))


def _beta_fraction(x: float, a: float, b: float) -> float:
    """1/(1+) d1/(1+) d2/(1+) …, evaluated from the far end with terms enough for any a and b used here."""
    depth = 60 + int(10 * math.sqrt(max(a, b)))
    fraction = 1.0
    for m in range(depth, 0, -1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        fraction = 1 + odd / (1 + even / fraction)
    return fraction


def _bisect(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses zero between `low` and `high`, to the last bit that halving gives."""
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if falling(middle) > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
