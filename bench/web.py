"""A visitor without a browser: signs in, opens a page and runs the callbacks the page would run first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Send = Callable[[str, str, dict[str, Any] | None, dict[str, str] | None], tuple[int, str]]
"""(method, path, json, form) → (status, text); keeps cookies and adds the token a page would send."""

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def sign_in(send: Send, login: str, password: str) -> None:
    _, page = send("GET", "/sign-in", None, None)
    token = _TOKEN.search(page)
    assert token is not None
    status, _ = send("POST", "/sign-in", None, {"login": login, "password": password, "csrf_token": token[1]})
    assert status == 302, f"signing in was answered with {status}"


class Page:
    """A page as Dash's own script sees it: the components it holds, and the callbacks that start with it."""

    def __init__(self, send: Send, dependencies: list[dict[str, Any]], path: str) -> None:
        self._send, self._dependencies = send, dependencies
        self._properties: dict[str, dict[str, Any]] = {}
        router = next(each for each in dependencies if "_pages_content.children" in each["output"])
        self._properties["_pages_location"] = {"pathname": path, "search": ""}
        self._properties["url"] = {"pathname": path, "search": ""}
        for component in _components(self.run(router)):
            if isinstance(component.get("id"), str):
                self._properties[component["id"]] = component

    def first_callbacks(self) -> list[dict[str, Any]]:
        """Those whose inputs all stand on the page; patterns and functions of the browser are left out."""
        return [each for each in self._dependencies if self._starts(each)]

    def _starts(self, callback: dict[str, Any]) -> bool:
        inputs = [one["id"] for one in callback["inputs"]]
        if callback["clientside_function"] or callback["prevent_initial_call"] or not inputs:
            return False
        return "_pages" not in callback["output"] and all(name in self._properties for name in inputs)

    def run(self, callback: dict[str, Any]) -> Any:
        """Send it off as the browser would; the parsed answer, None when there is nothing to change."""
        import json

        status, text = self._send("POST", "/_dash-update-component", self.body(callback), None)
        assert status in (200, 204), f"{callback['output']} was answered with {status}"
        return json.loads(text) if status == 200 else None

    def body(self, callback: dict[str, Any]) -> dict[str, Any]:
        inputs = [self._with_value(one) for one in callback["inputs"]]
        return {
            "output": callback["output"],
            "outputs": _outputs(callback["output"]),
            "inputs": inputs,
            "changedPropIds": [f"{one['id']}.{one['property']}" for one in inputs],
            "state": [self._with_value(one) for one in callback["state"]],
        }

    def _with_value(self, one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "value": self._properties.get(one["id"], {}).get(one["property"])}


def _outputs(written: str) -> Any:
    if not written.startswith(".."):
        return _output(written)
    return [_output(part) for part in written[2:-2].split("...")]


def _output(written: str) -> dict[str, str]:
    name, _, changed = written.rpartition(".")
    return {"id": name, "property": changed.partition("@")[0]}


def _components(node: Any) -> Iterator[dict[str, Any]]:
    """The properties of every component in an answer."""
    if isinstance(node, dict):
        if "props" in node and "type" in node:
            yield node["props"]
        for value in node.values():
            yield from _components(value)
    elif isinstance(node, list):
        for value in node:
            yield from _components(value)
