"""What samples of a vendor's messages hold: their values by path, and what each looks like."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Literal

from msgspec import Struct

from router.model.sources import Unit
from router.sources.message import MISSING, Unmappable
from router.sources.moments import NO_OFFSET, moment
from router.sources.numbers import text_of
from router.sources.paths import MOST_STEPS, read_of

MOST_LEAVES: Final = 2_000
"""So many values of one message are looked at."""

_DEEPEST: Final = 8
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_DIGITS: Final = re.compile(r"[0-9]{10,19}")
_UNITS: Final[dict[int, Unit]] = {10: "s", 13: "ms", 16: "us", 19: "ns"}
"""The unit of a number of times since 1970 by its digits, which are those of the years 2001 to 2286."""


class TimeLike(Struct, frozen=True):
    """A value that is a time: the unit of a number, or how a text tells where it is."""

    unit: Unit | None = None
    zone: Literal["told", "open"] = "told"


def leaves(body: Any) -> dict[str, Any]:
    """The plain values of a message by their paths. Lists are passed over: which member is meant cannot be told."""
    found: dict[str, Any] = {}
    for path, value in _walked(body, "", 0):
        if len(found) == MOST_LEAVES:
            break
        found[path] = value
    return found


def _walked(value: Any, above: str, depth: int) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for name, inner in value.items():
            written = f'"{name}"' if any(sign in name for sign in ".[]'") else name
            path = f"{above}.{written}" if above else written
            if read_of(path) is not None and words_of(path):
                yield from _walked(inner, path, depth + 1)
    elif above and not isinstance(value, dict | list) and value is not None and value != "":
        yield above, value


def words_of(path: str) -> tuple[str, ...]:
    """The words of a path in small letters: `ticket.requesterId` has `ticket`, `requester`, `id`."""
    return tuple(word.lower() for word in _WORD.findall(path))


def time_like(values: Iterable[Any]) -> TimeLike | None:
    """What kind of time all of some values are; None where one of them is none."""
    kinds = {_time_like(value) for value in values}
    if None in kinds or len({kind.unit for kind in kinds if kind}) != 1:
        return None
    return max((kind for kind in kinds if kind), key=lambda kind: kind.zone == "open")


def _time_like(value: Any) -> TimeLike | None:
    text = text_of(value) if not isinstance(value, bool) else None
    if text is None:
        return None
    whole = text.partition(".")[0] if isinstance(value, Decimal) else text
    if _DIGITS.fullmatch(whole):
        unit = _UNITS.get(len(whole))
        return TimeLike(unit) if unit else None
    if not isinstance(value, str) or len(text) < len("2026-01-01"):
        return None
    try:
        return TimeLike() if moment(text, None, None) is not MISSING else None
    except Unmappable as fault:
        return TimeLike(zone="open") if fault.detail == NO_OFFSET else None


def blanked(value: Any, kept: Mapping[str, object], above: str = "", depth: int = 0) -> Any:
    """A message without what nobody reads: texts become `…`, numbers 0; the values at the paths `kept` stay.

    What lies deeper than a path can lead is one `…`.
    """
    if depth > MOST_STEPS:
        return "…"
    if isinstance(value, dict):
        here = {}
        for name, inner in value.items():
            written = f'"{name}"' if any(sign in name for sign in ".[]'") else name
            here[name] = blanked(inner, kept, f"{above}.{written}" if above else written, depth + 1)
        return here
    if isinstance(value, list):
        return [blanked(one, kept, above if not above else f"{above}[]", depth + 1) for one in value]
    if above in kept or value is None or isinstance(value, bool):
        return value
    return "…" if isinstance(value, str) and value else 0 if not isinstance(value, str) else ""
