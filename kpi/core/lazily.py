"""Functions whose modules are imported when first called: heavy libraries are loaded by who uses them, not by all."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any


def later(where: str) -> Callable[..., Any]:
    """A stand-in for a function written "package.module:name"."""
    module, _, name = where.partition(":")

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*args, **kwargs)

    call.__name__ = name
    return call
