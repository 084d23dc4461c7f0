"""Judging one target by its kind. Every branch names its rule and says why in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from kpi.assessment.rules_bands import Band
from kpi.assessment.rules_edges import HUNDRED, Edges
from kpi.assessment.rules_facts import Result, TargetFacts
from kpi.assessment.rules_light import Family, Light
from kpi.assessment.rules_numbers import events_left, interval_of, rounded, show_day, show_period, show_target
from kpi.assessment.rules_series import Observation
from kpi.core.period import Period
from kpi.core.quantity import Direction, plain, round_half_up, show_number, show_quantity
from kpi.core.text import t
from kpi.targets.rules import JudgedAs
from kpi.targets.rules_curve import PlanCurve, due_at, whole_due

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

    @property
    def period_label(self) -> str:
        return show_period(self.seen.period, self.as_of) if self.seen else ""

    def quantity(self, number: Decimal) -> str:
        """A number that is rounded already."""
        return show_quantity(number, self.facts.unit)

    def shown_value(self) -> str:
        """The value as the sentence shows it; of coverage with how many of how many."""
        shown, seen = show_quantity(self.value, self.facts.unit), self.seen
        if self.facts.judged_as is JudgedAs.COVER and seen and seen.numerator is not None and seen.denominator:
            return f"{shown}（{show_number(seen.numerator)}/{show_number(seen.denominator)}）"
        return shown


def open_case(facts: TargetFacts, seen: Observation | None, as_of: Period, day: date, is_over: bool) -> Case:
    """The rounded numbers that everything after is computed from, and the exact ones for the record."""
    operands = facts.operands | {"as_of": str(as_of), "day": day.isoformat()}
    case = Case(facts, seen, as_of, day, is_over, facts.shown_places, facts.edges, operands)
    if seen is not None:
        if seen.value is not None:
            case.value = rounded(facts, seen.value, case.places)
        _record_observation(case, seen)
    return case


def _put(operands: dict[str, str], **numbers: Decimal | None) -> None:
    operands.update({name: plain(number) for name, number in numbers.items() if number is not None})


def _record_observation(case: Case, seen: Observation) -> None:
    case.operands["period"] = str(seen.period)
    operands = case.operands
    if seen.value is not None and case.value is not None:
        operands["value_exact"] = exact = plain(seen.value)
        operands["value"] = exact if seen.value == case.value else plain(case.value)
    if seen.numerator is not None or seen.denominator is not None:
        _put(operands, numerator=seen.numerator, denominator=seen.denominator)
    if seen.missing:
        case.operands["missing_periods"] = str(seen.missing)


def _result(
    case: Case,
    light: Light,
    rule: str,
    reason: str,
    *,
    expected: Decimal | None = None,
    goal: Decimal | None = None,
    progress: Decimal | None = None,
    gap: Decimal | None = None,
    interval: tuple[Decimal, Decimal] | None = None,
) -> Result:
    seen = case.seen
    if seen is not None and seen.missing:
        reason += t("（其间有{n}期未报，合计可能偏小）", n=seen.missing)
    _put(case.operands, expected=expected, progress=progress, gap=gap)
    return Result(
        light,
        rule,
        reason,
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


def judge(case: Case) -> Result:
    """The light of a case. What can not be judged says why; everything else goes by its kind."""
    if case.facts.judged_as is JudgedAs.STAGE:
        return _judge_stage(case)
    if case.edges is None:
        return _not_assessable(case, "no_baseline", t("无基线，不能推算目标值，{light}", light=_none()))
    if case.seen is None:
        return _judge_silence(case)
    if case.value is None:
        return _judge_unusable(case, case.seen)
    if case.is_over:
        return _judge_at_the_end(case, case.edges, case.value)
    return _JUDGES[case.facts.judged_as](case, case.edges, case.value)


# --- nothing to judge ---------------------------------------------------------------------------------------------


def _none() -> str:
    return Light.NOT_ASSESSABLE.label


def _not_assessable(case: Case, why: str, reason: str) -> Result:
    return _result(case, Light.NOT_ASSESSABLE, f"{case.facts.judged_as.value}.{why}", reason)


def _judge_silence(case: Case) -> Result:
    if case.is_over:
        sentence = t(
            "期限{deadline}已过，计划期内从未报送，{light}", deadline=show_day(case.facts.deadline), light=_none()
        )
        return _not_assessable(case, "never_reported", sentence)
    if case.day < case.facts.start:
        sentence = t("计划自{start}开始，尚未报送，{light}", start=show_day(case.facts.start), light=_none())
        return _not_assessable(case, "not_started", sentence)
    return _not_assessable(case, "never_reported", t("尚未报送，{light}", light=_none()))


def _judge_unusable(case: Case, seen: Observation) -> Result:
    label = case.period_label
    if seen.denominator is not None and seen.denominator == 0:
        return _not_assessable(
            case, "zero_denominator", t("{period}分母为0，不能计算，{light}", period=label, light=_none())
        )
    if seen.denominator is not None:
        return _not_assessable(
            case, "missing_numerator", t("{period}缺少分子，不能计算，{light}", period=label, light=_none())
        )
    if seen.numerator is not None:
        return _not_assessable(
            case, "missing_denominator", t("{period}缺少分母，不能计算，{light}", period=label, light=_none())
        )
    return _not_assessable(
        case, "missing_parts", t("{period}前有数据缺分子分母，不能合并计算，{light}", period=label, light=_none())
    )


# --- after the deadline -------------------------------------------------------------------------------------------


def _judge_at_the_end(case: Case, edges: Edges, value: Decimal) -> Result:
    """Achieved or missed, whatever the kind; progress is stated where it has a meaning."""
    facts = case.facts
    met = edges.met_by(value)
    light = Light.ACHIEVED if met else Light.OFF_TRACK
    values = {
        "period": case.period_label,
        "value": case.shown_value(),
        "target": show_target(facts, case.places),
        "light": light.label,
    }
    if met:
        reason = t("截至{period}实际{value}，目标{target}，{light}", **values)
    else:
        deadline = show_day(facts.deadline)
        reason = t("期限{deadline}，截至{period}实际{value}，未达到目标{target}，{light}", deadline=deadline, **values)
    rule = f"{facts.judged_as.value}.{'achieved' if met else 'missed'}"
    origin, goal = facts.origin, facts.goal
    if origin is None or goal is None or not facts.has_way_to_go:
        return _result(case, light, rule, reason, expected=goal, goal=goal)
    progress = _percent(value - origin, goal - origin)
    gap = _percent(goal - value, goal - origin)
    return _result(case, light, rule, reason, expected=goal, goal=goal, progress=progress, gap=gap)


def share_of_way(part: Decimal, whole: Decimal) -> Decimal:
    """How much of the way is gone, or missing: exact, 1 is all of it."""
    return part / whole


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    """Per cent with the one decimal that is shown and judged; with more only where one would hide a difference."""
    exact = share_of_way(part, whole) * HUNDRED
    found = round_half_up(exact, 1)
    return found if found or not exact else round_half_up(exact, -exact.adjusted())


# --- against the plan curve: deliver, reach, change, cover --------------------------------------------------------


def _judge_by_plan(case: Case, edges: Edges, value: Decimal) -> Result:
    facts = case.facts
    origin, goal = facts.origin, edges.goal(facts.origin, facts.direction)
    if edges.met_by(value):
        return _met_early(case, value, goal)
    if origin is None:
        return _judge_without_baseline(case, edges, value, goal)
    if facts.curve is None:
        # No way to go, or one that leads backwards: the share of it says nothing; what was there must be kept.
        return _judge_by_distance(case, edges, value, "keep")
    if _is_beyond(edges, value, origin):
        if facts.judged_as is JudgedAs.DELIVER:
            return _judge_overshoot(case, edges, goal)
        return _judge_by_distance(case, edges, value, "outside")
    expected, progress, gap = _against_plan(case, facts.curve, value, goal, origin)
    light, band = facts.rules.light_of(gap)
    _record_plan(case, band, expected, value, goal, origin)
    reason = _say_plan(case, light, band, gap, expected, value)
    rule = f"{facts.judged_as.value}.plan.{light.value}"
    return _result(case, light, rule, reason, expected=expected, goal=goal, progress=progress, gap=gap)


def _against_plan(
    case: Case, curve: PlanCurve, value: Decimal, goal: Decimal, origin: Decimal
) -> tuple[Decimal, Decimal, Decimal]:
    """What is due, how much of the way is gone, and how far that is behind, in the family of the settings."""
    expected = _expected(case, curve)
    assert expected is not None
    way = goal - origin
    # Nothing due yet: per cent of nothing has no meaning, so of the whole way.
    due = way if case.facts.rules.family is Family.POINTS else (expected - origin or way)
    return expected, _percent(value - origin, way), _percent(expected - value, due)


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
        # Whole units: nobody is behind for 0.8 of a clinic.
        units = (found * seen.denominator / HUNDRED).to_integral_value(ROUND_FLOOR)
        _put(case.operands, expected_units=units)
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


def _say_plan(case: Case, light: Light, band: Band, gap: Decimal, expected: Decimal, value: Decimal) -> str:
    values = {
        "period": case.period_label,
        "expected": case.quantity(expected),
        "value": case.shown_value(),
        "gap": show_number(abs(gap)),
        "edge": band.edge,
        "light": light.label,
    }
    points = case.facts.rules.family is Family.POINTS
    if case.facts.judged_as is JudgedAs.DELIVER:
        if gap <= 0:
            return t("截至{period}应完成{expected}，实际{value}，达到计划进度，{light}", **values)
        if points:
            return t("截至{period}应完成{expected}，实际{value}，落后{gap}个百分点（{edge}），{light}", **values)
        return t("截至{period}应完成{expected}，实际{value}，低于计划{gap}%（{edge}），{light}", **values)
    if gap <= 0:
        return t("截至{period}应达到{expected}，实际{value}，达到计划进度，{light}", **values)
    if points:
        return t("截至{period}应达到{expected}，实际{value}，落后{gap}个百分点（{edge}），{light}", **values)
    return t("截至{period}应达到{expected}，实际{value}，低于计划{gap}%（{edge}），{light}", **values)


def _met_early(case: Case, value: Decimal, goal: Decimal) -> Result:
    """The final value is there before the deadline: achieved when it can not be lost again, else on track."""
    facts = case.facts
    final = facts.is_final_fact and facts.edges is not None and not facts.edges.is_range
    light = Light.ACHIEVED if final else Light.ON_TRACK
    values = {
        "period": case.period_label,
        "value": case.shown_value(),
        "target": show_target(facts, case.places),
        "light": light.label,
    }
    if final:
        reason = t("截至{period}实际{value}，目标{target}，{light}", **values)
    else:
        reason = t("截至{period}实际{value}，已达到目标{target}，期限未到，{light}", **values)
    rule = f"{facts.judged_as.value}.{'achieved' if final else 'met'}"
    if facts.curve is None or facts.origin is None:
        return _result(case, light, rule, reason, goal=goal)
    expected, progress, gap = _against_plan(case, facts.curve, value, goal, facts.origin)
    return _result(case, light, rule, reason, expected=expected, goal=goal, progress=progress, gap=gap)


def _is_beyond(edges: Edges, value: Decimal, origin: Decimal) -> bool:
    """Past the far edge of a range, seen from where the way started."""
    if edges.low is None or edges.high is None:
        return False
    return value < edges.low if origin > edges.high else value > edges.high


def _judge_overshoot(case: Case, edges: Edges, goal: Decimal) -> Result:
    reason = t(
        "截至{period}实际{value}，已越过目标区间{target}，{light}",
        period=case.period_label,
        value=case.shown_value(),
        target=_say_range(case, edges),
        light=Light.BEHIND.label,
    )
    return _result(case, Light.BEHIND, f"{case.facts.judged_as.value}.overshoot", reason, goal=goal)


def _say_range(case: Case, edges: Edges) -> str:
    if edges.low == edges.high:
        return show_quantity(edges.low, case.facts.unit, case.places)
    return f"{show_number(edges.low, case.places)}—{show_quantity(edges.high, case.facts.unit, case.places)}"


def _judge_without_baseline(case: Case, edges: Edges, value: Decimal, goal: Decimal) -> Result:
    """The plan's own points if it has any; otherwise the distance, and no light."""
    facts = case.facts
    if facts.curve is not None and goal != 0:
        expected = _expected(case, facts.curve)
        if expected is not None:
            return _judge_by_points(case, value, goal, expected)
    distance = abs(edges.nearest_to(value) - value)
    _put(case.operands, distance=distance)
    reason = t(
        "截至{period}实际{value}，距目标{target}还差{distance}，无基线，{light}",
        period=case.period_label,
        value=case.shown_value(),
        target=show_target(facts, case.places),
        distance=show_quantity(distance, t("个百分点") if facts.unit == "%" else facts.unit, case.places),
        light=_none(),
    )
    return _result(case, Light.NOT_ASSESSABLE, f"{facts.judged_as.value}.no_baseline", reason, goal=goal)


