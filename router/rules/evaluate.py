"""Conditions evaluated: compiled to closures for speed, and interpreted to say what failed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

import re2

from router.model.rules import AGO, All, Condition, Not, Test
from router.model.spelling import spelled
from router.rules.facts import MISSING, Facts, getter, seconds_since


class Dated(Protocol):
    """Facts of any kind, as they are at a moment."""

    @property
    def at(self) -> datetime:
        """The moment that they are asked at."""


F = TypeVar("F", bound=Dated)
Holds = Callable[[Facts], bool]


def _same(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return actual is wanted
    return bool(actual == wanted)


def _equal(actual: Any, wanted: Any) -> bool:
    """Equality; a list holds a value when one of its members equals it."""
    if isinstance(actual, list | tuple):
        return any(_same(member, wanted) for member in actual)
    return _same(actual, wanted)


def _one_of(actual: Any, wanted: tuple[Any, ...]) -> bool:
    return any(_equal(actual, value) for value in wanted)


def _comparable(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, bool) or isinstance(wanted, bool):
        return False
    if isinstance(actual, str) or isinstance(wanted, str):
        return isinstance(actual, str) and isinstance(wanted, str)
    return isinstance(actual, int | float) and isinstance(wanted, int | float)


def _contains(actual: Any, wanted: Any) -> bool:
    if isinstance(actual, str):
        return isinstance(wanted, str) and wanted in actual
    return isinstance(actual, list | tuple) and _equal(actual, wanted)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _equal,
    "ne": lambda a, w: not _equal(a, w),
    "in": _one_of,
    "not_in": lambda a, w: not _one_of(a, w),
    "gt": lambda a, w: _comparable(a, w) and a > w,
    "gte": lambda a, w: _comparable(a, w) and a >= w,
    "lt": lambda a, w: _comparable(a, w) and a < w,
    "lte": lambda a, w: _comparable(a, w) and a <= w,
    "between": lambda a, w: _comparable(a, w[0]) and _comparable(a, w[1]) and w[0] <= a <= w[1],
    "prefix": lambda a, w: isinstance(a, str) and a.startswith(w),
    "suffix": lambda a, w: isinstance(a, str) and a.endswith(w),
    "contains": _contains,
    "longer_ago_than": lambda a, w: _comparable(a, w) and a >= w,
    "within": lambda a, w: _comparable(a, w) and a < w,
}


def comparison(test: Test) -> Callable[[Any], bool]:
    """The test as a function of the field's value. A missing value satisfies only `exists: false`.

    The value of an operator of `AGO` is how long ago the moment was, in seconds.
    """
    wanted = test.value
    if test.operator == "exists":
        return lambda actual: (actual is not MISSING) is wanted
    if test.operator == "matches":
        pattern = re2.compile(wanted)
        return lambda actual: isinstance(actual, str) and pattern.search(actual) is not None
    compare = _COMPARE[test.operator]
    return lambda actual: actual is not MISSING and compare(actual, wanted)


def compiled(condition: Condition) -> Holds:
    """The condition as one function of the facts."""
    return compiled_on(getter, condition)


def compiled_on(field: Callable[[str], Callable[[F], Any]], condition: Condition) -> Callable[[F], bool]:
    """The condition as one function of facts of any kind; `field` gives what reads a field of them."""
    if isinstance(condition, Test):
        read, holds = field(condition.field), comparison(condition)
        if condition.operator in AGO:
            return lambda facts: holds(seconds_since(read(facts), facts.at))
        return lambda facts: holds(read(facts))
    if isinstance(condition, Not):
        inner = compiled_on(field, condition.part)
        return lambda facts: not inner(facts)
    parts = [compiled_on(field, part) for part in condition.parts]
    if len(parts) == 1:
        return parts[0]
    if isinstance(condition, All):
        return lambda facts: all(part(facts) for part in parts)
    return lambda facts: any(part(facts) for part in parts)


def first_failure(condition: Condition, facts: Facts) -> str | None:
    """The first part that does not hold, in words with the actual value; None where the condition holds."""
    return first_failure_on(getter, condition, facts)


def first_failure_on(
    field: Callable[[str], Callable[[F], Any]], condition: Condition, facts: F
) -> str | None:
    """As `first_failure`, on facts of any kind."""
    if isinstance(condition, Test):
        actual = field(condition.field)(facts)
        if compiled_on(field, condition)(facts):
            return None
        where = f" ({condition.position})" if condition.position else ""
        return f"{in_words(condition)}, but it is {_told(condition, actual, facts)}{where}"
    if isinstance(condition, Not):
        holds = first_failure_on(field, condition.part, facts) is None
        return f"not ({in_words(condition.part)}), but that holds" if holds else None
    failures = [failure for part in condition.parts if (failure := first_failure_on(field, part, facts))]
    if isinstance(condition, All):
        return failures[0] if failures else None
    if len(failures) < len(condition.parts):
        return None
    return "none of these holds: " + "; ".join(failures)


_WORDS = {
    "eq": "be",
    "ne": "not be",
    "gt": "be over",
    "gte": "be at least",
    "lt": "be under",
    "lte": "be at most",
    "between": "be between",
    "in": "be one of",
    "not_in": "be none of",
    "prefix": "start with",
    "suffix": "end with",
    "contains": "contain",
    "matches": "match",
    "longer_ago_than": "be longer ago than",
    "within": "be within the last",
}


def in_words(condition: Condition, spell: Callable[[Any], str] | None = None) -> str:
    """The condition as a sentence fragment; `spell` writes its values, cut where they are long unless given."""
    if isinstance(condition, Test):
        if condition.operator == "exists":
            return f"{condition.field} must {'be present' if condition.value else 'be absent'}"
        ago = condition.operator in AGO
        value = timedelta(seconds=condition.value) if ago else condition.value
        return f"{condition.field} must {_WORDS[condition.operator]} {(spell or shown)(value)}"
    if isinstance(condition, Not):
        return f"not ({in_words(condition.part, spell)})"
    joiner = " and " if isinstance(condition, All) else " or "
    return joiner.join(in_words(part, spell) for part in condition.parts) or "anything"


def _told(test: Test, actual: Any, facts: Dated) -> str:
    seconds: Any = seconds_since(actual, facts.at) if test.operator in AGO else MISSING
    return shown(actual) if seconds is MISSING else f"{spelled(timedelta(seconds=seconds))} ago"


def shown(value: Any) -> str:
    """A value as it is written in rules, cut where it is long."""
    return "missing" if value is MISSING else spelled(value)[:120]
