"""Ways from a number into the ledger, and from a row to its target: addresses that can be shared."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from dashboards.libraries import Component, dcc
from kpi.readmodel.scope import Wanted

SCOPE_KEYS = ("plan", "month", "department", "region")


def wanted_of(query: Mapping[str, Any] | None) -> Wanted:
    """What an address asks for; anything that is no word is as good as not there."""
    found = query or {}
    return Wanted(**{key: value for key in SCOPE_KEYS if isinstance(value := found.get(key), str)})


def address(path: str, **query: str) -> str:
    """The path with those parts of the query that say something."""
    said = "&".join(f"{key}={_quoted(value)}" for key, value in query.items() if value)
    return f"{path}?{said}" if said else path


_quoted = lru_cache(maxsize=4096)(quote_plus)  # a page has hundreds of addresses, made of the same few codes


def ledger_address(wanted: Wanted, **more: str) -> str:
    """The ledger with the same plan, month, department and region, and quick filters on top."""
    scope = {key: getattr(wanted, key) for key in SCOPE_KEYS}
    return address("/targets", **scope | more)


def target_address(code: str, month: str = "", unit: str = "") -> str:
    return address(f"/targets/{quote(code)}", month=month, unit=unit)


def number_link(number: int, href: str, label: str, class_name: str = "") -> Component | str:
    """A count as a way in, with words for those who hear the page; nothing to go to behind a zero."""
    if not number:
        return "0"
    return dcc.Link(str(number), href=href, className=f"number-link {class_name}".strip(), title=label)
