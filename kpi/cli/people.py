"""Accounts from the command line, for the day nobody can sign in."""

from __future__ import annotations

import secrets

import click

from kpi.accounts import actions as accounts
from kpi.accounts.rules import Role
from kpi.audit.actions import SYSTEM
from kpi.cli.door import opened
from kpi.core import clock
from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.organisation import actions as organisation


@click.group(help="账号。")
def people() -> None:
    pass


@people.command("add", help="新建账号；初始密码只显示一次。")
@click.argument("login")
@click.option("--name", required=True, help="姓名")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="角色")
@click.option("--unit", "unit_code", default="", help="单位编码")
def add(login: str, name: str, role: str, unit_code: str) -> None:
    password = secrets.token_urlsafe(12)
    with opened() as (_settings, store), store.write() as session:
        unit = organisation.by_code(session, unit_code) if unit_code else None
        if unit_code and unit is None:
            raise BadInput(t("没有编码为“{code}”的单位。", code=unit_code))
        accounts.create(
            session,
            login=login,
            name=name,
            role=Role(role),
            unit_id=unit.id if unit else None,
            password=password,
            by=SYSTEM,
            now=clock.now(),
        )
    click.echo(t("账号 {login} 已建立，初始密码：{password}", login=login, password=password))


@people.command("reset-password", help="重设密码并解锁；新密码只显示一次。")
@click.argument("login")
def reset_password(login: str) -> None:
    password = secrets.token_urlsafe(12)
    with opened() as (_settings, store), store.write() as session:
        account = accounts.by_login(session, login)
        accounts.reset_password(session, account.id, password, SYSTEM, clock.now())
    click.echo(t("账号 {login} 的新初始密码：{password}", login=login, password=password))
