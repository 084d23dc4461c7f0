"""Versions of values written past the session, many at a time; whoever was quicker is noticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import ENTRY_FIELDS, ActualRow, Desk, chunks
from kpi.actuals.records import Actual
from kpi.actuals.rules import ActualState, Entry
from kpi.audit import actions as audit
from kpi.audit.actions import Actor, Event
from kpi.core.errors import Conflict
from kpi.core.text import t
from kpi.db.bulk import insert_numbered
from kpi.db.types import Instant

DRAFT, SUBMITTED, APPROVED, RETURNED = ActualState


@dataclass(frozen=True, slots=True)
class Taken:
    """A cell that changed."""

    actual_id: int
    indicator_id: int
    unit_id: int
    period: str
    state: ActualState
    revision: int


@dataclass(slots=True)
class Planned:
    """What will be written for one entry."""

    index: int
    entry: Entry
    old: ActualRow | None
    version: int
    revision: int
    in_place: bool
    supersedes: tuple[int, ...]


def write(
    session: Session, desk: Desk, plans: Sequence[Planned], actor: Actor, now: datetime, to: ActualState
) -> tuple[Taken, ...]:
    """What was planned, with its rows in the trail. Whoever writes a cell at the same moment gets a Conflict: here, or
    from the store, which knows what the database refuses."""
    if not plans:
        return ()
    session.flush()
    supersede(session, [actual_id for plan in plans for actual_id in plan.supersedes], now)
    ids = _insert(session, [plan for plan in plans if not plan.in_place], actor, now, to)
    _edit(session, [plan for plan in plans if plan.in_place], actor, now, to)
    forget(session)
    taken, events = [], []
    fresh = iter(ids)
    for plan in plans:
        entry = plan.entry
        actual_id = plan.old.id if plan.in_place and plan.old is not None else next(fresh)
        taken.append(Taken(actual_id, *entry.key, to, plan.revision))
        events.append(_event(desk, plan, actual_id, to))
    audit.write_many(session, actor, now, "actual", events)
    return tuple(taken)


def supersede(session: Session, ids: Sequence[int], now: datetime) -> None:
    """Versions in force that are so no longer; Conflict when one was not."""
    for part in chunks(ids):
        must_have_hit(session.connection().execute(_SUPERSEDE, {"ids": part, "now": now}), len(part))


THESE: Any = Actual.id.in_(bindparam("ids", expanding=True))
_SUPERSEDE = (
    update(Actual.__table__)  # type: ignore[arg-type]
    .where(THESE, Actual.superseded_at.is_(None))
    .values(superseded_at=bindparam("now", type_=Instant()))
)


def must_have_hit(result: Any, count: int) -> None:
    """Fewer rows than were read: somebody was quicker."""
    if result.rowcount != count:
        raise Conflict(t("刚刚有人同时修改了同一项，您的内容没有保存，请刷新后重试。"))


_entered = attrgetter(*ENTRY_FIELDS)
_STAMPS = ("state", "entered_by", "recorded_at", "submitted_at", "submitted_by", "decided_at")


def _stamps(actor: Actor, now: datetime, to: ActualState) -> tuple[Any, ...]:
    """The columns `_STAMPS`, the same for all rows of a batch."""
    submitted = (None, None) if to is DRAFT else (now, actor.account_id)
    return to, actor.account_id, now, *submitted, now if to is APPROVED else None


_KEYS = ("indicator_id", "unit_id", "period", "period_end", "version", "return_reason")
_CONTENT = (*ENTRY_FIELDS, "revision", "source_kind", "source")


def _content(plan: Planned) -> tuple[Any, ...]:
    return *_entered(plan.entry), plan.revision, plan.entry.source_kind, plan.entry.source


def _insert(session: Session, plans: Sequence[Planned], actor: Actor, now: datetime, to: ActualState) -> list[int]:
    stamps = _stamps(actor, now, to)
    rows = [(*plan.entry.key, plan.entry.period.end, plan.version, "", *_content(plan), *stamps) for plan in plans]
    return insert_numbered(session, Actual.__table__, (*_KEYS, *_CONTENT, *_STAMPS), rows)


_EDITED = (*_CONTENT, *_STAMPS[:-1])


def _edit(session: Session, plans: Sequence[Planned], actor: Actor, now: datetime, to: ActualState) -> None:
    if not plans:
        return
    rows, stamps = [], _stamps(actor, now, to)[:-1]
    for plan in plans:
        assert plan.old is not None
        row = {f"b_{name}": value for name, value in zip(_EDITED, (*_content(plan), *stamps), strict=True)}
        rows.append(row | {"b_id": plan.old.id, "b_seen": plan.old.revision})
    must_have_hit(session.connection().execute(_EDIT, rows), len(rows))


_EDIT = (
    update(Actual.__table__)  # type: ignore[arg-type]
    .where(Actual.id == bindparam("b_id"), Actual.revision == bindparam("b_seen"), Actual.superseded_at.is_(None))
    .values({name: bindparam(f"b_{name}") for name in _EDITED})
)


def forget(session: Session) -> None:
    """Values were written past the session: what it holds of them is read again when asked for."""
    for held in list(session.identity_map.values()):
        if isinstance(held, Actual):
            session.expire(held)


_VERB = {DRAFT: "actuals.save", SUBMITTED: "actuals.submit", APPROVED: "actuals.collect"}


def _event(desk: Desk, plan: Planned, actual_id: int, to: ActualState) -> Event:
    entry, row = plan.entry, plan.old
    what, after = desk.title(*entry.key), _entered(entry)
    if row is None:
        said = {name: value for name, value in zip(ENTRY_FIELDS, after, strict=True) if value or value == 0}
        return Event(_VERB[to], actual_id, what, None, said | {"state": to}, entry.jump_reason)
    changed = [
        (name, old, new) for name, old, new in zip(ENTRY_FIELDS, _entered(row), after, strict=True) if old != new
    ]
    before = {name: old for name, old, _ in changed} | {"state": row.state}
    return Event(
        _VERB[to], actual_id, what, before, {name: new for name, _, new in changed} | {"state": to}, entry.jump_reason
    )
