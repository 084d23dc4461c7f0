"""What every page has to stand: an accessibility check, and no sideways scrolling of the whole page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_accessible(page: Page) -> None:
    """No serious or critical violation by axe's rules in what the page itself shows; the frame has its own test."""
    found = [
        f"{violation['id']}: {[node['target'] for node in violation['nodes']][:3]}"
        for violation in Axe().run(page, context="#main").response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert not found, found


def assert_fits(page: Page) -> None:
    """Wide things scroll inside their own boxes."""
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"]
