"""From an idea to live and back, by two people in the browser, with few clicks."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import people
from tests.browser.serving import Site
from tests.browser.visiting import Look, visiting

pytestmark = [pytest.mark.connected, pytest.mark.timeout(180)]

MOST_CLICKS = 12
LOOK = Look("light", "en", 1280)


@dataclass
class Hand:
    """Counts what both people do with the mouse, and each Enter that sends a form: that would be a click as well."""

    clicks: int = 0

    def click(self, page: Page, role: Any, name: str, *, exact: bool = True) -> None:
        self.clicks += 1
        page.get_by_role(role, name=name, exact=exact).first.click()

    def enter(self, page: Page, label: str, text: str) -> None:
        self.clicks += 1
        field = page.get_by_label(label, exact=True).first
        field.fill(text)
        field.press("Enter")


# Before the browser is open: it puts sessions into the database.
@pytest.fixture(scope="module")
def signed_in_people(site: Site) -> dict[str, Any]:
    return dict(people(site, ada="author", bo="approver"))


def test_from_an_idea_to_live_and_back(
    site: Site, signed_in_people: dict[str, Any], chromium: Browser
) -> None:
    hand = Hand()
    with (
        visiting(chromium, site, signed_in_people["ada"], LOOK) as ada,
        visiting(chromium, site, signed_in_people["bo"], LOOK) as bo,
    ):
        ada.page.goto(f"{site.url}/rules")
        _drafted(hand, ada.page)
        _mended(hand, ada.page)
        _proposed(hand, ada.page)
        bo.page.goto(f"{site.url}/rules")
        _live(hand, bo.page)
        _rolled_back(hand, bo.page)
        assert ada.faults == bo.faults == []
    assert hand.clicks <= MOST_CLICKS, hand.clicks


def _drafted(hand: Hand, page: Page) -> None:
    """A rule asks four hours later, and two tests fail."""
    hand.click(page, "button", "Change ces-after-complaint")
    hand.enter(page, "How long after the interaction", "6h")
    expect(page.locator("#verdict")).to_contain_text(re.compile(r"2 of \d+ tests fail"))
    expect(page.get_by_role("button", name="Compute the effect")).to_have_count(0)


def _mended(hand: Hand, page: Page) -> None:
    """The tests say so too, in the editor."""
    hand.click(page, "link", "tests/complaint.yaml:4")
    editor = page.get_by_role("textbox", name="tests/complaint.yaml", exact=True)
    expect(editor).to_be_visible()
    text = page.locator("#text").input_value()
    text = text.replace("at: 5h, reason", "at: 22h, reason")
    editor.press("ControlOrMeta+a")
    page.keyboard.insert_text(text.replace("complaint, at: 2h}", "complaint, at: 6h}"))
    hand.click(page, "button", "Save")
    expect(page.locator("#verdict")).to_contain_text("Nothing is wrong")


def _proposed(hand: Hand, page: Page) -> None:
    """Its effect is looked at first."""
    hand.click(page, "button", "Compute the effect")
    expect(page.get_by_role("heading", name="Propose", exact=True)).to_be_visible(timeout=60_000)
    expect(page.locator("#effect")).to_contain_text("Against revision 1.")
    hand.enter(page, "Why this change is made", "Ask a little later")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Revision 2")


def _live(hand: Hand, page: Page) -> None:
    """Somebody else sees the change in words and approves it."""
    hand.click(page, "link", "Ask a little later", exact=False)
    expect(page.get_by_role("main")).to_contain_text("delay 2h → 6h")
    page.get_by_label("Why", exact=True).first.fill("Looks right")
    hand.click(page, "button", "Approve and put in force")
    expect(page.get_by_role("main")).to_contain_text("Revision 2 is in force.")


def _rolled_back(hand: Hand, page: Page) -> None:
    """And takes it back."""
    hand.click(page, "link", "Rules")
    hand.clicks += 1
    page.get_by_text("All revisions", exact=True).click()
    hand.click(page, "link", "Revision 1,", exact=False)
    page.get_by_label("Why", exact=True).first.fill("Too late for complaints")
    hand.click(page, "button", "Roll back to this revision")
    expect(page.get_by_role("main")).to_contain_text("Revision 1 is in force.")
