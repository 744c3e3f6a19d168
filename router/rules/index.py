"""The rule index: which rules can match, found by bit masks over the fields they test for equality.

Rules are ranked by priority, highest first, then by id; bit n stands for the rule of rank n. For every indexed
field a mask per value holds the rules that accept the value or do not test the field, so an AND over the
fields leaves the rules whose equality tests all hold. What else they test is a compiled closure each.
"""

from typing import Any

from router.model.journey import EXPIRED
from router.model.rules import ALWAYS, All, Condition, Rule, Test
from router.rules.evaluate import Holds, compiled
from router.rules.facts import Facts, Getter, getter

MAX_FIELDS = 12
_NEVER_LISTS = ("type", "source", "channel", "locale")


class CompiledRule:
    """A rule with its conditions as functions. `rest` is what the index does not decide; None: nothing."""

    __slots__ = ("contrary", "rank", "rest", "rule")

    def __init__(self, rule: Rule, rank: int) -> None:
        self.rule = rule
        self.rank = rank
        self.rest: Holds | None = None
        self.contrary: Holds | None = compiled(rule.unless) if rule.unless else None


class _Field:
    """One indexed field: the mask of rules for each value, and of those that do not test it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.read: Getter = getter(name)
        self.masks: dict[str, int] = {}
        self.untested = 0

    def add(self, values: tuple[str, ...] | None, bit: int) -> None:
        """Notes the values that a rule accepts; None where it does not test the field."""
        if values is None:
            self.untested |= bit
            return
        for value in values:
            self.masks[value] = self.masks.get(value, 0) | bit

    def close(self) -> None:
        """Adds the rules that do not test the field to every value's mask, once all are noted."""
        self.masks = {value: mask | self.untested for value, mask in self.masks.items()}

    def mask(self, facts: Facts) -> int:
        value = self.read(facts)
        if isinstance(value, str):
            return self.masks.get(value, self.untested)
        if isinstance(value, list | tuple):
            mask = self.untested
            for member in value:
                if isinstance(member, str):
                    mask |= self.masks.get(member, 0)
            return mask
        return self.untested


class RuleIndex:
    """Finds the rules that match, best first."""

    def __init__(self, rules: list[Rule]) -> None:
        ranked = sorted(rules, key=lambda rule: (-rule.priority, rule.id))
        self.rules = [CompiledRule(rule, rank) for rank, rule in enumerate(ranked)]
        names = _indexed_fields(ranked)
        self.fields = [_Field(name) for name in names]
        self.free = 0
        self.of_transition: dict[tuple[str, str], int] = {}
        self.of_journey: dict[str, int] = {}
        for compiled_rule in self.rules:
            bit, rule = 1 << compiled_rule.rank, compiled_rule.rule
            if rule.journey is None:
                self.free |= bit
            elif not rule.steps:
                self.of_journey[rule.journey] = self.of_journey.get(rule.journey, 0) | bit
            for step in rule.steps:
                key = (rule.journey or "", step)
                self.of_transition[key] = self.of_transition.get(key, 0) | bit
            tests, rest = _split(rule.when, names)
            compiled_rule.rest = compiled(rest) if rest is not ALWAYS else None
            for name, field in zip(names, self.fields, strict=True):
                field.add(tests.get(name), bit)
        for field in self.fields:
            field.close()
        types = next((field for field in self.fields if field.name == "type"), None)
        self._of_type = {kind: self.free & mask for kind, mask in types.masks.items()} if types else {}
        self._of_other_types = self.free & types.untested if types else self.free

    def for_transition(self, journey: str, step: str) -> int:
        """The rules that wait for a journey to enter a step, as a mask."""
        mask = self.of_transition.get((journey, step), 0)
        return mask | self.of_journey.get(journey, 0) if self.of_journey and step != EXPIRED else mask

    def for_type(self, kind: str) -> int:
        """The rules without a journey that ask for this interaction type, or for none, as a mask."""
        return self._of_type.get(kind, self._of_other_types)

    def matching(self, mask: int, facts: Facts) -> list[CompiledRule]:
        """The rules of the mask whose conditions hold, by rank."""
        for field in self.fields:
            mask &= field.mask(facts)
            if not mask:
                return []
        found: list[CompiledRule] = []
        while mask:
            lowest = mask & -mask
            rule = self.rules[lowest.bit_length() - 1]
            if rule.rest is None or rule.rest(facts):
                found.append(rule)
            mask ^= lowest
        return found


def _indexed_fields(rules: list[Rule]) -> list[str]:
    """The fields tested for equality with text by the most rules; `type` always, for rules are found by it."""
    uses: dict[str, int] = {}
    for rule in rules:
        for part in _parts(rule.when):
            if _equality(part) is not None and isinstance(part, Test):
                uses[part.field] = uses.get(part.field, 0) + 1
    return sorted(uses, key=lambda name: (name != "type", -uses[name], name))[:MAX_FIELDS]


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)


def _equality(part: Condition) -> tuple[str, ...] | None:
    """The texts that an equality test accepts; None for any other condition."""
    if not isinstance(part, Test) or part.operator not in ("eq", "in"):
        return None
    values: tuple[Any, ...] = part.value if part.operator == "in" else (part.value,)
    return values if values and all(isinstance(value, str) for value in values) else None


def _split(condition: Condition, names: list[str]) -> tuple[dict[str, tuple[str, ...]], Condition]:
    """The tests that the index decides, by field, and what is left.

    Of a field tested twice it decides the first, except where a value is never a list: there it decides both.
    """
    tests: dict[str, tuple[str, ...]] = {}
    rest: list[Condition] = []
    for part in _parts(condition):
        values = _equality(part)
        if values is None or not isinstance(part, Test) or part.field not in names:
            rest.append(part)
        elif part.field not in tests:
            tests[part.field] = values
        elif part.field in _NEVER_LISTS:
            tests[part.field] = tuple(value for value in tests[part.field] if value in values)
        else:
            rest.append(part)
    return tests, All(tuple(rest)) if rest else ALWAYS
