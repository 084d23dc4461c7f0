"""What every command needs: settings, an open store with the current schema."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kpi.config import Settings, bundled, load, misspelt
from kpi.core import clock
from kpi.core.errors import WrongState
from kpi.core.text import t
from kpi.db import migrate
from kpi.db.store import Store
from kpi.db.troubles import in_words


@contextmanager
def opened(*, current: bool = True) -> Iterator[tuple[Settings, Store]]:
    """Settings and store; refuses an outdated schema unless `current` is False."""
    for name, meant in misspelt(os.environ).items():
        click.echo(t("{name} 不是设置项，没有生效；是否应为 {meant}？", name=name, meant=meant), err=True)
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
