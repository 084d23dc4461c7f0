"""The entry workbook: its columns, what is filled in before it is handed out, and how it is read back."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from typing import Any

from lxml.etree import XMLSyntaxError
from python_calamine import CalamineError, CalamineWorkbook

from kpi.actuals.rules import ANY_REVISION
from kpi.actuals.rules_rows import IncomingRow, is_blank
from kpi.actuals.sheets_formulas import without_result
from kpi.core.errors import BadInput, Problem, TooLarge
from kpi.core.period import Period
from kpi.core.quantity import plain
from kpi.core.text import t
from kpi.documents.readers.packages import check_sheets

ROW_LIMIT = 200_000
BYTE_LIMIT = 20 * 1024 * 1024
_HEADER_WITHIN = 10


class Column(StrEnum):
    """The columns in order; the words are the headers."""

    INDICATOR_CODE = "指标编码"
    UNIT_CODE = "单位编码"
    REVISION = "修订号"
    INDICATOR = "指标"
    UNIT = "单位"
    PERIOD = "期间"
    DUE_ON = "报送期限"
    LAST = "上期数值"
    MEASURED_IN = "计量单位"
    VALUE = "数值"
    NUMERATOR = "分子"
    DENOMINATOR = "分母"
    HAPPENED_ON = "完成日期"
    NOTE = "备注"
    JUMP_REASON = "变动原因"
    CAUSE = "滞后原因"
    MEASURE = "改进措施"
    EXPECTED_ON = "预计日期"

    @property
    def label(self) -> str:
        return _labels()[self]


def _labels() -> dict[Column, str]:
    words = (
        t("指标编码"),
        t("单位编码"),
        t("修订号"),
        t("指标"),
        t("单位"),
        t("期间"),
        t("报送期限"),
        t("上期数值"),
        t("计量单位"),
        t("数值"),
        t("分子"),
        t("分母"),
        t("完成日期"),
        t("备注"),
        t("变动原因"),
        t("滞后原因"),
        t("改进措施"),
        t("预计日期"),
    )
    return dict(zip(Column, words, strict=True))


HIDDEN = (Column.INDICATOR_CODE, Column.UNIT_CODE, Column.REVISION)
NUMBERS = (Column.VALUE, Column.NUMERATOR, Column.DENOMINATOR)
DAYS = (Column.HAPPENED_ON, Column.EXPECTED_ON)
WORDS = (Column.NOTE, Column.JUMP_REASON, Column.CAUSE, Column.MEASURE)
TO_FILL = (*NUMBERS, Column.HAPPENED_ON, *WORDS, Column.EXPECTED_ON)
REQUIRED = (Column.INDICATOR_CODE, Column.UNIT_CODE, Column.PERIOD, Column.VALUE)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line of the template: what is due, and what stands there already."""

    indicator_code: str
    indicator: str
    unit_code: str
    unit: str
    period: Period
    due_on: date
    measured_in: str = ""
    has_parts: bool = False
    is_milestone: bool = False
    last: Decimal | None = None
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    happened_on: date | None = None
    note: str = ""
    jump_reason: str = ""
    cause: str = ""
    measure: str = ""
    expected_on: date | None = None
    revision: int | None = None


def columns_in(header: Sequence[object]) -> dict[Column, int]:
    """Which column stands where, whatever their order; headers in Chinese or in the reader's language."""
    labels = _labels()
    places = {str(cell).strip(): place for place, cell in reversed(list(enumerate(header))) if not is_blank(cell)}
    found = {}
    for column in Column:
        place = places.get(column.value, places.get(labels[column]))
        if place is not None:
            found[column] = place
    return found


