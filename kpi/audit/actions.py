"""Writing to the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from kpi.audit.records import AuditRow
from kpi.core.quantity import plain
from kpi.db.bulk import insert_tuples

NAME_LENGTH = 80
SECRET_FIELDS = frozenset({"password", "password_hash", "token", "token_hash"})


@dataclass(frozen=True)
class Actor:
    """Who acts: a person's account, or the service itself (`account_id` None)."""

    account_id: int | None
    name: str


SYSTEM = Actor(None, "系统")


def write(
    session: Session,
    actor: Actor,
    now: datetime,
    action: str,
    thing: Any,
    *,
    what: str = "",
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    why: str = "",
) -> None:
    """One row in the trail, in the transaction of the change itself.

    `action` reads room.verb ("actuals.approve"); `thing` is the mapped object changed (flushed, so that it has
    its id). Secret fields are never written, whatever the caller passes.
    """
    session.flush()
    session.add(
        AuditRow(
            at=now,
            actor_id=actor.account_id,
            actor=actor.name[:NAME_LENGTH],
            action=action,
            entity=thing.__tablename__,
            entity_id=str(thing.id),
            what=what[:300],
            old=_storable(old),
            new=_storable(new),
            why=why,
        )
    )


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one row, for `write_many`."""

    action: str
    entity_id: int
    what: str = ""
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None
    why: str = ""


def write_many(session: Session, actor: Actor, now: datetime, entity: str, events: Iterable[Event]) -> None:
    """Rows in the trail for many things of one table, written in bulk."""
    who = now, actor.account_id, actor.name[:NAME_LENGTH], entity
    rows = [(*who, e.action, str(e.entity_id), e.what[:300], _storable(e.old), _storable(e.new), e.why) for e in events]
    insert_tuples(session, AuditRow.__table__, _COLUMNS, rows)


_COLUMNS = ("at", "actor_id", "actor", "entity", "action", "entity_id", "what", "old", "new", "why")


def changes(thing: Any, **new: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set attributes and return (old, new) of those that really changed, ready for `write`."""
    before, after = {}, {}
    for name, value in new.items():
        current = getattr(thing, name)
        if current != value:
            before[name], after[name] = current, value
            setattr(thing, name, value)
    return before, after


def _storable(values: dict[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: _plain(value) for key, value in values.items() if key not in SECRET_FIELDS}


def _plain(value: Any) -> Any:
    if type(value) is str or value is None:
        return value
    match value:
        case Decimal():
            return plain(value)
        case datetime() | date():
            return value.isoformat()
        case Enum():
            return value.value
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(item) for item in value]
        case str() | int() | float() | bool():
            return value
        case _:
            return str(value)
