"""Requests that no page of this version sends, answered before Dash stumbles over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import Dash
from dash.exceptions import DependencyException
from flask import Flask, request
from werkzeug.exceptions import NotFound

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.web import errors

CALLBACKS = "/_dash-update-component"


def install(server: Flask, app: Dash) -> None:
    """A page left open since before an upgrade is told to reload; what was made by hand learns nothing."""

    @server.before_request
    def _refuse_malformed() -> None:
        if request.path == CALLBACKS and not _well_formed(request.get_json(), app.callback_map):
            raise BadInput(t("页面已过期，请刷新后重试；刚才的内容没有保存。"))

    server.register_error_handler(DependencyException, lambda _error: errors.told(NotFound()))


def _well_formed(body: Any, known: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether this names a callback and has a value for each of its inputs and states, as the browser sends them."""
    if not isinstance(body, dict) or not isinstance(body.get("output"), str) or body["output"] not in known:
        return False
    callback = known[body["output"]]
    return (
        isinstance(body.get("outputs"), list if body["output"].startswith("..") else dict)
        and all(_values(body.get(part, []), len(callback[part])) for part in ("inputs", "state"))
        and _words(body.get("changedPropIds", []))
    )


def _values(given: Any, number: int) -> bool:
    return isinstance(given, list) and len(given) == number and all(map(_value, given))


def _value(given: Any) -> bool:
    """One component's property, or a list of those that match a pattern."""
    if isinstance(given, list):
        return all(isinstance(one, dict) and _value(one) for one in given)
    return (
        isinstance(given, dict) and isinstance(given.get("id"), str | dict) and isinstance(given.get("property"), str)
    )


def _words(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, str) and "." in one for one in given)
