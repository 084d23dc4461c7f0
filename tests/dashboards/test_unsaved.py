"""What was typed is not lost by going elsewhere unasked: editors, dialogs and the grid."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

Visit = Callable[..., Page]


class Answers:
    """Answers the browser's questions, the first ones with no."""

    def __init__(self, page: Page, refuse: int) -> None:
        self.asked: list[str] = []
        self._refuse = refuse
        page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        self.asked.append(dialog.message)
        if len(self.asked) > self._refuse:
            dialog.accept()
        else:
            dialog.dismiss()


def test_an_editor_asks_until_it_is_saved(visit: Visit) -> None:
    page = visit("reviewer", "/targets/YJ-2026-005/edit?what=curve")
    page.get_by_role("link", name="基线").click()
    expect(page.get_by_label("基线日期")).to_be_visible()
    page.wait_for_load_state("networkidle")  # the form is drawn, and what it holds is known
    answers = Answers(page, refuse=2)
    page.get_by_label("原因").press_sequentially("核对年报")
    page.get_by_role("link", name="返回目标").click()
    page.evaluate("history.back()")
    expect(page).to_have_url(re.compile("what=baseline"))
    expect(page.get_by_label("原因")).to_have_value("核对年报")
    assert len(answers.asked) == 2 and "还没有保存" in answers.asked[0]
    page.get_by_label("原因").fill("")  # as it was: nothing to lose
    page.get_by_role("link", name="返回目标").click()
    expect(page).not_to_have_url(re.compile("edit"))
    assert len(answers.asked) == 2


def test_a_dialog_asks_before_it_closes(visit: Visit) -> None:
    page = visit("admin", "/catalog?tab=units")
    answers = Answers(page, refuse=1)
    page.get_by_role("button", name="新增单位").click()
    page.get_by_role("dialog").get_by_label("名称").press_sequentially("新区")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog").get_by_label("名称")).to_have_value("新区")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert len(answers.asked) == 2


def test_the_grid_asks_when_one_goes_elsewhere(visit: Visit) -> None:
    page = visit("officer", "/entry")
    answers = Answers(page, refuse=1)
    cell = page.locator('#entry-grid .ag-center-cols-container .ag-row [col-id="main"]').first
    cell.click()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="目标台账").click()
    expect(page).to_have_url(re.compile("/entry"))
    page.get_by_role("link", name="目标台账").click()
    expect(page).to_have_url(re.compile("/targets"))
    assert len(answers.asked) == 2
