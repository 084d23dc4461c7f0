"""The page of one target: light and reason, chart, months, revisions, the marked clause, parts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support import PHONE

Visit = Callable[..., Page]


def test_it_says_where_the_target_stands_and_why(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-005?month=2026-10")
    expect(page.get_by_role("heading", level=1)).to_have_text("检查检验结果市级互认项目总数")
    expect(page.locator("#target-reason")).to_contain_text("截至10月应达到191项，实际196项")
    expect(page.locator("#panel-chart .js-plotly-plot")).to_be_visible()
    expect(page.locator("#panel-months tbody tr").first).to_contain_text("正常")
    expect(page.locator("#panel-source mark")).to_contain_text("200项以上")
    expect(page.locator("#panel-revisions")).to_contain_text("基线 第1版")


def test_on_paper_it_is_the_target_and_that_it_is_a_demonstration(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-005")
    expect(page.locator("#panel-chart .js-plotly-plot")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#menu")).to_be_hidden()
    expect(page.locator("#who")).to_be_hidden()
    expect(page.locator("#demo-badge")).to_be_visible()


def test_a_month_and_a_part_are_one_click_away(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-016")
    page.locator("#panel-parts").get_by_role("link", name="松坪县").click()
    expect(page.locator("#target-reason")).to_contain_text("严重滞后")
    page.get_by_role("link", name="看合计").click()
    page.locator("#panel-months").get_by_role("link", name="2026年3月").click()
    expect(page.locator("#target-reason")).to_contain_text("2026年3月")


def test_the_working_is_shown(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-011?month=2026-09")
    page.get_by_text("全部参数").click()
    expect(page.locator("#panel-working")).to_contain_text("hold")
    expect(page.locator("#panel-working table")).to_be_visible()


def test_the_way_to_the_document(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-005")
    page.locator("#panel-source").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("云江市卫生健康工作要点")


@pytest.mark.parametrize(
    "address", ["/targets/NONE", "/targets/YJ-2026-005?month=xx", "/targets/YJ-2026-005?unit=NONE"]
)
def test_a_wrong_address_is_told_with_a_way_back(visit: Visit, address: str) -> None:
    page = visit("leader", address)
    expect(page.locator("#wrong-address")).to_be_visible()


def test_it_fits_a_phone(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-011", PHONE)
    expect(page.locator("#panel-chart .js-plotly-plot")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
