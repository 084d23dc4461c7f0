"""One adapter a method: published notation and constants on one side, the functions of the product on the other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kpi.assessment.rules import LightRules, Observation, TargetFacts, assess
from kpi.assessment.rules_bands import Band, Condition, first_match, first_true, outcome_of
from kpi.assessment.rules_edges import HUNDRED, edges_of
from kpi.assessment.rules_facts import WaiverFacts
from kpi.assessment.rules_growth import Growth, Series, progress_of, progress_of_all
from kpi.assessment.rules_judge import share_of_way
from kpi.assessment.rules_rollup import carry_forward, latest_wins, ranks, roll_up_ratio, worst_wins
from kpi.assessment.rules_series import quotient
from kpi.assessment.rules_spc import (
    Cause,
    Limits,
    assurance,
    causes,
    first_cause,
    in_two_of_three,
    part_of_run,
    run_in_one_direction,
    run_on_one_side,
    two_of_three,
    variation,
    xmr_limits,
)
from kpi.assessment.rules_statistics import (
    EXACT_BELOW,
    Interval,
    byar,
    exact_poisson,
    mean_interval,
    poisson_interval,
    standard_deviation,
    wilson,
)
from kpi.assessment.rules_trend import (
    Place,
    Trend,
    TrendReason,
    TrendState,
    deviation,
    place_of_count,
    place_of_proportion,
    trend_of_proportions,
    trend_of_values,
)
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind, round_half_up
from kpi.extraction import words
from kpi.targets.rules import STRAIGHT, JudgedAs, PlanShape
from kpi.targets.rules_curve import share_at

Given = Mapping[str, Any]
Adapter = Callable[[Given, Given, date], Any]

ZERO = Decimal(0)


def exact(number: Any) -> Decimal:
    return Decimal(str(number))


def maybe(number: Any) -> Decimal | None:
    return None if number is None else exact(number)


# --- notation -----------------------------------------------------------------------------------------------------


def piece(written: Any) -> Band:
    """A number, or a stretch of the number line: {"op": ">", "value": 30}, {"op": "strictly between", …}."""
    if not isinstance(written, Mapping):
        number = exact(written)
        return Band("", number, number, low_in=True, high_in=True)
    sign = str(written["op"])
    if "low" in written:
        closed = "strictly" not in sign
        return Band("", exact(written["low"]), exact(written["high"]), low_in=closed, high_in=closed)
    number = exact(written["value"])
    if sign in {">", ">="}:
        return Band("", number, None, low_in=sign == ">=")
    if sign in {"<", "<="}:
        return Band("", None, number, high_in=sign == "<=")
    return Band("", number, number, low_in=True, high_in=True)


_SIDE = re.compile(r"\s*(-?[\d.]+)?\s*(<=|<)?\s*[a-z]\w*\s*(<=|<|>=|>)?\s*(-?[\d.]+)?\s*")


def band(outcome: str, text: str) -> Band:
    """ "delta > 25", "0 <= delta <= 25"."""
    found = _SIDE.fullmatch(text)
    if not found:
        raise ValueError(text)
    low, low_sign, sign, bound = found.groups()
    if sign in {">", ">="}:
        return Band(outcome, exact(bound), None, low_in=sign == ">=")
    return Band(
        outcome,
        maybe(low),
        maybe(bound),
        low_in=low_sign == "<=",
        high_in=sign == "<=",
    )


def better(written: str) -> Direction:
    words_of = {"increase": Direction.MORE, "decrease": Direction.LESS, "maximize": Direction.MORE}
    return words_of.get(written, Direction.INSIDE)


# --- intervals ----------------------------------------------------------------------------------------------------

LEVELS = {"95_0": 0.95, "99_8": 0.998}


def _limits(interval_of: Callable[[float], Interval | None]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name, confidence in LEVELS.items():
        interval = interval_of(confidence)
        found[f"lower{name}cl"] = interval.low if interval else None
        found[f"upper{name}cl"] = interval.high if interval else None
    return found


def phe_proportion(given: Given, _case: Given, _today: date) -> Any:
    x, n, scale = given["numerator"], given["denominator"], given["multiplier"]
    value = quotient(maybe(x), maybe(n), exact(scale))
    known = value is not None
    return {"value": value, **_limits(lambda level: wilson(x, n, level).scaled(scale) if known else None)}


def phe_rate(given: Given, _case: Given, _today: date) -> Any:
    x, n, scale = given["numerator"], given["denominator"], given["multiplier"]
    value = quotient(maybe(x), maybe(n), exact(scale))
    known = value is not None
    limits = _limits(lambda level: poisson_interval(x, level).scaled(scale / n) if known else None)
    method = None if not known else "Exact" if x < EXACT_BELOW else "Byars"
    return {"value": value, **limits, "ci_method": method}


def phe_mean_t_ci(given: Given, _case: Given, _today: date) -> Any:
    values = given["values"]
    total = sum((exact(value) for value in values), ZERO)
    return {
        "value_sum": total,
        "value_count": len(values),
        "stdev": standard_deviation(values) if len(values) > 1 else None,
        "value": quotient(total, Decimal(len(values))),
        **_limits(lambda level: mean_interval(values, level)),
    }


def wilson_proportion_ci(given: Given, _case: Given, _today: date) -> Any:
    found = wilson(given["x"], given["n"], given["confidence"])
    return {"lower": found.low, "upper": found.high}


def byars_count_ci(given: Given, _case: Given, _today: date) -> Any:
    found = byar(given["x"], given["confidence"])
    return {"lower": found.low if found.low >= 0 else None, "upper": found.high}


def exact_poisson_limits_of_count(given: Given, _case: Given, _today: date) -> Any:
    found: dict[str, float] = {}
    for name, confidence in LEVELS.items():
        interval = exact_poisson(given["observed"], confidence)
        found |= {f"lower{name}": interval.low, f"upper{name}": interval.high}
    return found


# --- funnels, trends, outliers ------------------------------------------------------------------------------------

SIGNIFICANCE = {
    Place.FAR_ABOVE: "High (0.001)",
    Place.ABOVE: "High (0.025)",
    Place.INSIDE: "Not significant",
    Place.BELOW: "Low (0.025)",
    Place.FAR_BELOW: "Low (0.001)",
}


def funnel_ratio_significance(given: Given, _case: Given, _today: date) -> Any:
    return {"significance": SIGNIFICANCE[place_of_count(given["observed"], given["expected_events"])]}


def funnel_proportion_significance(given: Given, _case: Given, _today: date) -> Any:
    place = place_of_proportion(given["numerator"], given["denominator"], given["baseline_proportion"])
    return {"significance": SIGNIFICANCE[place]}


TREND_WORDS = {
    TrendState.RISING: "Increasing",
    TrendState.FALLING: "Decreasing",
    TrendState.NO_CHANGE: "No significant change",
    TrendState.UNKNOWN: "Cannot be calculated",
}
TREND_REASONS = {
    TrendReason.SIGNIFICANT: "No outliers and significant trend",
    TrendReason.NOT_SIGNIFICANT: "No significant trend",
    TrendReason.OUTLIER: "Outlier found",
    TrendReason.TOO_FEW: "Not enough data points",
    TrendReason.REPEATED_YEARS: "Duplicate years in group",
    TrendReason.MISSING_VALUES: "Missing values",
    TrendReason.MISSING_LIMITS: "Missing at least one confidence interval value",
}


def fingertips_trend_marker(given: Given, _case: Given, _today: date) -> Any:
    found = _trend(given)
    return {
        "recent_trend": TREND_WORDS[found.state],
        "reason": TREND_REASONS[found.reason],
        "chi_square": found.chi_square,
        "gradient": found.gradient,
    }


def _trend(given: Given) -> Trend:
    if given["value_type"] == "proportion":
        return trend_of_proportions(given["years"], given["numerators"], given["denominators"])
    confidence = given.get("confidence", 0.95)
    confidence = confidence / 100 if confidence > 1 else confidence
    return trend_of_values(given["years"], given["values"], given["lower_cl"], given["upper_cl"], confidence)


def dhis2_zscore_outlier(given: Given, _case: Given, _today: date) -> Any:
    found = deviation(given["value"], given["mean"], given["std_dev"], given["threshold"])
    return {
        "abs_dev": found.distance,
        "z_score": found.z_score,
        "lower_bound": found.low,
        "upper_bound": found.high,
        "outlier": found.is_outlier,
    }


# --- process control ----------------------------------------------------------------------------------------------


def _process_limits(given: Given) -> Limits | None:
    low, mean, high = given.get("lpl"), given.get("mean"), given.get("upl")
    return None if low is None or mean is None or high is None else Limits(low, mean, high)


def nhs_spc_assurance(given: Given, _case: Given, _today: date) -> Any:
    limits, target = _process_limits(given), given.get("target")
    if limits is None or target is None:
        return {"assurance_type": None}
    return {"assurance_type": assurance(limits, target, better(given["improvement_direction"]))}


def nhs_spc_assurance_rebased(given: Given, case: Given, today: date) -> Any:
    latest = latest_wins(given["segments_in_row_order"]) or {}
    return nhs_spc_assurance({**latest, **given}, case, today)


def nhs_spc_xmr_limits(given: Given, _case: Given, _today: date) -> Any:
    found = xmr_limits(given["y"], given.get("screen_outliers", True))
    return {"upl": found.high, "mean": found.mean, "lpl": found.low}


def nhs_spc_seven_trend(given: Given, _case: Given, _today: date) -> Any:
    return {"flag": run_in_one_direction(given["y"])}


def nhs_spc_seven_one_side(given: Given, _case: Given, _today: date) -> Any:
    return {"flag": run_on_one_side(given["relative_to_mean"])}


def nhs_spc_part_of_seven(given: Given, _case: Given, _today: date) -> Any:
    return {"flag": part_of_run(given["flag_at_last_point"])}


def nhs_spc_two_in_three_window(given: Given, _case: Given, _today: date) -> Any:
    return {"flag": in_two_of_three(given["close_to_limits"], given["relative_to_mean"])}


def nhs_spc_two_in_three_points(given: Given, _case: Given, _today: date) -> Any:
    return {"flag": two_of_three(given["close_to_limits"], given["relative_to_mean"])}


CAUSES = {
    Cause.COMMON: "Common Cause",
    Cause.ABOVE_LIMIT: "Above UCL",
    Cause.BELOW_LIMIT: "Below LCL",
    Cause.RISING: "7 Point Trend (Increasing)",
    Cause.FALLING: "7 Point Trend (Decreasing)",
    Cause.TWO_ABOVE: "2 in 3 Above CL",
    Cause.TWO_BELOW: "2 in 3 Below CL",
    Cause.SEVEN_ABOVE: "7 Points Above CL",
    Cause.SEVEN_BELOW: "7 Points Below CL",
}


def nhs_spc_rule_priority(given: Given, _case: Given, _today: date) -> Any:
    found = first_cause(
        given["outside_limits"],
        given["seven_trend_flags"],
        given["two_in_three_flags"],
        given["seven_side_flags"],
        given["y"],
        given["relative_to_mean"],
    )
    return {"cause": [CAUSES[cause] for cause in found]}


def nhs_spc_point_types(given: Given, _case: Given, _today: date) -> Any:
    values, direction = given["y"], better(given["improvement_direction"])
    found = [
        variation(cause, direction) for cause in causes(values, xmr_limits(values, given.get("screen_outliers", True)))
    ]
    special = [number for number, each in enumerate(found, start=1) if each.value != "common_cause"]
    kinds = list(dict.fromkeys(found[number - 1] for number in special))
    return {
        "special_cause_point_numbers": special,
        "type": kinds[0] if len(kinds) == 1 else kinds or None,
        "last_two": found[-2:],
        "point_types": found,
    }


# --- growth -------------------------------------------------------------------------------------------------------


def sdg_progress_series(given: Given, _case: Given, _today: date) -> Any:
    needed = [given.get(name) for name in ("base_value", "base_year", "current_value", "current_year")]
    found = (
        Growth()
        if None in needed
        else progress_of(
            Series(
                *[float(each) for each in needed if each is not None],
                more_is_better=given["direction"] in (1, "positive"),
                target=given.get("target"),
                target_year=given.get("target_year") or 2030,
                limit=given.get("limit"),
            )
        )
    )
    label = found.status.replace("_", " ").capitalize()
    return {"progress_value": found.progress, "score": found.score, "status": found.status, "label": label}


def sdg_progress_indicator_aggregate(given: Given, _case: Given, _today: date) -> Any:
    pairs = zip(given["series_statuses"], given["series_scores"], strict=True)
    found = progress_of_all([Growth(status, None, score) for status, score in pairs])
    return {"score": found.score, "status": found.status}


# --- progress and plan --------------------------------------------------------------------------------------------


def _percent_of_way(actual: Any, start: Any, target: Any) -> Decimal | None:
    way = exact(target) - exact(start)
    return share_of_way(exact(actual) - exact(start), way) * HUNDRED if way else None


def baseline_aware_percent(given: Given, _case: Given, _today: date) -> Any:
    return {"percent": _percent_of_way(given["actual"], given["baseline"], given["target"])}


def percent_rounding(given: Given, _case: Given, _today: date) -> Any:
    percent = _percent_of_way(given["actual"], 0, given["target"])
    return {"percent_display": None if percent is None else round_half_up(percent, 0)}


SOMEDAY = date(2001, 1, 1)


def _time_share(given: Given, elapsed: str, total: str) -> Decimal:
    last = SOMEDAY + timedelta(days=int(given[total]) - 1)
    return share_at(SOMEDAY, last, STRAIGHT, SOMEDAY + timedelta(days=int(given[elapsed]) - 1))


def _day(given: Given, start: date, end: date, today: date) -> date:
    """The day looked at: a date, or "before …" or "after …"."""
    written = str(given.get("today") or "")
    if written.startswith("after"):
        return end + timedelta(days=1)
    if written.startswith("before"):
        return start - timedelta(days=1)
    return date.fromisoformat(written) if written else today


def time_progress_percent(given: Given, _case: Given, today: date) -> Any:
    if "days_elapsed" in given:
        return {"percent_complete": round_half_up(_time_share(given, "days_elapsed", "days_total") * HUNDRED, 0)}
    if not given.get("start") or not given.get("end"):
        return {"percent_complete": -1}
    start, end = date.fromisoformat(given["start"]), date.fromisoformat(given["end"])
    return {
        "percent_complete": round_half_up(share_at(start, end, STRAIGHT, _day(given, start, end, today)) * HUNDRED, 0)
    }


def time_proportional_expected_percent(given: Given, _case: Given, today: date) -> Any:
    state = given["state"]
    if state != "active":
        return {"expected_percent": 0 if state in {"not_started", "inactive"} else 100}
    if "elapsed_days" in given:
        return {"expected_percent": round_half_up(_time_share(given, "elapsed_days", "duration_days") * HUNDRED, 0)}
    start = date.fromisoformat(given["start"])
    end = start + timedelta(days=int(given["duration_days"]) - 1)
    share = share_at(start, end, STRAIGHT, _day(given, start, end, today))
    return {"expected_percent": round_half_up(share * HUNDRED, 0)}


# --- lights -------------------------------------------------------------------------------------------------------

YINCHUAN = (
    Band("green", None, ZERO, high_in=True),
    Band("yellow", Decimal(10), Decimal(30), low_in=True, high_in=True),
    Band("red", Decimal(30), None),
)


def _three(worst_from: int) -> tuple[Band, ...]:
    edge = Decimal(worst_from)
    return (
        Band("green", None, ZERO, high_in=True),
        Band("yellow", ZERO, edge, high_in=True),
        Band("red", edge, None),
    )


SHORTFALLS = {"Sanya": _three(50), "Tianjin": _three(30)}
UNSPECIFIED = "unspecified in the text"


def light_percentage_point_gap(given: Given, _case: Given, _today: date) -> Any:
    return {"light": outcome_of(YINCHUAN, piece(given["gap_pp_below_schedule"])) or UNSPECIFIED}


def light_relative_shortfall(given: Given, case: Given, _today: date) -> Any:
    """Two cities' bands; the case's source says whose, and without one the first that answers."""
    asked = piece(given["relative_shortfall_percent"])
    source = f"{case.get('source', '')} {given.get('rule', '')}"
    named = [bands for city, bands in SHORTFALLS.items() if city in source]
    found = (outcome_of(bands, asked) for bands in named or SHORTFALLS.values())
    return {"light": next((light for light in found if light), UNSPECIFIED)}


STRIKES = (
    Band("green", None, Decimal(1)),
    Band("yellow", Decimal(1), Decimal(2), low_in=True),
    Band("red", Decimal(2), None, low_in=True),
)


def light_consecutive_misses(given: Given, _case: Given, _today: date) -> Any:
    return {"light": outcome_of(STRIKES, piece(given["consecutive_missed_months"])) or UNSPECIFIED}


TIANJIN = (
    Condition("red", {"growth_non_negative": False}),
    Condition("green", {"at_or_above_plan": True, "at_or_above_city_average": True}),
    Condition("yellow", {"at_or_above_plan": False}),
    Condition("yellow", {"at_or_above_city_average": False}),
)


def light_plan_and_average(given: Given, _case: Given, _today: date) -> Any:
    return {"light": first_true(TIANJIN, given) or UNSPECIFIED}


def schedule_delta_band(given: Given, _case: Given, _today: date) -> Any:
    bands = [band(outcome, text) for outcome, text in given["bands"].items()]
    found = first_match(bands, exact(given["progress_percent"]) - exact(given["expected_percent"]))
    return {"status": found.outcome if found else UNSPECIFIED}


def _thresholds(green: Any, yellow: Any) -> tuple[Band, ...]:
    high, low = exact(green), exact(yellow)
    return Band("green", high, None, low_in=True), Band("yellow", low, high, low_in=True), Band("red", None, low)


def threshold_band(given: Given, _case: Given, _today: date) -> Any:
    bands = _thresholds(given["green"], given["yellow"])
    return {"status": outcome_of(bands, piece(given["achievement_percent"])) or UNSPECIFIED}


def servicenow_achievement(given: Given, _case: Given, _today: date) -> Any:
    percent = _percent_of_way(given["actual"], given["start"], given["target"])
    found = first_match(_thresholds(90, 75), percent) if percent is not None else None
    return {"achievement_percent": percent, "status": found.outcome if found else UNSPECIFIED}


# --- waivers ------------------------------------------------------------------------------------------------------

QUALITY_TIME = (
    Condition("informative", {"evaluated": False}),
    Condition("target_met", {"target": True}),
    Condition("debt_target_met", {"waived": True, "known": False}),
    Condition("debt_target_met", {"waived": True, "debt_target": True}),
    Condition("near_target_met", {"near_target": True}),
    Condition("target_not_met", {"known": True}),
)


def _waiver(given: Given) -> WaiverFacts:
    until = given.get("debt_end_date")
    done = tuple(issue == "done" for issue in given.get("issues") or ())
    return WaiverFacts("", date.min, date.fromisoformat(until[:10]) if until else None, done)


def quality_time_status(given: Given, _case: Given, today: date) -> Any:
    value = maybe(given.get("value"))
    upward = given.get("direction") == "more_is_better"
    comparator = Comparator.AT_LEAST if upward else Comparator.AT_MOST

    def met(name: str, default: Decimal | None = None) -> bool:
        goal = maybe(given.get(name)) if given.get(name) is not None else default
        if value is None or goal is None:
            return False
        return edges_of(comparator, Direction.MORE if upward else Direction.LESS, goal).met_by(value)

    facts = {
        "evaluated": bool(given.get("evaluate_targets", True)),
        "known": value is not None,
        "waived": bool(given.get("accept_debt")) and _waiver(given).covers(today),
        "target": met("target", ZERO),
        "debt_target": met("debt_target", ZERO),
        "near_target": met("near_target"),
    }
    return {"status": first_true(QUALITY_TIME, facts)}


def quality_time_waiver_expired(given: Given, _case: Given, today: date) -> Any:
    return {"expired": not _waiver(given).covers(today)}


# --- words, roll-ups ----------------------------------------------------------------------------------------------

CIVIL_CODE = {"届满": (True, ">="), "以外": (False, "outside")}
"""Words of the Civil Code's article on number words that no target is written with."""


