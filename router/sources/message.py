"""A vendor's message, as a mapping sees it."""

from typing import Any, Final

from msgspec import Struct

from router.model.record import Record


class Unmappable(Exception):
    """A value of a message is not what its mapping says. `field` is the part of the interaction; never leaves this package."""

    def __init__(self, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING: Final[Any] = _Missing()
"""What a path leads to where there is nothing: no such member, null, an empty text."""


def headers_of(record: Record) -> dict[str, str]:
    """The headers of a record by their names in small letters."""
    return {name.lower(): (value or b"").decode("utf-8", "replace") for name, value in record.headers}


class Message(Struct):
    """The body with what came beside it. `element` is what `each` is at, the body itself where there is no `each`."""

    body: Any
    headers: dict[str, str]
    key: str | None
    topic: str
    element: Any = None
