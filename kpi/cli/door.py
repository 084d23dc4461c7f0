"""What every command needs: settings, an open store with the current schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kpi.config import Settings, bundled, load
from kpi.core import clock
from kpi.core.errors import WrongState
from kpi.core.text import t
from kpi.db import migrate
from kpi.db.store import Store
from kpi.db.troubles import in_words


@contextmanager
def opened(*, current: bool = True) -> Iterator[tuple[Settings, Store]]:
    """Settings and store; refuses an outdated schema unless `current` is False."""
    settings = load()
    clock.start_at(settings.clock)
    migrate.load_records()  # a command imports the rooms it needs; foreign keys lead into all of them
    store = Store(settings.store_url)
    try:
        with in_words():
            if current and not migrate.is_current(store.engine, bundled("migrations")):
                raise WrongState(t("数据库尚未初始化或版本过旧，请先运行 kpi setup。"))
            yield settings, store
    finally:
        store.close()
