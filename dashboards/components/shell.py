"""The frame around every page: header, navigation, notices, the demo mark."""

from __future__ import annotations

from collections.abc import Sequence

import dash

from dashboards.components.graph import FONT
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Person
from kpi.core.text import current_language, t

THEME = {
    "primaryColor": "blue",
    "primaryShade": 8,
    "fontFamily": FONT,
    "headings": {"fontFamily": FONT},
    "defaultRadius": "sm",
}


def layout() -> dash.html.Div:
    """Carries no data: who is signed in and what is on the menu come by a guarded callback."""
    return dash.html.Div(_shell())  # Dash looks at the outermost component, and knows its own only


def _shell() -> Component:
    return dmc.MantineProvider(
        theme=THEME,
        forceColorScheme="light",
        children=dmc.DatesProvider(
            settings={"locale": "en" if current_language() == "en" else "zh-cn", "firstDayOfWeek": 1},
            children=[
                dcc.Location(id="url", refresh="callback-nav"),
                dmc.NotificationContainer(id="notices", limit=4),
                html.A(t("跳到正文"), href="#main", className="skip-link"),
                html.Div(
                    id="unsaved",
                    hidden=True,
                    **{"data-question": t("有填写的内容还没有保存，离开后会丢失。仍要离开吗？")},
                ),
                dmc.AppShell(
                    id="shell",
                    header={"height": 56},
                    navbar={"width": 208, "breakpoint": "sm", "collapsed": {"mobile": True}},
                    padding="md",
                    children=[_header(), _navbar(), dmc.AppShellMain(_main())],
                ),
            ],
        ),
    )


def _header() -> Component:
    return dmc.AppShellHeader(
        dmc.Group(
            h="100%",
            px="md",
            justify="space-between",
            wrap="nowrap",
            children=[
                dmc.Group(
                    wrap="nowrap",
                    gap="sm",
                    children=[
                        dmc.Burger(id="burger", opened=False, hiddenFrom="sm", size="sm", **{"aria-label": t("菜单")}),
                        html.A([html.Span(className="brand-mark"), t("指标监测")], href="/", className="brand"),
                        html.Div(id="demo-mark"),
                    ],
                ),
                html.Div(id="who"),
            ],
        )
    )


def _navbar() -> Component:
    return dmc.AppShellNavbar(html.Nav(id="menu", **{"aria-label": t("主导航")}), p="sm")


def _main() -> Component:
    """Within the one main landmark that the frame draws; the skip link leads here."""
    return html.Div(dash.page_container, id="main", tabIndex=-1)


def menu(pages: Sequence[Page], person: Person, path: str) -> list[Component]:
    """Only what this person may open."""
    return [
        dmc.NavLink(
            label=t(page.title),
            href=page.path,
            leftSection=html.Span(page.icon, className="menu-icon", **{"aria-hidden": "true"}),
            active="exact" if page.path == "/" else "partial",
            id={"menu": page.key},
        )
        for page in pages
        if page.menu and person.may(page.action)
    ]


def who(person: Person) -> Component:
    """The own menu, opened by a summary: it works by keyboard by itself and says whether it is open."""
    return html.Details(
        [
            html.Summary(person.name, id="who-button", className="who-button"),
            html.Div(
                [
                    html.P(f"{person.role.label} · {person.login}", className="hint"),
                    html.A(t("我的账号"), href="/account"),
                    html.Button(t("English") if person.language == "zh" else "中文", id="switch-language"),
                    html.Button(t("退出登录"), id="sign-out", className="who-leave"),
                ],
                className="who-items",
            ),
        ],
        className="who-menu",
    )


def demo_mark() -> Component:
    return dmc.Badge(t("演示数据"), color="yellow", variant="filled", className="demo-badge", id="demo-badge")


def refused() -> Component:
    """What a page shows to somebody who may not open it."""
    return _instead(
        t("没有权限"), t("您的角色不能打开这个页面，如需权限请联系管理员。"), id="page-refused", color="red"
    )


def not_found(**_query: str) -> Component:
    said = [t("没有这个页面，请检查网址，或"), html.A(t("返回总览"), href="/"), t("。")]
    return _instead(t("找不到页面"), said, color="gray")


def _instead(title: str, said: object, **options: str) -> Component:
    """In place of a page: it has a heading, too."""
    return dmc.Stack([html.H1(title, className="page-title"), dmc.Alert(said, **options)])
