"""Conditions as their meaning, whatever the order they are written in, and what changed between two."""

from typing import Final

from router.authoring.comparison.fields import told_set
from router.model.rules import ALWAYS, All, AnyOf, Condition, Not, Test
from router.model.spelling import spelled
from router.rules.evaluate import in_words

_ORDERLESS: Final = ("in", "not_in")
_MANY: Final = 6
"""Lists of more values are told by what came and what left."""


def normal(condition: Condition) -> Condition:
    """The condition without positions, its parts in one order."""
    if isinstance(condition, Test):
        return _test(condition)
    if isinstance(condition, Not):
        return Not(normal(condition.part))
    kind = type(condition)
    found: dict[str, Condition] = {}
    for part in map(normal, condition.parts):
        flat = part.parts if isinstance(part, kind) else (part,)
        found |= {_whole(inner): inner for inner in flat}
    parts = tuple(found[words] for words in sorted(found))
    return parts[0] if len(parts) == 1 else kind(parts)


def _test(test: Test) -> Test:
    if test.operator not in _ORDERLESS:
        return Test(test.field, test.operator, test.value)
    by_words = {spelled(value): value for value in test.value}
    values = tuple(by_words[words] for words in sorted(by_words))
    if len(values) == 1:
        return Test(test.field, "eq" if test.operator == "in" else "ne", values[0])
    return Test(test.field, test.operator, values)


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
    """What became of the parts that must hold: tests of one field are told together."""
    was, now = _parts(before), _parts(after)
    gone = [part for words, part in was.items() if words not in now]
    new = [part for words, part in now.items() if words not in was]
    lines = []
    for part in list(gone):
        other = next((entry for entry in new if _alike(part, entry)), None)
        if other is not None:
            lines += _told(what, part, other)
            gone = [entry for entry in gone if entry is not part]
            new = [entry for entry in new if entry is not other]
    lines += [f"new {what} {condition_words(part)}" for part in new]
    return lines + [f"{what} {condition_words(part)} dropped" for part in gone]


def _parts(condition: Condition | None) -> dict[str, Condition]:
    found = normal(condition if condition is not None else ALWAYS)
    return {_whole(part): part for part in (found.parts if isinstance(found, All) else (found,))}


def _alike(one: Condition, other: Condition) -> bool:
    """Whether two parts are the same one, changed: tests of one field, or blocks that share an alternative."""
    if isinstance(one, AnyOf) and isinstance(other, AnyOf):
        shared = {_whole(part) for part in one.parts} & {_whole(part) for part in other.parts}
        return bool(shared)
    return isinstance(one, Test) and isinstance(other, Test) and one.field == other.field


def _told(what: str, one: Condition, other: Condition) -> list[str]:
    if isinstance(one, Test) and isinstance(other, Test):
        if one.operator == other.operator in _ORDERLESS and max(len(one.value), len(other.value)) > _MANY:
            which = "one of" if one.operator == "in" else "none of"
            return told_set(f"{what} {one.field}, {which}", one.value, other.value)
        return [f"{what} {one.field}: {_required(one)} → {_required(other)}"]
    if isinstance(one, AnyOf) and isinstance(other, AnyOf):
        return changed(f"{what}, alternative", All(one.parts), All(other.parts))
    return []
