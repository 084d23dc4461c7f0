"""One target at one moment, half worked out: the rounded numbers everything is judged by, and the record of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.assessment.rules_edges import HUNDRED, Edges
from kpi.assessment.rules_facts import Result, TargetFacts
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_numbers import rounded
from kpi.assessment.rules_reason import Told, reason_of
from kpi.assessment.rules_series import Observation
from kpi.core.period import Period
from kpi.core.quantity import plain, round_half_up

ZERO = Decimal(0)


@dataclass(slots=True)
class Case:
    """One target at one moment, half worked out."""

    facts: TargetFacts
    seen: Observation | None
    as_of: Period
    day: date
    is_over: bool
    places: int
    edges: Edges | None
    operands: dict[str, str]
    value: Decimal | None = None


def open_case(facts: TargetFacts, seen: Observation | None, as_of: Period, day: date, is_over: bool) -> Case:
    """The rounded numbers that everything after is computed from, and the exact ones for the record."""
    operands = dict(facts.operands)  # not when was looked: whoever keeps the result says that beside it
    case = Case(facts, seen, as_of, day, is_over, facts.shown_places, facts.edges, operands)
    if seen is not None:
        if seen.value is not None:
            case.value = rounded(facts, seen.value, case.places)
        _record_observation(case, seen)
    return case


def put(operands: dict[str, str], **numbers: Decimal | None) -> None:
    for name, number in numbers.items():
        if number is not None:
            operands[name] = plain(number)


def _record_observation(case: Case, seen: Observation) -> None:
    case.operands["period"] = str(seen.period)
    operands = case.operands
    if seen.value is not None and case.value is not None:
        operands["value_exact"] = exact = plain(seen.value)
        operands["value"] = exact if seen.value == case.value else plain(case.value)
    if seen.numerator is not None or seen.denominator is not None:
        put(operands, numerator=seen.numerator, denominator=seen.denominator)
    if seen.missing:
        case.operands["missing_periods"] = str(seen.missing)


def result(
    case: Case,
    light: Light,
    rule: str,
    *,
    expected: Decimal | None = None,
    goal: Decimal | None = None,
    progress: Decimal | None = None,
    gap: Decimal | None = None,
    interval: tuple[Decimal, Decimal] | None = None,
) -> Result:
    """A result with its sentence."""
    seen = case.seen
    put(case.operands, expected=expected, progress=progress, gap=gap)
    return Result(
        light,
        rule,
        reason_of(Told(light, rule, case.operands, case.as_of, case.day)),
        case.facts.rules.version,
        seen.period if seen else None,
        case.value,
        expected,
        goal if goal is not None else case.facts.value,
        progress,
        gap,
        interval,
        case.operands,
    )


def not_assessable(case: Case, why: str) -> Result:
    return result(case, Light.NOT_ASSESSABLE, f"{case.facts.judged_as.value}.{why}")


def share_of_way(part: Decimal, whole: Decimal) -> Decimal:
    """How much of the way is gone, or missing: exact, 1 is all of it."""
    return part / whole


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """Per cent with the one decimal that is shown and judged; with more only where one would hide a difference."""
    exact = share_of_way(part, whole) * HUNDRED
    found = round_half_up(exact, 1)
    return found if found or not exact else round_half_up(exact, -exact.adjusted())
