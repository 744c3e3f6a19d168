"""Every page as people see it: light and dark, English and Dutch, on a telephone and on a desk."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from router.console.views.pages import PAGES
from tests.browser.serving import Site
from tests.browser.visiting import LOOKS, Look, Visitor, addresses, visiting

pytestmark = [pytest.mark.connected, pytest.mark.timeout(180)]

AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}


@pytest.fixture(scope="module")
def places(chromium: Browser, site: Site, state: dict[str, Any]) -> dict[str, str]:
    with visiting(chromium, site, state, Look("light", "en", 1280)) as visitor:
        # A draft has pages of its own once somebody has begun one.
        visitor.go("/rules")
        visitor.page.get_by_label("What the change is about").fill("Ask sooner")
        visitor.page.get_by_role("button", name="Begin a draft").click()
        visitor.page.wait_for_url("**/rules/drafts/**")
        return addresses(visitor)


@pytest.fixture(scope="module", params=LOOKS, ids=str)
def visitor(
    request: pytest.FixtureRequest, chromium: Browser, site: Site, state: dict[str, Any]
) -> Iterator[Visitor]:
    with visiting(chromium, site, state, request.param) as tab:
        yield tab


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_a_page_is_accessible_fits_and_asks_nobody_else(
    visitor: Visitor, places: dict[str, str], path: str
) -> None:
    assert path in places, f"no page of the demo's month links to {path}"
    visitor.faults.clear()
    visitor.go(places[path])
    found = Axe().run(visitor.page, options=AXE).response["violations"]
    told = [
        f"{one['id']}: {one['help']}: {', '.join(node['html'][:160] for node in one['nodes'][:5])}"
        for one in found
    ]
    assert told == []
    wide = visitor.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, f"the page is {wide} px wider than the window"
    assert visitor.faults == []
