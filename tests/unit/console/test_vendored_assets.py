import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

VENDOR = Path(__file__).parents[3] / "router/console/assets/vendor"
SOURCES = Path(__file__).parents[3] / "console-assets"
FILES = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))["files"]
ON_EVERY_PAGE = 60 * 1024
"""Bytes, packed, that a page may load altogether; libraries and our own."""
IN_THE_EDITOR = 250 * 1024


def packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), mtime=0))


def test_the_manifest_names_every_library_that_is_served() -> None:
    assert {path.name for path in VENDOR.iterdir()} == {*FILES, "manifest.json", "LICENCES.txt"}


@pytest.mark.parametrize("name", FILES)
def test_a_library_is_the_one_that_was_built(name: str) -> None:
    text = (VENDOR / name).read_bytes()
    assert hashlib.sha256(text).hexdigest() == FILES[name]["sha256"]
    assert len(text) == FILES[name]["bytes"]


def test_every_package_that_is_passed_on_is_locked_and_brings_its_licence() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    licences = (VENDOR / "LICENCES.txt").read_text(encoding="utf-8")
    packages = [package for file in FILES.values() for package in file["packages"]]
    assert packages
    for package in packages:
        assert lock[f"node_modules/{package['name']}"]["version"] == package["version"]
        assert package["licence"] in ("MIT", "BSD-0-Clause")
        assert f"{package['name']} {package['version']}" in licences


def test_the_lock_pins_every_package_and_names_no_host() -> None:
    lock = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, package in lock.items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")


@pytest.mark.parametrize("name", FILES)
def test_a_library_names_no_other_host(name: str) -> None:
    named = set(re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+", (VENDOR / name).read_text(encoding="utf-8")))
    assert named <= {"http://www.w3.org"}  # The namespace of SVG, which nothing fetches.


def test_pages_stay_light() -> None:
    own = sum(packed(path) for path in VENDOR.parent.glob("*.*"))
    assert own + packed(VENDOR / "htmx.js") < ON_EVERY_PAGE
    assert own + sum(packed(VENDOR / name) for name in FILES) < IN_THE_EDITOR
