"""A target judged as if something about it were different: for looking ahead, and for looking at former versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from kpi.assessment.actions_facts import (
    Material,
    Watched,
    load_allocations,
    load_rules,
    load_series,
    target_query,
    watched_of,
)
from kpi.assessment.rules import LightRules, Result, assess, combine, standing
from kpi.assessment.rules_season import brought_by_month
from kpi.core.errors import WrongState
from kpi.core.period import Period
from kpi.core.quantity import Direction
from kpi.core.text import t
from kpi.targets.rules_curve import seasonal_shares

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Share:
    """What a unit would have to reach."""

    unit_id: int
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is different: columns of the target's row in `kpi.assessment.actions_facts`, its light rules (of its own
    or of its plan), the units it is handed down to. What is not named is as it is."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    rules: LightRules | None = None
    shares: Sequence[Share] | None = None


AS_IT_IS = Supposed()
UNWAIVED = {"waiver_starts_on": None}
"""Columns of a target that is not set aside."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """A target under a supposition, with the approved values to judge it by."""

    target: Watched
    material: Material

    def judge(self, unit_id: int, months: Sequence[Period], today: date) -> list[Result]:
        """The lights of these months for one of its units, looked at from a day; nothing is stored."""
        target, facts = self.target, self.target.facts_for(unit_id)
        observations = self.material.observations(target, unit_id)
        stood = standing(facts, observations, target.accumulates, year_start_month=target.year_start_month)
        return [assess(facts, stood, month, today) for month in months]

    def last_year(self) -> tuple[Decimal, ...] | None:
        """The weights of January to December by the values of the year before the target starts; None without any."""
        target, facts = self.target, self.target.facts
        stood = combine(
            self.material.observations(target, target.unit_id),
            target.accumulates,
            scale=facts.scale,
            year_start_month=target.year_start_month,
        )
        brought = brought_by_month(
            stood,
            target.accumulates,
            facts.start.replace(year=facts.start.year - 1, day=1),
            facts.start - timedelta(days=1),
            year_start_month=target.year_start_month,
            falling=facts.direction is Direction.LESS,
        )
        return seasonal_shares(brought)


def imagine(session: Session, target_id: int, cases: Mapping[Key, Supposed]) -> dict[Key, Imagined]:
    """The target under each supposition. Four queries, however many cases; WrongState when it is watched no more."""
    row = session.execute(target_query(False), {"ids": [target_id], "known_at": None}).one_or_none()
    if row is None:
        raise WrongState(t("该目标已撤回，不能修改。"))
    rules = load_rules(session, {row.plan_id}, None)
    shares = load_allocations(session, [target_id], None).get(target_id, [])
    found = {key: _supposed(row, rules, shares, case) for key, case in cases.items()}
    material = Material()
    load_series(session, material, found.values(), None)
    return {key: Imagined(watched, material) for key, watched in found.items()}


def _supposed(row: Any, rules: Mapping[Any, LightRules], shares: Sequence[Any], case: Supposed) -> Watched:
    changed = SimpleNamespace(**{**row._mapping, **case.columns})
    own = rules if case.rules is None else {(row.plan_id, row.target_id): case.rules}
    return watched_of(changed, own, shares if case.shares is None else case.shares)
