"""Judging one target by its kind. Every branch names its rule and says why in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kpi.assessment.rules_case import Case, no_light, not_assessable, percent, result
from kpi.assessment.rules_edges import Edges
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_line import judge_hold
from kpi.assessment.rules_numbers import show_day, show_target
from kpi.assessment.rules_plan import judge_band, judge_by_plan
from kpi.assessment.rules_series import Observation
from kpi.assessment.rules_stage import judge_stage
from kpi.core.text import t
from kpi.targets.rules import JudgedAs


def judge(case: Case) -> Result:
    """The light of a case. What can not be judged says why; everything else goes by its kind."""
    if case.facts.judged_as is JudgedAs.STAGE:
        return judge_stage(case)
    if case.edges is None:
        return not_assessable(case, "no_baseline", t("无基线，不能推算目标值，{light}", light=no_light()))
    if case.seen is None:
        return _judge_silence(case)
    if case.value is None:
        return _judge_unusable(case, case.seen)
    if case.is_over:
        return _judge_at_the_end(case, case.edges, case.value)
    return _JUDGES[case.facts.judged_as](case, case.edges, case.value)


def _judge_silence(case: Case) -> Result:
    if case.is_over:
        sentence = t(
            "期限{deadline}已过，计划期内从未报送，{light}", deadline=show_day(case.facts.deadline), light=no_light()
        )
        return not_assessable(case, "never_reported", sentence)
    if case.day < case.facts.start:
        sentence = t("计划自{start}开始，尚未报送，{light}", start=show_day(case.facts.start), light=no_light())
        return not_assessable(case, "not_started", sentence)
    return not_assessable(case, "never_reported", t("尚未报送，{light}", light=no_light()))


def _judge_unusable(case: Case, seen: Observation) -> Result:
    label = case.period_label
    if seen.denominator is not None and seen.denominator == 0:
        return not_assessable(
            case, "zero_denominator", t("{period}分母为0，不能计算，{light}", period=label, light=no_light())
        )
    if seen.denominator is not None:
        return not_assessable(
            case, "missing_numerator", t("{period}缺少分子，不能计算，{light}", period=label, light=no_light())
        )
    if seen.numerator is not None:
        return not_assessable(
            case, "missing_denominator", t("{period}缺少分母，不能计算，{light}", period=label, light=no_light())
        )
    return not_assessable(
        case, "missing_parts", t("{period}前有数据缺分子分母，不能合并计算，{light}", period=label, light=no_light())
    )


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
        return result(case, light, rule, reason, expected=goal, goal=goal)
    progress = percent(value - origin, goal - origin)
    gap = percent(goal - value, goal - origin)
    return result(case, light, rule, reason, expected=goal, goal=goal, progress=progress, gap=gap)


_JUDGES: dict[JudgedAs, Callable[[Case, Edges, Decimal], Result]] = {
    JudgedAs.DELIVER: judge_by_plan,
    JudgedAs.REACH: judge_by_plan,
    JudgedAs.CHANGE: judge_by_plan,
    JudgedAs.COVER: judge_by_plan,
    JudgedAs.HOLD: judge_hold,
    JudgedAs.BAND: judge_band,
}
