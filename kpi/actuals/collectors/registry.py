"""The collectors by kind. A new kind: a file beside this one with `check` and `collect`, a word in
CollectorKind, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kpi.actuals.collectors import folder, http_json, sql
from kpi.actuals.collectors.base import CollectContext, Collected
from kpi.actuals.records import CollectorKind

COMMON = ("fields", "fixed")


@dataclass(frozen=True)
class Collector:
    """`check` finds what is wrong with settings and touches nothing outside; `collect` reads.

    `keys` are the settings it knows; others are not stored.
    """

    check: Callable[[Mapping[str, Any], CollectContext], None]
    collect: Callable[[Mapping[str, Any], CollectContext], Collected]
    keys: tuple[str, ...]


COLLECTORS: dict[CollectorKind, Collector] = {
    CollectorKind.HTTP_JSON: Collector(http_json.check, http_json.collect, ("url", "path", "headers", *COMMON)),
    CollectorKind.SQL: Collector(sql.check, sql.collect, ("url_env", "query", *COMMON)),
    CollectorKind.FOLDER: Collector(folder.check, folder.collect, ("folder", "pattern", *COMMON)),
}
