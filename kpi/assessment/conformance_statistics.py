"""Adapters of the published statistics: intervals, funnels, trends, process control, growth."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from kpi.assessment.conformance_notation import ZERO, Given, exact, level, maybe
from kpi.assessment.rules_series import quotient
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

BOTH_LEVELS = (0.95, 0.998)


def _levels(given: Given) -> list[float]:
    asked = given.get("confidence")
    return [level(each) for each in (asked if isinstance(asked, list) else [asked])] if asked else [*BOTH_LEVELS]


def _limits(given: Given, interval_of: Callable[[float], Interval | None]) -> dict[str, float | None]:
    """By the publisher's names: lower95_0cl …; a single level that was asked for also as lowercl, uppercl."""
    found: dict[str, float | None] = {}
    asked = _levels(given)
    for confidence in asked:
        interval, name = interval_of(confidence), f"{confidence * 100:.1f}".replace(".", "_")
        low, high = (interval.low, interval.high) if interval else (None, None)
        found |= {f"lower{name}cl": low, f"upper{name}cl": high}
        found |= {"lowercl": low, "uppercl": high} if len(asked) == 1 else {}
    return found


def _counted(given: Given, count: str, base: str | None = None, *, within: bool = False) -> bool:
    """Whether both numbers are known; ValueError for those that can be no count, no base or no part of it."""
    x, n = given[count], given[base] if base else None
    if x is not None and x < 0:
        raise ValueError(f"{count} {x} < 0")
    if base and n is not None and n <= 0:
        raise ValueError(f"{base} {n} <= 0")
    if within and x is not None and n is not None and x > n:
        raise ValueError(f"{count} {x} > {base} {n}")
    return x is not None and (base is None or n is not None)


def phe_proportion(given: Given, _case: Given, _today: date) -> Any:
    x, n, scale = given["numerator"], given["denominator"], given.get("multiplier", 1)
    known = _counted(given, "numerator", "denominator", within=True)
    limits = _limits(given, lambda confidence: wilson(x, n, confidence).scaled(scale) if known else None)
    return {"value": quotient(maybe(x), maybe(n), exact(scale)), **limits}


def phe_rate(given: Given, _case: Given, _today: date) -> Any:
    x, n, scale = given["numerator"], given["denominator"], given.get("multiplier", 100_000)
    known = _counted(given, "numerator", "denominator")
    limits = _limits(given, lambda confidence: poisson_interval(x, confidence).scaled(scale / n) if known else None)
    method = None if not known else "Exact" if x < EXACT_BELOW else "Byars"
    return {"value": quotient(maybe(x), maybe(n), exact(scale)), **limits, "ci_method": method}


def phe_mean_t_ci(given: Given, _case: Given, _today: date) -> Any:
    values = given["values"]
    total = sum((exact(value) for value in values), ZERO)
    return {
        "value_sum": total,
        "value_count": len(values),
        "stdev": standard_deviation(values) if len(values) > 1 else None,
        "value": quotient(total, Decimal(len(values))),
        **_limits(given, lambda confidence: mean_interval(values, confidence)),
    }


def wilson_proportion_ci(given: Given, _case: Given, _today: date) -> Any:
    if not _counted(given, "x", "n", within=True):
        return {"lower": None, "upper": None}
    found = wilson(given["x"], given["n"], level(given.get("confidence", 0.95)))
    return {"lower": found.low, "upper": found.high}


def byars_count_ci(given: Given, _case: Given, _today: date) -> Any:
    """Where the approximation has no lower limit above zero, the publisher gives none."""
    if not _counted(given, "x"):
        return {"lower": None, "upper": None}
    found = byar(given["x"], level(given.get("confidence", 0.95)))
    return {"lower": found.low if given["x"] > 0 and found.low >= 0 else None, "upper": found.high}


def exact_poisson_limits_of_count(given: Given, _case: Given, _today: date) -> Any:
    _counted(given, "observed")
    found: dict[str, float] = {}
    for confidence in _levels(given):
        interval, name = exact_poisson(given["observed"], confidence), f"{confidence * 100:.1f}".replace(".", "_")
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
    _counted(given, "observed", "expected_events")
    return {"significance": SIGNIFICANCE[place_of_count(given["observed"], given["expected_events"])]}


def funnel_proportion_significance(given: Given, _case: Given, _today: date) -> Any:
    _counted(given, "numerator", "denominator", within=True)
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
    kind = given["value_type"]
    if kind == "proportion":
        return trend_of_proportions(given["years"], *_parts_of_proportions(given))
    if kind != "other":
        raise ValueError(f"value_type {kind}")
    confidence, scale = level(given.get("confidence", 0.95)), given.get("multiplier", 1)
    values = [None if value is None else value / scale for value in given["values"]]
    return trend_of_values(given["years"], values, given["lower_cl"], given["upper_cl"], confidence)


def _parts_of_proportions(given: Given) -> tuple[Any, Any]:
    """Numerators and denominators; of the two, one may be left to follow from the values."""
    numerators, denominators = given.get("numerators"), given.get("denominators")
    if numerators is not None and denominators is not None:
        return numerators, denominators
    values, known = given["values"], given["numerators"] if denominators is None else denominators
    pairs = [(None, None) if n is None or not v else (n, v) for n, v in zip(known, values, strict=True)]
    if denominators is None:
        return numerators, [None if n is None else n / v for n, v in pairs]
    return [None if n is None else n * v for n, v in pairs], denominators


def dhis2_zscore_outlier(given: Given, _case: Given, _today: date) -> Any:
    found = deviation(given["value"], given["mean"], given["std_dev"], given.get("threshold", 3))
    return {
        "abs_dev": found.distance,
        "z_score": found.z_score,
        "lower_bound": found.low,
        "upper_bound": found.high,
        "outlier": found.is_outlier,
    }
