"""A reviewer's desk: what waits, what it does to the lights, approving, returning, and not one's own."""

from __future__ import annotations

from collections.abc import Callable

from page_checks import assert_accessible, assert_fits
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from kpi.accounts import actions as accounts
from kpi.actuals.records import Actual, ActualState
from kpi.assessment.records import Assessment
from kpi.catalog.records import Indicator
from kpi.core.period import Period
from kpi.targets.records import Target
from support import NOW, PHONE, Site

SERVED = "YJ26-23"  # 65岁及以上老年人…服务率: submitted for October


def card(page: Page, name: str) -> Locator:
    return page.locator(".waiting-card", has_text=name)


def state(site: Site, code: str) -> ActualState:
    """Of the newest version of October."""
    query = (
        select(Actual.state)
        .join(Indicator, Indicator.id == Actual.indicator_id)
        .where(Indicator.code == code, Actual.period == "2026-10", Actual.superseded_at.is_(None))
        .order_by(Actual.version.desc())
    )
    with site.store.read() as session:
        return session.scalars(query).all()[0]


def test_what_waits_and_what_it_would_do(visit: Callable[..., Page]) -> None:
    page = visit("reviewer", "/approvals")
    waiting = card(page, "65岁及以上老年人")
    expect(waiting).to_contain_text("65.51%")
    expect(waiting).to_contain_text("337,400 / 515,000")
    expect(waiting.locator(".effect .light").last).to_be_visible()
    assert_accessible(page)


def test_approving_moves_the_light(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer", "/approvals")
    waiting = card(page, "65岁及以上老年人")
    waiting.get_by_role("button", name="通过").click()
    expect(waiting).to_have_count(0)
    assert state(site, SERVED) is ActualState.APPROVED
    query = (
        select(Assessment.data_period)
        .join(Target, Target.id == Assessment.target_id)
        .join(Indicator, Indicator.id == Target.indicator_id)
        .where(Indicator.code == SERVED, Assessment.period == "2026-10", Assessment.superseded_at.is_(None))
    )
    with site.store.read() as session:
        assert session.scalars(query).one() == str(Period.month(2026, 10))


def test_many_at_once_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit("reviewer", "/approvals")
    expect(page.locator(".waiting-card").first).to_be_visible()
    waiting = page.locator(".waiting-card").count()
    page.keyboard.press("j")
    expect(page.locator(".waiting-card").first).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("#waiting-count")).to_have_text(f"本页{waiting}项，已选1项")
    page.get_by_role("button", name="通过所选").click()
    expect(page.locator(".waiting-card")).to_have_count(waiting - 1)


def test_returning_needs_a_reason(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer", "/approvals")
    card(page, "65岁及以上老年人").get_by_role("button", name="退回").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="退回").click()
    expect(page.get_by_text("请填写退回原因")).to_be_visible()
    assert state(site, SERVED) is ActualState.SUBMITTED
    dialog.get_by_label("退回原因").fill("分母应含新划入社区")
    dialog.get_by_role("button", name="退回").click()
    expect(card(page, "65岁及以上老年人")).to_have_count(0)
    assert state(site, SERVED) is ActualState.RETURNED


def test_nobody_approves_a_value_of_their_own(visit: Callable[..., Page], site: Site) -> None:
    with site.store.write() as session:
        reviewer = accounts.by_login(session, "reviewer").id
        waiting = session.scalars(
            select(Actual).where(Actual.state == ActualState.SUBMITTED, Actual.superseded_at.is_(None))
        ).all()
        for actual in waiting:
            actual.entered_by = actual.submitted_by = reviewer
    page = visit("reviewer", "/approvals")
    own = card(page, "65岁及以上老年人")
    expect(own).to_contain_text("须由其他审核人员审核")
    expect(own.get_by_role("button", name="通过")).to_be_disabled()


def test_a_value_changed_meanwhile_is_not_approved_blindly(visit: Callable[..., Page], site: Site) -> None:
    page = visit("reviewer", "/approvals")
    waiting = card(page, "65岁及以上老年人")
    expect(waiting).to_be_visible()
    with site.store.write() as session:
        actual = session.scalars(
            select(Actual)
            .join(Indicator, Indicator.id == Actual.indicator_id)
            .where(Indicator.code == SERVED, Actual.state == ActualState.SUBMITTED)
        ).one()
        actual.revision += 1
        actual.recorded_at = NOW
    waiting.get_by_role("button", name="通过").click()
    expect(page.get_by_text("修改此项")).to_be_visible()
    assert state(site, SERVED) is ActualState.SUBMITTED


def test_officers_do_not_get_in(visit: Callable[..., Page]) -> None:
    expect(visit("officer", "/approvals").locator("#page-refused")).to_be_visible()


def test_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit("reviewer", "/approvals", PHONE)
    expect(page.locator(".waiting-card").first).to_be_visible()
    assert_fits(page)
