"""The Flask application; Dash is mounted on it by wsgi.py."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, abort
from flask.typing import ResponseReturnValue
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from kpi.accounts.hashing import set_password_cost
from kpi.config import Settings
from kpi.core import clock
from kpi.core.text import t
from kpi.db.store import Store
from kpi.web import compression, errors, guard, headers
from kpi.web.api import api, refuse_invalid
from kpi.web.files import files
from kpi.web.signin import signin

VERSION = "0.1.0"


def create_app(settings: Settings, store: Store) -> Flask:
    """A complete application on an open store; the schema must be current."""
    clock.start_at(settings.clock)
    set_password_cost(settings.password_cost)
    app = OpenAPI(
        __name__,
        info=Info(title="KPI target monitor", version=VERSION),
        security_schemes={"token": {"type": "http", "scheme": "bearer"}},
        doc_ui=False,
        validation_error_callback=refuse_invalid,
    )
    app.extensions.update(kpi_store=store, kpi_settings=settings)
    app.config.update(
        SECRET_KEY=settings.signing_key,
        SESSION_COOKIE_NAME="kpi_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.https_only,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=settings.upload_limit_mb * 1024 * 1024 * 3 // 2,  # uploads by callback travel as base64
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        WTF_CSRF_HEADERS=["X-CSRFToken"],
        WTF_CSRF_SSL_STRICT=settings.https_only,
    )
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    app.jinja_env.globals["t"] = t
    compression.install(app)
    guard.install(app)
    csrf = CSRFProtect(app)
    headers.install(app, https_only=settings.https_only)
    errors.install(app)
    app.register_blueprint(signin)
    app.register_blueprint(files)
    app.register_api(api)
    csrf.exempt(api)  # bearer tokens only: no cookie opens it
    app.add_url_rule("/healthz", "health", _health)
    for folder in ("api", "files"):  # else the pages' own catch-all would answer
        app.add_url_rule(f"/{folder}/<path:_rest>", f"no_{folder}", _nothing)
    return app


def _nothing(_rest: str) -> ResponseReturnValue:
    abort(404)


def _health() -> dict[str, str]:
    """Alive, and the database answers."""
    with guard.store().read() as session:
        session.execute(text("SELECT 1"))
    return {"state": "ok", "version": VERSION}
