"""Many rows at once, past the per-row machinery: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, FromClause, Table, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

FEW = 50
"""Up to so many rows the ordinary insert is quicker."""


@contextmanager
def without_searching_garbage() -> Iterator[None]:
    """For work on many rows: its objects form no cycles and live to its end, so the collector would only walk them.

    That walk is a sixth of the time of a large import. Works as a decorator, too.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_rows(session: Session, query: Any, values: dict[str, Any]) -> Any:
    """Rows of plain columns, without what the session does for each row of mapped objects."""
    session.flush()
    return session.connection().execute(query, values).all()


def insert_rows(session: Session, table: FromClause, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns; defaults of the mapping are not filled in.

    Column types convert the values as they would anywhere. What the session holds in memory is not touched.
    """
    if not rows:
        return
    if len(rows) <= FEW:
        session.execute(insert(_table(table)), rows)
        return
    connection = session.connection()
    names = list(rows[0])
    prepared = _prepared(connection, _table(table), names, rows)
    if connection.dialect.name == "postgresql":
        _copy(connection, _table(table), names, prepared)
    else:
        columns, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # type: ignore[attr-defined]  # noqa: S608
        connection.exec_driver_sql(statement, list(prepared))


def add_up(session: Session, table: FromClause, rows: Sequence[dict[str, Any]], number: str) -> None:
    """Insert rows; where one stands already under the same primary key, add the new `number` to its own."""
    if not rows:
        return
    connection, whole = session.connection(), _table(table)
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    adding = build(whole)
    together = whole.c[number] + adding.excluded[number]
    keys = list(whole.primary_key.columns)
    connection.execute(adding.on_conflict_do_update(index_elements=keys, set_={number: together}), rows)


def reserve_ids(session: Session, table: FromClause, count: int) -> list[int]:
    """Ids that nobody else will get, for rows about to be inserted with them.

    On SQLite a write transaction is the only writer, so the next ones are free; PostgreSQL hands them out.
    """
    whole = _table(table)
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(whole.name, "id")
        numbers = select(func.nextval(sequence.op("::")(text("regclass")))).select_from(func.generate_series(1, count))
        return list(session.scalars(numbers))
    first = (session.scalar(select(func.max(whole.c.id))) or 0) + 1
    return list(range(first, first + count))


def _table(table: FromClause) -> Table:
    assert isinstance(table, Table)
    return table


def _prepared(connection: Connection, table: Table, names: list[str], rows: Sequence[dict[str, Any]]) -> Any:
    """Rows as tuples of what the driver takes, worked out column by column."""
    dialect = connection.dialect
    columns = []
    for name in names:
        processor: Callable[[Any], Any] | None = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        values = [row[name] for row in rows]
        columns.append(_processed(processor, values) if processor else values)
    return zip(*columns, strict=True)


def _processed(processor: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """Instants and words repeat in every row, and rows may share a document: each is converted once."""
    try:
        distinct = set(values)
    except TypeError:
        documents = {id(value): value for value in values}
        converted = {key: processor(value) for key, value in documents.items()}
        return [converted[id(value)] for value in values]
    if len(distinct) * 4 > len(values):
        return list(map(processor, values))
    done = {value: processor(value) for value in distinct}
    return [done[value] for value in values]


def _copy(connection: Connection, table: Table, names: list[str], prepared: Any) -> None:
    columns = ", ".join(f'"{name}"' for name in names)
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
            for row in prepared:
                copy.write_row(row)
    finally:
        cursor.close()
