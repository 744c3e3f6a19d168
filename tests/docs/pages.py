"""The pages of the documentation, taken apart for the checks."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RULE_PAGES = sorted([*(DOCS / "rules").glob("*.md"), *(DOCS / "sources").glob("*.md")])

_BLOCK = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")


class Block(NamedTuple):
    """A fenced block: the words behind the fence, its text, and where it begins."""

    info: str
    text: str
    place: str


def pages() -> list[Path]:
    """Every page that this project publishes."""
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            found["info"].strip(), found["text"], f"{page.name}:{text.count(chr(10), 0, found.start()) + 1}"
        )
        for found in _BLOCK.finditer(text)
    ]


def examples(page: Path) -> list[tuple[Block, Block | None]]:
    """The YAML blocks of a page, each with the `text` block right behind it that tells what it is refused with."""
    found = blocks(page)
    return [
        (block, after if after is not None and after.info == "text" else None)
        for block, after in zip(found, [*found[1:], None], strict=True)
        if block.info.startswith("yaml")
    ]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return _BLOCK.sub("", page.read_text(encoding="utf-8"))


def table_rows(page: Path, head: str) -> list[list[str]]:
    """The rows of the tables whose first column is headed so; cells without the spaces around them."""
    rows: list[list[str]] = []
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.startswith(f"| {head} |"):
            inside = True
        elif inside and not line.startswith("|---"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def code_spans(cell: str) -> list[str]:
    """What stands between backticks."""
    return [span.strip("`") for span in _CODE.findall(cell)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ +(.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}