def chinese_comparator(given: Given, _case: Given, _today: date) -> Any:
    word = given["word"]
    if word in CIVIL_CODE:
        includes, operator = CIVIL_CODE[word]
        return {"includes_the_number": includes, "operator": operator}
    comparator = (words.AFTER | words.BEFORE)[word][0]
    number = Decimal(1)
    includes = edges_of(comparator, Direction.INSIDE, number).met_by(number)
    return {"includes_the_number": includes, "operator": comparator}


WORST_FIRST = ("red", "yellow", "green")


def status_rollup(given: Given, _case: Given, _today: date) -> Any:
    if given["rule"] == "latest_wins":
        return {"status": latest_wins(given["children_in_time_order"])}
    return {"status": worst_wins(given["children"], WORST_FIRST)}


def competition_ranking(given: Given, _case: Given, _today: date) -> Any:
    return {"ranks": ranks([exact(score) for score in given["scores"]])}


def akvo_cumulative_updates(given: Given, _case: Given, _today: date) -> Any:
    periods = given["updates"]
    updates = [[(who, exact(value)) for who, value in rows] for rows in periods.values()]
    totals = carry_forward(updates, running=given.get("cumulative", True))
    return {"period_actual": dict(zip(periods, totals, strict=True))}


def akvo_parent_percentage(given: Given, _case: Given, _today: date) -> Any:
    left_out = set(given.get("excluded_children") or ())
    kept: Sequence[Any] = [child for index, child in enumerate(given["children"]) if index not in left_out]
    if not kept and given.get("parent"):
        kept = [given["parent"]]
    value, numerator, denominator, _ = roll_up_ratio([(maybe(n), maybe(d)) for n, d in kept], HUNDRED)
    return {"numerator": numerator, "denominator": denominator, "actual": value}


