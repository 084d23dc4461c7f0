"""Against a line or inside a band: is it met, and if not, does chance explain it?"""

from __future__ import annotations

from decimal import Decimal

from kpi.assessment.rules_case import Case, percent, put, result
from kpi.assessment.rules_edges import Edges
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_numbers import events_left, interval_of


def is_beyond(edges: Edges, value: Decimal, origin: Decimal) -> bool:
    """Past the far edge of a range, seen from where the way started."""
    if edges.low is None or edges.high is None:
        return False
    return value < edges.low if origin > edges.high else value > edges.high


def judge_hold(case: Case, edges: Edges, value: Decimal) -> Result:
    if not edges.met_by(value):
        return judge_by_distance(case, edges, value, "outside")
    interval = _interval(case)
    rule = f"{case.facts.judged_as.value}.inside"
    return result(case, Light.ON_TRACK, rule, expected=edges.nearest_to(value), interval=interval)


def _interval(case: Case) -> tuple[Decimal, Decimal] | None:
    assert case.seen is not None
    found = interval_of(case.facts, case.seen, case.places)
    if found is None:
        return None
    low, high, method = found
    put(case.operands, interval_low=low, interval_high=high, events_left=events_left(case.facts, case.seen))
    case.operands["interval_method"] = method
    return low, high


def judge_by_distance(case: Case, edges: Edges, value: Decimal, why: str) -> Result:
    """Outside the line: behind while chance could explain it, off track when it can not.

    A number without its parts gets a tolerance in per cent of the line instead of an interval.
    """
    edge = edges.nearest_to(value)
    interval = _interval(case)
    if interval is not None:
        light = Light.BEHIND if interval[0] <= edge <= interval[1] else Light.OFF_TRACK
        rule = f"{case.facts.judged_as.value}.{why}.interval"
        return result(case, light, rule, expected=edge, goal=edge, interval=interval)
    rule = f"{case.facts.judged_as.value}.{why}.tolerance"
    return result(case, _by_tolerance(case, edge, value), rule, expected=edge, goal=edge)


def _by_tolerance(case: Case, edge: Decimal, value: Decimal) -> Light:
    tolerance = case.facts.rules.hold_tolerance_percent
    over = abs(value - edge)
    share = percent(over, abs(edge)) if edge else None
    put(case.operands, distance=over, tolerance_percent=tolerance, distance_percent=share)
    return Light.BEHIND if share is not None and share <= tolerance else Light.OFF_TRACK
