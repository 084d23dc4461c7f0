"""Kept lights: a result is written, and the former one superseded, only where it differs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Text, and_, bindparam, cast, func, select, update
from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import chunks
from kpi.assessment.actions_facts import IDS, Watched
from kpi.assessment.actions_tally import Counted, Tally
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, Result
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.core.quantity import round_half_up
from kpi.db.bulk import insert_tuples, read_rows
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


class Kept(NamedTuple):
    """What a result is kept as: columns of `Assessment`."""

    plan_id: int
    target_id: int
    unit_id: int
    period: str
    light: Light
    data_period: str | None
    value: Decimal | None
    expected: Decimal | None
    target_value: Decimal | None
    progress: Decimal | None
    gap: Decimal | None
    rule: str
    rule_version: str
    operands: dict[str, str]
    reason: str
    as_of: date

    @property
    def key(self) -> Key:
        return self.target_id, self.unit_id, self.period


_WRITTEN = (*Kept._fields, "version", "cut_off", "computed_at")
_COMPARED = ("value", "expected", "target_value", "progress", "gap", "rule", "rule_version", "reason")
_PASSING = frozenset({"as_of", "day", "over", "grace_days", "waiver_reason", "waiver_by", "waiver_until"})
"""Operands that say nothing beside the others: of results of before, and those that only the sentence is made of."""


class Shown(NamedTuple):
    """A light in force, and where it counts."""

    id: int
    plan_id: int
    target_id: int
    unit_id: int
    period: str
    version: int
    light: Light
    data_period: str | None
    lead_id: int
    own: bool

    @property
    def counted(self) -> Counted:
        where = self.plan_id, self.period, self.unit_id, bool(self.own), self.lead_id
        return Counted(*where, self.light, self.data_period or "")


def kept_lights(session: Session, target_ids: list[int], first: Period | None) -> dict[Key, Shown]:
    """The lights in force, from a month on (None: all)."""
    values = {"ids": target_ids, "first": first.written if first is not None else ""}
    return {
        (row.target_id, row.unit_id, row.period): row for row in map(Shown._make, read_rows(session, _SHOWN, values))
    }


_IN_FORCE = and_(
    Assessment.target_id.in_(IDS), Assessment.superseded_at.is_(None), Assessment.period >= bindparam("first")
)
_SHOWN = (
    select(
        *(Assessment.id, Assessment.plan_id, Assessment.target_id, Assessment.unit_id, Assessment.period),
        *(Assessment.version, Assessment.light, Assessment.data_period),
        Target.lead_id,
        Target.unit_id == Assessment.unit_id,
    )
    .join(Target, Target.id == Assessment.target_id)
    .where(_IN_FORCE)
)
_SAID = select(
    Assessment.id,
    *(getattr(Assessment, name) for name in _COMPARED),
    cast(Assessment.operands, Text).label("operands"),  # to be read only where all else is the same
).where(_IN_FORCE)
"""Long rows, looked at only where light and data month are the same."""


def store(session: Session, judged: Sequence[Judged], kept: Mapping[Key, Shown], now: datetime, tally: Tally) -> int:
    """Write what differs from the `kept` lights, and say how many; `tally` hears what came and what went."""
    rows = {row.key: row for row in kept_as(judged, business_date(now))}
    for key in _unchanged(session, rows, kept):
        del rows[key]
    supersede(session, [kept[key] for key in rows if key in kept], now, tally)
    targets = {each.target.target_id: each.target for each in judged}
    tally.came(_counted_from(targets[row.target_id], row) for row in rows.values())
    version = _next_versions(session, rows, kept)
    fresh = [(*row, version[key], now, now) for key, row in rows.items()]
    insert_tuples(session, Assessment.__table__, _WRITTEN, fresh)
    return len(fresh)


def _unchanged(session: Session, rows: Mapping[Key, Kept], kept: Mapping[Key, Shown]) -> list[Key]:
    """The keys under which exactly these results stand already."""
    alike = [
        key
        for key, row in rows.items()
        if (shown := kept.get(key)) and shown.light is row.light and shown.data_period == row.data_period
    ]
    if not alike:
        return []
    said = {row.id: row for row in read_rows(session, _SAID, _about(alike))}
    return [key for key in alike if _is_same(rows[key], said[kept[key].id])]


def _next_versions(session: Session, rows: Iterable[Key], kept: Mapping[Key, Shown]) -> dict[Key, int]:
    """The number of each new version. A month or unit that comes back counts on after the versions it had before."""
    version = {key: kept[key].version + 1 for key in rows if key in kept}
    new = [key for key in rows if key not in kept]
    if new:
        last = {
            (target, unit, month): number for target, unit, month, number in read_rows(session, _NUMBERED, _about(new))
        }
        version |= {key: last.get(key, 0) + 1 for key in new}
    return version


def _about(keys: Sequence[Key]) -> dict[str, Any]:
    """Their targets, of which there are at most so many as are judged at once, and the first of their months."""
    return {"ids": sorted({target for target, _, _ in keys}), "first": min(month for _, _, month in keys)}


_NUMBERED = (
    select(Assessment.target_id, Assessment.unit_id, Assessment.period, func.max(Assessment.version))
    .where(Assessment.target_id.in_(IDS), Assessment.period >= bindparam("first"))
    .group_by(Assessment.target_id, Assessment.unit_id, Assessment.period)
)


def _counted_from(target: Watched, row: Kept) -> Counted:
    where = target.plan_id, row.period, row.unit_id, row.unit_id == target.unit_id, target.lead_id
    return Counted(*where, row.light, row.data_period or "")


def supersede(session: Session, gone: Sequence[Shown], now: datetime, tally: Tally) -> None:
    """These lights are in force no more."""
    tally.went(row.counted for row in gone)
    for part in chunks([row.id for row in gone]):
        session.connection().execute(_SUPERSEDE, {"ids": part, "now": now})


_SUPERSEDE = (
    update(Assessment.__table__)  # type: ignore[arg-type]
    .where(Assessment.id.in_(IDS))
    .values(superseded_at=bindparam("now", type_=Instant()))
)


def kept_as(judged: Iterable[Judged], today: date) -> Iterator[Kept]:
    """What results are kept as. Months in a row often share one result, which is then looked at once."""
    before: Result | None = None
    said: tuple[Any, ...] = ()
    for target, unit_id, month, result in judged:
        if result is not before:
            before, said = result, _said(result)
        whose = target.plan_id, target.target_id, unit_id, month.written
        yield Kept._make((*whose, *said, min(month.end, today)))


def _said(result: Result) -> tuple[Any, ...]:
    """The columns from `light` to `reason`."""
    numbers = (result.value, result.expected, result.target, result.progress, result.gap)
    return (
        result.light,
        result.period.written if result.period else None,
        *map(_stored, numbers),
        result.rule,
        result.version,
        result.operands,
        result.reason,
    )


def _stored(number: Decimal | None) -> Decimal | None:
    """At the decimals a column keeps; a percentage beyond all reason stays in the operands only."""
    if number is None or not -_TOO_LARGE < number < _TOO_LARGE:
        return None
    return round_half_up(number, _STORED_PLACES)


def _is_same(row: Kept, said: Any) -> bool:
    if any(getattr(row, name) != getattr(said, name) for name in _COMPARED):
        return False
    return lasting(row.operands) == lasting(json.loads(said.operands))


def lasting(operands: Mapping[str, Any]) -> dict[str, Any]:
    """Without those that results of before carry beside their working."""
    return {name: value for name, value in operands.items() if name not in _PASSING}
