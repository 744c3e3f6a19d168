"""Conditions read as docs/rules/routes.md words them: one by one, nothing compiled, nothing indexed.

Truth is worked out here again; only the words for a condition and a value are those of the program.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from router.model.customer import Customer
from router.model.customer_signals import CustomerSignal
from router.model.interaction import Interaction
from router.model.journey import Journey, JourneyDefinition, Move
from router.model.rules import AGO, All, AnyOf, Condition, Rule
from router.model.rules import Test as Comparison
from router.model.spelling import spelled
from router.rules.evaluate import in_words, shown
from router.rules.facts import MISSING

DATES = {
    "2026-01-30": datetime(2026, 1, 30, tzinfo=UTC),
    "2026-02-03T09:30:00+01:00": datetime(2026, 2, 3, 8, 30, tzinfo=UTC),
}
"""The moments among the texts that are made up; all others name none."""

TONGUES = ("ab", "en", "fr", "nl", "nl-BE", "nl-NL")
"""The languages among the texts that are made up; all others name none."""


def tongue(said: str | None) -> str | None:
    """A language, as far as there is such a one."""
    return said if said in TONGUES else None


@dataclass(frozen=True)
class Scene:
    """What a condition is read against. `journey` is the pass that moved, None for a rule without a journey.

    `lived` is all that happened to the customer and was decided up to the moment `at`.
    """

    interaction: Interaction
    customer: Customer
    journey: Journey | None
    open: tuple[str, ...]
    at: datetime
    signals: Mapping[str, CustomerSignal]
    lived: Sequence[Interaction]


def open_journeys(customer: Customer, definitions: list[JourneyDefinition], at: datetime) -> tuple[str, ...]:
    """The names of the journeys that are neither ended nor idle for their `expires`."""
    expires = {definition.name: definition.expires for definition in definitions}
    names = set()
    for journey in customer.journeys:
        if journey.name in expires and not journey.ended and at < journey.active_at + expires[journey.name]:
            names.add(journey.name)
    return tuple(sorted(names))


def value_of(field: str, scene: Scene) -> Any:
    """The field's value, None where it is missing."""
    scope, _, name = field.partition(".")
    if scope == "event":
        return _member(scene.interaction.attributes, name)
    if scope == "customer":
        if name in scene.signals:
            return _signal(scene.signals[name], scene)
        profile = scene.customer.profile
        own = {"open": scene.open, "locale": tongue(profile.locale), "zone": profile.zone}
        return own[name] if name in own else _member(profile.attributes, name)
    if scope in ("journey", "step"):
        return _of_journey(scene.journey, field)
    return {
        "type": scene.interaction.type,
        "source": scene.interaction.source,
        "channel": scene.interaction.channel,
        "locale": tongue(scene.interaction.locale),
    }[field]


def _signal(signal: CustomerSignal, scene: Scene) -> Any:
    """How many there were lately, or when the latest besides the one that is decided was."""
    if signal.kind == "count":
        lately = [one for one in scene.lived if scene.at - one.time < signal.within]
        return len([one for one in lately if one.type in signal.types])
    others = [one.time for one in scene.lived if one.type in signal.types]
    if scene.interaction.type in signal.types and max(others, default=None) == scene.interaction.time:
        others.remove(scene.interaction.time)
    return max(others, default=None)


def ago(value: Any, at: datetime) -> timedelta | None:
    """How long ago a moment was, as a signal or a text has it."""
    if isinstance(value, str):
        value = DATES.get(value)
        if value is not None and value > at + timedelta(days=1):
            return None  # a day to come
    return max(at - value, timedelta()) if isinstance(value, datetime) else None


def _of_journey(journey: Journey | None, field: str) -> Any:
    if journey is None:
        return None
    own = {
        "journey": journey.name,
        "step": journey.step,
        "journey.step": journey.step,
        "journey.instance": journey.instance,
    }
    signal = journey.signals.get(field.removeprefix("journey."))
    return signal if signal is not None and "." in field else own.get(field)


def _member(attributes: dict[str, Any], name: str) -> Any:
    if attributes.get(name) is not None:
        return attributes[name]
    head, dot, tail = name.partition(".")
    inner = attributes.get(head)
    return _member(inner, tail) if dot and isinstance(inner, dict) else None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return "text" if isinstance(value, str) else "number" if isinstance(value, int | float) else "other"


