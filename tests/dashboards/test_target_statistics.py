"""The statistician's part of a target's page, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kpi.actuals.records import Actual
from kpi.assessment.actions import assess
from kpi.core.period import Period
from kpi.targets.records import Target
from support import NOW, PHONE, Site

Visit = Callable[..., Page]


def add_last_year(site: Site, code: str) -> None:
    """Twelve months of 2025, as an institution that has them would import."""
    with site.store.write() as session:
        target = session.scalars(select(Target).where(Target.code == code)).one()
        like = session.scalars(
            select(Actual).where(Actual.indicator_id == target.indicator_id, Actual.superseded_at.is_(None))
        ).first()
        assert like is not None
        for month in range(1, 13):
            period = Period.month(2025, month)
            columns = {c.name: getattr(like, c.name) for c in Actual.__table__.columns if c.name != "id"}
            columns |= {"period": str(period), "period_end": period.end}
            columns |= {"numerator": Decimal(7 + month % 3), "denominator": Decimal(3100), "value": None}
            session.add(Actual(**columns))
        session.flush()
        assess(session, [target.id], NOW)


def test_a_forecast_stands_beside_the_light(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-016?month=2026-10")
    expect(page.locator(".target-title .flag")).to_contain_text("能否完成难料")
    expect(page.locator(".target-title .light")).to_contain_text("正常")
    expect(page.locator("#forecast-words")).to_contain_text("照此下去，到2026年12月31日预计")
    expect(page.locator("#forecast-pace")).to_contain_text("每月还需2,710名")
    expect(page.locator("#districts-complete")).to_have_text("7个单位中7个已报10月")
    ranks = page.locator("#panel-districts tbody tr td:first-child")
    assert ranks.all_text_contents() == ["1", "2", "3", "3", "5", "6", "7"]
    assert_accessible(page)


def test_a_limit_a_process_and_the_months_as_they_were(visit: Visit, site: Site) -> None:
    add_last_year(site, "YJ-2026-012")
    page = visit("leader", "/targets/YJ-2026-012?month=2026-10")
    expect(page.locator("#panel-process .js-plotly-plot")).to_be_visible()
    expect(page.locator(".spc-said").first).to_contain_text("变化：")
    expect(page.locator(".spc-said").nth(1)).to_contain_text("目标在控制限之间")
    expect(page.locator("#panel-limit tbody tr")).to_have_count(2)
    expect(page.locator("#panel-limit")).to_contain_text("3年合并")
    expect(page.locator("#panel-history tbody tr")).to_have_count(2)
    expect(page.locator(".target-title .flag-strikes")).to_contain_text("连续")
    page.get_by_text("特殊信号（").click()
    expect(page.get_by_role("region", name="特殊信号")).to_be_visible()
    assert_accessible(page)


def test_too_few_points_are_said(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-012?month=2026-02")
    expect(page.locator("#forecast-words")).to_contain_text("数据太少，不作预测：至少需要3期，目前2期")
    expect(page.locator("#panel-process")).to_contain_text("过程图至少需要12期数值，目前有2期。")
    expect(page.locator(".flag-outlook-likely, .flag-outlook-open, .flag-outlook-unlikely")).to_have_count(0)


def test_the_working_puts_its_numbers_in(visit: Visit) -> None:
    page = visit("leader", "/targets/YJ-2026-016?month=2026-10")
    expect(page.locator("#panel-working .formulas")).to_contain_text("(20580 − 0) ÷ (26000 − 0) × 100 = 79.2")
    page.get_by_text("全部参数").click()
    expect(page.locator("#panel-working table")).to_contain_text("计划形状")


def test_it_fits_a_phone(visit: Visit, site: Site) -> None:
    add_last_year(site, "YJ-2026-012")
    page = visit("leader", "/targets/YJ-2026-012", PHONE)
    expect(page.locator("#panel-process .js-plotly-plot")).to_be_visible()
    assert_fits(page)
