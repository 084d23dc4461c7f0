"""Components are plain dictionaries: what Dash's classes would refuse when a page is drawn is refused here."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import ComponentRegistry

from dashboards import libraries

DASHBOARDS = Path(libraries.__file__).parent
MODULES = {"html": "dash.html", "dcc": "dash.dcc", "dmc": "dash_mantine_components", "dag": "dash_ag_grid"}


@dataclass(frozen=True)
class Call:
    """One `library.Kind(…)` in the code."""

    where: str
    library: str
    kind: str
    positional: int
    properties: tuple[str, ...]


def _calls() -> Iterator[Call]:
    for path in sorted(DASHBOARDS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_component(node.func):
                yield _call(f"{path.name}:{node.lineno}", node)


def _is_component(called: ast.expr) -> bool:
    return isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in MODULES


def _call(where: str, node: ast.Call) -> Call:
    func: Any = node.func
    named = [keyword.arg for keyword in node.keywords if keyword.arg is not None]
    for keyword in node.keywords:
        if keyword.arg is None and isinstance(keyword.value, ast.Dict):
            named += [key.value for key in keyword.value.keys if isinstance(key, ast.Constant)]
    return Call(where, func.value.id, func.attr, len(node.args), tuple(map(str, named)))


@cache
def _dash_class(library: str, kind: str) -> Any:
    return getattr(importlib.import_module(f"{MODULES[library]}.{kind}"), kind)


CALLS = list(_calls())


def test_there_are_calls_of_every_library() -> None:
    assert {call.library for call in CALLS} == MODULES.keys()


@pytest.mark.parametrize("library", MODULES)
def test_properties_are_those_that_the_component_knows(library: str) -> None:
    for call in CALLS:
        if call.library == library:
            known = _dash_class(library, call.kind)(**dict.fromkeys(_given(call), "some"))
            assert known._namespace == getattr(libraries, library)._namespace, call
            assert call.positional == 0 or "children" in known._prop_names, call


def _given(call: Call) -> tuple[str, ...]:
    assert call.positional <= 1, call
    return ("children", *call.properties) if call.positional else call.properties


def test_the_browser_looks_for_components_where_mantine_takes_them() -> None:
    """Those within nested properties are left out: pages put words there."""
    kinds = {call.kind for call in CALLS if call.library == "dmc"}
    known = {kind: {each for each in _dash_class("dmc", kind)._children_props if "." not in each} for kind in kinds}
    assert {kind: set(held) for kind, held in libraries.HOLDS.items()} == {kind: s for kind, s in known.items() if s}


def test_dash_serves_the_scripts_of_the_libraries() -> None:
    libraries.load()
    assert {"dash_mantine_components", "dash_ag_grid"} <= set(ComponentRegistry.registry)
    scripts = {each["relative_package_path"] for each in ComponentRegistry.get_resources("_js_dist")}
    assert {"dash_mantine_components.js", "dash_ag_grid.min.js"} <= scripts


def test_a_component_is_what_dash_would_write() -> None:
    mine = libraries.dmc.Alert("said", title="head", **{"aria-live": "polite"})
    assert mine == _dash_class("dmc", "Alert")("said", title="head", **{"aria-live": "polite"}).to_plotly_json()
