"""Conditions as their meaning, whatever the order they are written in, and what changed between two."""

from typing import Final

from router.model.rules import ALWAYS, All, AnyOf, Condition, Not, Test
from router.ruleset.evaluate import in_words

_ORDERLESS: Final = ("in", "not_in")


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
        found |= {in_words(inner): inner for inner in flat}
    parts = tuple(found[words] for words in sorted(found))
    return parts[0] if len(parts) == 1 else kind(parts)


def _test(test: Test) -> Test:
    if test.operator not in _ORDERLESS:
        return Test(test.field, test.operator, test.value)
    values = tuple(sorted(set(test.value), key=repr))
    if len(values) == 1:
        return Test(test.field, "eq" if test.operator == "in" else "ne", values[0])
    return Test(test.field, test.operator, values)


def condition_words(condition: Condition) -> str:
    """A condition as it is required: `channel is email, chat`; blocks of alternatives in brackets."""
    if isinstance(condition, Test):
        return f"{condition.field} {_required(condition)}"
    return f"({in_words(condition)})" if isinstance(condition, AnyOf) else in_words(condition)


def _required(test: Test) -> str:
    words = in_words(test).removeprefix(f"{test.field} must ")
    return f"is {words.removeprefix('be ')}" if words.startswith("be ") else words


def changed(what: str, before: Condition | None, after: Condition | None) -> list[str]:
    """What became of the parts that must hold: tests of one field are told together."""
    was, now = _parts(before), _parts(after)
    gone = [part for part in was if part not in now]
    new = [part for part in now if part not in was]
    lines = []
    for part in list(gone):
        other = next((entry for entry in new if _alike(part, entry)), None)
        if other is not None:
            lines += _told(what, part, other)
            gone.remove(part)
            new.remove(other)
    lines += [f"new {what} {condition_words(part)}" for part in new]
    return lines + [f"{what} {condition_words(part)} dropped" for part in gone]


def _parts(condition: Condition | None) -> list[Condition]:
    found = normal(condition if condition is not None else ALWAYS)
    return list(found.parts) if isinstance(found, All) else [found]


def _alike(one: Condition, other: Condition) -> bool:
    """Whether two parts are the same one, changed: tests of one field, or blocks that share an alternative."""
    if isinstance(one, AnyOf) and isinstance(other, AnyOf):
        return any(part in other.parts for part in one.parts)
    return isinstance(one, Test) and isinstance(other, Test) and one.field == other.field


def _told(what: str, one: Condition, other: Condition) -> list[str]:
    if isinstance(one, Test) and isinstance(other, Test):
        return [f"{what} {one.field}: {_required(one)} → {_required(other)}"]
    if isinstance(one, AnyOf) and isinstance(other, AnyOf):
        return changed(f"{what}, alternative", All(one.parts), All(other.parts))
    return []
