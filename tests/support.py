"""What tests of several folders share: the frozen instant, database servers, the password of test accounts."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from kpi.config import Settings, bundled
from kpi.db import migrate
from kpi.db.store import Store

BACKENDS = ("sqlite", "postgresql")
NOW = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)  # 09:00 on 12 November in Shanghai


@dataclass
class Server:
    """One database product: a migrated template and cheap copies of it."""

    backend: str
    folder: Path
    admin_url: str = ""
    made: int = 0

    def copy(self) -> str:
        self.made += 1
        if self.backend == "sqlite":
            path = self.folder / f"copy{self.made}.db"
            shutil.copy(self.folder / "template.db", path)
            return f"sqlite:///{path}"
        name = f"copy_{os.getpid()}_{self.made}"
        self._admin(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self._url(name)

    def drop(self, url: str) -> None:
        if self.backend == "sqlite":
            for path in self.folder.glob(Path(make_url(url).database or "").name + "*"):
                path.unlink()
        else:
            self._admin(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def build_template(self) -> None:
        if self.backend == "postgresql":
            self._admin(f"DROP DATABASE IF EXISTS {self.template}", f"CREATE DATABASE {self.template}")
        store = Store(self.template_url)
        migrate.upgrade(store.engine, bundled("migrations"))
        if self.backend == "sqlite":
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        store.close()

    @property
    def template(self) -> str:
        return f"template_{os.getpid()}"

    @property
    def template_url(self) -> str:
        return f"sqlite:///{self.folder / 'template.db'}" if self.backend == "sqlite" else self._url(self.template)

    def empty(self) -> str:
        """A database without any schema, for tests of the migrations themselves."""
        self.made += 1
        if self.backend == "sqlite":
            return f"sqlite:///{self.folder / f'empty{self.made}.db'}"
        name = f"empty_{os.getpid()}_{self.made}"
        self._admin(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        return self._url(name)

    def _url(self, name: str) -> str:
        return make_url(self.admin_url).set(database=name).render_as_string(hide_password=False)

    def _admin(self, *statements: str) -> None:
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


PASSWORD = "correct-horse-battery"
DEMO_PASSWORD = "demo2026-kpi"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def csrf_of(client: FlaskClient) -> str:
    """The token a page would send along."""
    page = client.get("/sign-in", headers={"Accept": "text/html"})
    if page.status_code == 200:
        return page.text.split('name="csrf_token" value="')[1].split('"')[0]
    client.get("/", headers={"Accept": "text/html"})
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return cookie.value


@dataclass(frozen=True)
class Site:
    url: str
    store: Store
    settings: Settings
