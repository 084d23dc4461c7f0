"""Formats of candidates. A new one is a module with `write(candidates) -> bytes` and a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.extraction.candidates import Candidate
from kpi.extraction.writers import flat, jsonl, sheet, table

Writer = Callable[[Sequence[Candidate]], bytes]

WRITERS: dict[str, Writer] = {
    "jsonl": jsonl.write,
    "csv": flat.write,
    "table": table.write,
    "xlsx": sheet.write,
}
"""Name of a format → the function that writes candidates in it, as bytes."""

BINARY = frozenset({"xlsx"})
"""Formats that a terminal can not show."""


def write_candidates(candidates: Sequence[Candidate], how: str) -> bytes:
    """The candidates in the format `how`; BadInput names the known formats otherwise."""
    if how not in WRITERS:
        raise BadInput(t("没有“{how}”这种输出格式，可用：{known}", how=how, known="、".join(WRITERS)))
    return WRITERS[how](candidates)
