"""Values from a query on somebody else's database.

Three nets under the same act: the text must be one SELECT, the session is read-only where the database knows
how, and whatever happened is rolled back. The account in the URL should be a reading one all the same.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, CursorResult, Row, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidRequestError, NoSuchModuleError, SQLAlchemyError

from kpi.actuals.collectors.base import (
    BYTE_LIMIT,
    FIELDS,
    ROW_LIMIT,
    SECRET_NAME,
    CollectContext,
    Collected,
    fields_of,
    fill_periods,
    row_of,
    text_setting,
    too_many,
)
from kpi.actuals.collectors.rules_select import select_only
from kpi.core.errors import BadInput, Problem, TooLarge, Unavailable
from kpi.core.text import t
from kpi.db.store import outside_engine

SECONDS = 30
DEFAULT_FIELDS = {name: name for name in FIELDS}


def check(settings: Mapping[str, Any], context: CollectContext) -> None:
    """BadInput naming the setting that is wrong; connects to nothing."""
    _query(settings, context)
    fields_of(settings, DEFAULT_FIELDS)
    if not SECRET_NAME.fullmatch(_variable(settings)):
        context.secret(_variable(settings))


def collect(settings: Mapping[str, Any], context: CollectContext) -> Collected:
    """Every row of the query; columns are found by name, upper or lower case."""
    query = _query(settings, context)
    named, fixed = fields_of(settings, DEFAULT_FIELDS)
    variable = _variable(settings)
    rows = []
    for number, values in enumerate(_fetch(_url(context.secret(variable), variable), query, variable), 1):
        found = {ours: values.get(theirs.lower()) for ours, theirs in named.items()}
        rows.append(row_of(number, found, fixed, context.now))
    return Collected(rows)


def _query(settings: Mapping[str, Any], context: CollectContext) -> str:
    written = text_setting(settings, "query", t("查询语句"))
    return fill_periods(select_only(written), context.now)


def _variable(settings: Mapping[str, Any]) -> str:
    return text_setting(settings, "url_env", t("环境变量"))


def _url(secret: str, variable: str) -> URL:
    try:
        url = make_url(secret)
    except ArgumentError:
        raise _bad_url(variable) from None
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        raise Unavailable(t("环境变量 {name} 指向的数据库文件不存在。", name=variable))
    return url


def _bad_url(variable: str) -> BadInput:
    return BadInput.of(
        Problem(t("环境变量 {name} 的内容不是可用的数据库地址（或缺少驱动程序）", name=variable), t("环境变量"))
    )


def _fetch(url: URL, query: str, variable: str) -> list[dict[str, object]]:
    try:
        engine = outside_engine(url.render_as_string(hide_password=False))
    except (NoSuchModuleError, ImportError, ArgumentError, TypeError, ValueError):
        raise _bad_url(variable) from None
    try:
        with _connected(engine.connect, variable) as connection:
            _HOLD_BACK.get(engine.dialect.name, _nothing)(connection)
            return _rows(connection, query, url)
    finally:
        engine.dispose()


def _connected(connect: Callable[[], Connection], variable: str) -> Connection:
    try:
        return connect()
    except (SQLAlchemyError, OSError):  # its text may hold host, name and password
        raise Unavailable(t("连接不上环境变量 {name} 指向的数据库，请检查地址、账号和网络。", name=variable)) from None


def _rows(connection: Connection, query: str, url: URL) -> list[dict[str, object]]:
    try:
        # Without parameters, a colon or a percent sign in the query is the query's own.
        reading = connection.execution_options(stream_results=True, no_parameters=True)
        result = reading.exec_driver_sql(query)
        names = [name.lower() for name in result.keys()]  # noqa: SIM118 - a result's keys, not a dict's
        found = _within_limits(result)
    except DBAPIError as error:
        raise Unavailable(t("查询失败：{reason}", reason=_scrubbed(error, url))) from None
    except (SQLAlchemyError, InvalidRequestError):
        raise BadInput.of(Problem(t("没有返回数据列"), t("查询语句"))) from None
    finally:
        connection.rollback()
    return [dict(zip(names, row, strict=True)) for row in found]


def _within_limits(result: CursorResult[Any]) -> list[Row[Any]]:
    """All rows, read one after another: a query can make far more of little than memory holds."""
    rows, size = [], 0
    for row in result:
        rows.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(rows) > ROW_LIMIT:
            raise too_many(t("查询语句"))
        if size > BYTE_LIMIT:
            raise TooLarge.of(Problem(t("返回的内容超过{n}MB，请缩小范围", n=BYTE_LIMIT // 1024**2), t("查询语句")))
    return rows


def _scrubbed(error: DBAPIError, url: URL) -> str:
    """The database's own first line, without anything of the URL in it."""
    line = (str(error.orig).strip().splitlines() or [""])[0][:200]
    for secret in (url.password, url.username, url.host, url.database):
        if secret:
            line = line.replace(str(secret), "***")
    return line


def _nothing(_connection: Connection) -> None:
    """Other databases have the check of the text and the rollback only."""


def _hold_back_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA query_only = ON")
    deadline = time.monotonic() + SECONDS
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, BYTE_LIMIT)
    driver.set_progress_handler(lambda: int(time.monotonic() > deadline), 10_000)


def _hold_back_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{SECONDS}s'")


_HOLD_BACK: dict[str, Callable[[Connection], None]] = {
    "sqlite": _hold_back_sqlite,
    "postgresql": _hold_back_postgresql,
}
