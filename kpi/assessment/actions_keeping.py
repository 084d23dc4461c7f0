"""Kept lights: a result is written, and the former one superseded, only where it differs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, select, update
from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import chunks
from kpi.assessment.actions_facts import IDS, Watched
from kpi.assessment.actions_tally import Counted, Tally
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Result
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.core.quantity import round_half_up
from kpi.db.bulk import insert_rows, read_rows
from kpi.db.types import Instant
from kpi.targets.records import Target

Key = tuple[int, int, str]

_STORED_PLACES = 6
_TOO_LARGE = Decimal(10) ** 17


class Judged(NamedTuple):
    """A result and whose it is."""

    target: Watched
    unit_id: int
    month: Period
    result: Result


_COMPARED = ("data_period", "light", "value", "expected", "target_value", "progress", "gap", "rule", "rule_version")
_PASSING = frozenset({"as_of", "day"})
"""Operands of results of before that say nothing by themselves."""


def kept_lights(session: Session, target_ids: list[int], first: Period | None) -> dict[Key, Any]:
    """The lights in force, from a month on (None: all)."""
    found = read_rows(session, _KEPT, {"ids": target_ids, "first": str(first) if first is not None else ""})
    return {(row.target_id, row.unit_id, row.period): row for row in found}


_KEPT = (
    select(
        *(Assessment.id, Assessment.plan_id, Assessment.target_id, Assessment.unit_id, Assessment.period),
        *(getattr(Assessment, name) for name in ("version", *_COMPARED, "reason")),
        cast(Assessment.operands, Text).label("operands"),  # to be read only where all else is the same
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
        row = columns_of(each, today)
        former = kept.get((each.target.target_id, each.unit_id, row["period"]))
        if former is None:
            new_keys = True
        elif _is_same(row, former):
            continue
        else:
            gone.append(former)
        row["version"] = 1 if former is None else former.version + 1
        row["cut_off"] = row["computed_at"] = now
        fresh.append(row)
        tally.came((_counted_from(each, row),))
    supersede(session, gone, now, tally)
    if new_keys:  # of at most so many targets as are judged at once
        _number_after_the_retired(session, fresh)
    insert_rows(session, Assessment.__table__, fresh)
    return len(fresh)


def _number_after_the_retired(session: Session, fresh: Sequence[dict[str, Any]]) -> None:
    """A month or unit that comes back goes on counting after the versions it had before."""
    values = {"ids": sorted({row["target_id"] for row in fresh}), "first": min(row["period"] for row in fresh)}
    last = {(target, unit, month): version for target, unit, month, version in read_rows(session, _NUMBERED, values)}
    for row in fresh:
        before = last.get((row["target_id"], row["unit_id"], row["period"]), 0)
        row["version"] = max(row["version"], before + 1)


_NUMBERED = (
    select(Assessment.target_id, Assessment.unit_id, Assessment.period, func.max(Assessment.version))
    .where(Assessment.target_id.in_(IDS), Assessment.period >= bindparam("first"))
    .group_by(Assessment.target_id, Assessment.unit_id, Assessment.period)
)


def counted_where(row: Any) -> Counted:
    """Where a kept light counts."""
    own = bool(row.own)
    return Counted(row.plan_id, row.period, row.unit_id, own, row.lead_id, row.light, row.data_period or "")


def _counted_from(each: Judged, row: Mapping[str, Any]) -> Counted:
    target, own = each.target, each.unit_id == each.target.unit_id
    month, rests_on = row["period"], row["data_period"] or ""
    return Counted(target.plan_id, month, each.unit_id, own, target.lead_id, each.result.light, rests_on)


def supersede(session: Session, gone: Sequence[Any], now: datetime, tally: Tally) -> None:
    """These rows of `kept_lights` are in force no more."""
    tally.went(map(counted_where, gone))
    for part in chunks([row.id for row in gone]):
        session.connection().execute(_SUPERSEDE, {"ids": part, "now": now})


_SUPERSEDE = (
    update(Assessment.__table__)  # type: ignore[arg-type]
    .where(Assessment.id.in_(IDS))
    .values(superseded_at=bindparam("now", type_=Instant()))
)


def columns_of(each: Judged, today: date) -> dict[str, Any]:
    """What a result is kept as."""
    result = each.result
    return {
        "plan_id": each.target.plan_id,
        "target_id": each.target.target_id,
        "unit_id": each.unit_id,
        "period": each.month.written,
        "light": result.light,
        "data_period": result.period.written if result.period else None,
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


def _is_same(row: Mapping[str, Any], former: Any) -> bool:
    if any(row[name] != getattr(former, name) for name in (*_COMPARED, "reason")):
        return False
    return lasting(row["operands"]) == lasting(json.loads(former.operands))


def lasting(operands: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that results of before carry beside their working."""
    return {name: value for name, value in operands.items() if name not in _PASSING}
