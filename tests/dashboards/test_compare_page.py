"""Departments, districts, chapters and plans side by side, in a browser."""

from __future__ import annotations

from collections.abc import Callable

from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect

from support import PHONE

Visit = Callable[..., Page]


def test_groups_rank_and_lead_to_the_ledger(visit: Visit) -> None:
    page = visit("leader", "/compare?month=2026-10")
    expect(page.locator("#compare-complete")).to_contain_text("个单位中")
    rows = page.locator("#panel-compare tbody tr")
    expect(rows.first.locator("td").first).to_have_text("1")
    expect(rows.last).to_contain_text("合计")
    page.get_by_text("地区（分解）", exact=True).last.click()
    expect(page.locator("#panel-compare h2")).to_have_text("2026年10月，按地区（分解）汇总")
    expect(page.locator("#panel-compare")).to_contain_text("松坪县")
    assert_accessible(page)
    page.locator("#panel-compare .number-link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("目标台账")


def test_chapters_and_a_wrong_address(visit: Visit) -> None:
    page = visit("leader", "/compare?month=2026-10&by=chapters")
    expect(page.locator("#panel-compare h2")).to_contain_text("按章节汇总")
    expect(page.locator("#panel-compare tbody tr").first).to_be_visible()
    page.goto("/compare?plan=NONE")
    expect(page.locator("#wrong-address")).to_be_visible()


def test_it_fits_a_phone(visit: Visit) -> None:
    page = visit("leader", "/compare?by=plans", PHONE)
    expect(page.locator("#panel-compare")).to_be_visible()
    assert_fits(page)
