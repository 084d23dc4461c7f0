"""Adapters of the published lights: progress, plan, bands, waivers, words, roll-ups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kpi.assessment.conformance_notation import ZERO, Given, band, better, exact, maybe, piece
from kpi.assessment.rules_bands import Band, Condition, condition_of, first_match, first_true, outcome_of
from kpi.assessment.rules_case import share_of_way
from kpi.assessment.rules_edges import HUNDRED, edges_of
from kpi.assessment.rules_facts import WaiverFacts
from kpi.assessment.rules_rollup import carry_forward, latest_wins, ranks, roll_up_ratio, worst_wins
from kpi.core.quantity import Comparator, Direction, round_half_up
from kpi.extraction import words
from kpi.targets.rules import STRAIGHT
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
    """The share of a straight plan that is due; parts of days make the plan longer, not the share another."""
    gone, whole = exact(given[elapsed]), exact(given[total])
    finer = 10 ** max(0, *(-int(number.as_tuple().exponent) for number in (gone, whole)))
    last = SOMEDAY + timedelta(days=int(whole * finer) - 1)
    return share_at(SOMEDAY, last, STRAIGHT, SOMEDAY + timedelta(days=int(gone * finer) - 1))


def _day(given: Given, start: date, end: date, today: date) -> date:
    """The day looked at: a date, or "before …" or "after …"."""
    written = str(given.get("today") or "")
    if written.startswith("after"):
        return end + timedelta(days=1)
    if written.startswith("before"):
        return start - timedelta(days=1)
    return date.fromisoformat(written[:10]) if written else today


def time_progress_percent(given: Given, _case: Given, today: date) -> Any:
    if "days_elapsed" in given:
        return {"percent_complete": round_half_up(_time_share(given, "days_elapsed", "days_total") * HUNDRED, 0)}
    if not given.get("start") or not given.get("end"):
        return {"percent_complete": -1}
    start, end = date.fromisoformat(given["start"][:10]), date.fromisoformat(given["end"][:10])
    return {
        "percent_complete": round_half_up(share_at(start, end, STRAIGHT, _day(given, start, end, today)) * HUNDRED, 0)
    }


def time_proportional_expected_percent(given: Given, _case: Given, today: date) -> Any:
    fixed = {"not_started": 0, "inactive": 0, "complete": 100, "completed": 100, "done": 100, "active": None}
    if (percent := fixed[str(given["state"]).lower()]) is not None:
        return {"expected_percent": percent}
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


def _light(bands: Sequence[Band], written: Any) -> str:
    """The light of a number or a stretch; a stretch over several bands may still be the condition of one of them,
    as ordered rule tables write theirs: "≤ 50" is the band that ends at 50."""
    asked = piece(written)
    return outcome_of(bands, asked) or condition_of(bands, asked) or UNSPECIFIED


def light_percentage_point_gap(given: Given, _case: Given, _today: date) -> Any:
    return {"light": _light(YINCHUAN, given["gap_pp_below_schedule"])}


def light_relative_shortfall(given: Given, case: Given, _today: date) -> Any:
    """Two cities' bands; the case's source says whose, and without one the first that answers."""
    written = given["relative_shortfall_percent"]
    source = f"{case.get('source', '')} {given.get('rule', '')}"
    named = [bands for city, bands in SHORTFALLS.items() if city in source] or [*SHORTFALLS.values()]
    clear = [bands for bands in named if outcome_of(bands, piece(written))]
    return {"light": _light([*clear, *named][0], written)}


STRIKES = (
    Band("green", None, Decimal(1)),
    Band("yellow", Decimal(1), Decimal(2), low_in=True),
    Band("red", Decimal(2), None, low_in=True),
)


def light_consecutive_misses(given: Given, _case: Given, _today: date) -> Any:
    return {"light": _light(STRIKES, given["consecutive_missed_months"])}


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
    return {"status": _light(_thresholds(given["green"], given["yellow"]), given["achievement_percent"])}


def servicenow_achievement(given: Given, _case: Given, _today: date) -> Any:
    percent = _percent_of_way(given["actual"], given["start"], given["target"])
    found = first_match(_thresholds(90, 75), percent) if percent is not None else None
    return {"achievement_percent": percent, "status": found.outcome if found else UNSPECIFIED}


# --- waivers ------------------------------------------------------------------------------------------------------

QUALITY_TIME = (
    Condition("debt_target_met", {"known": False, "accepted": True, "in_time": True}),
    Condition("informative", {"known": True, "evaluated": False}),
    Condition("target_met", {"target": True}),
    Condition("debt_target_met", {"accepted": True, "expired": False, "debt_target": True}),
    Condition("near_target_met", {"near_allows": True, "near_target": True}),
    Condition("target_not_met", {"known": True}),
)


def _waiver(given: Given, issues: Sequence[str] = ()) -> WaiverFacts:
    until = given.get("debt_end_date")
    return WaiverFacts(
        "", date.min, date.fromisoformat(until[:10]) if until else None, tuple(issue == "done" for issue in issues)
    )


def _is_expired(given: Given, today: date) -> bool:
    """A waiver is over when it was switched off, its day has passed or all that it waits for is done."""
    return given.get("accept_debt") is False or not _waiver(given, given.get("issues") or ()).covers(today)


def quality_time_status(given: Given, _case: Given, today: date) -> Any:
    """Goals that are not given are 0, as in the published data model; a waiver without a goal can not expire."""
    value, goals = maybe(given.get("value")), ("target", "near_target", "debt_target")
    target, near, debt = (maybe(given.get(name)) or ZERO for name in goals)
    upward = better(given.get("direction") or "fewer_is_better") is Direction.MORE
    comparator = Comparator.AT_LEAST if upward else Comparator.AT_MOST

    def is_met(number: Decimal | None, goal: Decimal) -> bool:
        return number is not None and edges_of(comparator, Direction.INSIDE, goal).met_by(number)

    facts = {
        "evaluated": bool(given.get("evaluate_targets", True)),
        "known": value is not None,
        "accepted": bool(given.get("accept_debt")),
        "in_time": _waiver(given).covers(today),
        "expired": given.get("debt_target") is not None and _is_expired(given, today),
        "target": is_met(value, target),
        "debt_target": is_met(value, debt),
        "near_allows": is_met(target, near),
        "near_target": is_met(value, near),
    }
    return {"status": first_true(QUALITY_TIME, facts)}


def quality_time_waiver_expired(given: Given, _case: Given, today: date) -> Any:
    return {"expired": given.get("debt_target", ZERO) is not None and _is_expired(given, today)}


# --- words, roll-ups ----------------------------------------------------------------------------------------------

CIVIL_CODE = {"届满": (True, ">="), "以外": (False, "outside")}
"""Words of the Civil Code's article on number words that no target is written with."""


