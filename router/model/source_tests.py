"""Tests of sources as their authors write them: a message, and the interactions that it should be."""

from typing import Any

from msgspec import Struct

from router.model.rules import Position


class ExpectedInteraction(Struct, frozen=True):
    """An interaction that should come of the message. What is None is not compared, nor data that is not named.

    A name of `data` with the value None should not be there.
    """

    type: str | None = None
    id: str | None = None
    time: str | None = None
    customer: str | None = None
    data: dict[str, Any] = {}
    position: Position | None = None


class SourceTest(Struct, frozen=True):
    """One message: its body as bytes, headers, key. `because` is part of the reason for which nothing comes of it.

    `remembered` are the values that its instance was last seen with, as they are compared, by the paths as they are asked for.
    """

    name: str
    source: str
    topic: str
    body: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    key: bytes | None
    expect: tuple[ExpectedInteraction, ...]
    because: str | None = None
    position: Position | None = None
    remembered: dict[str, str] = {}
