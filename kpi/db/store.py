"""Engine and sessions. `commit` stands here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.db.troubles import in_words

BUSY_TIMEOUT_MS = 15_000
QUIET = {"hide_parameters": True}
"""Errors are logged: what people typed, and hashes of their passwords, must not stand there."""


class Store:
    """The one way to the database.

    `read()` gives a session that never leaves anything behind (PostgreSQL refuses to write in it); `write()` one that
    is committed when its block ends without an error, and rolled back otherwise; `rehearse()` one that writes and is
    always rolled back. On SQLite a session that writes begins with BEGIN IMMEDIATE, so two writers queue instead of
    failing half-way: parse and check before opening it.
    """

    def __init__(self, url: str, **engine_options: Any) -> None:
        try:
            self.url = make_url(url)
            if self.url.drivername in ("postgresql", "postgres"):
                self.url = self.url.set(drivername="postgresql+psycopg")
            self.engine = _engine(self.url.render_as_string(hide_password=False), **engine_options)
        except (ArgumentError, NoSuchModuleError, ImportError):
            raise BadInput(
                t("KPI_DATABASE_URL 不是可用的数据库地址，应类似 postgresql+psycopg://用户:密码@主机/库名。")
            ) from None  # its text would hold the password
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        if self.engine.dialect.name != "postgresql":
            with self._thrown_away() as session:
                yield session
            return
        with in_words(), self._sessions() as session:
            session.connection(execution_options={"postgresql_readonly": True})
            yield session
            # Nothing can have been written, and a rollback would make the driver forget the statements it prepared:
            # planning the overview anew each time takes longer than running it.
            session.expunge_all()
            session.commit()

    @contextmanager
    def rehearse(self) -> Iterator[Session]:
        with self._thrown_away() as session:
            session.connection(execution_options={"kpi_write": True})
            yield session

    @contextmanager
    def _thrown_away(self) -> Iterator[Session]:
        with in_words(), self._sessions() as session:
            try:
                yield session
            finally:
                session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        with in_words(), self._sessions() as session:
            try:
                session.connection(execution_options={"kpi_write": True})
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str, **options: Any) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(url, **{"pool_pre_ping": True, **QUIET, **options})
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, **{**QUIET, **options})
    _teach_sqlite(engine)
    return engine


def outside_engine(url: str) -> Engine:
    """A short-lived engine on somebody else's database: nothing pooled, nothing kept."""
    return create_engine(url, poolclass=NullPool, **QUIET)


def _teach_sqlite(engine: Engine) -> None:
    """Foreign keys, WAL, waiting instead of failing, and our own BEGIN (pysqlite's would let rolled-back rows live)."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={BUSY_TIMEOUT_MS}"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writing = connection.get_execution_options().get("kpi_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
