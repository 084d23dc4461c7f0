"""What a measurement gives, how it is taken, and the table at the end."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

SCALES = {"ms": 1e3, "s": 1.0, "MiB": 1.0}


@dataclass(frozen=True)
class Taken:
    """One run, in seconds: the median, the best, and the mean of the processor time it used."""

    usual: float
    best: float
    cpu: float | None = None


@dataclass(frozen=True)
class Figure:
    """Measured in seconds, shown in `unit`. `raw` is the least that could be done instead, `least` what that is.

    The processor time is ours and the database's together: on a busy machine it is the figure to go by.
    """

    what: str
    database: str
    unit: str
    ours: Taken
    raw: float | None
    least: str
    aim: float | None

    @property
    def verdict(self) -> str:
        if self.aim is None:
            return ""
        ours, aim = self.ours, self.aim / SCALES[self.unit]
        if ours.usual <= aim:
            return "yes"
        if ours.best <= aim:
            return "best run only"
        return "by processor time" if ours.cpu is not None and ours.cpu <= aim else "no"


def timed(work: Callable[[], Any], runs: int, warm: int = 0, cpu: Callable[[], float] | None = None) -> Taken:
    """`runs` of some work, after `warm` that do not count; `cpu` reads processor seconds."""
    for _ in range(warm):
        work()
    seconds, used = [], cpu() if cpu else 0.0
    for _ in range(runs):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return Taken(statistics.median(seconds), min(seconds), (cpu() - used) / runs if cpu else None)


HEAD = ("what", "on", "ours", "best run", "processor", "raw", "aim", "met", "raw is")


def table(figures: Iterable[Figure]) -> str:
    """Columns wide enough for what stands in them."""
    rows = [HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _cells(figure: Figure) -> tuple[str, ...]:
    def shown(number: float | None) -> str:
        if number is None:
            return ""
        number *= SCALES[figure.unit]
        return f"{number:,.{_places(number)}f} {figure.unit}"

    return (
        figure.what,
        figure.database,
        shown(figure.ours.usual),
        shown(figure.ours.best),
        shown(figure.ours.cpu),
        shown(figure.raw),
        "" if figure.aim is None else f"≤ {figure.aim:g} {figure.unit}",
        figure.verdict,
        figure.least,
    )


def _places(number: float) -> int:
    return 2 if number < 10 else 1 if number < 100 else 0
