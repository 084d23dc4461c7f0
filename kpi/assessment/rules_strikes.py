"""Strikes: a delay that goes on for a number of reported periods in a row counts as a serious one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice, takewhile

from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_reason import say_strikes

MISSED = (Light.BEHIND, Light.OFF_TRACK)


def escalated(result: Result, limit: int, earlier: Callable[[], Iterable[Result]]) -> Result:
    """The result, or off track when it is the `limit`-th in a row that is behind (0: never).

    `earlier` gives the results of the periods reported before, latest first, as far as they are needed.
    """
    if not limit or result.light is not Light.BEHIND:
        return result
    missed = takewhile(lambda each: each.light in MISSED, earlier())
    row = 1 + sum(1 for _ in islice(missed, limit - 1))
    operands = {**result.operands, "strikes": str(row), "strike_limit": str(limit)}
    if row < limit:
        return replace(result, operands=operands)
    light = Light.OFF_TRACK
    operands |= {"light_without_strikes": result.light.value, "rule_without_strikes": result.rule}
    return replace(result, light=light, rule="strikes", reason=say_strikes(result.reason, operands), operands=operands)
