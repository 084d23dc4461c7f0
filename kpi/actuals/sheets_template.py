"""Writing the entry workbook: filled with what is due, headers locked, cells checked by the spreadsheet itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter

from kpi.actuals.sheets import DAYS, HIDDEN, NUMBERS, TO_FILL, WORDS, Column, SheetRow
from kpi.core.text import t

_WIDTHS = {
    Column.INDICATOR: 34,
    Column.UNIT: 18,
    Column.PERIOD: 10,
    Column.DUE_ON: 12,
    Column.LAST: 12,
    Column.MEASURED_IN: 9,
    **dict.fromkeys(NUMBERS, 13),
    **dict.fromkeys(DAYS, 13),
    **dict.fromkeys(WORDS, 24),
}
_FIRST_DAY = date(1990, 1, 1)
_PLACES = {column: place for place, column in enumerate(Column)}
HEADER_ROW = 1
"""Counted from zero: the first line says how to fill the rest in."""


def write_template(rows: Sequence[SheetRow], title: str) -> bytes:
    """A workbook ready to be filled in and uploaded again; `title` goes on its first line."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(t("填报"))
    styles = _styles(book)
    sheet.write_string(0, len(HIDDEN), t("{title}。黄色单元格由您填写，填好后原样上传；不报的行留空。", title=title))
    for column, place in _PLACES.items():
        sheet.set_column(place, place, _WIDTHS.get(column, 10), None, {"hidden": column in HIDDEN})
        sheet.write_string(HEADER_ROW, place, column.label, styles["header"])
    for number, row in enumerate(rows, start=HEADER_ROW + 1):
        _write_row(sheet, number, row, styles)
    _add_checks(sheet, len(rows))
    sheet.freeze_panes(HEADER_ROW + 1, _PLACES[Column.UNIT])
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    plain = {"valign": "vcenter", "border": 1, "border_color": "#BFBFBF"}
    open_ = {**plain, "locked": False, "bg_color": "#FFF9E5"}
    return {
        "header": book.add_format({**plain, "bold": True, "bg_color": "#DCE6F1", "text_wrap": True}),
        "fixed": book.add_format({**plain, "bg_color": "#F2F2F2", "text_wrap": True}),
        "fixed_day": book.add_format({**plain, "bg_color": "#F2F2F2", "num_format": "yyyy-mm-dd"}),
        "number": book.add_format({**open_, "num_format": "#,##0.######"}),
        "day": book.add_format({**open_, "num_format": "yyyy-mm-dd"}),
        "words": book.add_format({**open_, "text_wrap": True, "num_format": "@"}),
        "closed": book.add_format({**plain, "bg_color": "#D9D9D9"}),
    }


def _write_row(sheet: Any, number: int, row: SheetRow, styles: dict[str, Any]) -> None:
    fixed = {
        Column.INDICATOR_CODE: row.indicator_code,
        Column.UNIT_CODE: row.unit_code,
        Column.REVISION: "" if row.revision is None else str(row.revision),
        Column.INDICATOR: row.indicator,
        Column.UNIT: row.unit,
        Column.PERIOD: str(row.period),
        Column.MEASURED_IN: row.measured_in,
    }
    for column, text in fixed.items():
        sheet.write_string(number, _PLACES[column], text, styles["fixed"])
    sheet.write_datetime(number, _PLACES[Column.DUE_ON], row.due_on, styles["fixed_day"])
    _write_number(sheet, number, Column.LAST, row.last, styles["fixed"])
    closed = _closed(row)
    for column in TO_FILL:
        name = column.name.lower()
        value = getattr(row, name)
        if column in closed:
            sheet.write_blank(number, _PLACES[column], None, styles["closed"])
        elif column in NUMBERS:
            _write_number(sheet, number, column, value, styles["number"])
        elif column in DAYS:
            _write_day(sheet, number, column, value, styles["day"])
        else:
            sheet.write_string(number, _PLACES[column], value, styles["words"])


def _closed(row: SheetRow) -> set[Column]:
    """Cells that have no meaning in this line."""
    closed = set() if row.has_parts else {Column.NUMERATOR, Column.DENOMINATOR}
    return closed if row.is_milestone else closed | {Column.HAPPENED_ON}


def _write_number(sheet: Any, number: int, column: Column, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(number, _PLACES[column], None, style)
    else:
        sheet.write_number(number, _PLACES[column], float(value), style)


def _write_day(sheet: Any, number: int, column: Column, value: Any, style: Any) -> None:
    if value is None:
        sheet.write_blank(number, _PLACES[column], None, style)
    else:
        sheet.write_datetime(number, _PLACES[column], value, style)


def _add_checks(sheet: Any, count: int) -> None:
    """The spreadsheet refuses text in number cells before we have to."""
    if not count:
        return
    first, last = HEADER_ROW + 1, HEADER_ROW + count
    number = {
        "validate": "decimal",
        "criteria": "between",
        "minimum": -1e15,
        "maximum": 1e15,
        "error_title": t("请填数字"),
        "error_message": t("此处只能填数字，不要带单位或文字。"),
    }
    day = {
        "validate": "date",
        "criteria": ">",
        "value": _FIRST_DAY,
        "error_title": t("请填日期"),
        "error_message": t("请按 2026-10-31 的样式填写日期。"),
    }
    for column in NUMBERS:
        sheet.data_validation(first, _PLACES[column], last, _PLACES[column], number)
    for column in DAYS:
        sheet.data_validation(first, _PLACES[column], last, _PLACES[column], day)
