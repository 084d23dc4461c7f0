"""Judging one target by its kind. Every branch names its rule; its sentence is in `rules_reason`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from kpi.assessment.rules_case import Case, not_assessable, percent, result
from kpi.assessment.rules_edges import Edges
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_line import judge_hold
from kpi.assessment.rules_plan import judge_band, judge_by_plan
from kpi.assessment.rules_series import Observation
from kpi.assessment.rules_stage import judge_stage
from kpi.targets.rules import JudgedAs


def judge(case: Case) -> Result:
    """The light of a case. What can not be judged says why; everything else goes by its kind."""
    if case.facts.judged_as is JudgedAs.STAGE:
        return judge_stage(case)
    if case.edges is None:
        return not_assessable(case, "no_baseline")
    if case.seen is None:
        return _judge_silence(case)
    if case.value is None:
        return _judge_unusable(case, case.seen)
    if case.is_over:
        return _judge_at_the_end(case, case.edges, case.value)
    return _JUDGES[case.facts.judged_as](case, case.edges, case.value)


def _judge_silence(case: Case) -> Result:
    if case.is_over:
        case.operands["over"] = "yes"
        return not_assessable(case, "never_reported")
    return not_assessable(case, "not_started" if case.day < case.facts.start else "never_reported")


def _judge_unusable(case: Case, seen: Observation) -> Result:
    if seen.denominator is not None:
        return not_assessable(case, "missing_numerator" if seen.denominator else "zero_denominator")
    return not_assessable(case, "missing_parts" if seen.numerator is None else "missing_denominator")


def _judge_at_the_end(case: Case, edges: Edges, value: Decimal) -> Result:
    """Achieved or missed, whatever the kind; progress is stated where it has a meaning."""
    facts = case.facts
    light, word = (Light.ACHIEVED, "achieved") if edges.met_by(value) else (Light.OFF_TRACK, "missed")
    rule = f"{facts.judged_as.value}.{word}"
    origin, goal = facts.origin, facts.goal
    if origin is None or goal is None or not facts.has_way_to_go:
        return result(case, light, rule, expected=goal, goal=goal)
    progress = percent(value - origin, goal - origin)
    gap = percent(goal - value, goal - origin)
    return result(case, light, rule, expected=goal, goal=goal, progress=progress, gap=gap)


_JUDGES: dict[JudgedAs, Callable[[Case, Edges, Decimal], Result]] = {
    JudgedAs.DELIVER: judge_by_plan,
    JudgedAs.REACH: judge_by_plan,
    JudgedAs.CHANGE: judge_by_plan,
    JudgedAs.COVER: judge_by_plan,
    JudgedAs.HOLD: judge_hold,
    JudgedAs.BAND: judge_band,
}