# --- the product itself -------------------------------------------------------------------------------------------


def assessment(given: Given, _case: Given, _today: date) -> Any:
    """A target, its values and a month, as the product judges them."""
    seen = [
        Observation(
            Period.parse(row["period"]),
            maybe(row.get("value")),
            maybe(row.get("numerator")),
            maybe(row.get("denominator")),
            date.fromisoformat(row["happened_on"]) if row.get("happened_on") else None,
        )
        for row in given["observations"]
    ]
    found = assess(_facts(given["target"]), seen, Period.parse(given["as_of"]))
    names = ("light", "rule", "value", "expected", "progress", "gap", "interval", "reason")
    return {name: getattr(found, name) for name in names}


def _facts(target: Given) -> TargetFacts:
    numbers = {name: maybe(target.get(name)) for name in ("value", "low", "high", "baseline")}
    return TargetFacts(
        JudgedAs(target["judged_as"]),
        Kind(target["kind"]),
        Comparator(target["comparator"]),
        Direction(target["direction"]),
        date.fromisoformat(target["start"]),
        date.fromisoformat(target["deadline"]),
        **numbers,
        unit=target.get("unit", ""),
        places=target.get("places", 2),
        whole=target.get("whole", False),
        shape=PlanShape.from_json(target.get("plan")),
        rules=LightRules.from_json(target.get("rules")),
    )


