"""What the targets behind a cell expect of it: shown beside it while one types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from kpi.assessment.actions_facts import Watched, load
from kpi.assessment.rules_numbers import rounded
from kpi.assessment.rules_reason import target_in_words
from kpi.readmodel.due import DueRow
from kpi.targets.rules_curve import expected_at


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one target expects of a cell: the amount due by the end of its period (None: no curve), and the demand."""

    target_id: int
    code: str
    name: str
    expected: Decimal | None
    demand: str
    deadline: date


def expectations(session: Session, rows: Iterable[DueRow]) -> dict[str, list[Expectation]]:
    """What the targets behind these rows expect, by the key of the row. Five queries."""
    rows = list(rows)
    material = load(session, {target_id for row in rows for target_id, _ in row.duty.targets})
    watched = {target.target_id: target for target in material.watched}
    found: dict[str, list[Expectation]] = {}
    for row in rows:
        targets = [watched[target_id] for target_id, _ in row.duty.targets if target_id in watched]
        found[row.key] = [_expectation(target, row) for target in targets if row.duty.unit_id in target.units]
    return found


def _expectation(target: Watched, row: DueRow) -> Expectation:
    facts = target.facts_for(row.duty.unit_id)
    due = expected_at(facts.curve, row.period.end) if facts.curve is not None else None
    shown = None if due is None else rounded(facts, due, facts.shown_places)
    return Expectation(
        target.target_id, target.code, target.name, shown, target_in_words(facts.operands), facts.deadline
    )
