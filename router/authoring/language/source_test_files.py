"""Tests beside a source: their keys, and the tests that they make."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from router.authoring.language.keys import Block, Kind, block, listing, optional, required
from router.authoring.language.kinds import TEXT, anything
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.source_tests import ExpectedInteraction, SourceTest
from router.sources.conditions import folded

_ANY: Final = anything({})


def _object(node: Node, key: str, problems: Problems) -> dict[str, Any] | None:
    if isinstance(node.value, dict):
        return {name: inner.plain() for name, (_, inner) in node.value.items()}
    problems.wrong(node, key, "names with values", "write {name: value}")
    return None


_OBJECT: Final[Kind[dict[str, Any]]] = Kind(_object, {"type": "object"})


class Remembered(NamedTuple):
    """The values that conditions of a source ask for as they were, as it writes them, and whether capitals do not count."""

    names: frozenset[str]
    ignore_case: bool


class MessageKeys(Block):
    """A message."""

    body = required(_ANY, "the body: as YAML, or as the text that was sent")
    headers = optional(_OBJECT, "its headers by name", without="none")
    key = optional(TEXT, "its key", without="none")
    remembered = optional(
        _OBJECT,
        "the values that are remembered of the thing it tells of, each by its path as the source writes it",
        without="none: it was never seen",
    )


class ExpectedInteractionKeys(Block):
    """An interaction that should come of it; what is left out is not compared."""

    type = optional(TEXT, "its type", without="any")
    id = optional(TEXT, "its id", without="any")
    time = optional(TEXT, "its time, with an offset", without="any")
    customer = optional(TEXT, "whose it is", without="any")
    data = optional(
        _OBJECT, "its attributes, of which others may be there; `null`: it is not there", without="any"
    )


class SourceTestKeys(Block):
    """A message, and the interactions that it should be."""

    name = required(TEXT, "what it shows, in words")
    given = required(block(MessageKeys), "the message")
    expect = required(
        listing(ExpectedInteractionKeys, "an interaction"), "the interactions, in order; `[]`: none"
    )
    because = optional(TEXT, "for a test that expects nothing: part of the reason", without="any reason")


def read_tests_of(
    tests: Iterable[SourceTestKeys], source: str, topic: str, problems: Problems, *, asked: Remembered
) -> list[SourceTest]:
    """The tests of a source; one that cannot be read is left out, with the problem noted. `asked` is what it remembers."""
    found = []
    for keys in tests:
        given = keys.given
        if keys.name is None or given is None or given.body is None or keys.expect is None:
            continue
        if keys.because is None and not keys.expect:
            message, hint = "a test that expects nothing says why", "add `because:` with part of the reason"
            problems.add("R011", keys.node.position, message, hint)
        found.append(
            SourceTest(
                name=keys.name,
                source=source,
                topic=topic,
                body=_body(given.body),
                headers=_headers(given.headers),
                key=given.key.encode() if given.key else None,
                expect=tuple(_expected(one) for one in keys.expect),
                because=keys.because,
                position=keys.node.position,
                remembered=_remembered(given, asked, problems),
            )
        )
    return found


def _remembered(given: MessageKeys, asked: Remembered, problems: Problems) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in (given.remembered or {}).items():
        if name not in asked.names:
            place = given.node.place("remembered")
            problems.unknown("R207", place, "value that the source remembers", name, sorted(asked.names))
        found[name] = folded(value, ignore_case=asked.ignore_case) or ""
    return found


def _body(node: Node) -> bytes | None:
    if node.value is None:
        return None
    return node.value.encode() if isinstance(node.value, str) else msgspec.json.encode(node.plain())


def _headers(given: dict[str, Any] | None) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, str(value).encode()) for name, value in (given or {}).items())


def _expected(keys: ExpectedInteractionKeys) -> ExpectedInteraction:
    return ExpectedInteraction(
        keys.type, keys.id, keys.time, keys.customer, keys.data or {}, keys.node.position
    )
