"""An officer's month: typing, being told what is wrong, drafts, submitting, spreadsheets, and two at one cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Select, select

from kpi.accounts import actions as accounts
from kpi.actuals.records import Actual, ActualState
from kpi.actuals.rules import Entry
from kpi.catalog.records import Indicator
from kpi.core.period import Period
from kpi.operations import actions as operations
from kpi.organisation.records import OrgUnit
from support import NOW, PHONE, Site

BEDS = "YJ26-34"  # 新增医养结合床位数: 612 张, returned
CURED = "YJ26-20"  # 肺结核患者成功治疗率: quarterly, numerator and denominator, nothing for the third quarter
SERVED = "YJ26-23"  # 65岁及以上老年人…服务率: monthly, numerator and denominator


@pytest.fixture
def key(site: Site) -> Callable[..., str]:
    """How the page names a cell."""

    def named(code: str, period: str = "2026-10") -> str:
        with site.store.read() as session:
            indicator = session.scalars(select(Indicator.id).where(Indicator.code == code)).one()
            city = session.scalars(select(OrgUnit.id).where(OrgUnit.code == "YJ")).one()
        return f"{indicator}.{city}.{period}"

    return named


@pytest.fixture
def entry(visit: Callable[..., Page]) -> Iterator[Page]:
    page = visit("officer", "/entry")
    expect(page.locator("#entry-summary .chip").first).to_be_visible()
    expect(page.locator(".ag-center-cols-container .ag-row").first).to_be_visible()
    yield page


def cell(page: Page, row: str, column: str) -> Locator:
    return page.locator(f'[row-id="{row}"] [col-id="{column}"]')


def fill(page: Page, row: str, column: str, written: str, then: str = "Enter") -> None:
    cell(page, row, column).click()
    page.keyboard.press("Control+a")
    page.keyboard.type(written)
    page.keyboard.press(then)


def stands(site: Site, row: str) -> tuple[Decimal | None, ActualState] | None:
    """The newest version in a cell."""
    indicator, unit, period = row.split(".")
    query = select(Actual.value, Actual.state).where(
        Actual.indicator_id == int(indicator), Actual.unit_id == int(unit), Actual.period == period
    )
    with site.store.read() as session:
        found = session.execute(query.where(Actual.superseded_at.is_(None)).order_by(Actual.version.desc())).first()
    return (found.value, found.state) if found else None


def test_what_is_owed_comes_by_its_day_with_its_state(entry: Page, key: Callable[..., str]) -> None:
    first = entry.locator(".ag-center-cols-container .ag-row").first
    expect(first).to_have_attribute("row-id", key(CURED, "2026Q3"))
    expect(cell(entry, key(CURED, "2026Q3"), "state")).to_contain_text("逾期33天")
    expect(cell(entry, key(BEDS), "state")).to_contain_text("已退回")
    expect(entry.locator("#entry-notice")).to_contain_text("床位数与民政部门登记数相差12张")
    entry.locator("label", has_text="含以前未报的").click()
    expect(entry.locator(f'[row-id="{key(CURED, "2026Q3")}"]')).to_have_count(0)
    assert "earlier=0" in entry.url


def test_wrong_values_are_told_as_one_types(entry: Page, key: Callable[..., str]) -> None:
    row = key(BEDS)
    fill(entry, row, "main", "两百")
    expect(entry.locator("#entry-problems")).to_contain_text("“两百”不是数字")
    fill(entry, row, "main", "-5")
    expect(entry.locator("#entry-problems")).to_contain_text("不应小于0")
    fill(entry, row, "main", "670")
    expect(entry.locator("#entry-problems li")).to_have_count(0)
    expect(cell(entry, row, "light")).to_contain_text("正常")


def test_a_late_value_asks_why_and_goes_to_the_reviewer(entry: Page, site: Site, key: Callable[..., str]) -> None:
    row = key(BEDS)
    for column in ("cause", "measure", "expected_on"):
        if cell(entry, row, column).is_visible():
            fill(entry, row, column, "", then="Delete")
    fill(entry, row, "main", "550")
    expect(cell(entry, row, "light")).to_contain_text("严重滞后")
    entry.get_by_role("button", name="提交", exact=True).click()
    expect(entry.locator("#entry-results")).to_contain_text("请填写原因")
    assert stands(site, row) == (Decimal(612), ActualState.RETURNED)
    for column, words in (("cause", "两家机构延期开业"), ("measure", "每周调度"), ("expected_on", "2026-12-20")):
        fill(entry, row, column, words)
    expect(entry.locator("#entry-problems li")).to_have_count(0)
    entry.get_by_role("button", name="提交", exact=True).click()
    expect(entry.locator("#entry-results")).to_contain_text("已提交1项")
    expect(cell(entry, row, "state")).to_contain_text("待审")
    assert stands(site, row) == (Decimal(550), ActualState.SUBMITTED)


def test_a_draft_waits_until_tomorrow(entry: Page, site: Site, key: Callable[..., str]) -> None:
    row = key(BEDS)
    fill(entry, row, "main", "1,250")
    entry.keyboard.press("Control+s")
    expect(entry.locator("#entry-results")).to_contain_text("已保存1项")
    assert stands(site, row) == (Decimal(1250), ActualState.DRAFT)
    entry.reload()
    expect(cell(entry, row, "main")).to_contain_text("1,250")
    expect(cell(entry, row, "state")).to_contain_text("草稿（逾期）")


def test_parts_make_the_value(entry: Page, key: Callable[..., str]) -> None:
    row = key(CURED, "2026Q3")
    fill(entry, row, "main", "170", then="Tab")
    entry.keyboard.type("160")
    entry.keyboard.press("Enter")
    expect(entry.locator("#entry-problems")).to_contain_text("分子170大于分母160")
    fill(entry, row, "main", "150")
    expect(entry.locator("#entry-problems")).not_to_contain_text("大于分母")
    expect(cell(entry, row, "result")).to_contain_text("93.75%")


@pytest.fixture
def quicker(site: Site, key: Callable[..., str]) -> Callable[[], None]:
    """Somebody saves 15 while the page is open."""

    def save() -> None:
        indicator, unit, _ = key(BEDS).split(".")
        with site.store.write() as session:
            by = accounts.person_of(session, accounts.by_login(session, "officer"))
            seen = session.scalars(_open_revision(int(indicator), int(unit))).one()
            entry = Entry(int(indicator), int(unit), Period.month(2026, 10), Decimal(615), revision=seen)
            operations.record(session, entry, by=by, now=NOW, submit=False)

    return save


def _open_revision(indicator: int, unit: int) -> Select[tuple[int]]:
    return (
        select(Actual.revision)
        .where(Actual.indicator_id == indicator, Actual.unit_id == unit, Actual.period == "2026-10")
        .where(Actual.superseded_at.is_(None))
    )


def test_somebody_else_was_quicker(
    entry: Page, site: Site, key: Callable[..., str], quicker: Callable[[], None]
) -> None:
    row = key(BEDS)
    quicker()
    fill(entry, row, "main", "670")
    entry.get_by_role("button", name="保存草稿").click()
    expect(entry.locator("#entry-results")).to_contain_text("修改此项，现为615张（草稿）")
    entry.get_by_role("button", name="保留我填的").click()
    expect(cell(entry, row, "main")).to_contain_text("670")
    entry.get_by_role("button", name="保存草稿").click()
    expect(entry.locator("#entry-results")).to_contain_text("已保存1项")
    assert stands(site, row) == (Decimal(670), ActualState.DRAFT)


def test_taking_what_stands_there(entry: Page, key: Callable[..., str], quicker: Callable[[], None]) -> None:
    quicker()
    fill(entry, key(BEDS), "main", "670")
    entry.get_by_role("button", name="保存草稿").click()
    entry.get_by_role("button", name="采用现有内容").click()
    expect(cell(entry, key(BEDS), "main")).to_contain_text("615")


def test_an_approved_value_of_a_past_month_is_corrected(visit: Callable[..., Page], key: Callable[..., str]) -> None:
    page = visit("officer", "/entry?month=2026-08&earlier=0")
    row = key(SERVED, "2026-08")
    expect(cell(page, row, "state")).to_contain_text("已报")
    before = cell(page, row, "in_force").inner_text()
    bottom = cell(page, row, "bottom").inner_text()
    fill(page, row, "main", bottom)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#entry-results")).to_contain_text("变动过大")
    fill(page, row, "jump_reason", "补录乡镇数据")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(cell(page, row, "state")).to_contain_text("更正·待审")
    expect(cell(page, row, "in_force")).to_have_text(before)


def filled(content: bytes, code: str, period: str, value: object) -> bytes:
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    column = [found.value for found in sheet[2]].index("数值") + 1
    line = next(row for row in sheet.iter_rows(min_row=3) if (row[0].value, row[5].value) == (code, period))[0].row
    sheet.cell(line, column).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_workbook_goes_out_and_comes_back(entry: Page, site: Site, key: Callable[..., str], tmp_path: Path) -> None:
    with entry.expect_download() as started:
        entry.get_by_role("button", name="下载模板").click()
    template = Path(started.value.path()).read_bytes()
    bad, good = tmp_path / "bad.xlsx", tmp_path / "good.xlsx"
    bad.write_bytes(filled(filled(template, BEDS, "2026-10", 670), CURED, "2026Q3", "很多"))
    good.write_bytes(filled(template, BEDS, "2026-10", 670))

    def upload(path: Path) -> None:
        with entry.expect_file_chooser() as chooser:
            entry.locator("#entry-upload button").click()
        chooser.value.set_files(path)

    upload(bad)
    expect(entry.locator("#entry-results")).to_contain_text("全部内容均未保存")
    expect(entry.locator("#entry-results")).to_contain_text("“很多”不是数字")
    assert stands(site, key(BEDS)) == (Decimal(612), ActualState.RETURNED)
    with entry.expect_download() as marked:
        entry.get_by_role("button", name="下载标注后的表格").click()
    assert "问题清单" in openpyxl.load_workbook(BytesIO(Path(marked.value.path()).read_bytes())).sheetnames
    upload(good)
    expect(cell(entry, key(BEDS), "state")).to_contain_text("待审")
    assert stands(site, key(BEDS)) == (Decimal(670), ActualState.SUBMITTED)


def test_no_workbook_at_all(entry: Page, tmp_path: Path) -> None:
    path = tmp_path / "values.xlsx"
    path.write_bytes(b"not a workbook")
    with entry.expect_file_chooser() as chooser:
        entry.locator("#entry-upload button").click()
    chooser.value.set_files(path)
    expect(entry.locator("#entry-results")).to_contain_text("打不开这个文件")


def test_nothing_owed_is_said(visit: Callable[..., Page]) -> None:
    page = visit("officer", "/entry?month=2025-06")
    expect(page.locator("#entry-notice")).to_contain_text("2025年6月没有需要填报的指标")


def test_accessible_and_narrow(entry: Page, visit: Callable[..., Page]) -> None:
    assert_accessible(entry)
    phone = visit("officer", "/entry", PHONE)
    expect(phone.locator(".ag-center-cols-container .ag-row").first).to_be_visible()
    assert_fits(phone)
