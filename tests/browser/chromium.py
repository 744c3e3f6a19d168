"""The Chromium of the machine, as quiet as it can be."""

import os
import shutil

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Where it is, or the one that ROUTER_TEST_CHROMIUM names; none where there is none."""
    return os.environ.get("ROUTER_TEST_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
