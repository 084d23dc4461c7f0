"""Giving an uploaded workbook back with what is wrong marked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter
from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from kpi.actuals.sheets import Column, columns_in, find_header
from kpi.core.errors import BadInput, Problem
from kpi.core.text import t
from kpi.documents.readers.packages import sheet_size

TOO_MANY_ROWS, TOO_MANY_COLUMNS = 20_000, 200
"""Beyond it marking cell by cell takes minutes: then the list alone is given."""

_RED = PatternFill("solid", fgColor="FFC7CE")
_AUTHOR = "KPI"


def mark_problems(content: bytes, problems: Sequence[Problem]) -> bytes:
    """The same workbook, bad cells coloured and commented, and a sheet with the list of row, field and reason."""
    try:
        height, width = sheet_size(content)
        if height > TOO_MANY_ROWS or width > TOO_MANY_COLUMNS:
            return list_problems(problems)
        book = load_workbook(BytesIO(content))
    except Exception:
        return list_problems(problems)
    sheet = book.worksheets[0]
    columns = _columns(sheet)
    sheet.protection.sheet = False
    for problem in problems:
        if problem.row is not None and 1 <= problem.row <= sheet.max_row + 1:
            _mark(sheet.cell(problem.row, _place(columns, problem.field)), problem)
    _add_list(book, problems)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _columns(sheet: Any) -> Mapping[str, int]:
    """Header words → column, counted from one."""
    table = [list(cells) for cells in sheet.iter_rows(min_row=1, max_row=10, values_only=True)]
    try:
        _, found = find_header(table)
    except BadInput:
        found = max((columns_in(cells) for cells in table), key=len, default={})
    return {word: place + 1 for column, place in found.items() for word in (column.value, column.label)}


def _place(columns: Mapping[str, int], field: str | None) -> int:
    """The column of a field; a problem of the whole row is marked at the indicator's name, which is visible."""
    at = columns.get(field or "")
    hidden = {columns.get(Column.INDICATOR_CODE.value), columns.get(Column.UNIT_CODE.value)}
    return at if at is not None and at not in hidden else columns.get(Column.INDICATOR.value, 1)


def _mark(cell: Any, problem: Problem) -> None:
    text = t("{label}：{words}", label=problem.field, words=problem.reason) if problem.field else problem.reason
    before = f"{cell.comment.text}\n" if cell.comment else ""
    cell.fill = _RED
    cell.comment = Comment(before + ILLEGAL_CHARACTERS_RE.sub("", text), _AUTHOR, width=320, height=120)


def _add_list(book: Any, problems: Sequence[Problem]) -> None:
    sheet = book.create_sheet(_free_name(book.sheetnames))
    sheet.append([t("行"), t("项目"), t("原因")])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for problem in problems:
        sheet.append([problem.row, _text(sheet, problem.field or ""), _text(sheet, problem.reason)])
    for letter, width in (("A", 8), ("B", 16), ("C", 80)):
        sheet.column_dimensions[letter].width = width


def _text(sheet: Any, written: str) -> Any:
    """Words stay words, even when they begin like a formula."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", written))
    cell.data_type = "s"
    return cell


def _free_name(taken: Sequence[str]) -> str:
    name, number = t("问题清单"), 2
    while name in taken:
        name, number = f"{t('问题清单')}{number}", number + 1
    return name


def list_problems(problems: Sequence[Problem]) -> bytes:
    """A workbook with the list alone."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(t("问题清单"))
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 16)
    sheet.set_column(2, 2, 80)
    bold = book.add_format({"bold": True})
    for place, word in enumerate((t("行"), t("项目"), t("原因"))):
        sheet.write_string(0, place, word, bold)
    for number, problem in enumerate(problems, start=1):
        if problem.row is not None:
            sheet.write_number(number, 0, problem.row)
        sheet.write_string(number, 1, problem.field or "")
        sheet.write_string(number, 2, problem.reason)
    book.close()
    return buffer.getvalue()
