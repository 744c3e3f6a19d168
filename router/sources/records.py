"""Records of vendors' topics to interactions, each checked as one of our own topics is."""

from collections.abc import Mapping as MappingOf
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from router.decode.events import Event, to_interaction
from router.decode.outcome import DEFAULT_LIMITS, NOTHING, Decoded, Refusal, SizeLimits
from router.decode.records import check_record
from router.decode.unclear import unclear
from router.model.interaction import Interaction
from router.model.record import DeadLetter, DeadReason, Record
from router.model.remembered import Change
from router.model.source_counts import UNCLAIMED
from router.sources.mapper import Mapper, Mapping, Unread

SOURCES: Final = "/sources/"
"""The `source` of mapped interactions begins with it; the name of the mapping follows."""

MOST_FAULTS: Final = 5
"""So many faults of one record are told."""


def decode_mapped(
    record: Record,
    latest: datetime,
    mappers: MappingOf[str, Mapper],
    limits: SizeLimits = DEFAULT_LIMITS,
    revision: int | None = None,
) -> Decoded:
    """Read a record of a vendor's topic by the mapper of the topic. Never raises.

    `latest` is the latest accepted time (aware, UTC), `revision` the rule set of the mappers. What is passed over on purpose is a no-op. Where some of it cannot be
    mapped the rest is, and the whole record is a dead letter too: read again, the rest is known already.
    """
    mapper = mappers.get(record.topic)
    if mapper is None:
        detail = f"No source of the rules in force reads the topic {record.topic}."
        return NOTHING if record.value is None else Decoded((), DeadLetter(record, "mapping_failed", detail))
    try:
        headers = check_record(record, limits)
    except Refusal as refusal:
        return Decoded((), DeadLetter(record, refusal.reason, refusal.detail), mapper.only or UNCLAIMED)
    taken = mapper.take(record)
    source = taken.source or mapper.only or UNCLAIMED
    interactions: list[Interaction] = []
    changes: dict[int, tuple[Change, ...]] = {}
    faults: list[tuple[DeadReason, str]] = [("mapping_failed", fault) for fault in taken.faults]
    for one in taken.interactions:
        try:
            found = to_interaction(event_of(one), record.timestamp, latest, limits, headers.traceparent)
            if one.changes:
                if any(change.seen.at > latest for change in one.changes):
                    late = f"`remember.at` lies after {latest.isoformat()}, the latest accepted."
                    raise Refusal("time_in_future", late)
                changes[len(interactions)] = one.changes
            interactions.append(replace(found, mapped_by=revision))
        except Refusal as refusal:
            taken.unread.append(
                Unread(one.source, one.place, one.id, one.type, one.time, one.customer, one.data)
            )
            where = f"source {one.source}, interaction {one.place + 1}"
            faults.append((refusal.reason, f"{where}: {refusal.detail}"))
    # What may have been a customer's no is not lost.
    told = (unclear(record, event_of(one), latest, limits, index=one.place) for one in taken.unread)
    interactions += [no for no in told if no is not None]
    # What were remembered of a time to come would stand before all that follows.
    seen = tuple(one for one in taken.seen if one.at <= latest)
    if not faults:
        skipped = taken.skipped[0] if taken.skipped and not interactions else ""
        return Decoded(tuple(interactions), None, source, skipped, changes, seen)
    words = "; ".join(detail for _, detail in faults[:MOST_FAULTS])
    more = f"; and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
    detail = f"{words[:1].upper()}{words[1:]}{more}".rstrip(".") + "."
    dead = DeadLetter(record, faults[0][0], detail)
    return Decoded(tuple(interactions), dead, source, "", changes, seen)


def event_of(mapped: Mapping | Unread) -> Event:
    """What a mapping made, as the event that would say the same."""
    return Event(
        specversion="1.0",
        id=mapped.id,
        source=f"{SOURCES}{mapped.source}",
        type=mapped.type,
        subject=mapped.customer,
        time=mapped.time,
        data=mapped.data,
    )
