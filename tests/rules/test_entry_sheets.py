"""The entry workbook: written, filled in, read back, and given back with what is wrong marked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from kpi.actuals.rules import ANY_REVISION
from kpi.actuals.rules_rows import IncomingRow, read_day, read_numbers
from kpi.actuals.sheets import Column, SheetRow, read_sheet
from kpi.actuals.sheets_marked import list_problems, mark_problems
from kpi.actuals.sheets_template import write_template
from kpi.core.errors import BadInput, Problem, TooLarge
from kpi.core.period import Period
from kpi.core.text import speaking
from kpi.documents.readers import packages

OCTOBER = Period.parse("2026-10")
DUE = date(2026, 11, 10)
COUNTED = SheetRow(
    "IND-0001", "新建站点", "CITY", "全市", OCTOBER, date(2026, 11, 10), "家", last=Decimal(8), revision=3
)
SHARED = SheetRow("IND-0002", "设科比例", "CITY", "全市", OCTOBER, date(2026, 11, 10), "%", has_parts=True)
STAGED = SheetRow("IND-0003", "中心成立", "CITY", "全市", OCTOBER, date(2026, 11, 10), is_milestone=True)
PLACE = {column: place for place, column in enumerate(Column, start=1)}


def filled(rows: list[SheetRow], *cells: tuple[int, Column, object]) -> bytes:
    """The template as an officer gives it back; lines counted from the first that can be filled in."""
    book = load_workbook(BytesIO(write_template(rows, "填报")))
    for line, column, value in cells:
        book.active.cell(3 + line, PLACE[column]).value = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def book_of(*lines: list[object]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_what_is_filled_in_comes_back_with_its_row() -> None:
    content = filled(
        [COUNTED, SHARED, STAGED],
        (0, Column.VALUE, 10),
        (0, Column.NOTE, "累计"),
        (1, Column.NUMERATOR, 30),
        (1, Column.DENOMINATOR, 50),
        (2, Column.HAPPENED_ON, datetime(2026, 10, 3)),
    )
    counted, shared, staged = read_sheet(content)
    assert (counted.row, counted.indicator, counted.unit, counted.period, counted.revision) == (
        3,
        "IND-0001",
        "CITY",
        "2026-10",
        3,
    )
    assert read_numbers(counted)[0].value == 10 and counted.note == "累计"
    assert (shared.row, shared.revision, read_numbers(shared)[0].denominator) == (4, None, 50)
    assert read_numbers(staged)[0].happened_on == date(2026, 10, 3)


def test_lines_left_empty_are_skipped() -> None:
    assert [row.row for row in read_sheet(filled([COUNTED, SHARED], (1, Column.VALUE, 60)))] == [4]
    with pytest.raises(BadInput, match="没有填写任何内容"):
        read_sheet(write_template([COUNTED], "填报"))


def test_what_stands_there_already_is_in_the_template() -> None:
    stands = SheetRow(
        "IND-0002",
        "设科比例",
        "CITY",
        "全市",
        OCTOBER,
        date(2026, 11, 10),
        "%",
        True,
        value=Decimal("33.333333"),
        numerator=Decimal(1),
        denominator=Decimal(3),
        note="=1+1",
        expected_on=date(2026, 12, 1),
        revision=2,
    )
    (row,) = read_sheet(write_template([stands], "填报"))
    numbers, problems = read_numbers(row)
    assert problems == []
    assert (numbers.value, numbers.numerator, numbers.expected_on) == (Decimal("33.333333"), 1, date(2026, 12, 1))
    assert row.note == "=1+1"


def test_the_template_is_locked_except_where_one_types() -> None:
    sheet = load_workbook(BytesIO(write_template([COUNTED, SHARED], "十月"))).active
    assert sheet.protection.sheet and sheet["A1"].value is None
    assert [cell.value for cell in sheet[2]] == [column.value for column in Column]
    assert sheet.column_dimensions["A"].hidden and not sheet.column_dimensions["D"].hidden
    locks = {column: sheet.cell(3, place).protection.locked for column, place in PLACE.items()}
    assert not locks[Column.VALUE] and not locks[Column.CAUSE]
    assert locks[Column.INDICATOR] and locks[Column.NUMERATOR] and locks[Column.HAPPENED_ON]
    assert not sheet.cell(4, PLACE[Column.NUMERATOR]).protection.locked
    assert len(sheet.data_validations.dataValidation) == 5


def test_columns_are_found_by_their_headers_wherever_they_stand() -> None:
    content = book_of(
        ["十月填报"],
        ["数值", "备注", "期间", "单位编码", "指标编码", "其他"],
        [12.0, None, datetime(2026, 10, 1), 1001.0, "IND-0001", "x"],
    )
    (row,) = read_sheet(content)
    assert (row.row, row.unit, row.period, row.revision) == (3, "1001", "2026-10", ANY_REVISION)


def test_headers_may_be_in_the_readers_language() -> None:
    with speaking("en"):
        content = write_template([COUNTED], "October")
        assert read_sheet(filled([COUNTED], (0, Column.VALUE, 1)))[0].indicator == "IND-0001"
    assert content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "打不开"),
        (b"\x00\x01\x02", "打不开"),
        (b"PK\x03\x04 not really", "打不开"),
        (book_of(["单位", "数值"], ["全市", 3]), "缺少“指标编码”“单位编码”“期间”列"),
        (book_of(), "缺少"),
    ],
)
def test_what_is_no_entry_sheet_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        read_sheet(content)


def test_a_file_of_fifty_megabytes_is_refused() -> None:
    with pytest.raises(TooLarge, match="文件过大"):
        read_sheet(b"PK" + b"\0" * (50 * 1024 * 1024))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (12, Decimal(12)),
        (12.0, Decimal(12)),
        (0.1 + 0.2, Decimal("0.3")),
        ("1,200", Decimal(1200)),
        (" ", None),
        (None, None),
        ("十", "数值"),
        ("12家", "数值"),
        (datetime(2026, 10, 1), "数值"),
        (True, "数值"),
        ("#DIV/0!", "数值"),
        ("1.1234567", "数值"),
    ],
)
def test_numbers_are_read_or_named(written: object, read: Any) -> None:
    numbers, problems = read_numbers(IncomingRow(7, "I", "U", "2026-10", written))
    if isinstance(read, str):
        assert [(problem.row, problem.field) for problem in problems] == [(7, read)]
    else:
        assert (numbers.value, problems) == (read, [])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        (datetime(2026, 10, 31, 8), date(2026, 10, 31)),
        (datetime(2026, 10, 31, 15, 59, tzinfo=UTC), date(2026, 10, 31)),
        (datetime(2026, 10, 31, 16, tzinfo=UTC), date(2026, 11, 1)),
        ("2026-10-31", date(2026, 10, 31)),
        ("2026/10/31", date(2026, 10, 31)),
        ("2026年10月31日", date(2026, 10, 31)),
        ("2026-02-30", None),
        ("下月", None),
        (45000.0, None),
    ],
)
def test_days_are_read_or_refused(written: object, day: date | None) -> None:
    assert read_day(written) == day


def test_problems_are_marked_in_the_workbook_that_came() -> None:
    content = filled([COUNTED, SHARED], (0, Column.VALUE, "十"), (1, Column.VALUE, 60))
    problems = [
        Problem("不是数字", "数值", 3),
        Problem("还有一处", "数值", 3),
        Problem("没有这个编码", "指标编码", 4),
        Problem("=HYPERLINK(1)", None, 4),
    ]
    book = load_workbook(BytesIO(mark_problems(content, problems)))
    sheet = book.worksheets[0]
    bad = sheet.cell(3, PLACE[Column.VALUE])
    assert bad.fill.fgColor.rgb == "00FFC7CE" and bad.comment.text == "数值：不是数字\n数值：还有一处"
    assert "没有这个编码" in sheet.cell(4, PLACE[Column.INDICATOR]).comment.text
    assert sheet.cell(4, PLACE[Column.VALUE]).value == 60 and not sheet.protection.sheet
    listed = [[cell.value for cell in line] for line in book["问题清单"].iter_rows()]
    assert listed[1] == [3, "数值", "不是数字"]
    assert book["问题清单"]["C5"].data_type == "s"


def test_a_file_that_can_not_be_marked_still_gets_its_list() -> None:
    problems = [Problem("打不开", "文件")]
    for content in (mark_problems(b"broken", problems), list_problems(problems)):
        sheet = load_workbook(BytesIO(content)).active
        assert [cell.value for cell in sheet[2]] == [None, "文件", "打不开"]


def test_a_workbook_that_unpacks_to_too_much_is_neither_read_nor_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = filled([COUNTED], (0, Column.VALUE, 10))
    monkeypatch.setattr(packages, "MOST_UNPACKED", 10_000)
    with pytest.raises(TooLarge, match="解压"):
        read_sheet(content)
    marked = load_workbook(BytesIO(mark_problems(content, [Problem("过大", "文件")])))
    assert marked.sheetnames == ["问题清单"]


def test_a_formula_that_came_to_nothing_is_told_and_not_passed_over() -> None:
    content = filled([COUNTED, SHARED, STAGED], (0, Column.VALUE, "=A1+1"), (1, Column.VALUE, 60))
    book = load_workbook(BytesIO(content))
    book.active.cell(5, PLACE[Column.VALUE]).value = "#DIV/0!"  # as openpyxl writes what Excel shows
    buffer = BytesIO()
    book.save(buffer)
    counted, shared, staged = read_sheet(buffer.getvalue())
    for row in (counted, staged):
        assert [problem.reason for problem in read_numbers(row)[1]] == ["“公式没有得出结果”不是数字"]
    assert shared.value == 60
