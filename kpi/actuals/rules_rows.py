"""Rows of files and sources as they come in: codes and written numbers, to be read with row and field named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from kpi.actuals.rules import ANY_REVISION
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Period
from kpi.core.quantity import parse_number
from kpi.core.text import t


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One row, nothing checked yet; `row` counts as the reader of the file or source would.

    `origin` is the file it came from, when there are several.
    """

    row: int
    indicator: str
    unit: str
    period: str
    value: object = None
    numerator: object = None
    denominator: object = None
    happened_on: object = None
    note: str = ""
    jump_reason: str = ""
    cause: str = ""
    measure: str = ""
    expected_on: object = None
    revision: int | None = ANY_REVISION
    origin: str = ""


@dataclass(frozen=True, slots=True)
class RowNumbers:
    """The written numbers and days of a row, read."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    happened_on: date | None = None
    expected_on: date | None = None


def is_blank(written: object) -> bool:
    return written is None or (isinstance(written, str) and not written.strip())


def read_numbers(row: IncomingRow) -> tuple[RowNumbers, list[Problem]]:
    """Everything in a row that is a number or a day; whatever is neither is a problem of that row and field."""
    problems: list[Problem] = []
    numbers = RowNumbers(
        _number(row.value, "value", row.row, problems),
        _number(row.numerator, "numerator", row.row, problems),
        _number(row.denominator, "denominator", row.row, problems),
        _day(row.happened_on, "happened_on", row.row, problems),
        _day(row.expected_on, "expected_on", row.row, problems),
    )
    return numbers, problems


def _field(name: str) -> str:
    return {
        "value": t("数值"),
        "numerator": t("分子"),
        "denominator": t("分母"),
        "happened_on": t("完成日期"),
        "expected_on": t("预计日期"),
    }[name]


def _number(written: object, name: str, row: int, problems: list[Problem]) -> Decimal | None:
    if type(written) is float and written.is_integer() and abs(written) < _EXACT:
        return Decimal(int(written))
    if type(written) is int and abs(written) < _EXACT:
        return Decimal(written)
    if written is None or is_blank(written):
        return None
    if isinstance(written, (date, datetime)):
        problems.append(Problem(t("是日期，不是数字"), _field(name), row))
        return None
    try:
        return parse_number(_without_noise(written), _field(name), row)
    except BadInput as error:
        problems.extend(error.problems)
        return None


def _day(written: object, name: str, row: int, problems: list[Problem]) -> date | None:
    if written is None or is_blank(written):
        return None
    found = read_day(written)
    if found is None:
        problems.append(Problem(t("不是日期，请写成 2026-10-31"), _field(name), row))
    return found


_EXACT = 10**15
"""Floats hold whole numbers below it exactly."""


def _without_noise(written: object) -> object:
    """Spreadsheets compute in binary: 0.1+0.2 is shown as 0.3 and meant so."""
    return Decimal(format(written, ".15g")) if isinstance(written, float) else written


def local_day(moment: datetime) -> date:
    """Its day where the offices are; without a zone it is taken as written there."""
    return business_date(moment) if moment.tzinfo else moment.date()


def read_day(written: object) -> date | None:
    """A day from a date cell or from text: 2026-10-31, 2026/10/31, 2026年10月31日; None for anything else."""
    if isinstance(written, datetime):
        return local_day(written)
    if isinstance(written, date):
        return written
    text = str(written).strip()
    for pattern in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, pattern).date()
        except ValueError:
            continue
    return None


@lru_cache(maxsize=4096)
def read_period(written: str) -> Period | None:
    try:
        return Period.parse(written)
    except BadInput:
        return None
