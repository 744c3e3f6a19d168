"""The tables of keys in the documentation: each stands between a comment that names its block and one that ends it."""

import re
from collections.abc import Iterator
from typing import Final

from router.authoring.language.files import FILES
from router.authoring.language.keys import Block

_PLACE: Final = re.compile(r"<!-- keys: (?P<block>[^>]+) -->\n.*?<!-- end of keys -->", re.DOTALL)
_HEAD: Final = "| Key | Meaning | Default |\n|---|---|---|\n"


def tables() -> dict[str, str]:
    """The table of each block that has one, by the name of the block."""
    blocks = dict.fromkeys(block for file in FILES.values() for block in _within(file))
    return {
        # `RateCapKeys` is called a rate cap.
        re.sub(r"(?<=[a-z])(?=[A-Z])", " ", block.__name__.removesuffix("Keys")).lower(): _HEAD
        + "".join(f"{row}\n" for row in rows(block))
        for block in blocks
        # A file of one key says all in its first line.
        if len(block.keys) > 1
    }


def filled(page: str) -> str:
    """A page with its tables as they are now. Raises `KeyError` where it asks for one of no block."""
    known = tables()

    def table(place: re.Match[str]) -> str:
        return f"<!-- keys: {place['block']} -->\n{known[place['block']]}<!-- end of keys -->"

    return _PLACE.sub(table, page)


def _within(block: type[Block]) -> Iterator[type[Block]]:
    """The block and those inside it that have tables of their own."""
    yield block
    for key in block.keys.values():
        if key.kind.block is not None:
            inner = _within(key.kind.block)
            if key.kind.single and not key.kind.block.apart:
                # Its keys are rows of this table.
                next(inner)
            yield from inner


def rows(block: type[Block], above: str = "") -> Iterator[str]:
    """The rows of a block's table; keys inside a key stand behind it, with its name and a dot."""
    for key in block.keys.values():
        yield f"| `{above}{key.name}` | {key.meaning} | {key.without} |"
        if key.kind.single and key.kind.block is not None and not key.kind.block.apart:
            yield from rows(key.kind.block, f"{above}{key.name}.")