def _judge_by_points(case: Case, value: Decimal, goal: Decimal, expected: Decimal) -> Result:
    """Points set by the reviewer stand in for a baseline; the distance is measured in parts of the target."""
    facts = case.facts
    behind = expected - value if facts.direction is not Direction.LESS else value - expected
    relative = facts.rules.family is Family.RELATIVE and expected != 0
    gap = _percent(behind, abs(expected) if relative else abs(goal))
    light, band = facts.rules.light_of(gap)
    case.operands["family"], case.operands["band"] = facts.rules.family.value, band.written
    reason = _say_plan(case, light, band, gap, expected, value)
    rule = f"{facts.judged_as.value}.points.{light.value}"
    return _result(case, light, rule, reason, expected=expected, goal=goal, gap=gap)


# --- against a line or inside a band: hold, band ------------------------------------------------------------------


def _judge_hold(case: Case, edges: Edges, value: Decimal) -> Result:
    if not edges.met_by(value):
        return _judge_by_distance(case, edges, value, "outside")
    interval = _interval(case)
    reason = t(
        "截至{period}为{value}，符合控制要求{target}，{light}",
        period=case.period_label,
        value=case.shown_value(),
        target=_say_line(case, edges),
        light=Light.ON_TRACK.label,
    )
    rule = f"{case.facts.judged_as.value}.inside"
    return _result(case, Light.ON_TRACK, rule, reason, expected=edges.nearest_to(value), interval=interval)


