"""Passes of journeys that have ended, kept encoded: one is decoded when something names it again, the others never."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from router.model.journey import Journey
from router.model.keys import as_key

_HEADER: Final = 1
"""Bytes before the name in an encoded pass: that it is an array of at most fifteen members."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Journey).decode


class PastJourneys(Struct, frozen=True, array_like=True):
    """The ended passes of one journey that name an instance, each encoded. None was active before `oldest`."""

    name: str
    oldest: datetime
    entries: tuple[bytes, ...]

    def passes(self) -> list[Journey]:
        """All of them."""
        return [_decode(entry) for entry in self.entries]

    def place_of(self, instance: str) -> int | None:
        """Which of them is that of an instance; None: none is."""
        begin = _encode(self.name) + _encode(instance)
        for place, entry in enumerate(self.entries):
            if entry.startswith(begin, _HEADER):
                return place
        return None


def laid_by(journey: Journey) -> bool:
    """Whether a pass is kept encoded: it has ended, and only its instance can name it.

    One stored before keys were made may be named by another spelling.
    """
    return journey.ended and journey.instance is not None and as_key(journey.instance) == journey.instance


def with_ended(past: Sequence[PastJourneys], ended: Iterable[Journey]) -> tuple[PastJourneys, ...]:
    """The past with further passes."""
    groups = {group.name: group for group in past}
    for journey in ended:
        known = groups.get(journey.name)
        oldest = min(known.oldest, journey.active_at) if known else journey.active_at
        entries = (*known.entries, _encode(journey)) if known else (_encode(journey),)
        groups[journey.name] = PastJourneys(journey.name, oldest, entries)
    return tuple(groups.values())


def taken_out(
    past: Sequence[PastJourneys], name: str, instance: str
) -> tuple[tuple[PastJourneys, ...], Journey | None]:
    """The past without the pass of an instance, and that pass; None where it is not there."""
    for at, group in enumerate(past):
        if group.name == name and (place := group.place_of(instance)) is not None:
            entries = (*group.entries[:place], *group.entries[place + 1 :])
            left = (PastJourneys(name, group.oldest, entries),) if entries else ()
            return (*past[:at], *left, *past[at + 1 :]), _decode(group.entries[place])
    return tuple(past), None
