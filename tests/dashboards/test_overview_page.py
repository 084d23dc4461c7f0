"""The overview: numbers that lead into the ledger, choices that stand in the address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect

from support import DESKTOP, PHONE

Visit = Callable[..., Page]


def test_it_opens_on_the_latest_reported_month(visit: Visit) -> None:
    page = visit("leader")
    expect(page.get_by_role("textbox", name="截至月份")).to_have_value("2026年10月")
    expect(page.locator("#tile-off_track")).to_contain_text("严重滞后")
    expect(page.locator("#panel-attention li").first).to_contain_text("原因")
    expect(page.locator("#missing-overdue")).to_be_visible()
    expect(page.locator("#panel-trend .js-plotly-plot")).to_be_visible()


@pytest.mark.parametrize("tile", ["#tile-off_track", "#tile-behind", "#missing-overdue", "#moved-worse"])
def test_a_number_leads_to_as_many_rows(visit: Visit, tile: str) -> None:
    page = visit("leader")
    found = re.search(r"\d+", page.locator(tile).inner_text())
    assert found is not None
    page.locator(tile).click()
    expect(page.locator("#ledger-count")).to_have_text(f"共{found[0]}项")


def test_a_choice_goes_into_the_address_and_can_be_shared(visit: Visit) -> None:
    page = visit("leader")
    expect(page.locator("#departments")).to_be_visible()
    page.get_by_role("textbox", name="截至月份").click()
    page.get_by_role("option", name="2026年8月").click()
    expect(page.locator("#panel-moves")).to_contain_text("与2026年7月相比")
    assert "month=2026-08" in page.url
    page.reload()
    expect(page.get_by_role("textbox", name="截至月份")).to_have_value("2026年8月")


def test_reference_plans_are_marked_and_have_no_lights(visit: Visit) -> None:
    page = visit("leader")
    page.get_by_role("textbox", name="计划").click()
    page.get_by_role("option", name=re.compile("（参考）")).first.click()
    expect(page.get_by_role("alert")).to_contain_text("参考")


def test_a_wrong_address_is_told_with_a_way_back(visit: Visit) -> None:
    page = visit("leader", "/?plan=NONE")
    page.locator("#wrong-address").get_by_role("link").click()
    expect(page.locator("#tiles")).to_be_visible()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_for_everybody_on_every_screen(visit: Visit, size: dict[str, int]) -> None:
    page = visit("leader", "/", size)
    expect(page.locator("#panel-trend .js-plotly-plot")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
