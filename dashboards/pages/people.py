"""Accounts: who may sign in, as what, and for which unit."""

from __future__ import annotations

import secrets
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboards.components import people as parts
from dashboards.guarded import Door, Doors, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts import actions
from kpi.accounts.actions import actor_of
from kpi.accounts.rules import Action, Role
from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.readmodel import people as reading

_CONTROLS = ("登录名", "姓名", "角色", "单位")


def layout(**_query: str) -> Component:
    return dmc.Stack(
        [
            dmc.Group(
                [dmc.Title(t("人员"), order=1, size="h2"), dmc.Button(t("新建人员"), id="person-new")],
                justify="space-between",
            ),
            dmc.Group(
                [
                    dmc.TextInput(
                        id="people-search",
                        placeholder=t("姓名、登录名或单位"),
                        debounce=300,
                        w=240,
                        **{"aria-label": t("查找人员")},
                    ),
                    dmc.Select(
                        id="people-role",
                        placeholder=t("全部角色"),
                        data=parts.role_choices(),
                        clearable=True,
                        w=160,
                        **{"aria-label": t("只看这个角色")},
                    ),
                ]
            ),
            html.Div(id="people-list", **{"aria-live": "polite"}),
            dcc.Store(id="people-changed"),
            _form_dialog(),
            _reset_dialog(),
            dmc.Modal(
                html.Div(id="password-body"), id="password-dialog", title=t("初始密码"), closeOnClickOutside=False
            ),
        ]
    )


def _form_dialog() -> Component:
    return dmc.Modal(
        id="person-dialog",
        title=t("人员"),
        closeOnClickOutside=False,
        children=dmc.Stack(
            [
                html.Div(id="person-form"),
                dmc.Group(
                    [
                        dmc.Button(t("保存"), id="person-save"),
                        dmc.Button(t("取消"), id="person-cancel", variant="subtle"),
                    ]
                ),
                dcc.Store(id="person-which"),
            ]
        ),
    )


def _reset_dialog() -> Component:
    return dmc.Modal(
        id="reset-dialog",
        title=t("重设密码"),
        children=dmc.Stack(
            [
                dmc.Text(id="reset-text"),
                dmc.Group(
                    [
                        dmc.Button(t("重设"), id="reset-confirm", color="red"),
                        dmc.Button(t("取消"), id="reset-cancel", variant="subtle"),
                    ]
                ),
                dcc.Store(id="reset-which"),
            ]
        ),
    )


def register(doors: Doors) -> None:
    _register_list(doors)
    _register_form(doors)
    _register_password(doors)


def _clicked(clicks: list[int | None], key: str) -> int:
    """The id behind the button of a row that was really pressed."""
    if not any(clicks) or not isinstance(ctx.triggered_id, dict):
        raise PreventUpdate
    return int(ctx.triggered_id[key])


