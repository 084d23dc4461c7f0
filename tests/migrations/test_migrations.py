"""The one schema: migrations go up and down on both databases, say what the records say, and stand alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from kpi.audit.records import AuditRow
from kpi.config import bundled
from kpi.db import migrate
from kpi.db.base import Base
from kpi.db.store import Store
from kpi.organisation.records import OrgUnit, UnitKind
from support import NOW, Server

SCRIPTS = bundled("migrations")


def test_up_down_and_up_again_with_rows_in_place(server: Server) -> None:
    store = Store(server.empty())
    migrate.upgrade(store.engine, SCRIPTS)
    with store.write() as session:
        session.add(OrgUnit(code="A", name="甲", kind=UnitKind.REGION))
    assert migrate.is_current(store.engine, SCRIPTS)
    migrate.downgrade(store.engine, SCRIPTS)
    assert set(inspect(store.engine).get_table_names()) <= {"alembic_version"}
    assert not migrate.is_current(store.engine, SCRIPTS)
    migrate.upgrade(store.engine, SCRIPTS)
    with store.read() as session:
        assert session.scalars(select(OrgUnit)).all() == []
    store.close()


def test_the_migrations_make_what_the_records_say(store: Store) -> None:
    migrate.load_records()
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head() -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        heads = command.ScriptDirectory.from_config(migrate.configuration(SCRIPTS, connection)).get_heads()
    assert len(heads) == 1
    engine.dispose()


@pytest.mark.parametrize("path", sorted((SCRIPTS / "versions").glob("*.py")), ids=lambda p: p.stem)
def test_a_migration_stands_alone(path: Path) -> None:
    assert not re.search(r"^\s*(from|import) (kpi|dashboards)\b", path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("statement", ["UPDATE audit_row SET actor = 'x'", "DELETE FROM audit_row"])
def test_the_trail_refuses_to_be_changed(store: Store, statement: str) -> None:
    with store.write() as session:
        session.add(AuditRow(at=NOW, actor="甲", action="a.b", entity="e", entity_id="1", old=None, new=None))
    with pytest.raises(DBAPIError, match="append-only"), store.write() as session:
        session.execute(text(statement))
    with store.read() as session:
        assert session.scalars(select(AuditRow.actor)).all() == ["甲"]