METHODS: dict[str, Adapter] = {
    adapter.__name__: adapter
    for adapter in (
        phe_proportion,
        phe_rate,
        phe_mean_t_ci,
        wilson_proportion_ci,
        byars_count_ci,
        exact_poisson_limits_of_count,
        funnel_ratio_significance,
        funnel_proportion_significance,
        fingertips_trend_marker,
        dhis2_zscore_outlier,
        nhs_spc_assurance,
        nhs_spc_assurance_rebased,
        nhs_spc_xmr_limits,
        nhs_spc_seven_trend,
        nhs_spc_seven_one_side,
        nhs_spc_part_of_seven,
        nhs_spc_two_in_three_window,
        nhs_spc_two_in_three_points,
        nhs_spc_rule_priority,
        nhs_spc_point_types,
        sdg_progress_series,
        sdg_progress_indicator_aggregate,
        baseline_aware_percent,
        percent_rounding,
        time_progress_percent,
        time_proportional_expected_percent,
        light_percentage_point_gap,
        light_relative_shortfall,
        light_consecutive_misses,
        light_plan_and_average,
        schedule_delta_band,
        threshold_band,
        servicenow_achievement,
        quality_time_status,
        quality_time_waiver_expired,
        chinese_comparator,
        status_rollup,
        competition_ranking,
        akvo_cumulative_updates,
        akvo_parent_percentage,
        assessment,
    )
}
"""Method → adapter, by the name the cases use."""
