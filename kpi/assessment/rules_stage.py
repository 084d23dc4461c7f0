"""Stages go by days: done, in time, late."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kpi.assessment.rules_case import ZERO, Case, result
from kpi.assessment.rules_facts import Result
from kpi.assessment.rules_light import Light
from kpi.assessment.rules_numbers import show_day
from kpi.core.text import t


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
    values = {"due": show_day(due), "day": show_day(case.day), "days": late, "grace": facts.rules.stage_grace_days}
    if late <= 0:
        light = Light.ON_TRACK
        reason = t("应于{due}前完成，未到期，{light}", light=light.label, **values)
    elif late <= facts.rules.stage_grace_days:
        light = Light.BEHIND
        reason = t(
            "应于{due}前完成，截至{day}尚未完成，逾期{days}天（≤{grace}天），{light}", light=light.label, **values
        )
    else:
        light = Light.OFF_TRACK
        reason = t(
            "应于{due}前完成，截至{day}尚未完成，逾期{days}天（>{grace}天），{light}", light=light.label, **values
        )
    return result(case, light, f"stage.{light.value}", reason, gap=Decimal(max(0, late)))


def _judge_finished_stage(case: Case, happened: date | None) -> Result:
    light, deadline = Light.ACHIEVED, case.facts.deadline
    if happened is None:
        return result(
            case, light, "stage.achieved", t("截至{period}已完成，{light}", period=case.period_label, light=light.label)
        )
    case.operands["happened_on"] = happened.isoformat()
    late = (happened - deadline).days
    case.operands["days_late"] = str(late)
    if late > 0:
        reason = t(
            "应于{due}前完成，{day}完成，晚{days}天，{light}",
            due=show_day(deadline),
            day=show_day(happened),
            days=late,
            light=light.label,
        )
        return result(case, light, "stage.achieved_late", reason)
    return result(case, light, "stage.achieved", t("{day}完成，{light}", day=show_day(happened), light=light.label))
