"""Numbers of a target as they are shown, compared and written into sentences."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from kpi.assessment.rules_facts import TargetFacts
from kpi.assessment.rules_series import Observation
from kpi.assessment.rules_statistics import poisson_interval, wilson
from kpi.core.period import Frequency, Period
from kpi.core.quantity import (
    PROPORTION_SCALES,
    Comparator,
    Direction,
    Kind,
    round_half_up,
    show_number,
    show_quantity,
)
from kpi.core.text import t
from kpi.targets.rules import JudgedAs

HUNDRED = Decimal(100)
CONFIDENCE = 0.95

_SIGNS = {
    Comparator.AT_LEAST: "≥",
    Comparator.MORE_THAN: ">",
    Comparator.AT_MOST: "≤",
    Comparator.LESS_THAN: "<",
}


class Edges(NamedTuple):
    """Where a target is met: from `low` to `high`; None is without end. `open`: the edge itself is not enough."""

    low: Decimal | None
    high: Decimal | None
    open: bool = False

    def met_by(self, number: Decimal) -> bool:
        if self.open:
            return (self.low is None or number > self.low) and (self.high is None or number < self.high)
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)

    def nearest_to(self, number: Decimal) -> Decimal:
        """The edge that `number` is beyond, or for a number inside the one that bounds it."""
        if self.low is not None and (self.high is None or number <= self.low):
            return self.low
        assert self.high is not None
        return self.high


def edges_of(facts: TargetFacts) -> Edges | None:
    """None while nobody can say what is to be reached (a change without a baseline)."""
    if facts.comparator is Comparator.BETWEEN:
        return None if facts.low is None or facts.high is None else Edges(facts.low, facts.high)
    value = facts.value
    if value is None:
        return None
    match facts.comparator:
        case Comparator.AT_LEAST:
            return Edges(value, None)
        case Comparator.MORE_THAN:
            return Edges(value, None, open=True)
        case Comparator.AT_MOST:
            return Edges(None, value)
        case Comparator.LESS_THAN:
            return Edges(None, value, open=True)
        case Comparator.ABOUT:
            return _about(facts, value)
        case _:
            return _equal(facts.direction, value)


def _about(facts: TargetFacts, value: Decimal) -> Edges:
    """左右: so many per cent to either side; of whole things, whole things inside that."""
    width = abs(value) * facts.rules.band_width_percent / HUNDRED
    low, high = value - width, value + width
    if facts.whole:
        return Edges(low.to_integral_value(ROUND_CEILING), high.to_integral_value(ROUND_FLOOR))
    return Edges(low, high)


def _equal(direction: Direction, value: Decimal) -> Edges:
    if direction is Direction.MORE:
        return Edges(value, None)
    return Edges(None, value) if direction is Direction.LESS else Edges(value, value)


def is_range(edges: Edges) -> bool:
    return edges.low is not None and edges.high is not None


def rounded_edges(edges: Edges, places: int) -> Edges:
    """Edges that were worked out (左右, a change) at the decimals that are shown."""
    low, high = (None if edge is None else round_half_up(edge, places) for edge in edges[:2])
    return Edges(low, high, edges.open)


def goal_of(edges: Edges, start: Decimal | None, direction: Direction) -> Decimal:
    """The level the plan leads to: the only edge, or of a range the one that is met first."""
    if edges.low is None or edges.high is None:
        only = edges.low if edges.low is not None else edges.high
        assert only is not None
        return only
    falling = direction is Direction.LESS if start is None else start > edges.high
    return edges.high if falling else edges.low


def places_of(facts: TargetFacts) -> int:
    """Decimals shown: those of the indicator, or more where the target itself is written with more."""
    places = facts.places
    for number in (facts.value, facts.low, facts.high):
        if number is not None and not facts.derived:
            places = max(places, _decimals(number, places))
    return places


def _decimals(number: Decimal, known: int) -> int:
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= known:
        return 0
    stripped = number.normalize().as_tuple().exponent  # a database may pad with zeros
    return -stripped if isinstance(stripped, int) else 0


def rounded(facts: TargetFacts, number: Decimal, places: int) -> Decimal:
    """The number that is shown and judged. Coverage is never rounded up: one unit missing is not full coverage."""
    if facts.judged_as is JudgedAs.COVER:
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR)
    return round_half_up(number, places)


def interval_of(facts: TargetFacts, seen: Observation, places: int) -> tuple[Decimal, Decimal, str] | None:
    """The 95 % interval in the target's unit and the method; None without numerator and denominator."""
    scale = facts.scale or PROPORTION_SCALES.get(facts.unit)
    if scale is None or seen.numerator is None or not seen.denominator or seen.numerator < 0:
        return None
    count, base = float(seen.numerator), float(seen.denominator)
    if (facts.kind is not Kind.RATE or facts.unit == "%") and count <= base:
        method, found = "wilson", wilson(count, base, CONFIDENCE).scaled(float(scale))
    else:
        method = "exact_poisson" if count < 10 else "byar"
        found = poisson_interval(count, CONFIDENCE).scaled(float(scale) / base)
    low, high = (round_half_up(Decimal(repr(end)), places) for end in found)
    return low, high, method


def show_target(facts: TargetFacts, places: int) -> str:
    """≥60%, 2—3个, 20家左右, 80家."""
    if facts.comparator is Comparator.BETWEEN:
        return f"{show_number(facts.low)}—{show_quantity(facts.high, facts.unit)}"
    shown = show_quantity(facts.value, facts.unit, places if facts.derived else None)
    if facts.comparator is Comparator.ABOUT:
        return t("{quantity}左右", quantity=shown)
    if facts.comparator is Comparator.EQUAL:
        return shown
    return _SIGNS[facts.comparator] + shown


def show_day(day: date) -> str:
    return t("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def show_period(period: Period, as_of: Period) -> str:
    """10月 within the year looked at, 2025年12月 outside it."""
    if period.year != as_of.year or period.frequency is Frequency.YEAR:
        return period.label
    match period.frequency:
        case Frequency.MONTH:
            return t("{month}月", month=period.index)
        case Frequency.QUARTER:
            return t("第{quarter}季度", quarter="一二三四"[period.index - 1])
        case _:
            return t("上半年") if period.index == 1 else t("下半年")
