"""Conditions of a mapping, compiled to closures."""

from collections.abc import Callable, Sequence
from typing import Any

from router.model.sources import Condition
from router.sources.message import MISSING, Message
from router.sources.numbers import text_of
from router.sources.values import Getter, getter

Test = Callable[[Message], bool]


def all_of(conditions: Sequence[Condition], *, ignore_case: bool = False) -> Test:
    """Whether all hold of a message."""
    tests = [_test(one, ignore_case=ignore_case) for one in conditions]
    if len(tests) == 1:
        return tests[0]

    def all_hold(message: Message) -> bool:
        for test in tests:  # noqa: SIM110 - of every message: a generator takes twice as long
            if not test(message):
                return False
        return True

    return all_hold


def _test(condition: Condition, *, ignore_case: bool) -> Test:
    read = getter(condition.of, ignore_case=ignore_case)
    texts = tuple(
        text for value in condition.values if (text := folded(value, ignore_case=ignore_case)) is not None
    )

    found = _text(read, ignore_case=ignore_case)

    def one_of(of: Getter) -> Test:
        if ignore_case:
            return lambda message: folded(of(message), ignore_case=True) in texts

        def holds(message: Message) -> bool:
            # Of every message, several times: nearly all are texts, written as they are compared.
            value = of(message)
            if isinstance(value, str):
                return value in texts or value.strip() in texts
            return value is not MISSING and text_of(value) in texts

        return holds

    def changed() -> Test:
        is_now = one_of(read)
        if condition.before is None:
            return is_now
        was = one_of(getter(condition.before, ignore_case=ignore_case))
        return lambda message: is_now(message) and not was(message)

    tests: dict[str, Callable[[], Test]] = {
        "exists": lambda: lambda message: (read(message) is not MISSING) is bool(condition.values[0]),
        "is": lambda: one_of(read),
        "not": lambda: lambda message: found(message) not in (None, *texts),
        "prefix": lambda: lambda message: (found(message) or "").startswith(texts),
        "suffix": lambda: lambda message: (found(message) or "").endswith(texts),
        "contains": lambda: lambda message: _contains(read(message), texts, ignore_case=ignore_case),
        "changed_to": changed,
    }
    return tests[condition.holds]()


def _contains(found: Any, texts: tuple[str, ...], *, ignore_case: bool) -> bool:
    if isinstance(found, list):
        return any(folded(one, ignore_case=ignore_case) in texts for one in found)
    whole = folded(found, ignore_case=ignore_case)
    return whole is not None and any(text in whole for text in texts)


def _text(read: Getter, *, ignore_case: bool) -> Callable[[Message], str | None]:
    """A value as the text that is compared; None where it names nothing."""
    if ignore_case:
        return lambda message: folded(read(message), ignore_case=True)
    return lambda message: text_of(read(message))


def folded(value: Any, *, ignore_case: bool) -> str | None:
    """A value as the text that is compared; None where it names nothing."""
    text = text_of(value)
    return text.casefold() if text is not None and ignore_case else text
