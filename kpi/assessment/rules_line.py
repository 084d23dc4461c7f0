"""Against a line or inside a band: is it met, and if not, does chance explain it?"""

from __future__ import annotations

from decimal import Decimal

from kpi.assessment.rules_case import Case, percent, put, result
from kpi.assessment.rules_edges import Edges
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_numbers import events_left, interval_of, show_target
from kpi.core.quantity import show_number, show_quantity
from kpi.core.text import t


def is_beyond(edges: Edges, value: Decimal, origin: Decimal) -> bool:
    """Past the far edge of a range, seen from where the way started."""
    if edges.low is None or edges.high is None:
        return False
    return value < edges.low if origin > edges.high else value > edges.high


def say_range(case: Case, edges: Edges) -> str:
    if edges.low == edges.high:
        return show_quantity(edges.low, case.facts.unit, case.places)
    return f"{show_number(edges.low, case.places)}—{show_quantity(edges.high, case.facts.unit, case.places)}"


def judge_hold(case: Case, edges: Edges, value: Decimal) -> Result:
    if not edges.met_by(value):
        return judge_by_distance(case, edges, value, "outside")
    interval = _interval(case)
    reason = t(
        "截至{period}为{value}，符合控制要求{target}，{light}",
        period=case.period_label,
        value=case.shown_value(),
        target=_say_line(case, edges),
        light=Light.ON_TRACK.label,
    )
    rule = f"{case.facts.judged_as.value}.inside"
    return result(case, Light.ON_TRACK, rule, reason, expected=edges.nearest_to(value), interval=interval)


def _say_line(case: Case, edges: Edges) -> str:
    return say_range(case, edges) if edges.is_range else show_target(case.facts, case.places)


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
        light, reason = _by_interval(case, edges, edge, value, interval)
        rule = f"{case.facts.judged_as.value}.{why}.interval"
        return result(case, light, rule, reason, expected=edge, goal=edge, interval=interval)
    light, reason = _by_tolerance(case, edges, edge, value)
    rule = f"{case.facts.judged_as.value}.{why}.tolerance"
    return result(case, light, rule, reason, expected=edge, goal=edge)


def _by_interval(
    case: Case, edges: Edges, edge: Decimal, value: Decimal, interval: tuple[Decimal, Decimal]
) -> tuple[Light, str]:
    low, high = interval
    could_be = low <= edge <= high
    light = Light.BEHIND if could_be else Light.OFF_TRACK
    values = {
        "period": case.period_label,
        "value": case.shown_value(),
        "target": _say_line(case, edges),
        "interval": f"{show_number(low, case.places)}—{show_number(high, case.places)}",
        "light": light.label,
    }
    if could_be:
        return light, t(
            "截至{period}为{value}，不符合控制要求{target}，但控制线在95%置信区间（{interval}）内，{light}", **values
        )
    return light, t(
        "截至{period}为{value}，不符合控制要求{target}，控制线在95%置信区间（{interval}）之外，{light}", **values
    )


def _by_tolerance(case: Case, edges: Edges, edge: Decimal, value: Decimal) -> tuple[Light, str]:
    tolerance = case.facts.rules.hold_tolerance_percent
    over = abs(value - edge)
    put(case.operands, distance=over, tolerance_percent=tolerance)
    share = percent(over, abs(edge)) if edge else None
    light = Light.BEHIND if share is not None and share <= tolerance else Light.OFF_TRACK
    values = {
        "period": case.period_label,
        "value": case.shown_value(),
        "target": _say_line(case, edges),
        "light": light.label,
    }
    if share is None:
        return light, t("截至{period}为{value}，不符合控制要求{target}，{light}", **values)
    put(case.operands, distance_percent=share)
    sign = "≤" if light is Light.BEHIND else ">"
    return light, t(
        "截至{period}为{value}，不符合控制要求{target}，偏离{share}%（{edge}%），{light}",
        share=show_number(share),
        edge=sign + show_number(tolerance),
        **values,
    )
