"""A forecast in words."""

from __future__ import annotations

from decimal import Decimal

from kpi.assessment.rules_facts import TargetFacts
from kpi.assessment.rules_forecast import INTERVAL, Forecast, Outlook, Pace, Silence
from kpi.assessment.rules_numbers import show_day
from kpi.assessment.rules_steps import Nature
from kpi.core.quantity import Direction, show_number, show_quantity
from kpi.core.text import t
from kpi.targets.rules import JudgedAs


def outlook_label(outlook: Outlook) -> str:
    match outlook:
        case Outlook.LIKELY:
            return t("预计可完成")
        case Outlook.OPEN:
            return t("能否完成难料")
        case Outlook.UNLIKELY:
            return t("预计难完成")


def say_forecast(found: Forecast, facts: TargetFacts) -> str:
    """The projection, or why there is none."""
    if found.silence is not None:
        return _say_silence(found, found.silence)
    assert found.interval is not None and found.chance is not None
    low, high = (show_number(end) for end in found.interval)
    return t(
        "照此下去，到{deadline}预计{middle}（{share}区间{low}—{high}），达到目标的可能性{chance}",
        deadline=show_day(facts.deadline),
        middle=show_quantity(found.middle, facts.unit),
        share=f"{INTERVAL:.0%}",
        low=low,
        high=high,
        chance=say_chance(found.chance),
    )


def _say_silence(found: Forecast, silence: Silence) -> str:
    match silence:
        case Silence.STAGE:
            return t("阶段性任务不作预测")
        case Silence.NO_TARGET:
            return t("无基线，不能推算目标值，不作预测")
        case Silence.OVER:
            return t("期限已到，不再预测")
        case Silence.DONE:
            return t("目标已完成，不再预测")
    counted = {"fewest": found.fewest, "points": found.points}
    if found.nature is Nature.LEVELS:
        return t("数据太少，不作预测：至少需要连续{fewest}期，目前{points}期", **counted)
    return t("数据太少，不作预测：至少需要{fewest}期，目前{points}期", **counted)


def say_chance(chance: float) -> str:
    """Whole per cent; nobody knows the future better than to one in a hundred."""
    if chance < 0.01:
        return t("不到1%")
    return t("99%以上") if chance > 0.99 else f"{chance:.0%}"


def say_pace(pace: Pace | None, facts: TargetFacts) -> str:
    """每月还需2.5家 (此前每月1.8家); "" where nothing more is needed."""
    if pace is None:
        return ""
    if pace.events is not None:
        return _say_events(pace, pace.events)
    if pace.needed is None:
        return ""
    words = _say_needed(pace, pace.needed, facts)
    if pace.so_far is None or facts.judged_as is not JudgedAs.DELIVER:
        return words
    return t("{needed}（此前每月{so_far}）", needed=words, so_far=show_quantity(pace.so_far, facts.unit))


def _say_needed(pace: Pace, needed: Decimal, facts: TargetFacts) -> str:
    if facts.judged_as in (JudgedAs.DELIVER, JudgedAs.COVER):
        return t("每月还需{quantity}", quantity=show_quantity(needed, _difference_unit(facts)))
    shown = show_quantity(needed, _difference_unit(facts))
    if pace.direction is Direction.MORE:
        return t("每月还需提高{quantity}", quantity=shown)
    return t("每月还需降低{quantity}", quantity=shown)


def _difference_unit(facts: TargetFacts) -> str:
    return t("个百分点") if facts.unit == "%" else facts.unit


def _say_events(pace: Pace, events: Decimal) -> str:
    so_far = show_number(pace.so_far, 1)
    if events < 0:
        return t("已超出限额{n}例（此前每月{so_far}例）", n=show_number(-events), so_far=so_far)
    return t("到期限前最多还可发生{n}例（此前每月{so_far}例）", n=show_number(events), so_far=so_far)
