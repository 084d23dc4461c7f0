"""Adapters of the published statistics: intervals, funnels, trends, process control, growth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from kpi.assessment.conformance_notation import ZERO, Given, better, exact, maybe
from kpi.assessment.rules_growth import Growth, Series, progress_of, progress_of_all
from kpi.assessment.rules_rollup import latest_wins
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
    needed = ("base_value", "base_year", "current_value", "current_year")
    found = Growth() if any(given.get(name) is None for name in needed) else progress_of(_series(given))
    label = found.status.replace("_", " ").capitalize()
    return {"progress_value": found.progress, "score": found.score, "status": found.status, "label": label}


def _series(given: Given) -> Series:
    return Series(
        given["base_value"],
        given["base_year"],
        given["current_value"],
        given["current_year"],
        more_is_better=given["direction"] in (1, "positive"),
        target=given.get("target"),
        target_year=given.get("target_year") or 2030,
        limit=given.get("limit"),
    )


def sdg_progress_indicator_aggregate(given: Given, _case: Given, _today: date) -> Any:
    pairs = zip(given["series_statuses"], given["series_scores"], strict=True)
    found = progress_of_all([Growth(status, None, score) for status, score in pairs])
    return {"score": found.score, "status": found.status}
