"""A console over the demo's month, and a real Chromium in front of it, each once for a file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.chromium import OPTIONS, chromium_path
from tests.browser.serving import Site, company, served
from tests.browser.visiting import signed_in


@pytest.fixture(scope="session")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of a demo that has ended."""
    return company(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def site(month: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A console over a copy of the month, with its pages in it."""
    with served(month, tmp_path_factory.mktemp("console")) as running:
        yield running


@pytest.fixture(scope="module")
def chromium(site: Site) -> Iterator[Browser]:
    """A Chromium in front of the `site`; its tests are skipped where none is installed, and fail under CI."""
    path = chromium_path()
    if path is None:
        missing = "a Chromium is needed: install the package chromium, or name one by ROUTER_TEST_CHROMIUM"
        if os.environ.get("CI", "").lower() in {"true", "1"}:
            pytest.fail(missing)
        pytest.skip(missing)
    # The library runs an event loop of its own in this thread for as long as it is open: it comes after the site,
    # which waits by another, and goes with its file of tests.
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=OPTIONS) as browser,
    ):
        yield browser


@pytest.fixture(scope="module")
def state(chromium: Browser, site: Site) -> dict[str, Any]:
    """The cookies of somebody with all roles: the link of a console works once."""
    return signed_in(chromium, site)
