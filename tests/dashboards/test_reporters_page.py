"""Handing a duty over in the browser, and throwing one's own drafts away."""

from __future__ import annotations

import re
from collections.abc import Callable

from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect

from support import PHONE

Visit = Callable[..., Page]


def test_a_duty_is_handed_over(visit: Visit) -> None:
    page = visit("admin", "/catalog")
    page.get_by_role("link", name="填报分工：谁填报什么").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("填报分工")
    page.get_by_label("查找", exact=True).fill("检查检验结果市级互认项目总数")
    row = page.locator("#duty-grid .ag-row").first
    expect(row).to_contain_text("医政医管处")
    expect(page.locator("#duty-grid .ag-center-cols-container .ag-row")).to_have_count(1)
    row.get_by_role("button", name="移交").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请选择单位")).to_be_visible()
    page.get_by_role("textbox", name="由谁填报").click()
    page.get_by_role("option", name="妇幼健康处").click()
    page.get_by_label("原因").fill("职能划转")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#duty-grid")).to_contain_text("2026-01-01 — 2026-10-31")
    expect(page.locator("#duty-grid")).to_contain_text("2026-11-01 — 2026-12-31")  # nobody owes half a month
    assert_accessible(page)


def test_it_fits_a_phone(visit: Visit) -> None:
    page = visit("admin", "/catalog/reporters", PHONE)
    expect(page.locator("#duty-grid .ag-row").first).to_be_visible()
    assert_fits(page)


def test_drafts_are_named_before_they_are_deleted(visit: Visit) -> None:
    page = visit("officer", "/entry")
    rows = page.locator("#entry-grid .ag-center-cols-container .ag-row")
    expect(rows.first).to_be_visible()
    page.get_by_role("button", name="删除草稿").click()
    expect(page.get_by_text("没有选中草稿")).to_be_visible()
    cell = rows.first.locator('[col-id="main"]')
    cell.click()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="保存草稿").click()
    expect(rows.first.locator('[col-id="state"]')).to_contain_text("草稿")
    page.locator('#entry-grid [row-index="0"] .ag-selection-checkbox input').first.check()
    page.get_by_role("button", name="删除草稿").click()
    expect(page.get_by_role("dialog")).to_contain_text("将删除以下1项草稿")
    page.get_by_role("button", name="确认删除").click()
    expect(page.locator("#entry-results")).to_contain_text("已删除1项草稿")
    expect(rows.first.locator('[col-id="state"]')).not_to_contain_text("草稿")
    expect(cell).to_have_class(re.compile("cell-hint"))  # what to type, since nothing is there