def chinese_comparator(given: Given, _case: Given, _today: date) -> Any:
    word = str(given["word"]).strip()
    if word in CIVIL_CODE:
        includes, operator = CIVIL_CODE[word]
        return {"includes_the_number": includes, "operator": operator}
    comparator = (words.AFTER | words.BEFORE)[word][0]
    number = Decimal(1)
    includes = edges_of(comparator, Direction.INSIDE, number).met_by(number)
    return {"includes_the_number": includes, "operator": comparator}


WORST_FIRST = ("red", "yellow", "green")


def status_rollup(given: Given, _case: Given, _today: date) -> Any:
    rule = given["rule"]
    children = given["children_in_time_order"] if rule == "latest_wins" else given["children"]
    if rule not in {"latest_wins", "worst_wins"} or set(children) - {*WORST_FIRST}:
        raise ValueError(f"{rule}: {children}")
    return {"status": latest_wins(children) if rule == "latest_wins" else worst_wins(children, WORST_FIRST)}


def competition_ranking(given: Given, _case: Given, _today: date) -> Any:
    """Who has no score has no rank."""
    scores = [maybe(score) for score in given["scores"]]
    more = not (given.get("lower_is_better") or str(given.get("order", "")).startswith("asc"))
    places = iter(ranks([score for score in scores if score is not None], more_is_better=more))
    return {"ranks": [None if score is None else next(places) for score in scores]}


def akvo_cumulative_updates(given: Given, _case: Given, _today: date) -> Any:
    periods = given["updates"]
    updates = [[(who, exact(value)) for who, value in rows if value is not None] for rows in periods.values()]
    totals = carry_forward(updates, running=given.get("cumulative", True))
    return {"period_actual": dict(zip(periods, totals, strict=True))}


def akvo_parent_percentage(given: Given, _case: Given, _today: date) -> Any:
    """The children put together; the parent's own numbers while there is no child that counts."""
    left_out = set(given.get("excluded_children") or ())
    counted = given.get("aggregate_children", True)
    kept: Sequence[Any] = [
        child for index, child in enumerate(given.get("children") or ()) if counted and index not in left_out
    ]
    if not kept and given.get("parent"):
        kept = [given["parent"]]
    value, numerator, denominator, _ = roll_up_ratio([(maybe(n), maybe(d)) for n, d in kept], HUNDRED)
    return {"numerator": numerator, "denominator": denominator, "actual": value}
