"""Somebody calls a customer back: the overdue alert, the story, taken, closed with a note; by the keyboard alone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import Site
from tests.browser.visiting import Look, Visitor, visiting

pytestmark = [pytest.mark.connected, pytest.mark.timeout(180)]


@pytest.fixture
def visitor(chromium: Browser, site: Site, state: dict[str, Any]) -> Iterator[Visitor]:
    with visiting(chromium, site, state, Look("light", "en", 1280)) as tab:
        yield tab


def test_an_alert_is_taken_and_closed_by_keyboard_and_all_of_it_is_in_the_audit(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/alerts")
    expect(page.get_by_text("are overdue: they stand on top")).to_be_visible()
    first = page.locator("tbody th a").first
    name = (first.get_attribute("href") or "").split("/")[-1].split("?")[0]
    first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The answer")).to_be_visible()

    page.get_by_label("Note").focus()
    page.keyboard.type("Called: <b>no reply</b>")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Take")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The alert is yours.")
    expect(page.get_by_text("Called: <b>no reply</b>").first).to_be_visible()

    page.get_by_role("button", name="Close").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The alert is closed.")
    expect(page.get_by_role("button", name="Take")).to_have_count(0)
    visitor.go("/alerts", state="closed")
    expect(page.locator(f"tbody a[href*='{name}']")).to_be_visible()

    page.goto(f"{visitor.site.url}/audit")
    for action in ("alert.take", "alert.close"):
        expect(page.locator("main").get_by_text(action).first).to_be_visible()
    assert visitor.faults == []


def test_a_customer_s_story_leads_to_why_and_is_noted(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/alerts")
    page.locator("tbody td.name a").first.click()
    expect(page.get_by_role("heading", name="Timeline")).to_be_visible()
    page.locator("main a[href^='/why']").first.click()
    expect(page.get_by_role("heading", name="How it was decided")).to_be_visible()
    page.goto(f"{visitor.site.url}/audit")
    expect(page.locator("main").get_by_text("customer.open").first).to_be_visible()
    assert visitor.faults == []
