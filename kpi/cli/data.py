"""Setting the database up, and the demonstration city."""

from __future__ import annotations

import click

from kpi.cli.door import opened
from kpi.config import Settings, bundled
from kpi.core import clock
from kpi.core.text import t
from kpi.db import migrate
from kpi.db.store import Store
from kpi.operations import seeding
from kpi.reporting.demo import DEMO_LAST_MONTH, add_demo_reports


@click.command(help="建立或升级数据库，装入参考计划；首次还装入演示城市或建立首个管理员。")
def setup() -> None:
    with opened(current=False) as (settings, store):
        prepare(settings, store)


def prepare(settings: Settings, store: Store) -> None:
    """Migrations and seeds; changes nothing that is already there."""
    migrate.upgrade(store.engine, bundled("migrations"))
    with store.write() as session:
        first_time = seeding.is_empty(session)
        seeding.load_reference(session, clock.now())
    if not first_time:
        return
    if settings.demo:
        click.echo(t("正在装入演示城市……"))
        _load_demo(store)
        return
    _make_sure_of_an_admin(store)


def _make_sure_of_an_admin(store: Store) -> None:
    """Without the demonstration's accounts somebody must still be able to sign in."""
    with store.write() as session:
        if seeding.has_admin(session):
            return
        login, password = seeding.create_first_admin(session, clock.now())
    click.echo(
        t("首个管理员：{login}，初始密码：{password}（只显示这一次，首次登录须修改）", login=login, password=password)
    )


def _load_demo(store: Store) -> None:
    with store.write() as session:
        if seeding.load_demo(session, clock.now()):
            add_demo_reports(session, DEMO_LAST_MONTH, clock.now())


@click.group(help="演示数据。")
def demo() -> None:
    pass


@demo.command("load", help="装入演示城市。")
def load_demo() -> None:
    with opened() as (_settings, store):
        _load_demo(store)
    click.echo(t("演示城市已装入。"))


@demo.command("remove", help="移除全部演示数据，其余数据不动。")
def remove_demo() -> None:
    with opened() as (_settings, store):
        with store.write() as session:
            seeding.remove_demo(session, clock.now())
        click.echo(t("演示数据已移除。"))
        _make_sure_of_an_admin(store)


@demo.command("reset", help="移除后重新装入演示数据。")
def reset_demo() -> None:
    with opened() as (_settings, store):
        with store.write() as session:
            seeding.remove_demo(session, clock.now())
        _load_demo(store)
    click.echo(t("演示城市已重新装入。"))
