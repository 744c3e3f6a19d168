"""Events that lie inside something else: an envelope, a list under a name, JSON in a text.

They are not read, for nobody can tell all envelopes; they are looked for where a record is refused, because one of them
may be a customer's no.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from router.decode.events import Event

_DEEPEST: Final = 6
_MOST: Final = 1_000
_MARKS: Final = ("specversion", "invitation_id", "invitationid")
"""Names by which an event, or a plain report, is known in any capitals."""


def events_within(text: bytes) -> list[Event]:
    """The events that a refused value seems to hold, at most a thousand.

    The value itself is one only where its attributes are written in other capitals.
    """
    value = _json(text)
    if isinstance(value, dict) and "specversion" in value:
        value = list(value.values())
    return list(islice(_found(value, 0), _MOST))


def _found(value: Any, depth: int) -> Iterator[Event]:
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and value[:1] in ("{", "["):
        yield from _found(_json(value.encode(errors="replace")), depth + 1)
    elif isinstance(value, dict):
        names = {name.lower(): held for name, held in value.items()}
        if any(mark in names for mark in _MARKS):
            known = {name: names[name] for name in Event.__struct_fields__ if name in names}
            yield Event(**known) if "specversion" in names else Event(data=value)
        else:
            for held in value.values():
                yield from _found(held, depth + 1)
    elif isinstance(value, list):
        for held in value:
            yield from _found(held, depth + 1)


def _json(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
