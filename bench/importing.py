"""100,000 rows of a workbook: read, checked, written as new versions, lights current and a trail of each."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from bench.figures import Figure, timed
from bench.ground import Ground
from bench.workload import LAST_MONTH, Ledger, Shape, Value, demands_of, series
from kpi.actuals.actions_writing import APPROVED
from kpi.actuals.records import SourceKind
from kpi.actuals.sheets import read_sheet
from kpi.audit.actions import Actor
from kpi.core.period import Period
from kpi.db.store import Store
from kpi.operations import actions as operations

NOW = datetime(2026, 11, 5, 1, 0, tzinfo=UTC)
MONTHLY = Shape(targets=1_000, first=LAST_MONTH, last=LAST_MONTH, districts=100, late=0)
HISTORY = Shape(targets=2_778, late=0)
HEAD = ("指标编码", "单位编码", "期间", "数值", "分子", "分母")
UPSERT = """
INSERT INTO staged (indicator, unit, period, value, numerator, denominator) VALUES ({marks})
ON CONFLICT (indicator, unit, period) DO UPDATE SET value = excluded.value
"""


def measure_month(ground: Ground) -> Iterator[Figure]:
    """A month's file: 1,000 targets, each reported by 100 districts and put together for the city."""
    store, ledger = ground.made("month", MONTHLY)
    book = _workbook(ledger, [LAST_MONTH.next()])
    yield from _measured(ground, store, book, "importing 100,000 rows of xlsx: a month")


def measure_history(ground: Ground) -> Iterator[Figure]:
    """Three years at once: 2,778 targets that had no value yet."""
    empty = Shape(HISTORY.targets, HISTORY.first, HISTORY.last, late=-1)
    store, ledger = ground.made("history", empty)
    with store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM actual")
    book = _workbook(ledger, HISTORY.months)
    yield from _measured(ground, store, book, "importing 100,000 rows of xlsx: 36 months")


def _measured(ground: Ground, store: Store, book: bytes, what: str) -> Iterator[Figure]:
    """Once: the second time there would be nothing to write."""
    raw = timed(_raw(ground, store, book), 1).usual
    ours = timed(lambda: _import(store, book), 1, cpu=ground.cpu)
    yield Figure(what, ground.product, "s", ours, raw, "reading, and upserting into one bare table", 12)


def _import(store: Store, book: bytes) -> None:
    rows = read_sheet(book)
    with store.write() as session:
        done = operations.import_rows(
            session,
            rows,
            by=Actor(None, "测量"),
            now=NOW,
            to=APPROVED,
            source_kind=SourceKind.SHEET,
            source="测量",
        )
    assert done.taken == len(rows) and not done.problems, done.problems[:3]


def _workbook(ledger: Ledger, months: list[Period]) -> bytes:
    """Values of parts are left to be worked out from numerator and denominator, as people do."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    units = {1: "CITY"} | {2 + 20 + n: code for n, code in enumerate(ledger.district_codes)}
    reporting = [unit for unit in units if unit != 1 or not ledger.district_codes]
    found = series(random.Random(5), ledger.shape, demands_of(ledger.shape), reporting, months)
    for number, seen in enumerate(found, 1):
        sheet.write_row(number, 0, _cells(ledger, units, seen))
    book.close()
    return out.getvalue()


def _cells(ledger: Ledger, units: dict[int, str], seen: Value) -> list[Any]:
    codes = [ledger.indicator_codes[seen.target - 1], units[seen.unit], str(seen.period)]
    if seen.numerator is None or seen.denominator is None:
        return [*codes, int(seen.value), None, None]
    return [*codes, None, int(seen.numerator), int(seen.denominator)]


def _raw(ground: Ground, store: Store, book: bytes) -> Callable[[], None]:
    connection = ground.driver(store)
    cursor = connection.cursor()
    numbers = "value double precision, numerator double precision, denominator double precision"
    cursor.execute(f"CREATE TABLE staged (indicator text, unit text, period text, {numbers})")
    cursor.execute("CREATE UNIQUE INDEX ix_staged ON staged (indicator, unit, period)")
    connection.commit()
    mark = "?" if ground.product == "sqlite" else "%s"

    def run() -> None:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0)
        rows = [[None if cell == "" else cell for cell in row] for row in sheet.to_python()[1:]]
        cursor.executemany(UPSERT.format(marks=", ".join([mark] * 6)), rows)
        connection.commit()
        connection.close()

    return run
