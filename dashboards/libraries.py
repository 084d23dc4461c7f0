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

MANTINE = tuple(
    """
    Alert Anchor AppShell AppShellHeader AppShellMain AppShellNavbar Autocomplete Badge Burger Button Checkbox Code
    DateInput DatePickerInput DatesProvider Drawer Fieldset Group MantineProvider Menu MenuDropdown MenuItem MenuTarget
    Modal MonthPickerInput MultiSelect NavLink NotificationContainer Pagination Paper PasswordInput Radio RadioGroup
    SegmentedControl Select SimpleGrid Skeleton Stack Switch Table TableCaption TableScrollContainer TableTbody TableTd
    TableTh TableThead TableTr Tabs TabsList TabsPanel TabsTab Text TextInput Textarea Title
    """.split()
)
"""What pages use of it; the test holds this against the code."""


def load() -> None:
    """Let Dash know the libraries, so that it serves their scripts and finds components among properties.

    Mantine comes with four times as many components as pages use. Loading them all is a fifth of the service's start.
    """
    nothing = ModuleType("dash_mantine_components._imports_")
    nothing.__dict__["__all__"] = []
    sys.modules.setdefault(nothing.__name__, nothing)
    for kind in MANTINE:
        importlib.import_module(f"dash_mantine_components.{kind}")
    importlib.import_module("dash_ag_grid")
