"""Every page, whole: nothing to find for axe, at both widths and in both languages; and the way by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_checks import assert_fits
from playwright.sync_api import Page, expect

from support import DESKTOP, PHONE

Visit = Callable[..., Page]

PAGES = {
    "leader": ["/", "/targets", "/targets/YJ-2026-001", "/documents", "/documents/1", "/reports", "/account", "/none"],
    "officer": ["/entry", "/jobs"],
    "reviewer": ["/approvals", "/documents/1", "/reports"],
    "admin": ["/jobs", "/catalog", "/people"],
    "auditor": ["/audit", "/password"],
}


def found_by_axe(page: Page) -> list[str]:
    """Whatever axe finds in the whole page, the mildest included."""
    return [
        f"{each['id']} ({each['impact']}): {[node['target'] for node in each['nodes']][:3]}"
        for each in Axe().run(page).response["violations"]
    ]


def speak(page: Page, language: str) -> None:
    page.evaluate(
        """language => fetch("/language", {method: "POST", body: new URLSearchParams({language}),
        headers: {"X-CSRFToken": document.cookie.match(/_csrf_token=([^;]+)/)[1]}})""",
        language,
    )


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("login", PAGES)
def test_axe_finds_nothing(visit: Visit, login: str, size: dict[str, int], language: str) -> None:
    page = visit(login, "/account", size)
    speak(page, language)
    found = {}
    for path in PAGES[login]:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        expect(page.locator("h1").first).to_be_visible()
        found[path] = found_by_axe(page)
        assert_fits(page)
    assert {path: problems for path, problems in found.items() if problems} == {}


def test_axe_finds_nothing_before_signing_in(visit: Visit) -> None:
    page = visit("leader", "/healthz")
    page.context.clear_cookies()
    for path in ("/sign-in", "/files/none"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert found_by_axe(page) == []


def test_from_signing_in_to_signing_out_by_keyboard(visit: Visit) -> None:
    page = visit("leader")
    expect(page.locator("#panel-trend")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator("#who-button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sign-out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#sign-out")).not_to_be_visible()
    expect(page.locator("#who-button")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("#sign-out")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
