"""Invented indicator tables in workbooks, built here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from kpi.core.errors import BadInput, TooLarge
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.packages import sheet_size
from kpi.documents.readers.registry import read
from kpi.documents.readers.xlsx_formats import show_date, show_number


def workbook(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        fill(book)
    return stream.getvalue()


def indicators(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("指标表")
    sheet.merge_range("A1:D1", "青石区2026年主要指标")
    sheet.write_row("A3", ["类别", "指标", "2025年", "2026年"])
    sheet.merge_range("A4:A5", "健康\n水平")
    sheet.write("B4", "签约率")
    sheet.write("C4", 0.755, book.add_format({"num_format": "0.0%"}))
    sheet.write("D4", 0.8, book.add_format({"num_format": "0%"}))
    sheet.write_row("B5", ["每千人口床位（张）", 6.5, 7])
    sheet.merge_range("A6:D6", "一、基层能力")
    sheet.write_row("A7", ["基层", "急救站（家）", 6])
    sheet.write("D7", "≥8")


def test_rows_merged_cells_and_percentages() -> None:
    assert read(workbook(indicators), "指标.xlsx").text.split("\n") == [
        "青石区2026年主要指标",
        "类别 | 指标 | 2025年 | 2026年",
        "健康水平 | 签约率 | 75.5% | 80%",
        "健康水平 | 每千人口床位（张） | 6.5 | 7",
        "一、基层能力 |  |  |",
        "基层 | 急救站（家） | 6 | ≥8",
    ]


def test_several_sheets_stand_under_their_names_and_hidden_ones_do_not() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        for name in ("甲", "乙", "藏"):
            book.add_worksheet(name).write_row("B2", ["指标", name])
        book.get_worksheet_by_name("藏").hide()
        book.add_worksheet("空")

    assert read(workbook(fill), "x.xlsx").text == "甲\n指标 | 甲\n\n乙\n指标 | 乙"


def test_values_read_as_shown() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["甲", 0.1 + 0.2, 46000, True])
        sheet.write("E1", datetime(2026, 3, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_formula("F1", "=1+1", None, 2)
        sheet.write("G1", 5, book.add_format({"num_format": '0"%左右"'}))

    assert read(workbook(fill), "x.xlsx").text == "甲 | 0.3 | 46000 | 是 | 2026-03-02 | 2 | 5%左右"


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.6, "0%", "60%"),
        (0.6, '"≥"0%', "≥60%"),
        (2 / 3, "0.0%", "66.7%"),
        (0.1555, "0.00%;[Red]-0.00%", "15.55%"),
        (6, '0"家"', "6家"),
        (9, "0.0‰", "9.0‰"),
        (1234567.5, "#,##0.00_ ", "1,234,567.50"),
        (-3, "#,##0_);[Red](#,##0)", "(3)"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "-"),
        (46000, '0.0,"千人"', "46.0千人"),
        (25, "[$¥-804]#,##0", "¥25"),
        (2.5, "# ?/?", "2.5"),
        (60, '[>=60]0"%";0', "60"),
        (0.5, "# ?/?%", "50%"),
    ],
)
def test_numbers_as_their_formats_show_them(value: float, code: str, shown: str) -> None:
    assert show_number(Decimal(format(value, ".15g")), code) == shown


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"', "2026年3月"),
        ("[$-804]yyyy年mm月dd日;@", "2026年03月02日"),
        ("yyyy/m/d", "2026/3/2"),
        ("m月d日", "3月2日"),
        ("yy-mm", "26-03"),
        ("yyyy-m-d h:mm", "2026-03-02"),
        ("", "2026-03-02"),
    ],
)
def test_dates_as_their_formats_show_them(code: str, shown: str) -> None:
    assert show_date(datetime(2026, 3, 2), code) == shown


def test_a_time_of_day_is_kept() -> None:
    assert show_date(datetime(2026, 3, 2, 8, 30), "yyyy-m-d h:mm") == "2026-03-02 08:30"


def test_hidden_rows_and_columns_are_left_out_and_notes_stand_below() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row, words in enumerate((["指标", "旧", "目标"], ["床位", "5", "7"], ["藏", "1", "2"], ["护士", "3", "4"])):
            sheet.write_row(row, 0, words)
        sheet.write("A6", "注：含民办机构。")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})

    assert read(workbook(fill), "x.xlsx").text.split("\n") == [
        "指标 | 目标",
        "床位 | 7",
        "护士 | 4",
        "注：含民办机构。",
    ]


def test_a_formula_that_was_never_worked_out_is_told() -> None:
    stream, book = io.BytesIO(), openpyxl.Workbook()
    book.active.append(["合计", "=1+1"])
    book.save(stream)
    with pytest.raises(BadInput, match="没有算出结果的公式（如B1）"):
        read(stream.getvalue(), "x.xlsx")


def test_a_cell_far_away_does_not_fill_memory() -> None:
    content = workbook(lambda book: book.add_worksheet("远").write(1_048_575, 16_383, "远"))
    with pytest.raises(TooLarge, match="范围过大"):
        read(content, "x.xlsx")


def test_more_cells_than_a_document_needs() -> None:
    content = workbook(lambda book: book.add_worksheet("远").write(300_000, 0, "远"))
    with pytest.raises(TooLarge, match="200000个单元格"):
        read(content, "x.xlsx")


@pytest.mark.parametrize(
    ("rows", "size"),
    [
        ('<row r="3"><c r="AB3"><v>1</v></c></row>', (3, 28)),
        ("<row r='3'><c r='AB3'><v>1</v></c></row>", (3, 28)),
        ('<row r = "3"><c s="0" r = "ab3"><v>1</v></c></row>', (3, 28)),
        ('<row\nr="3"><c\nr="AB3"><v>1</v></c></row>', (3, 28)),
        ('<row r="1"><c r="A1048576"><v>1</v></c></row>', (1_048_576, 1)),
        ('<row r="1"><c r="XFD1"/></row><row r="1048576"/>', (1_048_576, 16_384)),
        ("<row>" + "<c><v>1</v></c>" * 50 + "</row>" + "<row><c/></row>" * 99, (100, 50)),
        ("", (0, 0)),
    ],
)
def test_the_size_of_a_sheet_is_known_without_laying_it_out(rows: str, size: tuple[int, int]) -> None:
    def one(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write(0, 0, 1)

    whole, changed = zipfile.ZipFile(io.BytesIO(workbook(one))), io.BytesIO()
    with zipfile.ZipFile(changed, "w") as package:
        for name in whole.namelist():
            sheet = f"<worksheet><sheetData>{rows}</sheetData></worksheet>"
            package.writestr(name, sheet if name.endswith("sheet1.xml") else whole.read(name))
    assert sheet_size(changed.getvalue()) == size


def test_limits_hold() -> None:
    with pytest.raises(TooLarge, match="解压"):
        read(workbook(indicators), "x.xlsx", Limits(expanded=1000))


def test_no_rows_at_all() -> None:
    with pytest.raises(BadInput, match="没有文字"):
        read(workbook(lambda book: book.add_worksheet()), "x.xlsx")
