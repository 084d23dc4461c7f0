"""Many rows at once, past the per-row machinery: COPY on PostgreSQL, one prepared statement on SQLite."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import JSON, Connection, Dialect, FromClause, Table, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

FEW = 50
"""Up to so many rows the ordinary insert is quicker."""


ROOMY_KIB = 128 * 1024
"""Page cache of SQLite for many rows: with its usual 2 MB it writes and reads the same pages over and over."""


@contextmanager
def many_rows(session: Session) -> Iterator[None]:
    """Room for work on many rows: SQLite gets a large page cache, and the garbage collector rests.

    The objects of such work form no cycles and live to its end, so the collector would only walk them: a sixth of the
    time of a large import.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        with _roomy_cache(session):
            yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def _roomy_cache(session: Session) -> Iterator[None]:
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        yield
        return
    usual = connection.exec_driver_sql("PRAGMA cache_size").scalar()
    connection.exec_driver_sql(f"PRAGMA cache_size=-{ROOMY_KIB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size={usual}")


def read_rows(session: Session, query: Any, values: dict[str, Any]) -> Any:
    """Rows of plain columns, without what the session does for each row of mapped objects."""
    session.flush()
    return session.connection().execute(query, values).all()


def insert_rows(session: Session, table: FromClause, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns (two at least); defaults of the mapping are not filled in."""
    if rows:
        names = list(rows[0])
        insert_tuples(session, table, names, list(map(itemgetter(*names), rows)))


def insert_tuples(session: Session, table: FromClause, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows that hold the columns `names` in order; defaults of the mapping are not filled in.

    Column types convert the values as they would anywhere. What the session holds in memory is not touched.
    """
    if not rows:
        return
    connection = session.connection()
    if len(rows) <= FEW:
        connection.execute(insert(_table(table)), _named(names, rows))
        return
    columns = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name == "postgresql":
        _copy(connection, _table(table), columns, _prepared(_copied, connection.dialect, _table(table), names, rows))
    else:
        prepared = _prepared(_bound, connection.dialect, _table(table), names, rows)
        marks = ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # type: ignore[attr-defined]  # noqa: S608
        connection.exec_driver_sql(statement, list(prepared))


def insert_numbered(
    session: Session, table: FromClause, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[int]:
    """The same for a table whose rows are numbered by the database; returns their ids in order."""
    if not rows:
        return []
    whole = _table(table)
    if len(rows) <= FEW:
        inserting = insert(whole).returning(whole.c.id, sort_by_parameter_order=True)
        return list(session.connection().scalars(inserting, _named(names, rows)))
    ids = _reserve_ids(session, whole, len(rows))
    insert_tuples(session, whole, ("id", *names), [(row_id, *row) for row_id, row in zip(ids, rows, strict=True)])
    return ids


def _named(names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def add_up(session: Session, table: FromClause, rows: Sequence[dict[str, Any]], number: str) -> None:
    """Insert rows; where one stands already under the same primary key, add the new `number` to its own."""
    if rows:
        connection = session.connection()
        connection.execute(_adding_up(connection.dialect.name, _table(table), number), rows)


@cache
def _adding_up(product: str, table: Table, number: str) -> Any:
    adding = (postgresql.insert if product == "postgresql" else sqlite.insert)(table)
    together = table.c[number] + adding.excluded[number]
    return adding.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_={number: together})


def _reserve_ids(session: Session, table: Table, count: int) -> list[int]:
    """Ids that nobody else will get, for rows about to be inserted with them.

    On SQLite a write transaction is the only writer, so the next ones are free; PostgreSQL hands them out.
    """
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, "id")
        numbers = select(func.nextval(sequence.op("::")(text("regclass")))).select_from(func.generate_series(1, count))
        return list(session.scalars(numbers))
    first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
    return list(range(first, first + count))


def _table(table: FromClause) -> Table:
    assert isinstance(table, Table)
    return table


Convert = Callable[[Any], Any]


def _prepared(
    converter: Callable[[Dialect, Any], Convert | None],
    dialect: Dialect,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
) -> Iterable[tuple[Any, ...]]:
    """Rows as tuples of what the driver takes, worked out column by column."""
    columns = []
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        convert = converter(dialect, table.c[name].type)
        columns.append(_converted(convert, values) if convert else values)
    return zip(*columns, strict=True)


def _converted(convert: Convert, values: Sequence[Any]) -> Sequence[Any]:
    """Instants and words repeat in every row, and rows may share a document: each is converted once."""
    try:
        distinct = set(values)
    except TypeError:
        documents = {id(value): value for value in values}
        converted = {key: convert(value) for key, value in documents.items()}
        return [converted[id(value)] for value in values]
    done = {value: convert(value) for value in distinct}
    return [done[value] for value in values]


def _bound(dialect: Dialect, kind: Any) -> Convert | None:
    """How a value of a column is handed to the driver; None: as it is."""
    processor: Convert | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return processor


def _copied(dialect: Dialect, kind: Any) -> Convert:
    """How a value of a column is written for COPY; shared documents once, which the driver would write for each row."""
    impl = kind.dialect_impl(dialect)
    bound = _document if isinstance(impl, JSON) else impl.bind_processor(dialect)
    return (lambda value: _copy_text(bound(value))) if bound else _copy_text


def _document(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _copy_text(value: Any) -> str:
    """A value in PostgreSQL's text format for COPY."""
    match value:
        case None:
            return r"\N"
        case str():
            return _escaped(value)
        case bool():
            return "t" if value else "f"
        case int() | Decimal() | date():
            return str(value)
    raise TypeError(f"no way to copy a {type(value).__name__}")


def _escaped(words: str) -> str:
    for sign, written in _ESCAPES:
        if sign in words:
            words = words.replace(sign, written)
    return words


_ESCAPES = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))
"""The backslash first: the others bring theirs."""


def _copy(connection: Connection, table: Table, columns: str, lines: Iterable[tuple[str, ...]]) -> None:
    cursor, statement = connection.connection.cursor(), f'COPY "{table.name}" ({columns}) FROM STDIN'
    drivers = connection.dialect.loaded_dbapi.Error
    try:
        with cursor.copy(statement) as copy:
            for line in lines:
                copy.write("\t".join(line) + "\n")
    except drivers as error:  # it came past SQLAlchemy, and is told as SQLAlchemy tells others
        raise DBAPIError.instance(statement, None, error, drivers, True, dialect=connection.dialect) from error
    finally:
        cursor.close()
