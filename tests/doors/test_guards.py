"""Nothing reaches data unguarded: every callback and every view names its action, and every page its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash, Input, Output
from flask import Flask

from dashboards import app as dashboards
from kpi.accounts.rules import Action
from kpi.config import Settings
from kpi.db.store import Store
from kpi.web import guard
from kpi.web.app import create_app

WITHOUT_ACTION = {"signin.leave", "signin.password", "signin.change_password", "no_api", "no_files"}
"""For whoever is signed in, whatever the role: leaving, the own password, and what is not there."""


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Dash]:
    """All pages on an application that was never asked: Dash adds nothing of its own before the first request."""
    settings = Settings(var=tmp_path, password_cost="low")
    store = Store(settings.store_url)
    yield dashboards.create(create_app(settings, store), store, settings)
    store.close()


def bare(app: Dash) -> list[str]:
    """Callbacks that run on the server without naming an action."""
    on_server = {output: entry["callback"] for output, entry in app.callback_map.items() if "callback" in entry}
    assert on_server
    return [o for o, callback in on_server.items() if not isinstance(getattr(callback, "guarded_by", None), Action)]


def test_every_callback_names_its_action(pages: Dash) -> None:
    assert bare(pages) == []


def test_a_bare_callback_is_found(pages: Dash) -> None:
    @pages.callback(Output("menu", "title"), Input("url", "search"))
    def _bare(search: str) -> str:
        return search

    assert bare(pages) == ["menu.title"]


def test_every_view_of_ours_is_open_by_name_or_guarded(app: Flask) -> None:
    ours = {name: view for name, view in app.view_functions.items() if not name.startswith(("/", "_dash"))}
    known = guard.OPEN_ENDPOINTS | WITHOUT_ACTION
    assert {name for name, view in ours.items() if not hasattr(view, "guarded_by")} <= known
    assert len(ours) > len(known)
