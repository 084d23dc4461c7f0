"""From a file to accepted targets: importing, bad files, deciding, taking back, adding what was missed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from kpi.extraction.records import CandidateRow, Decision
from kpi.targets.records import Plan, Target, TargetState
from support import PHONE, Site

PLAN_TEXT = """2026年临川市卫生健康工作要点
一、夯实基层网底
（一）补齐设施短板。全年新建🏥社区卫生服务站6家，基层中医馆覆盖率达到100%。
（二）提升服务能力。培训家庭医生300名。各单位要把流动接种车做起来，年内配齐。
"""


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "临川市要点.txt"
    path.write_text(PLAN_TEXT, encoding="utf-8")
    return path


def choose(page: Page, path: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#documents-upload button").click()
    chooser.value.set_files(path)


@pytest.fixture
def review(visit: Callable[..., Page], plan_file: Path) -> Page:
    """The review page of a document just imported."""
    page = visit("reviewer", "/documents")
    choose(page, plan_file)
    expect(page.locator("#review-head h1")).to_have_text("2026年临川市卫生健康工作要点")
    expect(page.locator(".pick.selected")).to_have_count(1)
    return page


def pick(page: Page, name: str) -> None:
    page.locator("#review-list .pick", has_text=name).click()
    expect(page.locator("#review-form").get_by_label("指标名称")).to_have_value(re.compile(name))


def new_plan(page: Page) -> None:
    page.get_by_role("button", name="新建计划").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("年度")).to_have_value("2026")
    dialog.get_by_role("textbox", name="地区").click()
    page.get_by_role("option", name="云江市", exact=True).click()
    dialog.get_by_role("button", name="新建", exact=True).click()
    expect(page.locator("#review-form").get_by_role("textbox", name="所属计划")).to_have_value(
        "2026年临川市卫生健康工作要点"
    )


def lead(page: Page) -> None:
    page.locator("#review-form").get_by_role("textbox", name="牵头单位").click()
    page.get_by_role("option").first.click()


def candidates(site: Site) -> dict[str, Decision]:
    """Of the document imported last, by evidence."""
    last = select(func.max(CandidateRow.document_id)).scalar_subquery()
    query = select(CandidateRow.evidence, CandidateRow.decision).where(CandidateRow.document_id == last)
    with site.store.read() as session:
        return {row.evidence: row.decision for row in session.execute(query)}


def test_evidence_is_marked_in_place(review: Page) -> None:
    marked = review.locator("#review-text mark", has_text="基层中医馆覆盖率")
    expect(marked).to_be_visible()
    marked.click()
    expect(review.locator("#review-form .evidence")).to_contain_text("一.(一)")
    expect(review.locator("#review-form").get_by_label("目标值")).to_have_value("100")
    expect(review.locator(".pick.selected")).to_contain_text("基层中医馆覆盖率")


def test_accepting_makes_a_target_and_goes_on(review: Page, site: Site) -> None:
    pick(review, "中医馆")
    review.get_by_role("button", name="采纳", exact=True).click()
    expect(review.get_by_text("请选择计划；还没有时请先新建")).to_be_visible()
    new_plan(review)
    review.get_by_role("button", name="采纳", exact=True).click()
    expect(review.get_by_text("请选择牵头单位")).to_be_visible()
    lead(review)
    review.get_by_role("button", name="采纳", exact=True).click()
    expect(review.get_by_text("目标编号")).to_be_visible()
    expect(review.locator("#review-text mark.accepted")).to_have_count(1)
    expect(review.locator("#review-form .evidence")).not_to_contain_text("中医馆")
    with site.store.read() as session:
        plan = session.scalars(select(Plan).where(Plan.document_id.is_not(None)).order_by(Plan.id.desc())).first()
        assert plan is not None
        assert session.scalars(select(Target.state).where(Target.plan_id == plan.id)).all() == [TargetState.WATCHED]


def test_an_acceptance_is_taken_back(review: Page, site: Site) -> None:
    pick(review, "家庭医生")
    new_plan(review)
    lead(review)
    review.get_by_role("button", name="采纳", exact=True).click()
    expect(review.locator("#review-text mark.accepted")).to_have_count(1)
    review.locator("#review-text mark.accepted").click()
    expect(review.locator("#review-form .callout")).to_contain_text("已采纳")
    review.get_by_label("撤回的原因").fill("应由外市负责")
    review.get_by_role("button", name="撤回决定").click()
    expect(review.locator("#review-text mark.accepted")).to_have_count(0)
    review.get_by_text("决定记录").click()
    expect(review.locator("#review-form .steps")).to_contain_text("应由外市负责")
    assert set(candidates(site).values()) == {Decision.OPEN}


def test_rejecting_by_keyboard_needs_a_reason(review: Page) -> None:
    review.locator("#review-head").click()
    review.keyboard.press("x")
    expect(review.locator("#review-reason")).to_be_focused()
    review.keyboard.press("Escape")
    review.keyboard.press("Enter")
    expect(review.get_by_text("请填写不采纳的原因")).to_be_visible()
    before = review.locator(".pick.selected .pick-name").inner_text()
    review.keyboard.type("不归我市管")
    review.keyboard.press("Enter")
    expect(review.locator("#review-text mark.rejected")).to_have_count(1)
    expect(review.locator(".pick.selected .pick-name")).not_to_have_text(before)


def test_next_and_previous(review: Page) -> None:
    review.locator("#review-head").click()
    current = review.locator(".pick.selected .pick-name")
    first = current.inner_text()
    review.keyboard.press("j")
    expect(current).not_to_have_text(first)
    review.keyboard.press("k")
    expect(current).to_have_text(first)


def test_what_was_missed_is_added_by_selecting_it(review: Page, site: Site) -> None:
    """Behind a sign that is two units long in the browser: offsets count code points."""
    review.evaluate(
        """() => {
          const piece = [...document.querySelectorAll("#review-text [data-start]")]
            .find((one) => one.textContent.includes("流动接种车"));
          const at = piece.textContent.indexOf("流动接种车");
          const range = document.createRange();
          range.setStart(piece.firstChild, at);
          range.setEnd(piece.firstChild, at + 5);
          const selection = getSelection();
          selection.removeAllRanges();
          selection.addRange(range);
        }"""
    )
    expect(review.locator("#review-picked-bar")).to_contain_text("流动接种车")
    review.get_by_role("button", name="新增为候选").click()
    expect(review.locator("#review-form .evidence")).to_contain_text("流动接种车")
    assert "流动接种车" in candidates(site)


def test_the_same_file_again_opens_the_first(review: Page, plan_file: Path) -> None:
    address = review.url
    review.goto("/documents")
    choose(review, plan_file)
    review.wait_for_url(address)
    expect(review.get_by_text("以前导入过")).to_be_visible()


def test_a_corrected_edition_is_compared(review: Page, tmp_path: Path) -> None:
    later = tmp_path / "修订.txt"
    later.write_text(PLAN_TEXT.replace("服务站6家", "服务站8家"), encoding="utf-8")
    review.goto("/documents")
    choose(review, later)
    expect(review.locator("#review-head")).to_contain_text("第2版")
    review.get_by_role("button", name="与上一版比较").click()
    expect(review.locator(".edit-old")).to_contain_text("6家")
    expect(review.locator(".edit-new")).to_contain_text("8家")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "文件是空的"),
        ("binary.txt", bytes(range(256)) * 40, "文件"),
        ("broken.docx", b"PK\x03\x04 not a document", "文件"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"0" * 200, "文件"),
        ("large.txt", "大".encode() * 8_000_000, "不能超过20MB"),
    ],
)
def test_bad_files_are_refused_in_words(
    visit: Callable[..., Page], tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    page = visit("reviewer", "/documents")
    rows = page.locator(".plain-table tbody tr")
    expect(rows.first).to_be_visible()
    before = rows.count()
    choose(page, path)
    expect(page.locator(".mantine-Notification-root")).to_contain_text(told)
    page.reload()
    expect(rows).to_have_count(before)


def test_leaders_read_and_decide_nothing(visit: Callable[..., Page]) -> None:
    page = visit("leader", "/documents")
    expect(page.locator("#documents-upload")).to_have_count(0)
    page.locator(".plain-table a").first.click()
    expect(page.locator("#review-text mark").first).to_be_visible()
    expect(page.locator("#review-form .evidence")).to_be_visible()
    expect(page.locator("#review-accept")).to_have_count(0)


def test_no_such_document(visit: Callable[..., Page]) -> None:
    expect(visit("leader", "/documents/4711").locator("#review-head")).to_contain_text("没有这份文件")


def test_accessible_and_narrow(review: Page, visit: Callable[..., Page]) -> None:
    assert_accessible(review)
    phone = visit("reviewer", urlsplit(review.url).path, PHONE)
    expect(phone.locator("#review-form .evidence")).to_be_visible()
    assert_fits(phone)
    phone.goto("/documents")
    expect(phone.locator(".plain-table")).to_be_visible()
    assert_fits(phone)
    assert_accessible(phone)
