"""`python -m bench [NAME …] [--database sqlite|postgresql] [--quick]`: one table of figures."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import importing, reading, reports, saving, serving
from bench.databases import PRODUCTS, opened
from bench.figures import Figure, table
from bench.ground import Ground
from kpi.core.text import set_language

BENCHMARKS: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "overview": reading.measure_overview,
    "target": reading.measure_target,
    "save": saving.measure,
    "report": reports.measure,
    "start": serving.measure_start,
    "memory": serving.measure_memory,
    "import": importing.measure_month,
    "import-history": importing.measure_history,
}
BY_THEMSELVES = ("assessment", "extraction", "forecast")
"""Measurements of pure rules, which need no database and print tables of their own."""


def main() -> None:
    asked = _asked()
    for name in [name for name in asked.names if name in BY_THEMSELVES]:
        print(f"== {name}")
        importlib.import_module(f"bench.{name}").main()
    names = [name for name in asked.names if name in BENCHMARKS] if asked.names else list(BENCHMARKS)
    if names:
        print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
        figures = list(_figures(names, asked.database or PRODUCTS, asked.quick))
        print(table(figures))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    known = [*BENCHMARKS, *BY_THEMSELVES]
    every = f"{', '.join(known)}; none: all with a database"
    parser.add_argument("names", nargs="*", metavar="NAME", help=every)
    parser.add_argument("--only", action="append", default=[], choices=known, help="the same as NAME")
    parser.add_argument("--database", action="append", choices=PRODUCTS, help="both if not given")
    parser.add_argument("--quick", action="store_true", help="a tenth of the data: to see that it works")
    asked = parser.parse_args()
    asked.names += asked.only
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known are {', '.join(known)}")
    return asked


def _figures(names: Sequence[str], products: Sequence[str], quick: bool) -> Iterator[Figure]:
    set_language("zh")
    for product in products:
        with opened(product) as databases:
            ground = Ground(databases, quick=quick)
            try:
                for name in names:
                    print(f"… {name} on {product}", file=sys.stderr, flush=True)
                    yield from BENCHMARKS[name](ground)
            finally:
                ground.close()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main()
