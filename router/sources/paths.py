"""Ways through a message: members by name, members of lists by place or by what they hold."""

import re
from collections.abc import Callable
from typing import Any, Final

from router.model.sources import Read, Steps, Where
from router.sources.message import MISSING
from router.sources.numbers import text_of

Walk = Callable[[Any], Any]
MOST_STEPS: Final = 20
_STEP: Final = re.compile(
    r"(?:^|\.)([^.\[\]\"']{1,100})|\[(-?[0-9]{1,4})\]|(?:^|\.)\"([^\"]{1,100})\""
    r"|\[([^.\[\]\"'=]{1,100})=([^\[\]\"']{1,100})\]"
)
_BEGINNINGS: Final = {"$body": True, "$member": False}
"""How a path may begin, and whether it is then one from the body."""


def steps_of(path: str) -> Steps | None:
    """The steps that a path is written as, such as `detail.items[0]."a.b"` or `fields[name=tier].value`; None where it is none."""
    steps: list[str | int | Where] = []
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if found is None or len(steps) == MOST_STEPS:
            return None
        if found[4]:
            steps.append(Where(found[4].strip(), found[5].strip()))
        else:
            steps.append(int(found[2]) if found[2] else found[1] or found[3])
        at = found.end()
    return tuple(steps) or None


def read_of(path: str) -> Read | None:
    """What a path reads; None where it is none. `$body` is the whole message, `$member` what `each` is at."""
    for name, whole in _BEGINNINGS.items():
        if path == name:
            return Read((), whole)
        if path.startswith((f"{name}.", f"{name}[")):
            further = steps_of(path.removeprefix(name).removeprefix("."))
            return Read(further, whole) if further else None
    steps = None if path.startswith("$") else steps_of(path)
    return Read(steps) if steps else None


def walk(steps: Steps, *, ignore_case: bool = False) -> Walk:
    """What follows the steps from a value: what is there, `MISSING` where nothing is.

    With `ignore_case` the first member counts that has the name in any capitals.
    """
    names = None if ignore_case else names_of(steps)
    if names is not None:
        return _members(names)
    taken = [_step(step, ignore_case) for step in steps]

    def follow(value: Any) -> Any:
        for take in taken:
            value = take(value)
        return MISSING if value is None or value == "" else value

    return follow


def members_of(found: Any) -> list[Any]:
    """What `each` goes through where its path leads to `found`: the members of a list; anything else is one itself."""
    if found is MISSING:
        return []
    return found if isinstance(found, list) else [found]


def names_of(steps: Steps) -> list[str] | None:
    """The steps where all are names of members, as of nearly all paths; else None."""
    names = [step for step in steps if isinstance(step, str) and not step.isdecimal()]
    return names if len(names) == len(steps) else None


def _members(names: list[str]) -> Walk:
    """The way of nearly all paths, therefore short: from object to object by name."""

    def follow(value: Any) -> Any:
        for name in names:
            if not isinstance(value, dict):
                return MISSING
            value = value.get(name)
        return MISSING if value is None or value == "" else value

    return follow


def _step(step: str | int | Where, ignore_case: bool) -> Walk:
    if isinstance(step, Where):
        return _holding(step, ignore_case)
    return _place(step) if isinstance(step, int) else _named(step, ignore_case)


def _place(place: int) -> Walk:
    return lambda value: (
        value[place] if isinstance(value, list) and -len(value) <= place < len(value) else MISSING
    )


def _named(name: str, ignore_case: bool) -> Walk:
    # `items.0.id` says the same as `items[0].id`, and needs no quotes in YAML's braces.
    at = _place(int(name)) if name.isdecimal() else None
    folded = name.casefold()

    def take(value: Any) -> Any:
        if not isinstance(value, dict):
            return at(value) if at is not None else MISSING
        found = value.get(name, MISSING)
        if found is MISSING and ignore_case:
            return next((one for other, one in value.items() if other.casefold() == folded), MISSING)
        return found

    return take


def _holding(step: Where, ignore_case: bool) -> Walk:
    """The first object of a list that holds what the step says."""
    follow = walk((step.key,), ignore_case=ignore_case)
    wanted = step.value.casefold() if ignore_case else step.value

    def take(value: Any) -> Any:
        for one in value if isinstance(value, list) else ():
            text = text_of(follow(one))
            if text is not None and (text.casefold() if ignore_case else text) == wanted:
                return one
        return MISSING

    return take
