"""The pages about rooms: one for each, and no file on them that is not there."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT

FOLDER = DOCS / "architecture"
ROOMS = {path.parent.name: path.parent for path in (ROOT / "router").glob("*/__init__.py")}
ROOMS["consumers"] = ROOT / "consumers"
NOT_ROOMS = {"README", "walk"}


def test_every_room_has_its_page_and_its_row() -> None:
    pages = {path.stem for path in FOLDER.glob("*.md")} - NOT_ROOMS
    rows = set(re.findall(r"^\| \[(\w+)\]\(\1\.md\) \|", (FOLDER / "README.md").read_text(), re.MULTILINE))

    assert pages == set(ROOMS)
    assert rows == set(ROOMS)


@pytest.mark.parametrize("page", sorted(FOLDER.glob("*.md")), ids=lambda page: page.stem)
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    room = ROOMS.get(page.stem, ROOT)
    named = re.findall(r"`([\w./-]+(?:\.py|\.toml|/))`", page.read_text(encoding="utf-8"))
    missing = [name for name in named if not _there(room, name)]

    assert missing == []


def _there(room: Path, name: str) -> bool:
    if (ROOT / name).exists() or (room / name).exists():
        return True
    # In a sentence about a part of the room, or on the walk, a file may stand without its folder.
    return "/" not in name and any((ROOT / "router").rglob(name) if room == ROOT else room.rglob(name))
