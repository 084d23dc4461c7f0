"""The admin's and the auditor's pages in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support import PHONE, Site

Visit = Callable[..., Page]


def test_a_source_is_tried_out_saved_and_asked_to_run(visit: Visit, site: Site) -> None:
    inbox = site.settings.allowed_folders[0]
    inbox.mkdir(parents=True)
    (inbox / "10.csv").write_text("指标编码,单位编码,期间,完成值\nNOPE,XX,2026-10,1\n", encoding="gb18030")
    page = visit("admin", "/jobs")
    expect(page.get_by_text("调度进程未运行")).to_be_visible()
    page.get_by_role("button", name="新建数据来源").click()
    page.get_by_label("名称", exact=False).first.fill("月报文件夹")
    page.locator("#source-kind").click()
    page.get_by_role("option", name="文件夹").click()
    page.locator("#source-cron").fill("30 8 * * 1-5")
    expect(page.locator("#source-cron-words")).to_contain_text("每周一至周五 08:30")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请填写", exact=True)).to_be_visible()  # the folder, at its own field
    page.get_by_placeholder("monthly", exact=True).fill(".")
    page.get_by_role("button", name="试运行").click()
    expect(page.locator("#trial-result")).to_contain_text("没有编码为“NOPE”的记录")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="立即运行 月报文件夹").click()
    expect(page.get_by_text("等待运行").first).to_be_visible()


def test_a_new_person_gets_an_initial_password_shown_once(visit: Visit) -> None:
    page = visit("admin", "/people")
    page.get_by_role("button", name="新建人员").click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请填写姓名")).to_be_visible()
    page.locator("#person-login").fill("newcomer")
    page.locator("#person-name").fill("测试新人")
    page.locator("#person-role").click()
    page.get_by_role("option", name="领导").click()
    page.get_by_role("button", name="保存", exact=True).click()
    password = page.locator("#initial-password").inner_text()
    assert len(password) >= 12
    page.keyboard.press("Escape")
    expect(page.get_by_text("newcomer", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text("newcomer", exact=True)).to_be_visible()
    expect(page.get_by_text(password)).to_have_count(0)


def test_the_auditor_filters_the_trail_and_takes_it_away(visit: Visit) -> None:
    page = visit("auditor", "/audit")
    page.get_by_label("操作人").fill("auditor")
    expect(page.locator("#trail-table")).to_contain_text("登录")
    expect(page.locator("#trail-table")).not_to_contain_text("系统")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 CSV").click()
    assert download.value.suggested_filename == "审计记录-2026-11-12.csv"


def test_a_person_changes_the_password_and_stays_signed_in(visit: Visit) -> None:
    page = visit("leader", "/account")
    page.locator("#password-current").fill("wrong")
    page.locator("#password-new").fill("correct-horse-battery")
    page.locator("#password-again").fill("correct-horse-battery")
    page.locator("#password-save").click()
    expect(page.get_by_text("不正确")).to_be_visible()
    page.locator("#password-current").fill("demo2026-kpi")
    page.locator("#password-save").click()
    expect(page.get_by_text("密码已修改")).to_be_visible()
    page.get_by_label("用途").fill("取数")
    page.get_by_role("button", name="新建令牌").click()
    expect(page.locator("#new-token")).to_contain_text("kpi_")
    page.reload()
    expect(page.get_by_role("heading", name="我的账号")).to_be_visible()


@pytest.mark.parametrize(
    ("login", "path"), [("officer", "/jobs"), ("reviewer", "/people"), ("admin", "/audit"), ("leader", "/jobs")]
)
def test_other_roles_may_not_open_them(visit: Visit, login: str, path: str) -> None:
    expect(visit(login, path).locator("#page-refused")).to_be_visible()


@pytest.mark.parametrize(
    ("login", "path"), [("admin", "/jobs"), ("admin", "/people"), ("auditor", "/audit"), ("leader", "/account")]
)
def test_they_fit_a_phone(visit: Visit, login: str, path: str) -> None:
    page = visit(login, path, PHONE)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
