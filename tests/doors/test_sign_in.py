"""The front door: sign-in, sessions, CSRF, headers, where a person is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from callbacks import call, on_server, outputs
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kpi.accounts.records import Account
from kpi.accounts.rules import LOCK_FOR
from kpi.core import clock
from kpi.db.store import Store
from kpi.web import guard
from support import NOW, PASSWORD, csrf_of
from wsgi import build

PAGE = {"Accept": "text/html"}


def enter(client: FlaskClient, login: str = "officer", password: str = PASSWORD, **more: str) -> tuple[int, str]:
    data = {"login": login, "password": password, "csrf_token": csrf_of(client), **more}
    answer = client.post("/sign-in", data=data, headers=PAGE)
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def test_a_page_asks_a_stranger_to_sign_in_and_brings_them_back(client: FlaskClient) -> None:
    answer = client.get("/targets?light=red", headers=PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/targets?light%3Dred")
    assert enter(client, next="/targets?light=red") == (302, "/targets?light=red")
    assert client.get("/targets", headers=PAGE).status_code == 200


@pytest.mark.parametrize("path", ["/_dash-layout", "/_dash-dependencies", "/_dash-update-component", "/api/v1/targets"])
def test_nothing_answers_a_stranger(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (401, 405)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:x",
        "//[",
        "http://[x",
    ],
)
def test_nobody_is_sent_to_another_site(client: FlaskClient, elsewhere: str) -> None:
    assert enter(client, next=elsewhere) == (302, "/")


def test_a_wrong_password_is_told_and_keeps_the_name(client: FlaskClient) -> None:
    status, text = enter(client, password="wrong")
    assert status == 401
    assert "登录名或密码不正确" in text
    assert 'value="officer"' in text


def test_failures_are_counted_across_requests(client: FlaskClient) -> None:
    for _ in range(5):
        assert enter(client, password="wrong")[0] == 401
    assert enter(client)[0] == 401
    clock.start_at(NOW + LOCK_FOR + timedelta(minutes=1))
    assert enter(client)[0] == 302


def test_forms_and_callbacks_need_the_csrf_token(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    stranger = app.test_client()
    assert stranger.post("/sign-in", data={"login": "officer", "password": PASSWORD}).status_code == 400
    client = sign_in("officer")
    bare = client.post("/_dash-update-component", json={})
    assert bare.status_code == 400
    assert "刷新" in bare.json["error"]["message"]
    assert client.post("/sign-out").status_code == 400


def copy_of(client: FlaskClient) -> FlaskClient:
    """Somebody who got hold of the session cookie."""
    cookie = client.get_cookie("kpi_session")
    assert cookie is not None
    thief = client.application.test_client()
    thief.set_cookie("kpi_session", cookie.value)
    return thief


def test_signing_out_ends_the_session_and_copies_of_its_cookie(sign_in: Callable[[str], FlaskClient]) -> None:
    client, elsewhere = sign_in("officer"), sign_in("officer")
    thief = copy_of(client)
    assert thief.get("/_dash-layout").status_code == 200
    assert client.post("/sign-out", data={"csrf_token": csrf_of(client)}).status_code == 302
    assert {each.get("/_dash-layout").status_code for each in (client, thief)} == {401}
    assert elsewhere.get("/_dash-layout").status_code == 200


def test_signing_out_elsewhere_keeps_this_session_alone(sign_in: Callable[[str], FlaskClient]) -> None:
    client, elsewhere = sign_in("officer"), sign_in("officer")
    thief, asked = copy_of(client), on_server(client)["sessions-end.n_clicks > sessions-end.disabled"]
    assert outputs(call(client, asked, {"sessions-end.n_clicks": 1})) == {"sessions-end.disabled": True}
    assert client.get("/_dash-layout").status_code == 200
    assert {each.get("/_dash-layout").status_code for each in (elsewhere, thief)} == {401}


def test_a_session_begins_with_nothing_of_what_was_there_before(client: FlaskClient) -> None:
    before = csrf_of(client)
    planted = copy_of(client)
    enter(client)
    assert planted.get("/_dash-layout").status_code == 401
    assert client.post("/sign-out", headers={"X-CSRFToken": before}).status_code == 400


def test_guessing_the_own_password_locks_and_signs_out(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("officer")
    guess = {
        "csrf_token": csrf_of(client),
        "current": "guess",
        "new": "a-better-password",
        "again": "a-better-password",
    }
    assert [client.post("/password", data=guess).status_code for _ in range(6)] == [422] * 5 + [401]
    assert enter(client)[0] == 401


def test_cookies_travel_encrypted_only_where_the_service_does(store: Store, app: Flask, tmp_path: Path) -> None:
    settings = app.extensions["kpi_settings"].model_copy(update={"https_only": True, "trusted_proxies": 1})
    behind = build(settings)
    client = behind.test_client()
    proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "kpi.example"}
    page = client.get("/sign-in", headers=proxied)
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"login": "officer", "password": PASSWORD, "csrf_token": token}
    referred = proxied | {"Referer": "https://kpi.example/sign-in"}
    answers = [
        page,
        client.post("/sign-in", data=sent, headers=referred, base_url="https://localhost"),
        client.get("/", headers=proxied | PAGE, base_url="https://localhost"),
        client.post("/language", data={"language": "en"}, headers=referred | {"X-CSRFToken": token}),
    ]
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert {cookie.split("=")[0] for cookie in cookies} >= {"kpi_session", "_csrf_token"}
    assert all("; Secure" in cookie for cookie in cookies)
    assert "max-age" in page.headers["Strict-Transport-Security"]
    behind.extensions["kpi_store"].close()


def test_a_session_ends_when_idle_and_in_any_case(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("leader")
    clock.start_at(NOW + guard.IDLE - timedelta(minutes=1))
    assert client.get("/_dash-layout").status_code == 200
    clock.start_at(NOW + guard.IDLE * 2)
    assert client.get("/_dash-layout").status_code == 401


def test_a_raised_epoch_ends_open_sessions(store: Store, sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("leader")
    with store.write() as session:
        session.scalars(select(Account).where(Account.login == "leader")).one().session_epoch += 1
    assert client.get("/_dash-layout").status_code == 401


def test_an_initial_password_must_be_changed_first(store: Store, client: FlaskClient) -> None:
    with store.write() as session:
        session.scalars(select(Account).where(Account.login == "officer")).one().must_change_password = True
    assert enter(client) == (302, "/password")
    answer = client.get("/", headers=PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/password")
    token = client.get("/password").text.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"csrf_token": token, "current": PASSWORD, "new": "a-better-password", "again": "another"}
    assert "不一致" in client.post("/password", data=data).text
    data["again"] = data["new"]
    assert client.post("/password", data=data).headers["Location"] == "/"
    assert client.get("/", headers=PAGE).status_code == 200


def test_every_answer_carries_the_security_headers(client: FlaskClient) -> None:
    headers = client.get("/sign-in").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_unforeseen_errors_say_nothing_internal(app: Flask, sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("leader")
    app.view_functions["health"] = lambda: 1 / 0
    answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "division" not in answer.text


def test_no_request_writes_a_line_of_its_own_into_the_log(
    app: Flask, sign_in: Callable[[str], FlaskClient], caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in("leader")
    app.view_functions["no_files"] = lambda _rest: 1 / 0
    client.get("/files/x%0AINFO all is well")
    assert "\nINFO all is well" not in caplog.text


def test_health_answers_without_a_session(client: FlaskClient) -> None:
    assert client.get("/healthz").json["state"] == "ok"


def test_the_language_is_kept(client: FlaskClient) -> None:
    client.post("/language", data={"language": "en", "csrf_token": csrf_of(client)})
    assert 'lang="en"' in client.get("/sign-in").text


def test_an_upload_over_the_limit_is_refused(sign_in: Callable[[str], FlaskClient]) -> None:
    client = sign_in("reviewer")
    answer = client.post(
        "/_dash-update-component",
        data=b"x" * (2 * 1024 * 1024),
        headers={"X-CSRFToken": csrf_of(client), "Content-Type": "application/json"},
    )
    assert answer.status_code == 413
    assert "过大" in answer.json["error"]["message"]
