"""Who is asking: the one guard that pages, callbacks, endpoints and downloads share."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for

from kpi.accounts import actions as accounts
from kpi.accounts import actions_sessions as sessions
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.records import Account
from kpi.accounts.rules import Action, Person, require
from kpi.config import Settings
from kpi.core import clock
from kpi.core.errors import BadInput, KpiError, Problem
from kpi.core.text import set_language, t
from kpi.db.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

P = ParamSpec("P")
R = TypeVar("R")

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)

OPEN_ENDPOINTS = frozenset({"static", "signin.form", "signin.enter", "signin.language", "health"})
"""Endpoints that nobody has to sign in for; everything else does."""


class NotSignedIn(KpiError):
    status = 401


def store() -> Store:
    found: Store = current_app.extensions["kpi_store"]
    return found


def settings() -> Settings:
    found: Settings = current_app.extensions["kpi_settings"]
    return found


def person() -> Person:
    """The signed-in person of this request; raises NotSignedIn when there is none."""
    found: Person | None = g.get("person")
    if found is None:
        raise NotSignedIn(t("登录已过期，请重新登录。"))
    return found


def allow(action: Action, unit_id: int | None = None) -> Person:
    """The person of this request, who may do this; raises Forbidden or NotSignedIn otherwise."""
    found = person()
    require(found, action, unit_id)
    return found


def guarded(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark and guard a Flask view: the action is checked before it runs."""

    def around(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            allow(action)
            return view(*args, **kwargs)

        checked.guarded_by = action  # type: ignore[attr-defined]
        return checked

    return around


def remember(account: Account, now: datetime) -> None:
    """Begin a session: nothing of an earlier one stays in it."""
    session.clear()
    session.permanent = True
    session.update(
        id=secrets.token_urlsafe(16),
        account=account.id,
        epoch=account.session_epoch,
        began=now.timestamp(),
        seen=now.timestamp(),
    )


def change_password(current: str, new: str, again: str) -> None:
    """The own password of whoever is asking; BadInput why not. This session goes on, all others end."""
    if new != again:
        raise BadInput.of(Problem(t("两次输入的新密码不一致"), t("再次输入新密码")))
    who, now = person(), clock.now()
    with store().read() as db:
        verified = sessions.verify(db, who.login, current[:200])
    with store().write() as db:
        done = sessions.change_password(db, who.account_id, verified, new, now)
    if isinstance(done, BadInput):
        raise done
    go_on(done, now)


def go_on(account: Account, now: datetime) -> None:
    """After all sessions were ended: this one begins anew, and the open page may keep the CSRF token it was given."""
    csrf = session.get("csrf_token")
    remember(account, now)
    session["csrf_token"] = csrf


def sign_out() -> None:
    """End the session of this request, and every copy of its cookie."""
    ends_at = datetime.fromtimestamp(session["began"], UTC) + LONGEST
    with store().write() as db:
        sessions.sign_out(db, person().account_id, session["id"], ends_at, clock.now())
    session.clear()


def install(app: Flask) -> None:
    """Every request is looked at before its view runs."""
    app.before_request(_who_is_asking)


def _who_is_asking() -> ResponseReturnValue | None:
    set_language(request.cookies.get("kpi_language", "zh"))
    bearer = _bearer()
    if request.path.startswith("/api/"):
        g.person = _by_token(bearer) if bearer else None
    else:
        g.person = _by_session(clock.now())
    found: Person | None = g.person
    if found is not None and not bearer:
        set_language(found.language)
    if request.endpoint in OPEN_ENDPOINTS:
        return None
    if found is None:
        return _ask_to_sign_in()
    if found.must_change_password and request.method == "GET" and _is_page():
        return redirect(url_for("signin.password"))
    return None


def _is_page() -> bool:
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith(("/password", "/_dash"))


def _ask_to_sign_in() -> ResponseReturnValue:
    wants_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if wants_page and not request.path.startswith("/api/"):
        return redirect(url_for("signin.form", next=request.full_path.rstrip("?")))
    raise NotSignedIn(t("请先登录。"))


def _bearer() -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def _by_token(clear: str) -> Person | None:
    now = clock.now()
    with store().read() as db:
        found = tokens.by_token(db, clear, now)
        if found is None:
            return None
        account, token = found
        who, unnoted = accounts.person_of(db, account, reads_only=token.reads_only), tokens.unnoted(token, now)
    if unnoted is not None:
        with store().write() as db:
            tokens.note_use(db, unnoted, now)
    return who


def _by_session(now: datetime) -> Person | None:
    if "id" not in session or not _still_fresh(now):
        return None
    with store().read() as db:
        account = sessions.in_session(db, session["account"], session["epoch"], session["id"])
        if account is None:
            return None
        found = accounts.person_of(db, account)
    if now.timestamp() - session["seen"] > 60:  # a cookie a minute is enough
        session["seen"] = now.timestamp()
    return found


def _still_fresh(now: datetime) -> bool:
    began = datetime.fromtimestamp(session["began"], UTC)
    seen = datetime.fromtimestamp(session["seen"], UTC)
    return now - began < LONGEST and now - seen < IDLE
