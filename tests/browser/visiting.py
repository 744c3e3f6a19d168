"""What somebody sees in the browser: pages in a language, a theme and a width, and all that went wrong meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal
from urllib.parse import urlencode, urljoin, urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

from router.console.views.pages import PAGES
from tests.browser.serving import PERIOD, Site


@dataclass(frozen=True)
class Look:
    """How somebody looks at the console."""

    theme: Literal["light", "dark"]
    language: Literal["en", "nl"]
    width: int

    def __str__(self) -> str:
        return f"{self.theme}-{self.language}-{self.width}"


LOOKS = tuple(Look(*look) for look in product(("light", "dark"), ("en", "nl"), (320, 1280)))


@dataclass
class Visitor:
    """A tab of the browser in which somebody is signed in. `faults`: errors of scripts, requests to other hosts, 5xx."""

    page: Page
    site: Site
    faults: list[str] = field(default_factory=list)

    def go(self, path: str, **query: str) -> None:
        """Opens a page about the demo's month."""
        asked = urlencode({**PERIOD, **query})
        answer = self.page.goto(f"{self.site.url}{path}{'&' if '?' in path else '?'}{asked}")
        assert answer is not None
        assert answer.status < 400, (path, answer.status)

    def watch(self) -> None:
        """Notes from now on what nobody should see."""

        def said(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                self.faults.append(f"{message.type}: {message.text}")

        def asked(request: Request) -> None:
            if urlsplit(request.url).scheme not in {"data", "blob"} and not request.url.startswith(
                f"{self.site.url}/"
            ):
                self.faults.append(f"a request to {request.url}")

        self.page.on("console", said)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("request", asked)


def signed_in(browser: Browser, site: Site) -> dict[str, Any]:
    """The cookies of somebody who followed the link."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.link)
    assert "/sign-in" not in page.url, page.url
    state: dict[str, Any] = dict(context.storage_state())
    context.close()
    return state


@contextmanager
def visiting(browser: Browser, site: Site, state: dict[str, Any], look: Look) -> Iterator[Visitor]:
    """A tab of somebody who looks so."""
    context = browser.new_context(
        storage_state=state,
        color_scheme=look.theme,
        locale={"en": "en-GB", "nl": "nl-NL"}[look.language],
        viewport={"width": look.width, "height": 900},
        reduced_motion="reduce",
    )
    visitor = Visitor(context.new_page(), site)
    visitor.watch()
    yield visitor
    context.close()


def addresses(visitor: Visitor) -> dict[str, str]:
    """An address of every page by its pattern; of one about something in particular, one that another page links to.

    A page that nothing links to is not in it.
    """
    found = {page.path: page.path for page in PAGES if "{" not in page.path}
    wanted = [page.path for page in PAGES if "{" in page.path]
    left, seen = [*found.values()], set(found.values())
    while left:
        visitor.go(left.pop())
        hrefs = visitor.page.locator("a[href]").evaluate_all(
            "links => links.map(link => link.getAttribute('href'))"
        )
        for address in (urlsplit(urljoin(visitor.page.url, href)) for href in hrefs):
            for pattern in wanted:
                if pattern not in found and _fits(pattern, address.path):
                    found[pattern] = f"{address.path}{'?' if address.query else ''}{address.query}"
                    if found[pattern] not in seen:
                        seen.add(found[pattern])
                        left.append(found[pattern])
    return found


def _fits(pattern: str, path: str) -> bool:
    """Whether an address is one of a page."""
    names, parts = pattern.split("/"), path.split("/")
    if any(page.path == path for page in PAGES) or len(names) != len(parts):
        return False
    return all(
        (name.startswith("{") and part) or name == part for name, part in zip(names, parts, strict=True)
    )
