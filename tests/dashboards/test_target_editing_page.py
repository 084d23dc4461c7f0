"""Changing a target in the browser: the preview tells before saving, rows are named, the second person is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from kpi.audit.records import AuditRow
from support import PHONE, Site

Visit = Callable[..., Page]
CODE = "YJ-2026-005"
EDITORS = ("curve", "demand", "baseline", "rules", "waiver", "parts", "duty")


def edit(code: str, what: str) -> str:
    return f"/targets/{code}/edit?what={what}"


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("group", name=f"第{number}行", exact=True)


def fill_point(page: Page, number: int, day: str, due: str) -> None:
    row(page, number).get_by_label("日期").fill(day)
    row(page, number).get_by_label("应达到").fill(due)
    page.keyboard.press("Tab")


def save(page: Page, reason: str) -> None:
    page.get_by_label("原因").fill(reason)
    page.get_by_role("button", name="保存").click()


def trail(site: Site, action: str) -> list[Any]:
    """Why and by whom this was done to the target, in the order of the trail."""
    done = (AuditRow.action == action, AuditRow.what.startswith(CODE))
    with site.store.read() as session:
        rows = session.execute(select(AuditRow.why, AuditRow.actor).where(*done).order_by(AuditRow.id))
        return [tuple(row) for row in rows]


def test_a_curve_is_drawn_and_judged_before_it_is_saved(visit: Visit, site: Site) -> None:
    page = visit("reviewer", f"/targets/{CODE}")
    page.get_by_role("button", name="修改", exact=True).click()
    page.get_by_role("menuitem", name="计划进度").click()
    expect(page.locator("#edit-effect")).to_contain_text("不变")
    page.get_by_label("按节点").check()
    expect(page.locator("#edit-problems")).to_contain_text("至少要有一个节点")
    fill_point(page, 1, "2026-09-30", "199")
    fill_point(page, 2, "2027-01-31", "200")
    expect(page.locator("#edit-problems")).to_contain_text("第2行 计划进度：节点日期应在2026-01-01至2026-12-31之间")
    row(page, 2).get_by_label("应达到").fill("")
    row(page, 2).get_by_label("清空").click()
    expect(page.locator("#edit-effect")).to_have_text("●正常→▲滞后")
    expect(page.locator("#edit-moved")).to_contain_text("有3个月的亮灯会变")
    expect(page.locator("#edit-chart .js-plotly-plot")).to_be_visible()
    page.get_by_text("各月末应达到").click()
    expect(page.locator("#edit-outlook table")).to_contain_text("2026年9月199项")

    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("请填写修改原因")).to_be_visible()
    page.get_by_label("原因").fill("按批复的节点")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#panel-revisions")).to_contain_text("目标值 第2版")
    expect(page.locator("#panel-revisions")).to_contain_text("按批复的节点")
    expect(page.locator("#panel-revisions")).to_contain_text("按此版本：▲滞后")
    expect(page.locator("#panel-revisions")).to_contain_text("按此版本：●正常")
    page.get_by_role("link", name="返回目标").click()
    expect(page.locator("#target-reason")).to_contain_text("应达到199项")
    assert trail(site, "targets.revise") == [("按批复的节点", "演示·审核员（reviewer）")]


def test_the_second_of_two_reviewers_is_told(visit: Visit) -> None:
    first, second = visit("reviewer", edit(CODE, "demand")), visit("reviewer", edit(CODE, "demand"))
    for page, value in ((first, "210"), (second, "220")):
        page.get_by_label("目标值（项）").fill(value)
    save(first, "年中上调")
    expect(first.locator("#panel-revisions")).to_contain_text("不少于210项")
    save(second, "另有想法")
    expect(second.get_by_text("修改此项（原因：年中上调）")).to_be_visible()
    expect(second.get_by_label("目标值（项）")).to_have_value("220")
    second.get_by_role("button", name="放弃修改").click()
    expect(second.get_by_label("目标值（项）")).to_have_value("210")
    save(second, "其实不变")
    expect(second.get_by_text("没有保存新的版本")).to_be_visible()


def test_light_rules_with_a_hole_are_refused(visit: Visit) -> None:
    page = visit("reviewer", edit(CODE, "rules"))
    page.get_by_text("本目标单独设定").click()
    expect(page.locator("#edit-number-line")).to_contain_text("▲ 滞后(0, 10]")
    page.get_by_role("group", name="第2档").get_by_label("上端").fill("8")
    expect(page.locator("#edit-number-line")).to_contain_text("没有规定(8, 10]")
    expect(page.locator("#edit-problems")).to_contain_text("(8, 10]没有对应的亮灯")
    save(page, "从严")
    expect(page.locator(".mantine-Notification-root").get_by_text("(8, 10]没有对应的亮灯")).to_be_visible()
    page.get_by_role("group", name="第3档").get_by_label("下端").fill("8")
    expect(page.locator("#edit-problems")).to_have_count(0)
    save(page, "从严")
    expect(page.locator("#panel-revisions")).to_contain_text("亮灯规则 第1版本目标单独设定：正常 (−∞, 0] · 滞后 (0, 8]")


def test_a_waiver_stands_beside_the_light_everywhere(visit: Visit) -> None:
    page = visit("reviewer", edit(CODE, "waiver"))
    page.get_by_label("有效期至").fill("2026-12-31")
    page.get_by_label("原因").fill("上级暂停该项工作")
    page.keyboard.press("Tab")
    expect(page.locator("#edit-effect")).to_have_text("●正常→◆已调整/豁免")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("现有豁免：上级暂停该项工作；演示·审核员批准")).to_be_visible()
    said = "上级暂停该项工作，演示·审核员批准，有效期至2026年12月31日，已调整/豁免"
    page.goto(f"/targets/{CODE}?month=2026-11")
    expect(page.locator("#target-reason")).to_contain_text(said)
    page.goto("/targets?plan=YJ-2026&month=2026-11&light=waived")
    expect(page.locator(".ag-row").get_by_text(said)).to_be_visible()
    page.goto(edit(CODE, "waiver"))
    page.get_by_text("解除豁免").click()
    save(page, "工作恢复")
    expect(page.locator("#panel-revisions")).to_contain_text("豁免 第2版已解除")


def test_shares_are_summed_against_the_whole(visit: Visit) -> None:
    page = visit("reviewer", edit("YJ-2026-016", "parts"))
    expect(page.locator("#edit-sum")).to_contain_text("7个单位合计26,000名，整体目标26,000名，正好。")
    page.get_by_label("松坪县").fill("2300")
    expect(page.locator("#edit-sum")).to_contain_text("还差2,000名。")
    expect(page.locator("#edit-outlook")).to_contain_text("松坪县")
    save(page, "县里人口减少")
    expect(page.locator("#panel-revisions")).to_contain_text("分解 第2版松坪县 2,300名")


def test_baseline_and_lead_are_changed(visit: Visit, site: Site) -> None:
    page = visit("reviewer", edit(CODE, "baseline"))
    page.get_by_label("基线值（项）").fill("190")
    expect(page.locator("#edit-effect")).to_contain_text("→")
    save(page, "核实年报")
    expect(page.locator("#panel-revisions")).to_contain_text("基线 第2版190项")
    page.get_by_role("link", name="责任单位").click()
    page.get_by_role("textbox", name="牵头单位").click()
    page.get_by_role("option", name="妇幼健康处").click()
    expect(page.get_by_text("不影响亮灯。")).to_be_visible()
    save(page, "职能划转")
    expect(page.get_by_label("原因")).to_have_value("")
    assert trail(site, "targets.set_lead") == [("职能划转", "演示·审核员（reviewer）")]


def test_rules_of_the_plan_are_for_the_administrator(visit: Visit) -> None:
    page = visit("admin", "/catalog?tab=plans")
    page.get_by_role("row", name="2026年云江市卫生健康工作要点").get_by_role("link", name="查看与修改").click()
    page.get_by_text("本计划单独设定").click()
    page.get_by_role("group", name="第2档").get_by_label("上端").fill("3")
    page.get_by_role("group", name="第3档").get_by_label("下端").fill("3")
    expect(page.locator("#plan-rules-moved")).to_contain_text("有6个现在的亮灯会变")
    assert_accessible(page)
    save(page, "年底从严")
    expect(page.locator("#panel-revisions")).to_contain_text("滞后 (0, 3]")
    expect(visit("reviewer", "/plans/YJ-2026/rules").locator("#page-refused")).to_be_visible()


@pytest.mark.parametrize("login", ["officer", "leader", "admin", "auditor"])
def test_nobody_else_is_offered_the_editors(visit: Visit, login: str) -> None:
    page = visit(login, f"/targets/{CODE}")
    expect(page.locator("#target-reason")).to_be_visible()
    expect(page.locator("#edit-menu")).to_have_count(0)
    page.goto(edit(CODE, "demand"))
    expect(page.locator("#page-refused")).to_be_visible()


@pytest.mark.parametrize("what", EDITORS)
def test_each_editor_fits_a_phone_and_is_accessible(visit: Visit, what: str) -> None:
    page = visit("reviewer", edit("YJ-2026-016", what), PHONE)
    expect(page.locator("#edit-preview")).not_to_be_empty()
    assert_fits(page)
    assert_accessible(page)


def test_a_wrong_code_is_told_with_a_way_back(visit: Visit) -> None:
    expect(visit("reviewer", edit("NONE", "curve")).locator("#wrong-address")).to_be_visible()