def _equals(actual: Any, wanted: Any) -> bool:
    """A list equals a value when one of its members does; kinds never mix."""
    members = actual if isinstance(actual, list | tuple) else [actual]
    return any(_kind(member) == _kind(wanted) and member == wanted for member in members)


def compares(test: Comparison, actual: Any, at: datetime) -> bool:
    """One comparison. A missing field satisfies `exists: false` and nothing else."""
    wanted, operator = test.value, test.operator
    if operator == "exists":
        return wanted is (actual is not None)
    if actual is None:
        return False
    if operator in ("longer_ago_than", "within"):
        age = ago(actual, at)
        return age is not None and (age < timedelta(seconds=wanted)) is (operator == "within")
    if operator in ("gt", "gte", "lt", "lte", "between"):
        return _in_order(operator, actual, wanted)
    if operator in ("prefix", "suffix", "matches", "contains"):
        return _spelled(operator, actual, wanted)
    one_of = wanted if operator in ("in", "not_in") else (wanted,)
    return any(_equals(actual, one) for one in one_of) == (operator in ("in", "eq"))


def _in_order(operator: str, actual: Any, wanted: Any) -> bool:
    low, high = wanted if operator == "between" else (wanted, wanted)
    if not (_kind(actual) == _kind(low) == _kind(high) and _kind(actual) in ("text", "number")):
        return False
    orders = {
        "gt": actual > low,
        "gte": not actual < low,
        "lt": actual < low,
        "lte": not actual > low,
        "between": not actual < low and not actual > high,
    }
    return bool(orders[operator])


def _spelled(operator: str, actual: Any, wanted: Any) -> bool:
    if not isinstance(actual, str):
        return operator == "contains" and isinstance(actual, list | tuple) and _equals(actual, wanted)
    if operator == "contains":
        return isinstance(wanted, str) and wanted in actual
    if operator == "matches":
        return re.search(wanted, actual) is not None
    at = 0 if operator == "prefix" else len(actual) - len(wanted)
    return at >= 0 and actual[at : at + len(wanted)] == wanted


def holds(condition: Condition, scene: Scene) -> bool:
    """Whether a condition holds."""
    if isinstance(condition, Comparison):
        return compares(condition, value_of(condition.field, scene), scene.at)
    if isinstance(condition, All):
        return not [part for part in condition.parts if not holds(part, scene)]
    if isinstance(condition, AnyOf):
        return bool([part for part in condition.parts if holds(part, scene)])
    return not holds(condition.part, scene)


def failure(condition: Condition, scene: Scene) -> str | None:
    """What a trace must say about a condition: the first part that does not hold, with the actual value."""
    if holds(condition, scene):
        return None
    if isinstance(condition, Comparison):
        actual = value_of(condition.field, scene)
        seen = shown(MISSING if actual is None else actual)
        if condition.operator in AGO and (age := ago(actual, scene.at)) is not None:
            seen = f"{spelled(age)} ago"
        where = f" ({condition.position})" if condition.position else ""
        return f"{in_words(condition)}, but it is {seen}{where}"
    if isinstance(condition, All):
        return next(failure(part, scene) for part in condition.parts if not holds(part, scene))
    if isinstance(condition, AnyOf):
        return "none of these holds: " + "; ".join(str(failure(part, scene)) for part in condition.parts)
    return f"not ({in_words(condition.part)}), but that holds"


def waited_for(rule: Rule, moves: tuple[Move, ...]) -> Move | None:
    """The transition that a rule with a journey is tried on."""
    fitting = [
        move
        for move in moves
        if move.movement == "entered"
        and move.journey.name == rule.journey
        and (rule.steps == () or move.step in rule.steps)
    ]
    return fitting[0] if fitting else None


def names_type(rule: Rule, kind: str) -> bool:
    """Whether a rule without a journey asks for this type of interaction, or for none in particular."""
    parts = rule.when.parts if isinstance(rule.when, All) else (rule.when,)
    wanted = [
        part.value if part.operator == "in" else (part.value,)
        for part in parts
        if isinstance(part, Comparison) and part.field == "type" and part.operator in ("eq", "in")
    ]
    return all(kind in values for values in wanted if values and all(isinstance(one, str) for one in values))


def ranked(rules: list[Rule]) -> list[Rule]:
    """Highest priority first, then by id."""
    return sorted(sorted(rules, key=lambda rule: rule.id), key=lambda rule: rule.priority, reverse=True)
