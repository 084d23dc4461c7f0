"""Calling the callbacks of the pages as a browser does, without one: what a request written by hand can do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from support import csrf_of

Dependency = Mapping[str, Any]


def on_server(client: FlaskClient) -> dict[str, Dependency]:
    """What the browser is told of every callback that runs on the server, by name."""
    told = client.get("/_dash-dependencies").json
    return {name_of(each): each for each in told if not each["clientside_function"]}


def name_of(asked: Dependency) -> str:
    """Its first input and its first output, which together tell it from all others: "url.pathname > menu.children"."""
    first = _written(asked["output"])[0].partition("@")[0]
    return f"{_prop(asked['inputs'][0])} > {first}"


def call(
    client: FlaskClient, asked: Dependency, values: Mapping[str, Any] | None = None, token: str = ""
) -> TestResponse:
    """Its answer, with these values by "component.property" and nothing in all other inputs."""
    given = values or {}
    body = {
        "output": asked["output"],
        "outputs": _outputs(asked["output"]),
        "inputs": [_filled(one, given) for one in asked["inputs"]],
        "state": [_filled(one, given) for one in asked["state"]],
        "changedPropIds": [_prop(one) for one in asked["inputs"] if _prop(one) in given],
    }
    return client.post("/_dash-update-component", json=body, headers={"X-CSRFToken": token or csrf_of(client)})


def notice(answer: TestResponse) -> str:
    """What the notice on the page says; empty without one."""
    shown = (answer.json or {}).get("sideUpdate", {}).get("notices", {}).get("sendNotifications", [])
    return "".join(f"{each['title']}：{each['message']}" for each in shown)


def outputs(answer: TestResponse) -> dict[str, Any]:
    """New values by "component.property"; empty when everything stays as it is."""
    given: dict[str, dict[str, Any]] = (answer.json or {}).get("response", {})
    return {f"{component}.{name}": value for component, props in given.items() for name, value in props.items()}


def _prop(one: Mapping[str, str]) -> str:
    return f"{one['id']}.{one['property']}"


def _filled(one: Mapping[str, str], given: Mapping[str, Any]) -> Any:
    if '["ALL"]' in one["id"]:
        return given.get(_prop(one), [])  # of whatever matches the pattern there is nothing on the page
    return {"id": _id(one["id"]), "property": one["property"], "value": given.get(_prop(one))}


def _written(output: str) -> list[str]:
    return output[2:-2].split("...") if output.startswith("..") else [output]


def _outputs(written: str) -> Any:
    found = [_output(each) for each in _written(written)]
    return found if written.startswith("..") else found[0]


def _output(written: str) -> Any:
    component, _, name = written.rpartition(".")
    return [] if '["ALL"]' in component else {"id": _id(component), "property": name}


def _id(written: str) -> Any:
    return json.loads(written) if written.startswith("{") else written
