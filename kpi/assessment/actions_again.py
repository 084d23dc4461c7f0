"""An old result worked out again from what was known when it was made: the proof that it was not made up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kpi.assessment.actions import judged_at
from kpi.assessment.actions_keeping import kept_as, lasting
from kpi.assessment.records import Assessment
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.core.quantity import plain

_WRITTEN = (
    *("period", "light", "data_period", "value", "expected", "target_value", "progress", "gap", "rule"),
    *("rule_version", "operands", "reason", "as_of"),
)


def again(session: Session, kept: Assessment) -> str | None:
    """The result as `written` writes it, from the values, targets and rules in force at its cut-off; None where the
    target is watched no more."""
    month = Period.parse(kept.period)
    found = judged_at(session, [kept.target_id], month, known_at=kept.cut_off, now=kept.computed_at)
    judged = [each for each in found if each.unit_id == kept.unit_id]
    row = next(kept_as(judged, business_date(kept.computed_at)), None)
    return written(row._asdict()) if row is not None else None


def written_as_kept(kept: Assessment) -> str:
    return written({name: getattr(kept, name) for name in _WRITTEN})


def written(columns: Mapping[str, Any]) -> str:
    """One line of JSON, the same for the same result to the byte."""
    said = {name: _plain(columns[name]) for name in _WRITTEN} | {"operands": lasting(columns["operands"])}
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return None if value is None else str(value)
