"""What a measurement gives, how it is taken, and the table at the end."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """`ours` is a median, `best` its best run; `raw` is the least that could be done instead, `least` what that is."""

    what: str
    database: str
    unit: str
    ours: float
    best: float
    raw: float | None
    least: str
    aim: float | None

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        if self.ours <= self.aim:
            return "yes"
        return "best run only" if self.best <= self.aim else "no"


def timed(work: Callable[[], Any], runs: int, warm: int = 0) -> tuple[float, float]:
    """Median and best seconds of `runs`, after `warm` that do not count."""
    for _ in range(warm):
        work()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), min(seconds)


HEAD = ("what", "on", "ours", "best run", "raw", "aim", "met", "raw is")


def table(figures: Iterable[Figure]) -> str:
    """Columns wide enough for what stands in them."""
    rows = [HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cells(figure: Figure) -> tuple[str, ...]:
    def shown(number: float | None) -> str:
        return "" if number is None else f"{number:,.{_places(number)}f} {figure.unit}"

    return (
        figure.what,
        figure.database,
        shown(figure.ours),
        shown(figure.best),
        shown(figure.raw),
        "" if figure.aim is None else f"≤ {figure.aim:g} {figure.unit}",
        figure.verdict,
        figure.least,
    )


def _places(number: float) -> int:
    return 2 if number < 10 else 1 if number < 100 else 0
