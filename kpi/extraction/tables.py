"""Tables of indicators: piped, by tabs, by spaces, one cell a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from kpi.extraction.candidates import Draft
from kpi.extraction.deadlines import Horizon
from kpi.extraction.layout import Paragraph


@dataclass(frozen=True)
class Table:
    first: int
    last: int
    start: int
    prose: list[Paragraph] = field(default_factory=list)


def find_tables(plain: str, lines: list[tuple[int, int]]) -> list[Table]:
    return []


def read_table(plain: str, table: Table, horizon: Horizon, due: date | None) -> Iterator[Draft]:
    yield from ()
