"""Values of conditions and types that hold for something else than their author most likely means."""

import re
from collections.abc import Iterator
from typing import Final

from router.authoring.checks.blocks import conditions_of, values_of
from router.authoring.checks.places import types_outside_conditions
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems

_FIELD: Final = re.compile(
    r"\s*(?:\$?\{\{?\s*|\$)?(?:event|journey|customer)\.[A-Za-z_][\w.-]*\s*\}{0,2}\s*\Z"
)
_WILDCARD: Final = re.compile(r"[\w./-]*\*[\w./*-]*\Z")
_PART_OF_A_TYPE: Final = re.compile(r"[\w./-]*\*[\w./*-]*\Z|[\w./-]+[.%]\Z")
_TYPES: Final = ("type", "source")
_COMPARING: Final = (
    "eq",
    "ne",
    "in",
    "not_in",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "prefix",
    "suffix",
    "contains",
)
_EQUALITIES: Final = ("eq", "ne", "in", "not_in")
_SHAPES: Final = ("prefix", "suffix", "contains")
_LONG: Final = 10
"""Digits from which on a number is an id or a telephone number, which producers send as text."""


def check_meant(definitions: Definitions, problems: Problems) -> None:
    """R087, R097, R099: wildcards, fields in the place of values, numbers in the place of texts."""
    for field, value in conditions_of(definitions):
        texts = {item.value for _, item in values_of(value) if isinstance(item.value, str)}
        for operator, item in values_of(value):
            _check_field(field, operator, item, problems)
            _check_wildcard(field.value, operator, item, problems)
            if field.value != "journey.instance" and item.written not in texts:
                _check_number(operator, item, problems)
    for node in types_outside_conditions(definitions):
        if isinstance(node.value, str) and _PART_OF_A_TYPE.match(node.value):
            problems.add(
                "R087", node.position, f"{node.value!r} is one type, not many", "list the types one by one"
            )
    for root in definitions.roots:
        for node in _scalars(root):
            if node.written is not None and node.written.startswith("+"):
                _note_number(node, node.written, problems)


def _check_field(field: Node, operator: str, node: Node, problems: Problems) -> None:
    if field.value in _TYPES or operator not in _COMPARING or not isinstance(node.value, str):
        return
    if _FIELD.match(node.value):
        message = f"{node.value!r} is compared as a text: a field cannot be compared with another"
        hint = "let the producer send an attribute that says so, such as `same_agent: true`"
        problems.add("R097", node.position, message, hint)


def _check_wildcard(field: str, operator: str, node: Node, problems: Problems) -> None:
    pattern = _PART_OF_A_TYPE if field in _TYPES else _WILDCARD
    if (
        operator in _SHAPES
        and isinstance(node.value, str)
        and node.value.strip("*")
        and "*" in (node.value[0], node.value[-1])
    ):
        message = f"{node.value!r} is compared as it stands, with its `*`"
        problems.add("R087", node.position, message, f"write `{{{operator}: {node.value.strip('*')}}}`")
    if operator not in _EQUALITIES or not isinstance(node.value, str) or not pattern.match(node.value):
        return
    star, _, rest = node.value.partition("*")
    begin = star if not rest else ""
    hint = (
        f"write `{field}: {{prefix: {begin.rstrip('%')}}}`" if begin else f"write `{field}: {{matches: …}}`"
    )
    problems.add("R087", node.position, f"{node.value!r} is compared as it stands", hint)


def _check_number(operator: str, node: Node, problems: Problems) -> None:
    """Notes a number that an attribute would hold as a text. One with a sign is noted wherever it stands."""
    written = node.written
    if operator not in _EQUALITIES or written is None or written.startswith("+"):
        return
    long = isinstance(node.value, int) and len(written.lstrip("-")) >= _LONG
    if long or (isinstance(node.value, float) and written != repr(node.value)):
        _note_number(node, written, problems)


def _note_number(node: Node, written: str, problems: Problems) -> None:
    message = f"`{written}` without quotes is the number {node.value}, and equals no text"
    problems.add(
        "R099",
        node.position,
        message,
        f'write "{written}" where an id, a version or a telephone number is meant',
    )


def _scalars(node: Node) -> Iterator[Node]:
    if isinstance(node.value, list):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node.value, dict):
        for _, value in node.value.values():
            yield from _scalars(value)
    else:
        yield node
