"""Many rows at once arrive as few would: on PostgreSQL they travel as text."""

from __future__ import annotations

import gc
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kpi.audit.records import AuditRow
from kpi.core.errors import Conflict
from kpi.db.bulk import FEW, insert_numbered, insert_tuples, many_rows
from kpi.db.store import Store
from kpi.organisation.records import OrgUnit, UnitKind
from support import NOW

ODD = ("", "\\", "\\N", "\\.", "两\t行\n一\r\n格", '"引号"', "'", "5%", "{}", " ")
NAMES = ("at", "actor_id", "actor", "action", "entity", "entity_id", "what", "old", "new", "why")


def trail(count: int) -> list[tuple[Any, ...]]:
    odd = [ODD[i % len(ODD)] for i in range(count)]
    return [
        (
            NOW + timedelta(seconds=i),
            i if i % 3 else None,
            "测试",
            "a.b",
            "x",
            str(i),
            it,
            None,
            {"new": it, "n": [i, None]},
            it,
        )
        for i, it in enumerate(odd)
    ]


@pytest.mark.parametrize("count", [len(ODD), FEW + len(ODD)])
def test_words_instants_and_documents_arrive_as_they_are(session: Session, count: int) -> None:
    rows = trail(count)
    insert_tuples(session, AuditRow.__table__, NAMES, rows)
    columns = [getattr(AuditRow, name) for name in NAMES]
    assert [tuple(row) for row in session.execute(select(*columns).order_by(AuditRow.id))] == rows


@pytest.mark.parametrize("count", [3, FEW + 3])
def test_ids_come_back_in_order(session: Session, count: int) -> None:
    names = ("code", "name", "kind", "position", "active", "demo")
    rows = [(f"U{(i * 7) % count:03d}", "区", UnitKind.REGION, i, True, False) for i in range(count)]
    ids = insert_numbered(session, OrgUnit.__table__, names, rows)
    found = {row_id: code for row_id, code in session.execute(select(OrgUnit.id, OrgUnit.code))}
    assert [found[row_id] for row_id in ids] == [row[0] for row in rows]


def test_room_for_many_rows_is_given_back_whatever_happens(store: Store) -> None:
    with store.write() as session:
        usual = cache_size(session)
        with pytest.raises(ZeroDivisionError), many_rows(session):
            assert not gc.isenabled()
            assert usual is None or cache_size(session) != usual
            raise ZeroDivisionError
        assert gc.isenabled()
        assert cache_size(session) == usual


def test_what_went_wrong_meanwhile_is_told_as_it_was(store: Store) -> None:
    def region() -> OrgUnit:
        return OrgUnit(code="A", name="区", kind=UnitKind.REGION)

    with store.read() as session:
        usual = cache_size(session)
    with pytest.raises(Conflict), store.write() as session, many_rows(session):
        session.add_all([region(), region()])
        session.flush()
    with store.read() as session:
        assert cache_size(session) == usual


def cache_size(session: Session) -> int | None:
    """None on PostgreSQL, where it is not ours to set."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    return session.scalar(text("PRAGMA cache_size"))
