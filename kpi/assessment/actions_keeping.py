"""Kept lights: a result is written, and the former one superseded, only where it differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import chunks
from kpi.assessment.actions_facts import IDS, Watched
from kpi.assessment.actions_tally import Counted, Tally
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Result
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.core.quantity import round_half_up
from kpi.db.bulk import insert_rows
from kpi.targets.records import Target

Key = tuple[int, int, str]

_STORED_PLACES = 6
_TOO_LARGE = Decimal(10) ** 17


@dataclass(frozen=True, slots=True)
class Judged:
    """A result and whose it is."""

    target: Watched
    unit_id: int
    month: Period
    result: Result


_COMPARED = ("light", "data_period", "value", "expected", "target_value", "progress", "gap", "rule", "rule_version")
_PASSING = frozenset({"day"})
"""Operands that change with every day and mean nothing by themselves."""


def kept_lights(session: Session, target_ids: list[int], first: Period | None) -> dict[Key, Any]:
    """The lights in force, from a month on (None: all)."""
    found = session.execute(_KEPT, {"ids": target_ids, "first": str(first) if first is not None else ""})
    return {(row.target_id, row.unit_id, row.period): row for row in found}


_KEPT = (
    select(
        *(Assessment.id, Assessment.plan_id, Assessment.target_id, Assessment.unit_id, Assessment.period),
        *(getattr(Assessment, name) for name in ("version", *_COMPARED, "reason", "operands")),
        Target.lead_id,
        (Target.unit_id == Assessment.unit_id).label("own"),
    )
    .join(Target, Target.id == Assessment.target_id)
    .where(Assessment.target_id.in_(IDS), Assessment.superseded_at.is_(None), Assessment.period >= bindparam("first"))
)


def store(session: Session, judged: Sequence[Judged], kept: Mapping[Key, Any], now: datetime, tally: Tally) -> int:
    """Write what differs from the `kept` lights, and say how many; `tally` hears what came and what went."""
    fresh, gone, new_keys = [], [], False
    today = business_date(now)
    for each in judged:
        columns = columns_of(each, today)
        former = kept.get((each.target.target_id, each.unit_id, columns["period"]))
        if former is not None:
            if _is_same(columns, former):
                continue
            gone.append(former)
        new_keys = new_keys or former is None
        version = former.version + 1 if former is not None else 1
        fresh.append(columns | {"version": version, "cut_off": now, "computed_at": now})
        tally.came([_counted_from(each, columns)])
    supersede(session, gone, now, tally)
    if new_keys:
        _number_after_the_retired(session, fresh)
    insert_rows(session, Assessment.__table__, fresh)
    return len(fresh)


def _number_after_the_retired(session: Session, fresh: Sequence[dict[str, Any]]) -> None:
    """A month or unit that comes back goes on counting after the versions it had before."""
    for part in chunks({row["target_id"] for row in fresh}):
        query = (
            select(Assessment.target_id, Assessment.unit_id, Assessment.period, func.max(Assessment.version))
            .where(Assessment.target_id.in_(part))
            .group_by(Assessment.target_id, Assessment.unit_id, Assessment.period)
        )
        last = {(target, unit, month): version for target, unit, month, version in session.execute(query)}
        for row in fresh:
            before = last.get((row["target_id"], row["unit_id"], row["period"]), 0)
            row["version"] = max(row["version"], before + 1)


def counted_where(row: Any) -> Counted:
    """Where a kept light counts."""
    own = bool(row.own)
    return Counted(row.plan_id, row.period, row.unit_id, own, row.lead_id, row.light, row.data_period or "")


def _counted_from(each: Judged, columns: Mapping[str, Any]) -> Counted:
    target, own = each.target, each.unit_id == each.target.unit_id
    month, rests_on = columns["period"], columns["data_period"] or ""
    return Counted(target.plan_id, month, each.unit_id, own, target.lead_id, each.result.light, rests_on)


def supersede(session: Session, gone: Sequence[Any], now: datetime, tally: Tally) -> None:
    """These rows of `kept_lights` are in force no more."""
    tally.went(map(counted_where, gone))
    for part in chunks([row.id for row in gone]):
        session.execute(
            update(Assessment.__table__)  # type: ignore[arg-type]
            .where(Assessment.id.in_(part))
            .values(superseded_at=now)
        )


def columns_of(each: Judged, today: date) -> dict[str, Any]:
    """What a result is kept as."""
    result = each.result
    return {
        "plan_id": each.target.plan_id,
        "target_id": each.target.target_id,
        "unit_id": each.unit_id,
        "period": str(each.month),
        "light": result.light,
        "data_period": str(result.period) if result.period else None,
        "value": _stored(result.value),
        "expected": _stored(result.expected),
        "target_value": _stored(result.target),
        "progress": _stored(result.progress),
        "gap": _stored(result.gap),
        "rule": result.rule,
        "rule_version": result.version,
        "operands": result.operands,
        "reason": result.reason,
        "as_of": min(each.month.end, today),
    }


def _stored(number: Decimal | None) -> Decimal | None:
    """At the decimals a column keeps; a percentage beyond all reason stays in the operands only."""
    if number is None or abs(number) >= _TOO_LARGE:
        return None
    exponent = number.as_tuple().exponent
    return round_half_up(number, _STORED_PLACES) if isinstance(exponent, int) and exponent < -_STORED_PLACES else number


def _is_same(columns: Mapping[str, Any], former: Any) -> bool:
    if any(columns[name] != getattr(former, name) for name in (*_COMPARED, "reason")):
        return False
    now_, then = columns["operands"], former.operands
    return {k: v for k, v in now_.items() if k not in _PASSING} == {k: v for k, v in then.items() if k not in _PASSING}
