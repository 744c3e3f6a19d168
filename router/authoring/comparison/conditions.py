"""Conditions as their meaning, whatever the order they are written in, and what changed between two."""

from typing import Final

from router.authoring.comparison.fields import set_changes
from router.model.rules import ALWAYS, All, AnyOf, Condition, Not, Test
from router.model.spelling import spelled
from router.rules.evaluate import in_words

_ORDERLESS: Final = ("in", "not_in")
_MANY: Final = 6
"""Lists of more values are told by what came and what left."""


def normal(condition: Condition) -> Condition:
    """The condition without positions, its parts in one order."""
    if isinstance(condition, Test):
        if condition.operator not in _ORDERLESS:
            return Test(condition.field, condition.operator, condition.value)
        by_words = {spelled(value): value for value in condition.value}
        values = tuple(by_words[words] for words in sorted(by_words))
        if len(values) == 1:
            return Test(condition.field, "eq" if condition.operator == "in" else "ne", values[0])
        return Test(condition.field, condition.operator, values)
    if isinstance(condition, Not):
        return Not(normal(condition.part))
    kind = type(condition)
    by_whole: dict[str, Condition] = {}
    for part in map(normal, condition.parts):
        flat = part.parts if isinstance(part, kind) else (part,)
        by_whole |= {_whole(inner): inner for inner in flat}
    parts = tuple(by_whole[words] for words in sorted(by_whole))
    return parts[0] if len(parts) == 1 else kind(parts)


def _whole(condition: Condition) -> str:
    """The condition in words that no other one has: Python takes `true` and 1 for the same."""
    if isinstance(condition, All | AnyOf):
        kind = "all" if isinstance(condition, All) else "any"
        return f"{kind} ({' | '.join(map(_whole, condition.parts))})"
    return f"not ({_whole(condition.part)})" if isinstance(condition, Not) else in_words(condition, spelled)


def condition_words(condition: Condition) -> str:
    """A condition as it is required: `channel is email, chat`; blocks of alternatives in brackets."""
    if isinstance(condition, Test):
        return f"{condition.field} {_required(condition)}"
    words = in_words(condition, spelled)
    return f"({words})" if isinstance(condition, AnyOf) else words


def _required(test: Test) -> str:
    words = in_words(test, spelled).removeprefix(f"{test.field} must ")
    return f"is {words.removeprefix('be ')}" if words.startswith("be ") else words


def changed(what: str, before: Condition | None, after: Condition | None) -> list[str]:
    """The changes of the parts that must hold: tests of one field are put together."""
    was, now = _parts(before), _parts(after)
    gone = [part for words, part in was.items() if words not in now]
    new = [part for words, part in now.items() if words not in was]
    lines = []
    for part in list(gone):
        other = next((candidate for candidate in new if _is_same_changed(part, candidate)), None)
        if other is not None:
            lines += _changed_part(what, part, other)
            gone = [one for one in gone if one is not part]
            new = [one for one in new if one is not other]
    lines += [f"new {what} {condition_words(part)}" for part in new]
    return lines + [f"{what} {condition_words(part)} dropped" for part in gone]


def _parts(condition: Condition | None) -> dict[str, Condition]:
    whole = normal(condition if condition is not None else ALWAYS)
    return {_whole(part): part for part in (whole.parts if isinstance(whole, All) else (whole,))}


def _is_same_changed(one: Condition, other: Condition) -> bool:
    """Whether two parts are the same one, changed: tests of one field, or blocks that share an alternative."""
    if isinstance(one, AnyOf) and isinstance(other, AnyOf):
        shared = {_whole(part) for part in one.parts} & {_whole(part) for part in other.parts}
        return bool(shared)
    return isinstance(one, Test) and isinstance(other, Test) and one.field == other.field


def _changed_part(what: str, one: Condition, other: Condition) -> list[str]:
    if isinstance(one, Test) and isinstance(other, Test):
        if one.operator == other.operator in _ORDERLESS and max(len(one.value), len(other.value)) > _MANY:
            which = "one of" if one.operator == "in" else "none of"
            return set_changes(f"{what} {one.field}, {which}", one.value, other.value)
        return [f"{what} {one.field}: {_required(one)} → {_required(other)}"]
    if isinstance(one, AnyOf) and isinstance(other, AnyOf):
        return changed(f"{what}, alternative", All(one.parts), All(other.parts))
    return []
