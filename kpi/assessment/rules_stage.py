"""Stages go by days: done, in time, late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kpi.assessment.rules_case import ZERO, Case, result
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light


def judge_stage(case: Case) -> Result:
    """By days: done is achieved; time alone makes a stage late, so silence is no excuse."""
    seen, facts = case.seen, case.facts
    reached = seen.value if seen is not None and seen.value is not None else ZERO
    happened = seen.happened_on if seen is not None else None
    last = facts.value if facts.value is not None else Decimal(1)
    if (happened is not None and happened <= case.day) or (happened is None and reached >= last):
        return _judge_finished_stage(case, happened)
    due = next((point.day for point in facts.shape.points if point.value > reached), facts.deadline)
    late = (case.day - due).days
    case.operands["due"], case.operands["days_late"] = due.isoformat(), str(late)
    grace = facts.rules.stage_grace_days
    if late <= 0:
        return result(case, Light.ON_TRACK, "stage.on_track", gap=ZERO)
    case.operands["grace_days"] = str(grace)
    light = Light.BEHIND if late <= grace else Light.OFF_TRACK
    return result(case, light, f"stage.{light.value}", gap=Decimal(late))


def _judge_finished_stage(case: Case, happened: date | None) -> Result:
    if happened is None:
        return result(case, Light.ACHIEVED, "stage.achieved")
    case.operands["happened_on"] = happened.isoformat()
    late = (happened - case.facts.deadline).days
    case.operands["days_late"] = str(late)
    return result(case, Light.ACHIEVED, "stage.achieved_late" if late > 0 else "stage.achieved")
