"""Mounting the pages on the Flask application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import Dash, Input, Output
from flask import Flask
from sqlalchemy import select

from dashboards import libraries, requests
from dashboards.components import shell
from dashboards.guarded import Door, Doors
from dashboards.libraries import Component
from dashboards.page import Page
from dashboards.pages import (
    account,
    approvals,
    audit,
    catalog,
    compare,
    document_review,
    documents,
    entry,
    jobs,
    ledger,
    overview,
    people,
    plan_rules,
    reporters,
    reports,
    target,
    target_editing,
)
from kpi.accounts.rules import Action
from kpi.config import Settings
from kpi.core.text import current_language, t
from kpi.db.store import Store
from kpi.targets.records import Plan
from kpi.web import guard

INDEX = """<!DOCTYPE html>
<html lang="{%lang%}">
<head>
{%metas%}
<title>{%title%}</title>
<link rel="icon" type="image/svg+xml" href="/static/icon.svg">
{%css%}
</head>
<body>
{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    ledger.PAGE,
    compare.PAGE,
    target_editing.PAGE,
    target.PAGE,
    entry.PAGE,
    approvals.PAGE,
    documents.PAGE,
    document_review.PAGE,
    reports.PAGE,
    jobs.PAGE,
    catalog.PAGE,
    plan_rules.PAGE,
    reporters.PAGE,
    people.PAGE,
    audit.PAGE,
    account.PAGE,
)
"""In the order of the menu; of two addresses that fit, the first counts."""


class LocalDash(Dash):  # type: ignore[misc]
    """Dash whose page says which language it is in."""

    def interpolate_index(self, **parts: Any) -> str:
        page: str = super().interpolate_index(**parts | {"title": t("指标监测")})
        return page.replace("{%lang%}", "en" if current_language() == "en" else "zh-CN")


def create(server: Flask, store: Store, settings: Settings) -> Dash:
    """The Dash app with every page, mounted at / on `server`."""
    libraries.load()
    app = LocalDash(
        __name__,
        server=server,
        use_pages=True,
        pages_folder="",
        suppress_callback_exceptions=True,
        title=t("指标监测"),
        update_title="",
        serve_locally=True,
        enable_mcp=False,
        assets_folder="assets",
        index_string=INDEX,
    )
    for place, page in enumerate(PAGES):
        dash.register_page(
            page.key,
            order=place,
            path=_fixed(page.path),
            path_template=_template(page.path),
            title=_title(page),
            layout=_guarded(page),
        )
    dash.register_page("not_found_404", layout=shell.not_found)
    app.layout = shell.layout
    requests.install(server, app)
    doors = Doors(app, store, settings)
    _register_shell(doors)
    for page in PAGES:
        page.register(doors)
    server.extensions["kpi_script_hashes"] = app.csp_hashes  # asked late: Dash adds its own at the first request
    return app


def _fixed(path: str) -> str | None:
    return None if "<" in path else path


def _template(path: str) -> str | None:
    return path if "<" in path else None


def _title(page: Page) -> Callable[..., str]:
    """Asked at every visit: each reader has a language."""
    return lambda **_variables: t(page.title)


def _guarded(page: Page) -> Any:
    """A layout that is only drawn for those who may open the page."""

    def draw(**query: Any) -> Component:
        return page.layout(**query) if guard.person().may(page.action) else shell.refused()

    return draw


def _register_shell(doors: Doors) -> None:
    @doors.callback(
        Action.OWN_ACCOUNT,
        Output("menu", "children"),
        Output("who", "children"),
        Output("demo-mark", "children"),
        Input("url", "pathname"),
    )
    def _frame(door: Door, path: str) -> tuple[Any, Any, Any]:
        with door.store.read() as session:
            demo = session.scalar(select(Plan.id).where(Plan.demo).limit(1)) is not None
        return shell.menu(PAGES, door.person, path), shell.who(door.person), shell.demo_mark() if demo else None

    doors.in_browser("toggleMenu", Output("shell", "navbar"), Input("burger", "opened"), Input("url", "pathname"))
    doors.in_browser(
        "signOut", Output("sign-out", "n_clicks"), Input("sign-out", "n_clicks"), prevent_initial_call=True
    )
    doors.in_browser(
        "switchLanguage",
        Output("switch-language", "n_clicks"),
        Input("switch-language", "n_clicks"),
        prevent_initial_call=True,
    )
