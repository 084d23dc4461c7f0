"""Signing in and out, the language, and the forced change of an initial password: plain forms, no scripts."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kpi.accounts import actions as accounts
from kpi.accounts import actions_sessions as sessions
from kpi.accounts.actions_sessions import SignInRefused
from kpi.core import clock
from kpi.core.errors import BadInput
from kpi.core.text import LANGUAGES, current_language, set_language
from kpi.web import guard

signin = Blueprint("signin", __name__)


@signin.get("/sign-in")
def form() -> ResponseReturnValue:
    if g.get("person"):
        return redirect(_next_page())
    return _sign_in_page()


@signin.post("/sign-in")
def enter() -> ResponseReturnValue:
    login = request.form.get("login", "")[:60]
    with guard.store().read() as db:
        verified = sessions.verify(db, login, request.form.get("password", "")[:200])
    with guard.store().write() as db:
        account = sessions.sign_in(db, login, verified, clock.now())
    if isinstance(account, SignInRefused):
        return _sign_in_page(account.message, login), 401
    guard.remember(account, clock.now())
    if account.must_change_password:
        return redirect(url_for("signin.password"))
    return redirect(_next_page())


@signin.post("/sign-out")
def leave() -> ResponseReturnValue:
    guard.sign_out()
    return redirect(url_for("signin.form"))


@signin.get("/password")
def password() -> ResponseReturnValue:
    return render_template("password.html", person=guard.person(), problems=())


@signin.post("/password")
def change_password() -> ResponseReturnValue:
    given = request.form
    try:
        guard.change_password(given.get("current", ""), given.get("new", ""), given.get("again", ""))
    except BadInput as error:
        return render_template("password.html", person=guard.person(), problems=error.problems), 422
    return redirect("/")


@signin.post("/language")
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "zh")
    chosen = chosen if chosen in LANGUAGES else "zh"
    if g.get("person"):
        with guard.store().write() as db:
            accounts.set_language(db, guard.person().account_id, chosen)
    set_language(chosen)
    answer = redirect(_next_page())
    secure = guard.settings().https_only
    answer.set_cookie("kpi_language", chosen, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure)
    return answer


def _sign_in_page(error: str = "", login: str = "") -> str:
    return render_template(
        "sign_in.html",
        error=error,
        login=login,
        next=_next_page(),
        demo=guard.settings().demo,
        language=current_language(),
    )


def _next_page() -> str:
    """Where to go after; only a path of this service, never another site."""
    wanted = request.values.get("next", "/")
    try:
        parts = urlsplit(wanted)
    except ValueError:  # a bracket that begins no address
        return "/"
    local = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return wanted if local and "\\" not in wanted else "/"