def _register_list(doors: Doors) -> None:
    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("people-list", "children"),
        Input("people-search", "value"),
        Input("people-role", "value"),
        Input("people-changed", "data"),
    )
    def _list(door: Door, text: str | None, role: str | None, _changed: Any) -> Component:
        with door.store.read() as session:
            lines = reading.people(session, door.now, text=text or "", role=Role(role) if role else None)
        return parts.people_table(lines)

    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("people-changed", "data", allow_duplicate=True),
        Input({"person-unlock": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _unlock(door: Door, clicks: list[int | None]) -> str:
        account_id = _clicked(clicks, "person-unlock")
        with door.store.write() as session:
            account = actions.unlock(session, account_id, actor_of(door.person), door.now)
        notify(t("已解锁"), t("{name}现在可以用原来的密码登录。", name=account.name))
        return f"unlocked {account_id} {door.now.timestamp()}"


def _register_form(doors: Doors) -> None:
    # Apart from one another: rows that appear call the second, whose answer would replace that of a press on “new”.
    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("person-dialog", "opened"),
        Output("person-form", "children"),
        Output("person-which", "data"),
        Input("person-new", "n_clicks"),
        prevent_initial_call=True,
    )
    def _new(door: Door, clicks: int | None) -> tuple[bool, Component, None]:
        if not clicks:
            raise PreventUpdate
        with door.store.read() as session:
            return True, parts.person_form(None, reading.unit_choices(session)), None

    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("person-dialog", "opened", allow_duplicate=True),
        Output("person-form", "children", allow_duplicate=True),
        Output("person-which", "data", allow_duplicate=True),
        Input({"person-edit": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _edit(door: Door, clicks: list[int | None]) -> tuple[bool, Component, int]:
        account_id = _clicked(clicks, "person-edit")
        with door.store.read() as session:
            line = reading.person(session, account_id, door.now)
            return True, parts.person_form(line, reading.unit_choices(session)), account_id

    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("person-dialog", "opened", allow_duplicate=True),
        Output("people-changed", "data", allow_duplicate=True),
        Output("password-dialog", "opened", allow_duplicate=True),
        Output("password-body", "children", allow_duplicate=True),
        Output("person-login", "error"),
        Output("person-name", "error"),
        Output("person-role", "error"),
        Output("person-unit", "error"),
        Input("person-save", "n_clicks"),
        State("person-which", "data"),
        State("person-login", "value"),
        State("person-name", "value"),
        State("person-role", "value"),
        State("person-unit", "value"),
        State("person-active", "checked"),
        prevent_initial_call=True,
        running=[(Output("person-save", "loading"), True, False)],
    )
    def _save(door: Door, clicks: int | None, which: int | None, *values: Any) -> tuple[Any, ...]:
        if not clicks:
            raise PreventUpdate
        try:
            shown = _create(door, values) if which is None else _update(door, which, values)
        except BadInput as error:
            return no_update, no_update, no_update, no_update, *_errors(error)
        return False, f"saved {door.now.timestamp()}", shown is not None, shown, *([""] * 4)

    doors.in_browser(
        "closeDialog",
        Output("person-dialog", "opened", allow_duplicate=True),
        Input("person-cancel", "n_clicks"),
        prevent_initial_call=True,
    )


def _errors(error: BadInput) -> list[str]:
    """Each reason at its control; what belongs to none is said in a notice."""
    said = {t(label): [p.reason for p in error.problems if p.field == t(label)] for label in _CONTROLS}
    elsewhere = [str(problem) for problem in error.problems if problem.field not in said]
    if elsewhere or not error.problems:
        notify(t("请检查后再试"), t("；").join(elsewhere) or error.message, "red")
    return [t("；").join(reasons) for reasons in said.values()]


def _create(door: Door, values: tuple[Any, ...]) -> Component:
    login, name, role, unit, _active = values
    password = _fresh_password()
    with door.store.write() as session:
        account = actions.create(
            session,
            login=login or "",
            name=name or "",
            role=Role(role),
            unit_id=int(unit) if unit else None,
            password=password,
            by=actor_of(door.person),
            now=door.now,
        )
    return parts.initial_password(account.name, account.login, password)


def _update(door: Door, account_id: int, values: tuple[Any, ...]) -> Component | None:
    """No new password is shown for somebody who has one."""
    _login, name, role, unit, active = values
    with door.store.write() as session:
        account = actions.update(
            session,
            account_id,
            name=name or "",
            role=Role(role),
            unit_id=int(unit) if unit else None,
            active=bool(active),
            by=actor_of(door.person),
            now=door.now,
        )
    notify(t("已保存"), t("{name}的设置已生效。", name=account.name))
    return None


def _fresh_password() -> str:
    return secrets.token_urlsafe(12)


def _register_password(doors: Doors) -> None:
    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("reset-dialog", "opened"),
        Output("reset-text", "children"),
        Output("reset-which", "data"),
        Input({"person-reset": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _ask(door: Door, clicks: list[int | None]) -> tuple[bool, str, int]:
        account_id = _clicked(clicks, "person-reset")
        with door.store.read() as session:
            line = reading.person(session, account_id, door.now)
        text = t(
            "将为{name}（{login}）生成新的初始密码，原密码立即失效，已登录的页面会退出。",
            name=line.name,
            login=line.login,
        )
        return True, text, account_id

    @doors.callback(
        Action.MANAGE_PEOPLE,
        Output("reset-dialog", "opened", allow_duplicate=True),
        Output("people-changed", "data", allow_duplicate=True),
        Output("password-dialog", "opened"),
        Output("password-body", "children"),
        Input("reset-confirm", "n_clicks"),
        State("reset-which", "data"),
        prevent_initial_call=True,
    )
    def _reset(door: Door, clicks: int | None, account_id: int | None) -> tuple[Any, ...]:
        if not clicks or account_id is None:
            raise PreventUpdate
        password = _fresh_password()
        with door.store.write() as session:
            account = actions.reset_password(session, account_id, password, actor_of(door.person), door.now)
        return (
            False,
            f"reset {door.now.timestamp()}",
            True,
            parts.initial_password(account.name, account.login, password),
        )

    doors.in_browser(
        "closeDialog",
        Output("reset-dialog", "opened", allow_duplicate=True),
        Input("reset-cancel", "n_clicks"),
        prevent_initial_call=True,
    )


PAGE = Page("people", "/people", "人员", Action.MANAGE_PEOPLE, layout, register, icon="◎")
