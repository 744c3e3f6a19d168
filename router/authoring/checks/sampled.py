"""Sources held against their samples, the messages in their tests: paths that none has, times that one leaves open."""

from collections.abc import Iterator
from typing import Any, Final

from router.authoring.checks.names import LIKENESS
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.record import Record
from router.model.rules import Position
from router.model.sources import Decoded, Outside, Pick, Read, Source
from router.sources.explain import in_words
from router.sources.message import Message
from router.sources.paths import MOST_STEPS, read_of, steps_of
from router.sources.samples import Unseen, messages_of, open_times, unseen

_MOST_PATHS: Final = 2_000
"""So many paths of samples are looked through for the one that was meant."""


def check_unseen_paths(definitions: Definitions, problems: Problems) -> None:
    """R199: a path that no sample of its source has. A source without samples is passed over."""
    for placed, messages in _sampled(definitions):
        known = list(dict.fromkeys(path for one in messages for path in _paths(one.body)))[:_MOST_PATHS]
        for one in unseen(placed.definition, messages):
            shown = in_words(one.value)
            others = [path for path in known if path != shown]
            near = problems.nearest(shown, others, LIKENESS) if isinstance(one.value, Read) else None
            hint = f"did you mean `{near}`?" if near else "mend it, or add a test with a message that has it"
            problems.add("R199", _place(placed, one), f"no message of the tests has a value at {shown}", hint)


def check_open_times(definitions: Definitions, problems: Problems) -> None:
    """R195: a time of a sample whose unit or zone the mapping does not say."""
    for placed, messages in _sampled(definitions):
        for one in open_times(placed.definition, messages):
            node = _part(placed, "interactions", one.place)
            place = node.place("time") if node is not None else placed.position
            hint = "write {path: …, unit: …} or {path: …, zone: …}, as the vendor documents it"
            problems.add("R195", place, f"the time of a message of the tests: {one.detail}", hint)


def _sampled(definitions: Definitions) -> Iterator[tuple[Placed[Source], list[Message]]]:
    """The sources that have samples, with these."""
    for placed in definitions.sources:
        name = placed.definition.name
        records = [
            Record(test.topic, 0, 0, 0, test.key, test.body, test.headers)
            for test in definitions.source_tests
            if test.source == name
        ]
        messages = messages_of(placed.definition, records)
        if messages:
            yield placed, messages


def _paths(value: Any, above: str = "", depth: int = 0) -> Iterator[str]:
    """The paths that lead to values of a message; of lists through the first member, and as from a member itself."""
    if depth > MOST_STEPS:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            here = f'"{name}"' if "." in name else name
            yield from _paths(inner, f"{above}.{here}" if above else here, depth + 1)
    elif isinstance(value, list):
        for inner in value[:1]:
            yield from _paths(inner, f"{above}[0]" if above else above, depth + 1)
            yield from _paths(inner, "", depth + 1) if above else ()
    elif above:
        yield above


def _part(placed: Placed[Source], part: str, place: int) -> Node | None:
    """The part of a source that something is of, as it stands in the file."""
    if part in ("require", "remember"):
        return placed.node.find(part)
    nodes = placed.values(part)
    if part == "interactions":
        wanted = placed.definition.interactions[place].position
        return next((node for node in nodes if node.position == wanted), None)
    return nodes[place] if place < len(nodes) else None


def _place(placed: Placed[Source], one: Unseen) -> Position:
    """Where a value stands; the part that it is of where that cannot be told."""
    node = _part(placed, one.part, one.place)
    if node is None:
        return placed.position
    return next((place for text, place in _texts(node) if _means(text, one.value)), node.position)


def _texts(node: Node) -> Iterator[tuple[str, Position]]:
    """The texts of a part and the names of its conditions."""
    if isinstance(node.value, dict):
        for name, (key, inner) in node.value.items():
            yield name, key.position
            yield from _texts(inner)
    elif isinstance(node.value, list):
        for inner in node.value:
            yield from _texts(inner)
    elif isinstance(node.value, str):
        yield node.value.strip(), node.position


def _means(text: str, value: Read | Outside | Pick | Decoded) -> bool:
    if isinstance(value, Read):
        return read_of(text) == value
    if isinstance(value, Outside):
        wanted = value.name.lower() if value.part == "header" else value.part
        return text.lower().removeprefix("$header.").removeprefix("$") == wanted
    if isinstance(value, Decoded):
        return steps_of(text) == value.steps
    return text == value.of
