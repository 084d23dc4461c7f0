"""Against the plan curve: deliver, reach, change, cover, and a band on the way to it."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

from kpi.assessment.rules_bands import Band
from kpi.assessment.rules_case import Case, percent, put, result
from kpi.assessment.rules_edges import HUNDRED, Edges
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Family, Light
from kpi.assessment.rules_line import is_beyond, judge_by_distance, judge_hold
from kpi.assessment.rules_numbers import rounded
from kpi.core.quantity import Direction, plain
from kpi.targets.rules import JudgedAs
from kpi.targets.rules_curve import PlanCurve, due_at, whole_due


def judge_by_plan(case: Case, edges: Edges, value: Decimal) -> Result:
    facts = case.facts
    origin, goal = facts.origin, edges.goal(facts.origin, facts.direction)
    if edges.met_by(value):
        return _met_early(case, value, goal)
    if origin is None:
        return _judge_without_baseline(case, edges, value, goal)
    if facts.curve is None:
        # No way to go, or one that leads backwards: the share of it says nothing; what was there must be kept.
        return judge_by_distance(case, edges, value, "keep")
    if is_beyond(edges, value, origin):
        if facts.judged_as is JudgedAs.DELIVER:
            return result(case, Light.BEHIND, f"{facts.judged_as.value}.overshoot", goal=goal)
        return judge_by_distance(case, edges, value, "outside")
    expected, progress, gap = _against_plan(case, facts.curve, value, goal, origin)
    light, band = facts.rules.light_of(gap)
    _record_plan(case, band, expected, value, goal, origin)
    rule = f"{facts.judged_as.value}.plan.{light.value}"
    return result(case, light, rule, expected=expected, goal=goal, progress=progress, gap=gap)


def _against_plan(
    case: Case, curve: PlanCurve, value: Decimal, goal: Decimal, origin: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """What is due, how much of the way is gone, and how far that is behind, in the family of the settings."""
    expected = _expected(case, curve)
    assert expected is not None
    way = goal - origin
    # Nothing due yet: per cent of nothing has no meaning, so of the whole way.
    due = way if case.facts.rules.family is Family.POINTS else (expected - origin or way)
    return expected, percent(value - origin, way), percent(expected - value, due)


def _expected(case: Case, curve: PlanCurve) -> Decimal | None:
    """What is due by the end of the period that was reported, at the decimals shown."""
    facts, seen = case.facts, case.seen
    assert seen is not None
    found = due_at(curve, seen.period.end)
    if found is None:
        return None
    case.operands["expected_exact"] = plain(found)
    if curve.whole:
        found = whole_due(curve, found)
    if facts.judged_as is JudgedAs.COVER and facts.unit == "%" and seen.denominator:
        # Units come whole: a part of a clinic is owed by no one.
        units = (found * seen.denominator / HUNDRED).to_integral_value(ROUND_FLOOR)
        put(case.operands, expected_units=units)
        found = units / seen.denominator * HUNDRED
    return rounded(facts, found, case.places)


def _record_plan(case: Case, band: Band, expected: Decimal, value: Decimal, goal: Decimal, origin: Decimal) -> None:
    rules = case.facts.rules
    whole = goal - origin if rules.family is Family.POINTS else (expected - origin or goal - origin)
    case.operands["family"] = rules.family.value
    case.operands["band"] = band.written
    case.operands["formula"] = f"({plain(expected)} − {_signed(value)}) ÷ {_signed(whole)} × 100"


def _signed(number: Decimal) -> str:
    return f"({plain(number)})" if number < 0 else plain(number)


def _met_early(case: Case, value: Decimal, goal: Decimal) -> Result:
    """The final value is there before the deadline: achieved when it can not be lost again, else on track."""
    facts = case.facts
    final = facts.is_final_fact and facts.edges is not None and not facts.edges.is_range
    light = Light.ACHIEVED if final else Light.ON_TRACK
    rule = f"{facts.judged_as.value}.{'achieved' if final else 'met'}"
    if facts.curve is None or facts.origin is None:
        return result(case, light, rule, goal=goal)
    expected, progress, gap = _against_plan(case, facts.curve, value, goal, facts.origin)
    return result(case, light, rule, expected=expected, goal=goal, progress=progress, gap=gap)


def _judge_without_baseline(case: Case, edges: Edges, value: Decimal, goal: Decimal) -> Result:
    """The plan's own points if it has any; otherwise the distance, and no light."""
    facts = case.facts
    if facts.curve is not None and goal != 0:
        expected = _expected(case, facts.curve)
        if expected is not None:
            return _judge_by_points(case, value, goal, expected)
    put(case.operands, distance=abs(edges.nearest_to(value) - value))
    return result(case, Light.NOT_ASSESSABLE, f"{facts.judged_as.value}.no_baseline", goal=goal)


def _judge_by_points(case: Case, value: Decimal, goal: Decimal, expected: Decimal) -> Result:
    """Points set by the reviewer stand in for a baseline; the distance is measured in parts of the target."""
    facts = case.facts
    behind = expected - value if facts.direction is not Direction.LESS else value - expected
    relative = facts.rules.family is Family.RELATIVE and expected != 0
    gap = percent(behind, abs(expected) if relative else abs(goal))
    light, band = facts.rules.light_of(gap)
    case.operands["family"], case.operands["band"] = facts.rules.family.value, band.written
    rule = f"{facts.judged_as.value}.points.{light.value}"
    return result(case, light, rule, expected=expected, goal=goal, gap=gap)


def judge_band(case: Case, edges: Edges, value: Decimal) -> Result:
    """Inside is on track. On the way there from a known baseline outside: by the plan to the nearer edge."""
    baseline = case.facts.baseline
    if edges.met_by(value):
        return judge_hold(case, edges, value)
    if baseline is not None and not edges.met_by(baseline) and not is_beyond(edges, value, baseline):
        return judge_by_plan(case, edges, value)
    return judge_by_distance(case, edges, value, "outside")
