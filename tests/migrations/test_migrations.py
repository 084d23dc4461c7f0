"""The one schema: migrations go up and down on both databases, say what the records say, and stand alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from kpi.audit.records import AuditRow
from kpi.config import bundled
from kpi.db import migrate
from kpi.db.base import Base
from kpi.db.store import Store
from kpi.organisation.records import OrgUnit, UnitKind
from support import NOW, Server

SCRIPTS = bundled("migrations")

DAY, PLAIN = "2026-01-01", {"active": True, "demo": False}
OLD_ROWS: list[tuple[str, dict[str, object]]] = [
    ("org_unit", PLAIN | {"id": 1, "code": "A", "name": "甲", "kind": "region", "position": 0}),
    ("org_unit", PLAIN | {"id": 2, "code": "B", "name": "乙", "kind": "region", "position": 1}),
    (
        "plan",
        {"id": 1, "code": "P", "title": "计划", "year": 2026, "region_id": 1, "issuer": "", "number": ""}
        | {"starts_on": DAY, "ends_on": "2026-12-31", "state": "active", "demo": False, "created_at": DAY},
    ),
    (
        "indicator",
        PLAIN
        | {"id": 1, "code": "I", "name": "指标", "kind": "count", "unit": "家", "direction": "more"}
        | {"accumulates": "level", "roll_up": "own", "frequency": "month", "lag_days": 10, "year_start_month": 1}
        | {"places": 0, "has_parts": False, "numerator": "", "denominator": "", "definition": "", "created_at": DAY},
    ),
    (
        "target",
        {"id": 1, "code": "T", "plan_id": 1, "indicator_id": 1, "unit_id": 1, "lead_id": 1, "clause_path": ""}
        | {"group_key": "", "position": 0, "state": "watched", "demo": False, "created_at": DAY},
    ),
    *(
        (
            "assessment",
            {"plan_id": 1, "target_id": 1, "unit_id": unit, "period": "2026-01", "version": version, "light": "behind"}
            | {"data_period": data_period, "rule": "r", "rule_version": "1", "operands": "{}", "reason": ""}
            | {"cut_off": DAY, "computed_at": DAY, "superseded_at": gone, "as_of": DAY},
        )
        for unit, version, data_period, gone in (
            (1, 1, None, "2026-02-02"),
            (1, 2, "2026-01", None),
            (2, 1, None, None),
        )
    ),
]


def put(connection: Connection, table: str, row: dict[str, object]) -> None:
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), row)


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


def test_lights_that_stand_are_counted(server: Server) -> None:
    store = Store(server.empty())
    migrate.upgrade(store.engine, SCRIPTS, "0001")
    with store.engine.begin() as connection:
        for table, row in OLD_ROWS:
            put(connection, table, row)
    migrate.upgrade(store.engine, SCRIPTS)
    with store.engine.connect() as connection:
        found = connection.execute(
            text("SELECT unit_id, own, light, data_period, count FROM light_count ORDER BY 1, 3")
        )
        assert [tuple(row) for row in found] == [(1, True, "behind", "2026-01", 1), (2, False, "behind", "", 1)]
    migrate.downgrade(store.engine, SCRIPTS, "0001")
    store.close()


def test_spans_of_one_reporter_fit_the_former_table(server: Server) -> None:
    store = Store(server.empty())
    migrate.upgrade(store.engine, SCRIPTS, "0005")
    spans = [(1, 1, DAY, "2026-03-31"), (2, 2, "2026-04-01", "2026-06-30")]
    with store.engine.begin() as connection:
        for table, row in OLD_ROWS[:4]:
            put(connection, table, row)
        for span in spans:
            put(connection, "assignment", duty(*span))
    migrate.upgrade(store.engine, SCRIPTS)
    with store.engine.begin() as connection:
        put(connection, "assignment", duty(3, 1, "2026-07-01", "2026-12-31"))
    migrate.downgrade(store.engine, SCRIPTS, "0005")
    with store.engine.connect() as connection:
        found = connection.execute(text("SELECT id, reporter_id, starts_on, ends_on FROM assignment ORDER BY id"))
        assert [tuple(map(str, row)) for row in found] == [
            ("1", "1", DAY, "2026-12-31"),
            ("2", "2", "2026-04-01", "2026-06-30"),
        ]
    store.close()


def duty(key: int, reporter: int, starts_on: str, ends_on: str) -> dict[str, object]:
    same = {"indicator_id": 1, "unit_id": 1, "starts_on": starts_on, "ends_on": ends_on}
    return {"id": key, "reporter_id": reporter} | same


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


CHANGES = [
    "UPDATE audit_row SET actor = 'x'",
    "DELETE FROM audit_row",
    "TRUNCATE audit_row",
    "INSERT OR REPLACE INTO audit_row (id, at, actor, action, entity, entity_id, what, why)"
    " SELECT id, at, 'x', action, entity, entity_id, what, why FROM audit_row",
]


@pytest.mark.parametrize("statement", CHANGES, ids=lambda words: words.split(" audit_row")[0])
def test_the_trail_refuses_to_be_changed(store: Store, statement: str) -> None:
    with store.write() as session:
        session.add(AuditRow(at=NOW, actor="甲", action="a.b", entity="e", entity_id="1", old=None, new=None))
    understood = {"TRUNCATE": "postgresql", "INSERT": "sqlite"}.get(statement.split()[0], store.engine.dialect.name)
    why = "append-only" if understood == store.engine.dialect.name else "syntax error"
    with pytest.raises(DBAPIError, match=why), store.write() as session:
        session.execute(text(statement))
    with store.read() as session:
        assert session.scalars(select(AuditRow.actor)).all() == ["甲"]