def find_header(table: Sequence[Sequence[object]]) -> tuple[int, dict[Column, int]]:
    """The header's place among the first rows and its columns; BadInput naming the headers that are missing."""
    best: tuple[int, dict[Column, int]] = (0, {})
    for place, cells in enumerate(table[:_HEADER_WITHIN]):
        columns = columns_in(cells)
        if len(columns) > len(best[1]):
            best = place, columns
    missing = [column.label for column in REQUIRED if column not in best[1]]
    if missing:
        raise BadInput.of(
            Problem(
                t("缺少“{headers}”列，请用下载的填报模板填写后上传", headers=t("”“").join(missing)),
                t("表头"),
                best[0] + 1 if best[1] else None,
            )
        )
    return best


def read_sheet(content: bytes) -> list[IncomingRow]:
    """The filled-in rows of an uploaded workbook; lines left empty are skipped.

    BadInput when it is no workbook, has other headers, holds nothing or too much.
    """
    table = _table(content)
    header, columns = find_header(table)
    to_fill = [place for column, place in columns.items() if column in TO_FILL]
    rows = [
        _row(number, cells, columns)
        for number, cells in enumerate(table[header + 1 :], start=header + 2)
        if any(place < len(cells) and not is_blank(cells[place]) for place in to_fill)
    ]
    if not rows:
        raise BadInput.of(Problem(t("表中没有填写任何内容"), t("文件")))
    return rows


def _table(content: bytes) -> list[list[Any]]:
    _check_size(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        if sheet.total_height > ROW_LIMIT:
            raise TooLarge.of(Problem(t("行数过多，最多{n}行", n=ROW_LIMIT), t("文件")))
        # From the very first cell on, so that row numbers are those of the file.
        table = sheet.to_python(skip_empty_area=False)
        lost = without_result(content)
    except (CalamineError, OSError, ValueError, LookupError, XMLSyntaxError) as error:
        raise BadInput.of(Problem(t("打不开这个文件，请上传 .xlsx 格式的工作簿"), t("文件"))) from error
    for row, column in lost:
        if row < len(table) and column < len(table[row]):
            table[row][column] = t("公式没有得出结果")
    return table


def _check_size(content: bytes) -> None:
    field = t("文件")
    if len(content) > BYTE_LIMIT:
        raise TooLarge.of(Problem(t("文件过大，最大{n}MB", n=BYTE_LIMIT // 1024 // 1024), field))
    if not zipfile.is_zipfile(BytesIO(content)):
        raise BadInput.of(Problem(t("打不开这个文件，请上传 .xlsx 格式的工作簿"), field))
    check_sheets(content)


def _row(number: int, cells: Sequence[object], columns: Mapping[Column, int]) -> IncomingRow:
    given = {column: cells[place] for column, place in columns.items() if place < len(cells)}
    cell = given.get
    return IncomingRow(
        row=number,
        indicator=as_text(cell(Column.INDICATOR_CODE)),
        unit=as_text(cell(Column.UNIT_CODE)),
        period=_period_text(cell(Column.PERIOD)),
        value=cell(Column.VALUE),
        numerator=cell(Column.NUMERATOR),
        denominator=cell(Column.DENOMINATOR),
        happened_on=cell(Column.HAPPENED_ON),
        note=as_text(cell(Column.NOTE)),
        jump_reason=as_text(cell(Column.JUMP_REASON)),
        cause=as_text(cell(Column.CAUSE)),
        measure=as_text(cell(Column.MEASURE)),
        expected_on=cell(Column.EXPECTED_ON),
        revision=_revision(cell(Column.REVISION)) if Column.REVISION in columns else ANY_REVISION,
    )


def as_text(written: object) -> str:
    """A cell as a person reads it: 1001 for 1001.0."""
    if written is None:
        return ""
    if isinstance(written, float) and written.is_integer():
        return str(int(written))
    if isinstance(written, Decimal):
        return plain(written)
    return str(written).strip()


def _period_text(written: object) -> str:
    """Spreadsheets like to turn 2026-10 into the first of October."""
    return f"{written.year}-{written.month:02d}" if isinstance(written, date) else as_text(written)


def _revision(written: object) -> int | None:
    text = as_text(written)
    return int(text) if text.isdigit() else None
