"""The headers that sources read."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from router.model.sources import Outside, Source


def headers_read(sources: Iterable[Source]) -> frozenset[str]:
    """The names of all headers that any value or condition of these sources reads, in small letters."""
    return frozenset(name for source in sources for name in _within(source))


def _within(value: Any) -> Iterable[str]:
    if isinstance(value, Outside):
        if value.part == "header":
            yield value.name.lower()
        return
    if isinstance(value, Struct):
        value = [getattr(value, name) for name in value.__struct_fields__]
    elif isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, tuple | list):
        return
    for one in value:
        yield from _within(one)
