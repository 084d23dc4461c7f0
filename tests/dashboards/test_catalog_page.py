"""What an administrator looks after: indicators, units, and which plans are watched."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kpi.catalog.records import Indicator
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Plan, PlanState
from support import PHONE, Site


@pytest.fixture
def catalog(visit: Callable[..., Page]) -> Page:
    page = visit("admin", "/catalog")
    expect(page.locator("#catalog-indicators .ag-center-cols-container .ag-row").first).to_be_visible()
    return page


def test_an_indicator_is_found_and_changed(catalog: Page, site: Site) -> None:
    catalog.get_by_label("查找指标").fill("YJ26-34")
    expect(catalog.locator("#catalog-indicators .ag-center-cols-container .ag-row")).to_have_count(1)
    catalog.get_by_role("button", name="修改新增医养结合床位数").click()
    dialog = catalog.get_by_role("dialog")
    dialog.get_by_label("期后几天内报送").fill("四")
    dialog.get_by_role("button", name="保存").click()
    expect(catalog.get_by_text("请填写0到366之间的整数")).to_be_visible()
    dialog.get_by_label("期后几天内报送").fill("15")
    dialog.get_by_role("button", name="保存").click()
    expect(catalog.locator("#catalog-indicators .ag-center-cols-container .ag-row")).to_contain_text("15")
    with site.store.read() as session:
        assert session.scalars(select(Indicator.lag_days).where(Indicator.code == "YJ26-34")).one() == 15


def test_a_unit_is_added_once(catalog: Page, site: Site) -> None:
    catalog.get_by_role("tab", name="单位").click()
    for name in ("宣传处", "宣传二处"):
        catalog.get_by_role("button", name="新增单位").click()
        dialog = catalog.get_by_role("dialog")
        dialog.get_by_label("名称").fill(name)
        dialog.get_by_label("编码").fill("XC")
        dialog.get_by_role("textbox", name="类别").click()
        catalog.get_by_role("option", name="处室").click()
        dialog.get_by_role("button", name="保存").click()
        if name == "宣传处":
            expect(catalog.locator("#catalog-units")).to_contain_text("宣传处")
    expect(catalog.get_by_text("编码“XC”已被使用")).to_be_visible()
    with site.store.read() as session:
        assert session.scalars(select(OrgUnit.name).where(OrgUnit.code == "XC")).all() == ["宣传处"]


def test_a_plan_is_closed(catalog: Page, site: Site) -> None:
    catalog.get_by_role("tab", name="计划").click()
    row = catalog.locator("#catalog-plans tbody tr").first
    title = row.locator("td").first.inner_text()
    row.get_by_role("textbox").click()
    catalog.get_by_role("option", name="已结束").click()
    expect(catalog.get_by_text("现为已结束")).to_be_visible()
    with site.store.read() as session:
        assert session.scalars(select(Plan.state).where(Plan.title == title)).one() is PlanState.CLOSED


def test_accessible_and_narrow(catalog: Page, visit: Callable[..., Page]) -> None:
    assert_accessible(catalog)
    phone = visit("admin", "/catalog?tab=plans", PHONE)
    expect(phone.locator("#catalog-plans tbody tr").first).to_be_visible()
    assert_fits(phone)


def test_reviewers_do_not_get_in(visit: Callable[..., Page]) -> None:
    expect(visit("reviewer", "/catalog").locator("#page-refused")).to_be_visible()
