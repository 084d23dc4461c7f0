"""Statistical process control: XmR limits, special causes, variation and assurance, as "Making Data Count" reads them.

Constants: limits at the mean ± 2.66 mean moving ranges; a moving range of 3.267 times the mean range or more is
screened out before the range is averaged again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from kpi.core.quantity import Direction

LIMIT = 2.66
SCREEN = 3.267
RUN = 7
FEWEST_POINTS = 12
"""Below this many points the limits mean too little to be shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    low: float
    mean: float
    high: float

    @property
    def near_low(self) -> float:
        return self.mean - (self.mean - self.low) * 2 / 3

    @property
    def near_high(self) -> float:
        return self.mean + (self.high - self.mean) * 2 / 3


def xmr_limits(values: Sequence[float], screen: bool = True) -> Limits:
    """Process limits from the moving ranges of at least two values."""
    mean = math.fsum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    usual = _mean(ranges)
    if screen and usual:
        usual = _mean([each for each in ranges if each < SCREEN * usual])
    return Limits(mean - LIMIT * usual, mean, mean + LIMIT * usual)


def _mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers) if numbers else 0.0


def sides(values: Sequence[float], mean: float) -> list[int]:
    """1 above the mean, −1 below, 0 on it."""
    return [(value > mean) - (value < mean) for value in values]


def run_on_one_side(side: Sequence[int]) -> list[int]:
    """1 at every point that ends at least seven on the same side of the mean."""
    return [int(i + 1 >= RUN and abs(sum(side[i + 1 - RUN : i + 1])) == RUN) for i in range(len(side))]


def run_in_one_direction(values: Sequence[float]) -> list[int]:
    """1 or −1 at every point that ends seven each above, or each below, the one before."""
    steps = [0, *((later > earlier) - (later < earlier) for earlier, later in pairwise(values))]
    return [
        steps[i] if i + 1 >= RUN and abs(sum(steps[i + 2 - RUN : i + 1])) == RUN - 1 else 0 for i in range(len(values))
    ]


def part_of_run(ends: Sequence[int]) -> list[int]:
    """1 at every point of a run of seven, from marks at the points that end one."""
    return [int(any(ends[i : i + RUN])) for i in range(len(ends))]


def in_two_of_three(close: Sequence[int], side: Sequence[int]) -> list[int]:
    """1 in every window of three on one side of the mean of which two are close to the limit."""
    windows = [
        sum(map(abs, close[i : i + 3])) >= 2 and abs(sum(side[i : i + 3])) == 3 for i in range(max(0, len(close) - 2))
    ]
    return [int(any(windows[max(0, i - 2) : i + 1])) for i in range(len(close))]


def two_of_three(close: Sequence[int], side: Sequence[int]) -> list[int]:
    """Of such a window, only the points that are close to the limit."""
    return [int(bool(near and inside)) for near, inside in zip(close, in_two_of_three(close, side), strict=True)]


class Cause(StrEnum):
    COMMON = "common"
    ABOVE_LIMIT = "above_limit"
    BELOW_LIMIT = "below_limit"
    RISING = "rising"
    FALLING = "falling"
    TWO_ABOVE = "two_above"
    TWO_BELOW = "two_below"
    SEVEN_ABOVE = "seven_above"
    SEVEN_BELOW = "seven_below"

    @property
    def sign(self) -> int:
        """1 when it speaks of high or rising values, −1 of low or falling ones."""
        if self is Cause.COMMON:
            return 0
        return 1 if self in (Cause.ABOVE_LIMIT, Cause.RISING, Cause.TWO_ABOVE, Cause.SEVEN_ABOVE) else -1


def first_cause(
    outside: Sequence[int],
    trend: Sequence[int],
    two: Sequence[int],
    seven: Sequence[int],
    values: Sequence[float],
    side: Sequence[int],
) -> list[Cause]:
    """The cause of each point: beyond a limit, then a trend, then two of three, then seven on one side."""
    steps = [0, *((later > earlier) - (later < earlier) for earlier, later in pairwise(values)), 0]
    found = []
    for i in range(len(values)):
        # The point that ends one run and begins another belongs to the later one.
        step = steps[i + 1] if i + 1 < len(values) and trend[i] and trend[i + 1] else steps[i]
        if outside[i]:
            found.append(Cause.ABOVE_LIMIT if side[i] > 0 else Cause.BELOW_LIMIT)
        elif trend[i]:
            found.append(Cause.RISING if step > 0 else Cause.FALLING)
        elif two[i]:
            found.append(Cause.TWO_ABOVE if side[i] > 0 else Cause.TWO_BELOW)
        elif seven[i]:
            found.append(Cause.SEVEN_ABOVE if side[i] > 0 else Cause.SEVEN_BELOW)
        else:
            found.append(Cause.COMMON)
    return found


def causes(values: Sequence[float], limits: Limits) -> list[Cause]:
    """Every point with the first rule that marks it."""
    side = sides(values, limits.mean)
    outside = [int(not limits.low <= value <= limits.high) for value in values]
    close = [
        int(not out and not limits.near_low <= value <= limits.near_high)
        for value, out in zip(values, outside, strict=True)
    ]
    return first_cause(
        outside,
        part_of_run(run_in_one_direction(values)),
        two_of_three(close, side),
        part_of_run(run_on_one_side(side)),
        values,
        side,
    )


class Variation(StrEnum):
    COMMON = "common_cause"
    IMPROVEMENT = "special_cause_improvement"
    CONCERN = "special_cause_concern"
    HIGH = "special_cause_neutral_high"
    LOW = "special_cause_neutral_low"


def variation(cause: Cause, better: Direction) -> Variation:
    """What a cause means when more, or less, is better; where neither is, only high or low."""
    if cause.sign == 0:
        return Variation.COMMON
    if better is Direction.INSIDE:
        return Variation.HIGH if cause.sign > 0 else Variation.LOW
    return Variation.IMPROVEMENT if (cause.sign > 0) is (better is Direction.MORE) else Variation.CONCERN


class Assurance(StrEnum):
    MET = "consistent_pass"
    MISSED = "consistent_fail"
    INCONSISTENT = "inconsistent"


def assurance(limits: Limits, target: float, better: Direction) -> Assurance | None:
    """Whether the process as it is will meet the target: always, never, or as it happens."""
    if better is Direction.INSIDE:
        return None
    if limits.low <= target <= limits.high:
        return Assurance.INCONSISTENT
    above = target > limits.high
    return Assurance.MISSED if above is (better is Direction.MORE) else Assurance.MET
