"""Where a target is met: the edges that its comparator, value and direction draw on the number line."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from kpi.core.quantity import Comparator, Direction, round_half_up

HUNDRED = Decimal(100)


class Edges(NamedTuple):
    """From `low` to `high`; None is without end. `open`: the edge itself is not enough."""

    low: Decimal | None
    high: Decimal | None
    open: bool = False

    def met_by(self, number: Decimal) -> bool:
        low, high = self.low, self.high
        if self.open:
            return (low is None or number > low) and (high is None or number < high)
        return (low is None or number >= low) and (high is None or number <= high)

    @property
    def is_range(self) -> bool:
        return self.low is not None and self.high is not None

    def nearest_to(self, number: Decimal) -> Decimal:
        """The edge that `number` is beyond, or for a number inside the one that bounds it."""
        if self.low is not None and (self.high is None or number <= self.low):
            return self.low
        assert self.high is not None
        return self.high

    def goal(self, start: Decimal | None, direction: Direction) -> Decimal:
        """The level a plan leads to: the only edge, or of a range the one that is met first."""
        if self.low is None or self.high is None:
            return self.nearest_to(Decimal(0))
        falling = direction is Direction.LESS if start is None else start > self.high
        return self.high if falling else self.low

    def rounded(self, places: int) -> Edges:
        """Edges that were worked out (左右, a change) at the decimals that are shown."""
        low, high = (None if edge is None else round_half_up(edge, places) for edge in (self.low, self.high))
        return Edges(low, high, self.open)

    def in_whole_things(self) -> Edges:
        """7.42 家 or more is 8 家 or more: a part of a thing never makes up the demand."""
        low = None if self.low is None else self.low.to_integral_value(ROUND_CEILING)
        high = None if self.high is None else self.high.to_integral_value(ROUND_FLOOR)
        return Edges(low, high, self.open)


def edges_of(comparator: Comparator, direction: Direction, value: Decimal) -> Edges:
    """The edges of a single number; a bare one means at least, at most or exactly, as its direction says."""
    match comparator:
        case Comparator.AT_LEAST:
            return Edges(value, None)
        case Comparator.MORE_THAN:
            return Edges(value, None, open=True)
        case Comparator.AT_MOST:
            return Edges(None, value)
        case Comparator.LESS_THAN:
            return Edges(None, value, open=True)
    if direction is Direction.MORE:
        return Edges(value, None)
    return Edges(None, value) if direction is Direction.LESS else Edges(value, value)


def edges_about(value: Decimal, width_percent: Decimal, whole: bool) -> Edges:
    """左右: so many per cent to either side; of whole things, the whole things inside that."""
    width = abs(value) * width_percent / HUNDRED
    found = Edges(value - width, value + width)
    return found.in_whole_things() if whole else found


def decimals_of(number: Decimal | None, known: int) -> int:
    """How many decimals a number is written with; `known` when it has no more than that."""
    exponent = 0 if number is None else number.as_tuple().exponent
    if number is None or not isinstance(exponent, int) or -exponent <= known:
        return known
    stripped = number.normalize().as_tuple().exponent  # a database may pad with zeros
    return max(known, -stripped) if isinstance(stripped, int) else known
