"""What pages are made of, as plain dictionaries in the form that travels to the browser.

`html.Div(…)` and `dmc.Button(…)` are written as with Dash's own classes. Those check each property of a component when
it is made and look through all there are when it is written, which took half of a page's time. Here a test checks
the properties, once for every call in the code (`tests/house/test_libraries.py`).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from dash.development.base_component import ComponentRegistry

Component = dict[str, Any]


class Library:
    """The components of one Dash library: an attribute is the function that makes one, children first."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def __getattr__(self, kind: str) -> Callable[..., Component]:
        namespace = self._namespace

        def component(children: Any = None, **properties: Any) -> Component:
            if children is not None:
                properties["children"] = children
            return {"type": kind, "namespace": namespace, "props": properties}

        setattr(self, kind, component)  # the next one is found without this
        return component


html = Library("dash_html_components")
dcc = Library("dash_core_components")
dmc = Library("dash_mantine_components")
dag = Library("dash_ag_grid")

_FIELD = ["label", "description", "error"]
_SIDES = ["leftSection", "rightSection"]
HOLDS = {
    "Alert": ["title", "icon"],
    "Autocomplete": [*_FIELD, *_SIDES],
    "Badge": _SIDES,
    "Button": _SIDES,
    "Checkbox": [*_FIELD, "icon", "indeterminateIcon"],
    "DateInput": [*_SIDES, *_FIELD, "nextIcon", "previousIcon"],
    "DatePickerInput": [*_SIDES, *_FIELD, "nextIcon", "previousIcon"],
    "Drawer": ["title"],
    "Fieldset": ["legend"],
    "MenuItem": _SIDES,
    "Modal": ["title"],
    "MonthPickerInput": [*_SIDES, *_FIELD, "nextIcon", "previousIcon"],
    "MultiSelect": ["nothingFoundMessage", *_FIELD, *_SIDES],
    "NavLink": ["label", "description", *_SIDES],
    "PasswordInput": [*_FIELD, *_SIDES],
    "Radio": _FIELD,
    "RadioGroup": _FIELD,
    "Select": ["nothingFoundMessage", *_FIELD, *_SIDES],
    "Switch": [*_FIELD, "offLabel", "onLabel", "thumbIcon"],
    "TabsTab": _SIDES,
    "TextInput": [*_FIELD, *_SIDES],
    "Textarea": [*_FIELD, *_SIDES],
}
"""The properties of Mantine's components, beside the children, in which the browser looks for components."""


def load() -> None:
    """Let Dash know the libraries: it serves their scripts and tells the browser which properties hold components.

    Of Mantine's module without the 190 classes, which nobody needs here: making them was a fifth of a start.
    """
    nothing = ModuleType("dash_mantine_components._imports_")
    nothing.__dict__["__all__"] = []
    sys.modules.setdefault(nothing.__name__, nothing)
    for package in ("dash_mantine_components", "dash_ag_grid"):
        importlib.import_module(package)
        ComponentRegistry.registry.add(package)
    ComponentRegistry.children_props["dash_mantine_components"].update(HOLDS)
