"""Ways through a message: members by name, members of lists by place or by what they hold."""

import re
from collections.abc import Callable
from typing import Any, Final

from router.model.sources import Read, Steps, Where
from router.sources.message import MISSING
from router.sources.numbers import text_of

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


def walk(steps: Steps, *, ignore_case: bool = False) -> Callable[[Any], Any]:
    """What follows the steps from a value: what is there, `MISSING` where nothing is.

    With `ignore_case` the first member counts that has the name in any capitals.
    """
    if not ignore_case and len(steps) == 1 and isinstance(steps[0], str):
        return _member(steps[0])

    def follow(value: Any) -> Any:
        for step in steps:
            if isinstance(value, list) and isinstance(step, str) and step.isdecimal():
                # `items.0.id` says the same as `items[0].id`, and needs no quotes in YAML's braces.
                step = int(step)  # noqa: PLW2901
            if isinstance(step, int):
                if not isinstance(value, list) or not -len(value) <= step < len(value):
                    return MISSING
                value = value[step]
            elif isinstance(step, Where):
                value = _holding(value, step, ignore_case)
            elif isinstance(value, dict):
                found = value.get(step, MISSING)
                if found is MISSING and ignore_case:
                    folded = step.casefold()
                    found = next((one for name, one in value.items() if name.casefold() == folded), MISSING)
                value = found
            else:
                return MISSING
        return MISSING if value is None or value == "" else value

    return follow


def _holding(value: Any, step: Where, ignore_case: bool) -> Any:
    """The first object of a list that holds what the step says."""
    follow = walk((step.key,), ignore_case=ignore_case)
    for one in value if isinstance(value, list) else ():
        text = text_of(follow(one))
        if text == step.value or (
            ignore_case and text is not None and text.casefold() == step.value.casefold()
        ):
            return one
    return MISSING


def _member(name: str) -> Callable[[Any], Any]:
    def follow(value: Any) -> Any:
        found = value.get(name) if isinstance(value, dict) else None
        return MISSING if found is None or found == "" else found

    return follow
