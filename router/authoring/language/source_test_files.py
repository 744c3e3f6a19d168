"""Tests beside a source: their keys, and the tests that they make."""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from router.authoring.language.beside import SAMPLES, text_beside
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


def _named(node: Node, _key: str, _problems: Problems) -> Node:
    return node


_OBJECT: Final[Kind[dict[str, Any]]] = Kind(_object, {"type": "object"})


class Tested(NamedTuple):
    """The source that tests are of: its name, its topic, and whether capitals do not count.

    `remembered` are the values that its conditions ask for as they were, as it writes them.
    """

    source: str
    topic: str
    remembered: frozenset[str]
    ignore_case: bool


class MessageKeys(Block, more={"oneOf": [{"required": ["body"]}, {"required": ["file"]}]}):
    """A message."""

    body = optional(_ANY, "the body: as YAML, or as the text that was sent", without="that of `file`")
    file = optional(
        Kind(_named, {"type": "string", "pattern": "\\.(json|txt)$"}),
        "instead of `body`, the file with it: `.json` or `.txt`, beside the source or in a folder there",
    )
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
    tests: Iterable[SourceTestKeys], tested: Tested, texts: Mapping[str, bytes], problems: Problems
) -> list[SourceTest]:
    """The tests of a source; one that cannot be read is left out, with the problem noted.

    `texts` are the files of the set by path, the samples that tests name among them.
    """
    found = []
    for keys in tests:
        given = keys.given
        if keys.name is None or given is None or keys.expect is None:
            continue
        body = _body(given, texts)
        if body is None:
            continue
        if keys.because is None and not keys.expect:
            message, hint = "a test that expects nothing says why", "add `because:` with part of the reason"
            problems.add("R011", keys.node.position, message, hint)
        found.append(
            SourceTest(
                name=keys.name,
                source=tested.source,
                topic=tested.topic,
                body=body,
                headers=_headers(given.headers),
                key=given.key.encode() if given.key else None,
                expect=tuple(_expected(one) for one in keys.expect),
                because=keys.because,
                position=keys.node.position,
                remembered=_remembered(given, tested, problems),
            )
        )
    return found


def _remembered(given: MessageKeys, tested: Tested, problems: Problems) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in (given.remembered or {}).items():
        if name not in tested.remembered:
            place = given.node.place("remembered")
            problems.unknown(
                "R207", place, "value that the source remembers", name, sorted(tested.remembered)
            )
        found[name] = folded(value, ignore_case=tested.ignore_case) or ""
    return found


def _body(given: MessageKeys, texts: Mapping[str, bytes]) -> bytes | None:
    """What was sent: as it stands in the test, or in the file that it names."""
    node = given.body
    if (node is None) is (given.file is None):
        if node is None:
            given.lacks("body", "add `body:`, or `file:` with the name of a sample")
        else:
            given.problems.add(
                "R012", given.key_place("file"), "`body` and `file` exclude each other", "keep one"
            )
        return None
    if given.file is not None:
        return text_beside(given.file, "file", SAMPLES, texts, given.problems)
    if node is None or node.value is None:
        return None
    return node.value.encode() if isinstance(node.value, str) else msgspec.json.encode(node.plain())


def _headers(given: dict[str, Any] | None) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, str(value).encode()) for name, value in (given or {}).items())


def _expected(keys: ExpectedInteractionKeys) -> ExpectedInteraction:
    return ExpectedInteraction(
        keys.type, keys.id, keys.time, keys.customer, keys.data or {}, keys.node.position
    )
