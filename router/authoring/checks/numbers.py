"""Numbers held against texts: a signal that counts is never a text, and texts are compared letter by letter."""

import re
from typing import Final

from router.authoring.checks.blocks import condition_blocks, values_of
from router.authoring.language.amounts import duration
from router.authoring.language.conditions import walk
from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.fields import CUSTOMER, EVENT, JOURNEY
from router.model.journey import JourneyDefinition

_COUNTING: Final = ("count", "sum", "distinct", "duration")
_ORDERS: Final = ("gt", "gte", "lt", "lte", "between")
_NUMBER: Final = re.compile(r"\s*(-?[0-9]{1,12}(?:\.[0-9]{1,6})?)\s*")
_SPAN: Final = re.compile(r"\s*([0-9]{1,9})\s*(?:-|\u2013|\.\.\.?|to|tot)\s*([0-9]{1,9})\s*")
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}\.000")
_SYMBOL: Final = re.compile(r"\s*[<>=!≤≥]")
_MINUTE: Final = 60


def check_numbers(definitions: Definitions, problems: Problems) -> None:
    """R128: a figure of a journey held against a text. R129: numbers that are compared otherwise than they look."""
    figures = _Figures(definitions)
    for block in condition_blocks(definitions):
        journey = block.find("journey")
        named = journey.value if journey is not None and isinstance(journey.value, str) else None
        for field, value in walk(block):
            name = str(field.value)
            kind = figures.kind(named, name.removeprefix(JOURNEY)) if name.startswith(JOURNEY) else None
            for operator, node in values_of(value):
                if operator == "exists" or isinstance(node.value, list | dict) or node.value is None:
                    continue
                if kind is not None:
                    if not problems.is_wrong(node.position):
                        _check_figure(name, kind, node, problems)
                elif name.startswith((EVENT, CUSTOMER)):
                    _check_text(name, operator, node, problems)


class _Figures:
    """The signals that are numbers."""

    def __init__(self, definitions: Definitions) -> None:
        self.of: dict[str, dict[str, str]] = {}
        self.any: dict[str, str] = {}
        other: set[str] = set()
        for name, placed in definitions.journeys.items():
            self.of[name] = _figures(placed.definition)
            self.any |= self.of[name]
            other |= {effort.name for effort in placed.definition.effort if effort.kind not in _COUNTING}
        # In a block that names no journey a signal is a number where it is one in all journeys.
        self.any = {signal: kind for signal, kind in self.any.items() if signal not in other}

    def kind(self, journey: str | None, signal: str) -> str | None:
        """How the figure comes about: `count`, `sum`, `distinct` or `duration`; None where it is none."""
        return self.of.get(journey, self.any).get(signal) if journey else self.any.get(signal)


def _figures(journey: JourneyDefinition) -> dict[str, str]:
    counts = {step.counts: "count" for step in journey.steps.values() if step.counts}
    return counts | {effort.name: effort.kind for effort in journey.effort if effort.kind in _COUNTING}


def _check_figure(field: str, kind: str, node: Node, problems: Problems) -> None:
    value = node.value
    if kind == "duration" and isinstance(value, int | float) and 0 < value < _MINUTE:
        message = f"`{field}` is kept in seconds: this is {value} of them"
        hint = f"for hours write {value * 3600:g}, for days {value * 86400:g}"
        problems.add("R129", node.position, message, hint)
    if isinstance(value, bool):
        hint = "write {gte: 1}" if value else "write {exists: false}"
        problems.add("R128", node.position, f"`{field}` is a number, not {node.shown}", hint, final=True)
    elif isinstance(value, str) and not _SYMBOL.match(value):
        number, span = _NUMBER.fullmatch(value), duration(value)
        hint = f"write {number[1]} without quotes" if number else "compare with a number, such as {gte: 2}"
        if span is not None and kind == "duration":
            hint = f"it is kept in seconds: write {span.total_seconds():.0f}"
        elif between := _SPAN.fullmatch(value):
            hint = f"write {{between: [{between[1]}, {between[2]}]}}"
        message = f"`{field}` is a number, and {value[:40]!r} is a text: it never holds"
        problems.add("R128", node.position, message, hint, final=True)


def _check_text(field: str, operator: str, node: Node, problems: Problems) -> None:
    if node.written is not None and _THOUSANDS.fullmatch(node.written) and operator in _ORDERS:
        message = f"`{node.written}` is the number {node.value:g}: a point begins the decimals"
        problems.add("R129", node.position, message, f"for thousands write {node.written.replace('.', '')}")
    if not isinstance(node.value, str):
        return
    number, between = _NUMBER.fullmatch(node.value), _SPAN.fullmatch(node.value)
    if operator in _ORDERS and number:
        message = f'{node.value!r} in quotes is a text: texts are compared letter by letter, and "9" comes after "10"'
        problems.add("R129", node.position, message, f"write {number[1]} without quotes")
    elif operator == "eq" and between and not node.quoted:
        message = f"`{field}` is compared with the text {node.value!r}, not with the numbers between"
        hint = f"write {{between: [{between[1]}, {between[2]}]}}; in quotes it is a text"
        problems.add("R129", node.position, message, hint)
