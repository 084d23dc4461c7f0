"""Adapters of the published lights: progress, plan, bands, waivers, words, roll-ups, and the product itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kpi.assessment.conformance_notation import ZERO, Given, band, exact, maybe, piece
from kpi.assessment.rules import LightRules, Observation, TargetFacts, assess
from kpi.assessment.rules_bands import Band, Condition, first_match, first_true, outcome_of
from kpi.assessment.rules_case import share_of_way
from kpi.assessment.rules_edges import HUNDRED, edges_of
from kpi.assessment.rules_facts import WaiverFacts
from kpi.assessment.rules_rollup import carry_forward, latest_wins, ranks, roll_up_ratio, worst_wins
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind, round_half_up
from kpi.extraction import words
from kpi.targets.rules import STRAIGHT, JudgedAs, PlanShape
from kpi.targets.rules_curve import share_at

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
    return TargetFacts(
        JudgedAs(target["judged_as"]),
        Kind(target["kind"]),
        Comparator(target["comparator"]),
        Direction(target["direction"]),
        date.fromisoformat(target["start"]),
        date.fromisoformat(target["deadline"]),
        value=maybe(target.get("value")),
        low=maybe(target.get("low")),
        high=maybe(target.get("high")),
        baseline=maybe(target.get("baseline")),
        unit=target.get("unit", ""),
        places=target.get("places", 2),
        whole=target.get("whole", False),
        shape=PlanShape.from_json(target.get("plan")),
        rules=LightRules.from_json(target.get("rules")),
    )
