"""Target and values become a light, with the numbers and the sentence that explain it.

The public face of the room's rules: `combine` values over time, `assess` a target, tell the `reporting_state`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from kpi.assessment.rules_bands import Band
from kpi.assessment.rules_case import Case, open_case
from kpi.assessment.rules_facts import Result, TargetFacts, WaiverFacts
from kpi.assessment.rules_judge import judge
from kpi.assessment.rules_light import USUAL, Family, Light, LightRules, three_bands
from kpi.assessment.rules_reason import say_waiver
from kpi.assessment.rules_series import Observation, combine
from kpi.assessment.rules_strikes import escalated
from kpi.catalog.rules import Accumulates, due_date
from kpi.core.period import Period
from kpi.core.text import t
from kpi.targets.rules import JudgedAs

__all__ = [
    "USUAL",
    "Band",
    "Family",
    "Light",
    "LightRules",
    "Observation",
    "Reporting",
    "Result",
    "TargetFacts",
    "WaiverFacts",
    "assess",
    "assess_each",
    "combine",
    "reporting_state",
    "standing",
    "three_bands",
]


class Reporting(StrEnum):
    """What is owed now; never a light."""

    NOT_DUE = "not_due"
    AWAITING = "awaiting"
    OVERDUE = "overdue"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REPORTED = "reported"

    @property
    def label(self) -> str:
        match self:
            case Reporting.NOT_DUE:
                return t("未到报送期")
            case Reporting.AWAITING:
                return t("待报")
            case Reporting.OVERDUE:
                return t("逾期未报")
            case Reporting.SUBMITTED:
                return t("待审")
            case Reporting.RETURNED:
                return t("已退回")
            case Reporting.REPORTED:
                return t("已报")


_REPORTED = {
    "approved": Reporting.REPORTED,
    "submitted": Reporting.SUBMITTED,
    "returned": Reporting.RETURNED,
}


def reporting_state(period: Period, lag_days: int, today: date, actual_state: str | None) -> Reporting:
    """What is owed for a period; a draft is nothing submitted."""
    found = _REPORTED.get(actual_state or "")
    if found is not None:
        return found
    if today <= period.end:
        return Reporting.NOT_DUE
    return Reporting.AWAITING if today <= due_date(period, lag_days) else Reporting.OVERDUE


def standing(
    facts: TargetFacts,
    observations: Sequence[Observation],
    accumulates: Accumulates,
    *,
    year_start_month: int = 1,
    pooled: bool = True,
) -> tuple[Observation, ...]:
    """What the target's indicator stands at by the end of each period, in the window its kind asks for.

    What is delivered or covered counts from the start of the plan; everything else within its statistical year, a
    limit that is held within as many of them as the settings pool (`pooled` False: within single ones all the same).
    """
    within_plan = facts.judged_as in (JudgedAs.DELIVER, JudgedAs.COVER)
    return combine(
        observations,
        accumulates,
        scale=facts.scale,
        year_start_month=year_start_month,
        plan_start=facts.start if within_plan else None,
        years=facts.rules.pooled_years if pooled and facts.judged_as is JudgedAs.HOLD else 1,
    )


def assess(facts: TargetFacts, observations: Sequence[Observation], as_of: Period, today: date | None = None) -> Result:
    """The light at the end of `as_of` (or on `today`, when that comes first) from observations already combined.

    Only periods of the plan that are over by then count; the latest of them gives the light and is named in it.
    """
    return next(assess_each(facts, observations, (as_of,), today))


def assess_each(
    facts: TargetFacts, observations: Sequence[Observation], months: Iterable[Period], today: date | None = None
) -> Iterator[Result]:
    """The same at the end of each of `months`. One without a newer value repeats the one before it."""
    rests_on: object = None
    found: Result | None = None
    touching = _touching(facts, observations)
    for as_of in months:
        day = as_of.end if today is None else min(as_of.end, today)
        seen = _latest(facts, touching, as_of)
        is_over = _is_over(facts, seen, day)
        now = seen, is_over, as_of.year  # the sentence names years other than this one
        if found is None or rests_on != now or _goes_by_days(facts, seen):
            found, rests_on = _judged(facts, observations, open_case(facts, seen, as_of, day, is_over)), now
        waiver = facts.waiver
        yield _waived(found, waiver) if waiver is not None and waiver.covers(day) else found


def _goes_by_days(facts: TargetFacts, seen: Observation | None) -> bool:
    """Whether time alone changes the result: the days of a stage, the start and end of a silent target."""
    return seen is None or facts.judged_as is JudgedAs.STAGE


def _judged(facts: TargetFacts, observations: Sequence[Observation], case: Case) -> Result:
    result = judge(case)
    if facts.rules.strikes:
        return escalated(result, facts.rules.strikes, lambda: _earlier(facts, observations, result.period))
    return result


def _earlier(facts: TargetFacts, observations: Sequence[Observation], period: Period | None) -> Iterator[Result]:
    """What each period of the plan reported before was worth at its own end, latest first. One without a light, or
    with a waiver in force, neither counts nor breaks a row."""
    for seen in sorted(observations, key=lambda each: each.period, reverse=True):
        if period is None or not (seen.period < period and seen.period.end >= facts.start):
            continue
        found = judge(open_case(facts, seen, seen.period.last_month, seen.period.end, is_over=False))
        if found.light.is_judged and not (facts.waiver and facts.waiver.covers(seen.period.end)):
            yield found


def _touching(facts: TargetFacts, observations: Sequence[Observation]) -> Sequence[Observation]:
    """Observations of the plan's own time. A stage may be finished early or late: there all of them."""
    if facts.judged_as is JudgedAs.STAGE:
        return observations
    start, deadline = facts.start, facts.deadline
    return [seen for seen in observations if seen.period.end >= start and seen.period.start <= deadline]


def _latest(facts: TargetFacts, touching: Sequence[Observation], as_of: Period) -> Observation | None:
    """The last observation that is over by the end of `as_of`; of a stage one that says when, whenever it came."""
    by_day, end = facts.judged_as is JudgedAs.STAGE, as_of.end
    best: Observation | None = None
    for seen in touching:
        if seen.period.end <= end and (best is None or _says_more(seen, best, by_day)):
            best = seen
    return best


def _says_more(seen: Observation, best: Observation, by_day: bool) -> bool:
    if by_day and (seen.happened_on is None) is not (best.happened_on is None):
        return seen.happened_on is not None
    return not seen.period < best.period


def _is_over(facts: TargetFacts, seen: Observation | None, day: date) -> bool:
    """After the deadline there is no plan any more, only achieved or missed.

    It is reached when the value of the deadline's own period is in, or when the time to report that has run out:
    on the first of January September's value is not yet the last word on December.
    """
    if seen is not None and seen.period.end >= facts.deadline:
        return True
    return day > facts.deadline + timedelta(days=facts.lag_days)


def _waived(result: Result, waiver: WaiverFacts) -> Result:
    """The light is set aside, the numbers stay visible, and so does what the light would have been."""
    operands = {**result.operands, "waiver_reason": waiver.reason}
    if waiver.approved_by:
        operands["waiver_by"] = waiver.approved_by
    if waiver.until is not None:
        operands["waiver_until"] = waiver.until.isoformat()
    operands |= {"light_without_waiver": result.light.value, "reason_without_waiver": result.reason}
    return replace(result, light=Light.WAIVED, rule="waived", reason=say_waiver(operands), operands=operands)
