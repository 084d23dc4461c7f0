"""One's own account: password, language, tokens for programs."""

from __future__ import annotations

from typing import Any

from dash import ALL, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from dashboards.components import people as parts
from dashboards.guarded import Door, Doors, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts import actions
from kpi.accounts import actions_sessions as sessions
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.rules import SHORTEST_PASSWORD, Action
from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.readmodel import people as reading
from kpi.web import guard


def layout(**_query: str) -> Component:
    return dmc.Stack(
        maw=720,
        children=[
            dmc.Title(t("我的账号"), order=1, size="h2"),
            html.Div(id="account-facts"),
            _password_box(),
            _sessions_box(),
            _language_box(),
            _token_box(),
            dcc.Store(id="tokens-changed"),
            dcc.Location(id="account-reload", refresh=True),
        ],
    )


def _box(title: str, *children: Component) -> Component:
    return dmc.Paper(dmc.Stack([dmc.Title(title, order=2, size="h4"), *children]), withBorder=True, p="md")


def _password_box() -> Component:
    return _box(
        t("修改密码"),
        dmc.PasswordInput(id="password-current", label=t("当前密码"), autoComplete="current-password"),
        dmc.PasswordInput(
            id="password-new",
            label=t("新密码"),
            description=t("至少{n}个字符，不含登录名", n=SHORTEST_PASSWORD),
            autoComplete="new-password",
        ),
        dmc.PasswordInput(id="password-again", label=t("再次输入新密码"), autoComplete="new-password"),
        dmc.Group(dmc.Button(t("修改密码"), id="password-save")),
    )


def _sessions_box() -> Component:
    return _box(
        t("登录"),
        dmc.Text(t("在别处登录后忘了退出时，可以在这里结束；本次登录不受影响。"), size="sm"),
        dmc.Group(dmc.Button(t("退出其他设备的登录"), id="sessions-end", variant="default")),
    )


def _language_box() -> Component:
    return _box(
        t("语言"),
        dmc.RadioGroup(
            dmc.Group([dmc.Radio(label="中文", value="zh"), dmc.Radio(label="English", value="en")]),
            id="account-language",
            label=t("界面语言"),
            value=None,
        ),
    )


def _token_box() -> Component:
    return _box(
        t("接口令牌"),
        dmc.Text(t("其他程序凭令牌以您的身份和权限调用 /api/v1，有效期{n}天。", n=tokens.TOKEN_LASTS.days), size="sm"),
        html.Div(id="token-list", **{"aria-live": "polite"}),
        dmc.Group(
            [
                dmc.TextInput(id="token-name", label=t("用途"), placeholder=t("如：信息平台取数"), className="grow"),
                dmc.Switch(id="token-writes", label=t("允许写入数值"), checked=False, pb=8),
                dmc.Button(t("新建令牌"), id="token-make"),
            ],
            align="flex-end",
        ),
        html.Div(id="token-shown", **{"aria-live": "polite"}),
    )


def register(doors: Doors) -> None:
    _register_facts(doors)
    _register_password(doors)
    _register_sessions(doors)
    _register_tokens(doors)


def _register_facts(doors: Doors) -> None:
    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("account-facts", "children"),
        Output("account-language", "value"),
        Input("account-facts", "id"),
    )
    def _facts(door: Door, _id: str) -> tuple[Any, str]:
        with door.store.read() as session:
            line = reading.person(session, door.person.account_id, door.now)
        words = [line.name, line.login, line.role.label, *([line.unit] if line.unit else [])]
        return dmc.Text(" · ".join(words)), door.person.language

    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("account-reload", "href"),
        Input("account-language", "value"),
        prevent_initial_call=True,
    )
    def _language(door: Door, chosen: str | None) -> str:
        if chosen is None or chosen == door.person.language:
            raise PreventUpdate
        with door.store.write() as session:
            actions.set_language(session, door.person.account_id, chosen)
        return f"/account?language={chosen}"


def _register_password(doors: Doors) -> None:
    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("password-current", "value"),
        Output("password-new", "value"),
        Output("password-again", "value"),
        Output("password-current", "error"),
        Output("password-new", "error"),
        Output("password-again", "error"),
        Input("password-save", "n_clicks"),
        State("password-current", "value"),
        State("password-new", "value"),
        State("password-again", "value"),
        prevent_initial_call=True,
        running=[(Output("password-save", "loading"), True, False)],
    )
    def _change(_door: Door, clicks: int | None, current: str | None, new: str | None, again: str | None) -> Any:
        if not clicks:
            raise PreventUpdate
        try:
            guard.change_password(current or "", new or "", again or "")
        except BadInput as error:
            wrong = [_said(error, label) for label in (t("当前密码"), t("新密码"), t("再次输入新密码"))]
            return current, new, again, *wrong
        notify(t("密码已修改"), t("其他设备上的登录已退出。"))
        return "", "", "", "", "", ""


def _said(error: BadInput, label: str) -> str:
    return t("；").join(problem.reason for problem in error.problems if problem.field == label)


def _register_sessions(doors: Doors) -> None:
    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("sessions-end", "disabled"),
        Input("sessions-end", "n_clicks"),
        prevent_initial_call=True,
    )
    def _end(door: Door, clicks: int | None) -> bool:
        if not clicks:
            raise PreventUpdate
        with door.store.write() as session:
            account = sessions.sign_out_everywhere(session, door.person.account_id, door.now)
        guard.go_on(account, door.now)
        notify(t("已退出"), t("其他设备上的登录已退出。"))
        return True


def _register_tokens(doors: Doors) -> None:
    @doors.callback(Action.OWN_ACCOUNT, Output("token-list", "children"), Input("tokens-changed", "data"))
    def _list(door: Door, _changed: Any) -> Component:
        with door.store.read() as session:
            return parts.token_list(reading.tokens(session, door.person.account_id, door.now))

    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("token-shown", "children"),
        Output("token-name", "value"),
        Output("token-name", "error"),
        Output("tokens-changed", "data", allow_duplicate=True),
        Input("token-make", "n_clicks"),
        State("token-name", "value"),
        State("token-writes", "checked"),
        prevent_initial_call=True,
    )
    def _make(door: Door, clicks: int | None, name: str | None, writes: bool | None) -> tuple[Any, ...]:
        if not clicks:
            raise PreventUpdate
        try:
            with door.store.write() as session:
                token = tokens.make_token(session, door.person.account_id, name or "", door.now, reads_only=not writes)
        except BadInput as error:
            return None, name, error.problems[0].reason, door.now.timestamp()
        return parts.new_token(token), "", "", door.now.timestamp()

    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("tokens-changed", "data", allow_duplicate=True),
        Output("token-shown", "children", allow_duplicate=True),
        Input({"revoke": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _revoke(door: Door, clicks: list[int | None]) -> tuple[float, None]:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            raise PreventUpdate
        with door.store.write() as session:
            tokens.revoke_token(session, door.person.account_id, int(ctx.triggered_id["revoke"]), door.now)
        notify(t("已撤销"), t("使用这个令牌的程序不能再访问。"))
        return door.now.timestamp(), None


PAGE = Page("account", "/account", "我的账号", Action.OWN_ACCOUNT, layout, register, icon="◉", menu=False)