def _say_line(case: Case, edges: Edges) -> str:
    return _say_range(case, edges) if edges.is_range else show_target(case.facts, case.places)


def _judge_band(case: Case, edges: Edges, value: Decimal) -> Result:
    """Inside is on track. On the way there from a known baseline outside: by the plan to the nearer edge."""
    baseline = case.facts.baseline
    if edges.met_by(value):
        return _judge_hold(case, edges, value)
    if baseline is not None and not edges.met_by(baseline) and not _is_beyond(edges, value, baseline):
        return _judge_by_plan(case, edges, value)
    return _judge_by_distance(case, edges, value, "outside")


def _interval(case: Case) -> tuple[Decimal, Decimal] | None:
    assert case.seen is not None
    found = interval_of(case.facts, case.seen, case.places)
    if found is None:
        return None
    low, high, method = found
    _put(case.operands, interval_low=low, interval_high=high, events_left=events_left(case.facts, case.seen))
    case.operands["interval_method"] = method
    return low, high


def _judge_by_distance(case: Case, edges: Edges, value: Decimal, why: str) -> Result:
    """Outside the line: behind while chance could explain it, off track when it can not.

    Without numerator and denominator a tolerance in per cent of the line stands in for the interval.
    """
    edge = edges.nearest_to(value)
    interval = _interval(case)
    if interval is not None:
        light, reason = _by_interval(case, edges, edge, value, interval)
        rule = f"{case.facts.judged_as.value}.{why}.interval"
        return _result(case, light, rule, reason, expected=edge, goal=edge, interval=interval)
    light, reason = _by_tolerance(case, edges, edge, value)
    rule = f"{case.facts.judged_as.value}.{why}.tolerance"
    return _result(case, light, rule, reason, expected=edge, goal=edge)


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
    _put(case.operands, distance=over, tolerance_percent=tolerance)
    share = _percent(over, abs(edge)) if edge else None
    light = Light.BEHIND if share is not None and share <= tolerance else Light.OFF_TRACK
    values = {
        "period": case.period_label,
        "value": case.shown_value(),
        "target": _say_line(case, edges),
        "light": light.label,
    }
    if share is None:
        return light, t("截至{period}为{value}，不符合控制要求{target}，{light}", **values)
    _put(case.operands, distance_percent=share)
    sign = "≤" if light is Light.BEHIND else ">"
    return light, t(
        "截至{period}为{value}，不符合控制要求{target}，偏离{share}%（{edge}%），{light}",
        share=show_number(share),
        edge=sign + show_number(tolerance),
        **values,
    )


