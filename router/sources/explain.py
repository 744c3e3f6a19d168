"""What a source makes of one message, field by field: where each value comes from, and why something is passed over."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from router.model.sources import (
    Condition,
    Constant,
    Count,
    Decoded,
    First,
    InteractionMapping,
    Join,
    Lower,
    Mapped,
    Moment,
    Outside,
    Pick,
    Read,
    Source,
    Steps,
    Value,
    Where,
)
from router.sources.conditions import all_of
from router.sources.facts import name_of, required, time_of
from router.sources.message import MISSING, Message, Unmappable
from router.sources.paths import members_of, walk
from router.sources.values import getter

MOST_ELEMENTS: Final = 20
"""So many members of a list `each` are explained."""

_HOLDS: Final = {
    "is": "is",
    "not": "is not",
    "prefix": "begins with",
    "suffix": "ends with",
    "contains": "contains",
    "changed_to": "changed to",
}


_FACTS: Final[dict[str, Callable[[Any], Any]]] = {
    "type": lambda found: required(name_of(found)),
    "id": lambda found: required(name_of(found)),
    "time": time_of,
    "customer": name_of,
    "remember.of": lambda found: required(name_of(found)),
    "remember.at": time_of,
}


class ExplainedCondition(Struct, frozen=True):
    """A condition in words, the value that the message has, and whether it holds.

    `remembered`: it holds only if another value is remembered, which the message does not tell.
    """

    words: str
    actual: Any
    holds: bool
    remembered: bool = False


class ExplainedField(Struct, frozen=True):
    """A part of an interaction: how it is made, and its value or what is wrong with it. Neither: there is none."""

    name: str
    made: str
    value: Any = None
    fault: str | None = None


class ExplainedInteraction(Struct, frozen=True):
    """What one mapping makes of a message, or of the member of its list at `place`. Without `taken` it makes nothing."""

    number: int
    place: int | None
    conditions: tuple[ExplainedCondition, ...]
    taken: bool
    fields: tuple[ExplainedField, ...] = ()


class Explained(Struct, frozen=True):
    """What a source makes of a message. `skipped` is the reason for which it is passed over on purpose."""

    source: str
    required: tuple[ExplainedCondition, ...]
    skipped: str | None = None
    interactions: tuple[ExplainedInteraction, ...] = ()

    @property
    def own(self) -> bool:
        """Whether it is a message of this source."""
        return all(one.holds for one in self.required)


def explain(source: Source, message: Message) -> Explained:
    """What the source makes of a message whose body was read."""
    case = source.ignore_case
    required = _conditions(source.require, message, case)
    if not all(one.holds for one in required):
        return Explained(source.name, required)
    skipped = next((one.because for one in source.skip if all_of(one.when, ignore_case=case)(message)), None)
    if skipped is not None:
        return Explained(source.name, required, skipped)
    found: list[ExplainedInteraction] = []
    for number, mapping in enumerate(source.interactions, start=1):
        for place, element in _elements(mapping, message, case):
            message.element = element
            conditions = _conditions(mapping.when, message, case)
            taken = all(one.holds for one in conditions)
            fields = _fields(source, mapping, message) if taken else ()
            found.append(ExplainedInteraction(number, place, conditions, taken, fields))
        message.element = message.body
    return Explained(source.name, required, None, tuple(found))


def _elements(mapping: InteractionMapping, message: Message, case: bool) -> list[tuple[int | None, Any]]:
    if mapping.each is None:
        return [(None, message.body)]
    members = members_of(walk(mapping.each, ignore_case=case)(message.body))
    return list(enumerate(members[:MOST_ELEMENTS]))


def _conditions(
    conditions: Sequence[Condition], message: Message, case: bool
) -> tuple[ExplainedCondition, ...]:
    return tuple(
        ExplainedCondition(
            condition_in_words(one),
            _shown(getter(one.of, ignore_case=case)(message)),
            all_of([one], ignore_case=case)(message),
            one.remembered,
        )
        for one in conditions
    )


def _fields(source: Source, mapping: InteractionMapping, message: Message) -> tuple[ExplainedField, ...]:
    case = source.ignore_case
    named = [("type", mapping.type), ("id", mapping.id), ("time", mapping.time)]
    named += [("customer", mapping.customer)] if mapping.customer is not None else []
    if source.remember is not None and any(one.remembered for one in mapping.when):
        named += [("remember.of", source.remember.of), ("remember.at", source.remember.at)]
    facts = (_field(name, value, message, case, _FACTS[name]) for name, value in named)
    return (*facts, *(_field(name, value, message, case) for name, value in mapping.data.items()))


def _field(
    name: str, value: Value, message: Message, case: bool, check: Callable[[Any], Any] | None = None
) -> ExplainedField:
    made = in_words(value)
    try:
        found = getter(value, ignore_case=case)(message)
        if check is not None:
            check(found)
        return ExplainedField(name, made, _shown(found))
    except Unmappable as fault:
        return ExplainedField(name, made, fault=fault.detail)


def _shown(value: Any) -> Any:
    return None if value is MISSING else value


def condition_in_words(condition: Condition) -> str:
    """A condition as a person reads it."""
    of = in_words(condition.of)
    if condition.holds == "exists":
        return f"{of} is there" if condition.values[0] else f"{of} is not there"
    values = " or ".join(str(value) for value in condition.values)
    before = f", from {in_words(condition.before)}" if condition.before is not None else ""
    if condition.remembered:
        before = ", by the value that is remembered"
    return f"{of} {_HOLDS[condition.holds]} {values}{before}"


def in_words(value: Value) -> str:
    """How a value is made, as a person reads it."""
    return _WORDS[type(value)](value)


def _joined(value: Join) -> str:
    parts = f" {value.by} ".join(map(in_words, value.of))
    return f"hash of {parts}" if value.hashed else parts


def _moment(value: Moment) -> str:
    more = [f"in {value.unit}" if value.unit else "", f"in the zone {value.zone}" if value.zone else ""]
    return ", ".join([in_words(value.of), *filter(None, more)])


def _decoded(value: Decoded) -> str:
    then = f", then {path_of(value.steps)}" if value.steps else ""
    return f"{in_words(value.of)}, read as {value.coding}{then}"


def _outside(value: Outside) -> str:
    return f"header {value.name}" if value.part == "header" else f"the message's {value.part}"


def path_of(steps: Steps, begun: str = "") -> str:
    """A path as it is written, behind what it begins with."""
    written = begun
    for step in steps:
        if isinstance(step, int):
            written += f"[{step}]"
        elif isinstance(step, Where):
            written += f"[{step.key}={step.value}]"
        else:
            name = f'"{step}"' if any(sign in step for sign in ".[]'") else step
            written += f".{name}" if written else name
    return written


_WORDS: Final[dict[type, Callable[[Any], str]]] = {
    Read: lambda value: path_of(value.steps, "$body" if value.whole else "" if value.steps else "$member"),
    Outside: _outside,
    Constant: lambda value: f"always {value.value}",
    First: lambda value: "the first of " + ", ".join(map(in_words, value.of)),
    Join: _joined,
    Mapped: lambda value: f"{in_words(value.of)}, looked up in {len(value.table)} rows",
    Lower: lambda value: f"{in_words(value.of)}, in small letters",
    Moment: _moment,
    Decoded: _decoded,
    Pick: lambda value: f"{value.of} of the one in {in_words(value.list)} whose {value.key} is {value.value}",
    Count: lambda value: f"the number of {in_words(value.of)}",
}
