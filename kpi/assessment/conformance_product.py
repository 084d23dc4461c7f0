"""The adapter of the product itself: a target, its values and a month, judged as on every page."""

from __future__ import annotations

from datetime import date
from typing import Any

from kpi.assessment.conformance_notation import Given, maybe
from kpi.assessment.rules import LightRules, Observation, TargetFacts, assess
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs, PlanShape


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
