"""Settings → store → Flask app → Dash. `gunicorn wsgi:app` serves it."""

from __future__ import annotations

from flask import Flask

from dashboards import app as dashboards
from kpi import config
from kpi.db.store import Store
from kpi.web.app import create_app


def build(settings: config.Settings | None = None) -> Flask:
    """The whole web application on the database the settings name."""
    settings = settings or config.load()
    store = Store(settings.store_url)
    app = create_app(settings, store)
    dashboards.create(app, store, settings)
    return app


def __getattr__(name: str) -> Flask:
    """`wsgi:app` is built when a server asks for it, not when a test or tool imports this file."""
    if name == "app":
        return build()
    raise AttributeError(name)
