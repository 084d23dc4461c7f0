"""What a report adds to a target that is late: where it is heading, what it would take, how long it has been late."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kpi.assessment.actions_facts import Material, Watched
from kpi.assessment.rules import Observation, TargetFacts, assess, standing
from kpi.assessment.rules_forecast import forecast
from kpi.assessment.rules_forecast_words import outlook_label, say_forecast, say_pace
from kpi.assessment.rules_rollup import trailing_misses
from kpi.core.period import Period
from kpi.core.text import t


def outlooks(material: Material, target_ids: Collection[int], month: Period) -> dict[int, str]:
    """A sentence for each of these targets, by its own unit and what was loaded; "" where there is nothing to say."""
    asked = set(target_ids)
    return {
        target.target_id: _sentence(material, target, month) for target in material.watched if target.target_id in asked
    }


def _sentence(material: Material, target: Watched, month: Period) -> str:
    facts, begins = target.facts, target.year_start_month
    seen = [each for each in material.observations(target, target.unit_id) if each.period.end <= month.end]
    stood = standing(facts, seen, target.accumulates, year_start_month=begins)
    by_year = standing(facts, seen, target.accumulates, year_start_month=begins, pooled=False)
    found = forecast(facts, by_year, target.accumulates, month, year_start_month=begins)
    said = []
    missed = strikes(facts, stood)
    if missed > 1:
        said.append(t("已连续{n}期滞后", n=missed))
    if found.outlook is not None:
        said += [say_forecast(found, facts), outlook_label(found.outlook), say_pace(found.pace, facts)]
    return t("；").join(part for part in said if part)


def strikes(facts: TargetFacts, stood: Sequence[Observation]) -> int:
    """Reported periods of the plan in a row, up to the last, that were behind or off track at their own end."""
    own = [each.period for each in stood if each.period.end >= facts.start]
    return trailing_misses(assess(facts, stood, period.last_month).light for period in reversed(own))
