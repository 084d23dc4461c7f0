"""What may still come: distributions of a number that is not known yet, by their chances and their quantiles.

Sources: predictive distributions of counts with a gamma prior (negative binomial) and of proportions with a beta
prior as in Gelman et al., Bayesian Data Analysis (Jeffreys' priors); Student's t for means of measured amounts.
Floats: these are estimates, not accounts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

from kpi.assessment.rules_statistics import incomplete_beta, student_quantile, student_tail

_NORMAL = NormalDist()
LARGE = 5000.0
"""Counts beyond this many are spread like a normal distribution to three digits."""


class Ahead(Protocol):
    """A number that is not known yet."""

    @property
    def middle(self) -> float: ...

    def below(self, number: float) -> float:
        """The chance of at most `number`."""

    def quantile(self, chance: float) -> float: ...


@dataclass(frozen=True, slots=True)
class Known:
    """Nothing is left to chance."""

    middle: float

    def below(self, number: float) -> float:
        return float(number >= self.middle)

    def quantile(self, chance: float) -> float:
        return self.middle


@dataclass(frozen=True, slots=True)
class Counted:
    """Events still to come: negative binomial with this mean and variance (above the mean)."""

    mean: float
    variance: float

    @property
    def middle(self) -> float:
        return self.quantile(0.5)

    def below(self, number: float) -> float:
        if number < 0:
            return 0.0
        if self.mean > LARGE:
            return _NORMAL.cdf((math.floor(number) + 0.5 - self.mean) / math.sqrt(self.variance))
        share = self.mean / self.variance
        size = self.mean * share / (1 - share)
        return incomplete_beta(share, size, math.floor(number) + 1)

    def quantile(self, chance: float) -> float:
        """The smallest count that is not exceeded with this chance."""
        if self.mean > LARGE:
            return max(0.0, round(self.mean + _NORMAL.inv_cdf(chance) * math.sqrt(self.variance)))
        low, high = -1, 1
        while self.below(high) < chance:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.below(middle) >= chance else (middle, high)
        return float(high)


@dataclass(frozen=True, slots=True)
class Measured:
    """An amount or a level: Student's t round `middle`, not below `floor` and not above `ceiling`."""

    middle: float
    deviation: float
    freedom: float
    floor: float = -math.inf
    ceiling: float = math.inf

    def below(self, number: float) -> float:
        if number < self.floor or number >= self.ceiling:
            return float(number >= self.ceiling)
        if not self.deviation:
            return float(number >= self.middle)
        x = (number - self.middle) / self.deviation
        tail = student_tail(abs(x), self.freedom)
        return 1 - tail if x >= 0 else tail

    def quantile(self, chance: float) -> float:
        reach = student_quantile(self.freedom, abs(2 * chance - 1)) * self.deviation if chance != 0.5 else 0.0
        found = self.middle + math.copysign(reach, chance - 0.5)
        return min(max(found, self.floor), self.ceiling)


@dataclass(frozen=True, slots=True)
class Shared:
    """A proportion still to come: beta with this mean and variance (below mean × (1 − mean))."""

    mean: float
    variance: float

    @property
    def middle(self) -> float:
        return self.quantile(0.5)

    def below(self, number: float) -> float:
        if number <= 0 or number >= 1:
            return float(number >= 1)
        weight = self.mean * (1 - self.mean) / self.variance - 1
        return incomplete_beta(number, self.mean * weight, (1 - self.mean) * weight)

    def quantile(self, chance: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if self.below(middle) >= chance else (middle, high)
        return (low + high) / 2


def dispersion(counts: Sequence[float], expected: Sequence[float], spread: Sequence[float]) -> float:
    """How much more the counts of the periods vary than chance alone would: Pearson's χ² over its freedom, at
    least 1. `spread` is the variance that chance alone gives each."""
    parts = [(c - e) ** 2 / v for c, e, v in zip(counts, expected, spread, strict=True) if v > 0]
    return max(1.0, math.fsum(parts) / (len(parts) - 1)) if len(parts) > 1 else 1.0
