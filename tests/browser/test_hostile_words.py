"""Words from outside that are markup: customers, comments, channels, teams. On every page they are only words."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.browser.serving import Site, served
from tests.browser.visiting import Look, addresses, signed_in, visiting

pytestmark = [pytest.mark.connected, pytest.mark.timeout(180)]

MARKUP = "\"'><img src=x onerror=window.broken=1><script>window.broken=1</script>{{7*7}}</textarea>"

ABOUT = (
    f"/customers?{urlencode({'customer': MARKUP})}",
    f"/scores?{urlencode({'survey': 'nps', 'channel': MARKUP})}",
    f"/coverage?{urlencode({'channel': MARKUP, 'step': MARKUP})}",
    f"/alerts?{urlencode({'team': MARKUP})}",
    "/scores?survey=nps",
    "/decisions?latest=yes",
)


def _spoil(data: Path) -> None:
    """A company where the most frequent channel, a team, a rule, a comment and one customer's id are markup."""
    with sqlite3.connect(data / "feedback-router.db") as database:

        def one(query: str) -> Any:
            return database.execute(query).fetchone()[0]

        customer = one("SELECT customer_id FROM alerts WHERE customer_id <> '' LIMIT 1")
        for table in ("journal", "invitations", "customers", "responses", "alerts"):
            database.execute(
                f"UPDATE {table} SET customer_id = ? WHERE customer_id = ?",
                (MARKUP, customer),
            )
        database.execute("UPDATE responses SET comment = ?", (MARKUP,))
        database.execute("UPDATE alerts SET team = ?, rule = ?", (MARKUP, MARKUP))
        for table in (
            f"{kind}_{part}" for kind in ("score", "coverage") for part in ("changes", "cells", "months")
        ):
            database.execute(
                f"UPDATE {table} SET channel = ?, step = ? WHERE channel = 'web'",
                (MARKUP, MARKUP),
            )


@pytest.fixture(scope="module")
def site(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A console over a copy of the month that was spoilt."""
    with served(month, tmp_path_factory.mktemp("spoilt"), before=_spoil) as running:
        yield running


def test_markup_from_outside_is_never_more_than_words(chromium: Browser, site: Site) -> None:
    seen = 0
    with visiting(chromium, site, signed_in(chromium, site), Look("light", "en", 1280)) as visitor:
        for address in [*addresses(visitor).values(), *ABOUT]:
            visitor.go(address)
            seen += MARKUP in (visitor.page.locator("main").text_content() or "")
            assert visitor.page.evaluate("window.broken") is None, address
            assert visitor.page.locator("img[src='x']").count() == 0, address
        assert visitor.faults == []
    # What is never shown proves nothing.
    assert seen >= 5
