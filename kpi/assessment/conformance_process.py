"""Adapters of the published process methods: control charts, and growth towards a goal."""

from __future__ import annotations

from datetime import date
from typing import Any

from kpi.assessment.conformance_notation import Given, better
from kpi.assessment.rules_growth import Growth, Series, progress_of, progress_of_all
from kpi.assessment.rules_rollup import latest_wins
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
from kpi.core.quantity import Direction

# --- process control ----------------------------------------------------------------------------------------------


def _process_limits(given: Given) -> Limits | None:
    low, mean, high = given.get("lpl"), given.get("mean"), given.get("upl")
    return None if low is None or mean is None or high is None else Limits(low, mean, high)


def nhs_spc_assurance(given: Given, _case: Given, _today: date) -> Any:
    limits, target = _process_limits(given), given.get("target")
    direction = better(given["improvement_direction"])
    if limits is None or target is None:
        return {"assurance_type": None}
    return {"assurance_type": assurance(limits, target, direction)}


def nhs_spc_assurance_rebased(given: Given, case: Given, today: date) -> Any:
    latest = latest_wins(given["segments_in_row_order"]) or {}
    return nhs_spc_assurance({**latest, **given}, case, today)


def nhs_spc_xmr_limits(given: Given, _case: Given, _today: date) -> Any:
    if not given["y"]:
        return {"upl": None, "mean": None, "lpl": None}
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
    values, direction = given["y"], better(given.get("improvement_direction", "increase"))
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
    needed = ("base_value", "current_value", "current_year")
    found = Growth() if any(given.get(name) is None for name in needed) else progress_of(_series(given))
    label = found.status.replace("_", " ").capitalize()
    return {"progress_value": found.progress, "score": found.score, "status": found.status, "label": label}


def _series(given: Given) -> Series:
    return Series(
        given["base_value"],
        given.get("base_year") or 2015,
        given["current_value"],
        given["current_year"],
        more_is_better=better(given.get("direction") or "negative") is Direction.MORE,
        target=given.get("target"),
        target_year=given.get("target_year") or 2030,
        limit=given.get("limit"),
    )


def sdg_progress_indicator_aggregate(given: Given, _case: Given, _today: date) -> Any:
    pairs = zip(given["series_statuses"], given["series_scores"], strict=True)
    found = progress_of_all([Growth(status, None, score) for status, score in pairs])
    return {"score": found.score, "status": found.status}