# --- stages -------------------------------------------------------------------------------------------------------


def _judge_stage(case: Case) -> Result:
    """By days: done is achieved; time alone makes a stage late, so silence is no excuse."""
    seen, facts = case.seen, case.facts
    reached = seen.value if seen is not None and seen.value is not None else ZERO
    happened = seen.happened_on if seen is not None else None
    last = facts.value if facts.value is not None else Decimal(1)
    if (happened is not None and happened <= case.day) or (happened is None and reached >= last):
        return _judge_finished_stage(case, happened)
    due = next((point.day for point in facts.shape.points if point.value > reached), facts.deadline)
    late = (case.day - due).days
    case.operands["due"], case.operands["days_late"] = due.isoformat(), str(late)
    values = {"due": show_day(due), "day": show_day(case.day), "days": late, "grace": facts.rules.stage_grace_days}
    if late <= 0:
        light = Light.ON_TRACK
        reason = t("应于{due}前完成，未到期，{light}", light=light.label, **values)
    elif late <= facts.rules.stage_grace_days:
        light = Light.BEHIND
        reason = t(
            "应于{due}前完成，截至{day}尚未完成，逾期{days}天（≤{grace}天），{light}", light=light.label, **values
        )
    else:
        light = Light.OFF_TRACK
        reason = t(
            "应于{due}前完成，截至{day}尚未完成，逾期{days}天（>{grace}天），{light}", light=light.label, **values
        )
    return _result(case, light, f"stage.{light.value}", reason, gap=Decimal(max(0, late)))


def _judge_finished_stage(case: Case, happened: date | None) -> Result:
    light, deadline = Light.ACHIEVED, case.facts.deadline
    if happened is None:
        return _result(
            case, light, "stage.achieved", t("截至{period}已完成，{light}", period=case.period_label, light=light.label)
        )
    case.operands["happened_on"] = happened.isoformat()
    late = (happened - deadline).days
    case.operands["days_late"] = str(late)
    if late > 0:
        reason = t(
            "应于{due}前完成，{day}完成，晚{days}天，{light}",
            due=show_day(deadline),
            day=show_day(happened),
            days=late,
            light=light.label,
        )
        return _result(case, light, "stage.achieved_late", reason)
    return _result(case, light, "stage.achieved", t("{day}完成，{light}", day=show_day(happened), light=light.label))


_JUDGES: dict[JudgedAs, Callable[[Case, Edges, Decimal], Result]] = {
    JudgedAs.DELIVER: _judge_by_plan,
    JudgedAs.REACH: _judge_by_plan,
    JudgedAs.CHANGE: _judge_by_plan,
    JudgedAs.COVER: _judge_by_plan,
    JudgedAs.HOLD: _judge_hold,
    JudgedAs.BAND: _judge_band,
}
