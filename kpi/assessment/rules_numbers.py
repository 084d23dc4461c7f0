"""Numbers of a target as they are shown, compared and written into sentences."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from kpi.assessment.rules_facts import TargetFacts
from kpi.assessment.rules_series import Observation
from kpi.assessment.rules_statistics import poisson_interval, wilson
from kpi.core.period import Frequency, Period, month_name
from kpi.core.quantity import (
    PROPORTION_SCALES,
    Kind,
    round_half_up,
)
from kpi.core.text import t
from kpi.targets.rules import JudgedAs

CONFIDENCE = 0.95


def rounded(facts: TargetFacts, number: Decimal, places: int) -> Decimal:
    """The number that is shown and judged. Coverage is never rounded up: one unit missing is not full coverage."""
    if facts.judged_as is JudgedAs.COVER:
        return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_FLOOR)
    return round_half_up(number, places)


def interval_of(facts: TargetFacts, seen: Observation, places: int) -> tuple[Decimal, Decimal, str] | None:
    """The 95 % interval in the target's unit and the method; None for a number without its parts."""
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


def events_left(facts: TargetFacts, seen: Observation) -> Decimal | None:
    """How many more events fit under an upper limit with the denominator so far; below zero when it is broken."""
    scale = facts.scale or PROPORTION_SCALES.get(facts.unit)
    edges = facts.edges
    if scale is None or edges is None or edges.high is None or seen.numerator is None or not seen.denominator:
        return None
    room = edges.high * seen.denominator / scale
    most = room.to_integral_value(ROUND_CEILING) - 1 if edges.open else room.to_integral_value(ROUND_FLOOR)
    return most - seen.numerator


def show_day(day: date) -> str:
    return t("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def show_period(period: Period, as_of: Period) -> str:
    """10月 within the year looked at, 2025年12月 outside it."""
    if period.year != as_of.year or period.frequency is Frequency.YEAR:
        return period.label
    match period.frequency:
        case Frequency.MONTH:
            return month_name(period.index)
        case Frequency.QUARTER:
            return t("第{quarter}季度", quarter=t("一 二 三 四").split()[period.index - 1])
        case _:
            return t("上半年") if period.index == 1 else t("下半年")
