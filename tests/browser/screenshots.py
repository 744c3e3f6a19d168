"""Pictures of every page of the demo's month, light and dark: `make screenshots`.

All of them go into a directory to be looked at; those that the documentation shows go into docs/img as well.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import FloatRect, sync_playwright

from tests.browser.chromium import OPTIONS, chromium_path
from tests.browser.serving import company, served
from tests.browser.visiting import Look, Visitor, addresses, signed_in, visiting

IMAGES = Path(__file__).parents[2] / "docs" / "img"
SHOWN = {"overview": 720, "journeys": 720, "scores": 720, "coverage": 720, "one-decision": 720, "draft": 480}
"""The pages whose top, in the light, is in the documentation, and its height in pixels."""


def opened(visitor: Visitor) -> Iterator[str]:
    """Opens one page after the other; their names."""
    for pattern, address in addresses(visitor).items():
        visitor.go(address)
        yield pattern.strip("/").replace("/", "-").replace("{", "").replace("}", "") or "overview"
    page = visitor.page
    visitor.go("/alerts")
    page.locator("main a[href*='customer=']").first.click()
    yield "one-customer"
    page.locator("main a[href^='/why?']").first.click()
    yield "one-decision"
    visitor.go("/rules")
    page.get_by_role("button", name="Change ces-after-complaint").click()
    page.locator(".cm-content").wait_for()
    yield "draft"


def take(directory: Path) -> None:
    """Takes all pictures into the directory, and those of the documentation into docs/img; it plays a demo first."""
    path = chromium_path()
    if path is None:
        raise SystemExit("Install the package chromium, or name one by ROUTER_TEST_CHROMIUM.")
    directory.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as made,
        served(company(Path(made, "month")), Path(made)) as site,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=OPTIONS) as browser,
    ):
        state = signed_in(browser, site)
        for look in (Look("light", "en", 1280), Look("dark", "en", 1280)):
            with visiting(browser, site, state, look) as visitor:
                for name in opened(visitor):
                    visitor.page.screenshot(path=directory / f"{name}-{look.theme}.png", full_page=True)
                    if look.theme == "light" and name in SHOWN:
                        top: FloatRect = {"x": 0, "y": 0, "width": look.width, "height": SHOWN[name]}
                        visitor.page.screenshot(path=IMAGES / f"console-{name}.png", clip=top)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
