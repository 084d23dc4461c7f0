"""Role × address: what every route answers to whom. A new route needs a line here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from factories import make_target
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.records import Account
from kpi.audit.actions import SYSTEM
from kpi.core.period import Period
from kpi.db.store import Store
from kpi.reporting import actions as reporting
from support import NOW, csrf_of

SignIn = Callable[[str], FlaskClient]

TABLE = """
                                              stranger officer reviewer leader admin auditor
GET  /                                           401     200     200     200    200    200
GET  /jobs                                       401     200     200     200    200    200
GET  /_dash-layout                               401     200     200     200    200    200
GET  /_dash-dependencies                         401     200     200     200    200    200
GET  /_reload-hash                               401     200     200     200    200    200
GET  /_favicon.ico                               401     200     200     200    200    200
GET  /_dash-component-suites/dash/deps/none.js   401     404     404     404    404    404
GET  /assets/kpi.css                             401     200     200     200    200    200
GET  /static/door.css                            200     200     200     200    200    200
GET  /healthz                                    200     200     200     200    200    200
GET  /sign-in                                    200     302     302     302    302    302
GET  /password                                   401     200     200     200    200    200
GET  /files/reports/1.docx                       401     404     200     404    200    404
GET  /files/reports/1.exe                        401     422     422     422    422    422
GET  /files/none                                 401     404     404     404    404    404
GET  /api/v1/overview                            401     401     401     401    401    401
GET  /api/v1/none                                401     401     401     401    401    401
POST /sign-in                                    401     401     401     401    401    401
POST /language                                   302     302     302     302    302    302
POST /password                                   401     422     422     422    422    422
POST /_dash-update-component                     401     415     415     415    415    415
POST /api/v1/actuals                             401     401     401     401    401    401
POST /sign-out                                   401     302     302     302    302    302
"""
"""With a session; the sign-in is tried with a wrong password, the report is a draft, other bodies are empty."""

TOKENS = """
                                              stranger officer reviewer leader admin auditor
GET  /api/v1/overview                            401     200     200     200    200    200
GET  /api/v1/rollup                              401     200     200     200    200    200
GET  /api/v1/targets                             401     200     200     200    200    200
GET  /api/v1/targets/none/assessments            401     404     404     404    404    404
GET  /api/v1/targets/none/assessments/2026-10    401     404     404     404    404    404
GET  /api/v1/actuals                             401     200     200     200    200    200
GET  /api/v1/reports                             401     200     200     200    200    200
GET  /api/v1/reports/1                           401     404     200     404    200    404
GET  /api/v1/openapi.json                        401     200     200     200    200    200
GET  /api/v1/none                                401     404     404     404    404    404
POST /api/v1/actuals                             401     422     422     403    403    403
GET  /                                           401     401     401     401    401    401
GET  /files/reports/1.docx                       401     401     401     401    401    401
POST /_dash-update-component                     401     401     401     401    401    401
"""
"""With a token; the value sent names an indicator that is not there."""

VALUE = {"indicator": "none", "unit": "none", "period": "2026-10", "value": "1"}


def lines(table: str) -> tuple[list[str], dict[tuple[str, str], list[int]]]:
    """The column heads, and (method, path) → status codes."""
    head, *rest = table.strip().splitlines()
    cells = (line.split() for line in rest)
    return head.split(), {(method, path): [int(code) for code in codes] for method, path, *codes in cells}


@pytest.fixture
def draft(store: Store, app: Flask) -> None:
    """One target, and a report that is not issued."""
    with store.write() as session:
        make_target(session)
        reporting.draft(session, Period.month(2026, 9), by=SYSTEM, now=NOW)


def by_session(app: Flask, sign_in: SignIn, who: str) -> Callable[[str, str], int]:
    client = app.test_client() if who == "stranger" else sign_in(who)
    return asking(client, {"X-CSRFToken": csrf_of(client)}, {"data": {}})


def asking(client: FlaskClient, headers: dict[str, str], sent: dict[str, Any]) -> Callable[[str, str], int]:
    def ask(method: str, path: str) -> int:
        with client.open(path, method=method, headers=headers, **(sent if method == "POST" else {})) as answer:
            return answer.status_code

    return ask


def by_token(app: Flask, store: Store, who: str) -> Callable[[str, str], int]:
    headers = {}
    if who != "stranger":
        with store.write() as session:
            account = session.scalars(select(Account).where(Account.login == who)).one()
            headers["Authorization"] = f"Bearer {tokens.make_token(session, account.id, 'test', NOW)}"
    client = app.test_client()
    headers["X-CSRFToken"] = csrf_of(client)
    sent = {"json": VALUE}
    return lambda method, path: (
        client.open(path, method=method, headers=headers, **(sent if method == "POST" else {})).status_code
    )


def test_a_route_answers_whom_the_table_says(app: Flask, sign_in: SignIn, draft: None) -> None:
    heads, rows = lines(TABLE)
    asks = [by_session(app, sign_in, who) for who in heads]
    assert {row: [ask(*row) for ask in asks] for row in rows} == rows


def test_a_token_opens_the_api_and_nothing_else(app: Flask, store: Store, draft: None) -> None:
    heads, rows = lines(TOKENS)
    asks = [by_token(app, store, who) for who in heads]
    assert {row: [ask(*row) for ask in asks] for row in rows} == rows


def test_every_route_is_in_a_table(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    asked = {adapter.match(path, method)[0] for table in (TABLE, TOKENS) for method, path in lines(table)[1]}
    assert {rule.endpoint for rule in app.url_map.iter_rules()} <= asked


def test_what_changes_something_needs_the_csrf_token(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("admin")
    ours = [path for method, path in lines(TABLE)[1] if method == "POST" and not path.startswith("/api")]
    assert {client.post(path, data={}).status_code for path in ours} == {400}
    assert client.get("/_dash-layout").status_code == 200  # nobody was signed out
