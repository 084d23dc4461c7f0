"""A web application on a database of its own, and people to sign in as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kpi.accounts import actions as accounts
from kpi.accounts.rules import Role
from kpi.audit.actions import SYSTEM
from kpi.config import Settings
from kpi.db.store import Store
from kpi.organisation import actions as organisation
from kpi.organisation.records import UnitKind
from support import NOW, PASSWORD, csrf_of
from wsgi import build


@pytest.fixture
def app(store: Store, tmp_path: Path) -> Flask:
    """With one account a role, named like it, in one department; CSRF is on as in production."""
    url = store.url.render_as_string(hide_password=False)
    settings = Settings(var=tmp_path, database_url=url, clock=NOW, password_cost="low", demo=False, upload_limit_mb=1)
    app = build(settings)
    with store.write() as session:
        unit = organisation.create(
            session, code="D", name="医政处", kind=UnitKind.DEPARTMENT, parent_id=None, by=SYSTEM, now=NOW
        )
        for role in Role:
            accounts.create(
                session,
                login=role.value,
                name=role.label,
                role=role,
                unit_id=unit.id if role is Role.OFFICER else None,
                password=PASSWORD,
                by=SYSTEM,
                now=NOW,
                must_change_password=False,
            )
    yield app
    app.extensions["kpi_store"].close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], FlaskClient]:
    def signed_in(login: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"login": login, "password": PASSWORD, "csrf_token": csrf_of(client)})
        assert answer.status_code == 302
        return client

    return signed_in
