"""The ledger: search, quick filters, keyboard, and the workbook of what is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl import load_workbook
from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect

from support import DESKTOP, PHONE

Visit = Callable[..., Page]


def test_search_stands_in_the_address(visit: Visit) -> None:
    page = visit("leader", "/targets")
    expect(page.locator("#ledger-count")).to_have_text("共41项")
    page.get_by_label("搜索").fill("婴儿死亡率")
    expect(page.locator("#ledger-shown")).to_contain_text("其中1项")
    page.reload()
    expect(page.get_by_label("搜索")).to_have_value("婴儿死亡率")
    expect(page.locator("#ledger-shown")).to_contain_text("其中1项")


def test_quick_filters_are_taken_and_given_back(visit: Visit) -> None:
    page = visit("leader", "/targets?light=off_track")
    expect(page.locator("#ledger-count")).to_have_text("共4项")
    page.locator("#ledger-chips").get_by_role("link", name="▲ 滞后").click()
    expect(page.locator("#ledger-count")).to_have_text("共11项")
    page.get_by_role("link", name="清除筛选").click()
    expect(page.locator("#ledger-count")).to_have_text("共41项")


def test_a_row_opens_by_keyboard(visit: Visit) -> None:
    page = visit("leader", "/targets?light=off_track")
    cell = page.locator("#ledger-grid .ag-row[row-index='0'] .ag-cell").first
    name = cell.inner_text()
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_workbook_holds_what_is_shown(visit: Visit, tmp_path) -> None:
    page = visit("leader", "/targets?light=off_track,behind")
    expect(page.locator("#ledger-count")).to_have_text("共11项")
    page.get_by_label("搜索").fill("死亡")
    expect(page.locator("#ledger-shown")).to_contain_text("其中1项")
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出Excel").click()
    taken.value.save_as(tmp_path / "ledger.xlsx")
    assert taken.value.suggested_filename == "目标台账_2026-10.xlsx"
    rows = list(load_workbook(tmp_path / "ledger.xlsx").active.iter_rows(min_row=4, values_only=True))
    assert [(row[1], row[7], row[10]) for row in rows] == [("婴儿死亡率", 3.21, "▲ 滞后")]


def test_no_row_is_said(visit: Visit) -> None:
    page = visit("leader", "/targets?light=waived&reporting=overdue")
    expect(page.locator("#ledger-empty")).to_be_visible()


def test_cards_on_a_phone(visit: Visit) -> None:
    page = visit("leader", "/targets", PHONE)
    expect(page.locator(".ledger-card").first).to_contain_text("截至")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_for_everybody_on_every_screen(visit: Visit, size: dict[str, int]) -> None:
    page = visit("leader", "/targets", size)
    expect(page.locator("#ledger-count")).to_have_text("共41项")
    assert_fits(page)
    assert_accessible(page)
