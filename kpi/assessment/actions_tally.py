"""The roll-up beside the kept lights, changed by what came and what went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from kpi.assessment.records import LightCount
from kpi.assessment.rules import Light
from kpi.db.bulk import add_up


class Counted(NamedTuple):
    """Where a light counts; the columns of `LightCount`."""

    plan_id: int
    period: str
    unit_id: int
    own: bool
    lead_id: int
    light: Light
    data_period: str


class Tally:
    """Collects all that a use case does to lights, to be written once at its end.

    Once and in order: two transactions that move the same counts wait for one another, never crosswise.
    """

    def __init__(self) -> None:
        self._changes: Counter[Counted] = Counter()

    def came(self, lights: Iterable[Counted]) -> None:
        self._changes.update(lights)

    def went(self, lights: Iterable[Counted]) -> None:
        self._changes.subtract(lights)

    def write(self, session: Session) -> None:
        rows: list[dict[str, Any]] = [
            {**where._asdict(), "count": change} for where, change in sorted(self._changes.items()) if change
        ]
        add_up(session, LightCount.__table__, rows, "count")
        self._changes.clear()
