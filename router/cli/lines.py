"""Events from a file or from standard input, one a line, with their times moved if asked for."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from router.cli.csv_events import opened_stream
from router.cli.csv_mapping import csv_mapping
from router.cli.event_files import Stream, check_line, opened_file
from router.cli.formats import bare
from router.decode import decode, decode_line
from router.decode.outcome import DEFAULT_LIMITS, Refusal
from router.decode.texts import customer_id, named
from router.model.interaction import Interaction
from router.model.record import Record

ANY_TIME: Final = datetime.max.replace(tzinfo=UTC)
_BLOCK: Final = 256 * 1024

_TIME: Final = re.compile(rb'"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d')


class _Mentions(Struct):
    """Where an event names its customer."""

    subject: Any = None
    data: Any = None


_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])
_mentions = msgspec.json.Decoder(_Mentions)


class Line(Struct, frozen=True):
    """A line that is not empty. `read` is how many bytes were read up to its end."""

    number: int
    text: bytes
    read: int


class Times(Struct, frozen=True):
    """The earliest and the latest time of the events of a file."""

    earliest: datetime
    latest: datetime


class Source:
    """An opened file of events. `size` in bytes; None where nobody can tell."""

    def __init__(self, stream: Stream, size: int | None, shown: str = "The file") -> None:
        self._stream = stream
        self._shown = shown
        self.size = size

    def blocks(self) -> Iterator[list[Line]]:
        """The lines from the present position on, those together that are at hand together. Raises `Refused`."""
        number = read = 0
        rest = b""
        while True:
            block = self._stream.read1(_BLOCK)
            read += len(block)
            *texts, rest = (rest + block).split(b"\n")
            if not block:
                texts, rest = [rest], b""
            check_line(self._shown, len(rest))
            lines = [Line(at, text, read) for at, text in enumerate(map(bare, texts), number + 1) if text]
            number += len(texts)
            if lines:
                yield lines
            if not block:
                return

    def rewind(self) -> None:
        """Goes back to the beginning, where it was opened to be read `twice`."""
        self._stream.seek(0)

    def times(self) -> Times | None:
        """When the events happened, read in a first pass; back at the beginning afterwards. None: no event has a time."""
        found: Times | None = None
        for line in (line for block in self.blocks() for line in block):
            for event in events_of(line.text):
                for entry in decode_line(event, line.number, ANY_TIME).interactions:
                    begun = found or Times(entry.time, entry.time)
                    found = Times(min(begun.earliest, entry.time), max(begun.latest, entry.time))
        self.rewind()
        return found


@contextmanager
def opened(name: str, *, twice: bool = False, columns: str | None = None) -> Iterator[Source]:
    """A file by name, or standard input as `-`; `twice`: it is read more than once. `columns`: it is CSV, see there.

    Gzip is unpacked. Raises `Refused` for what cannot be read or does not hold one event a line.
    """
    if columns is not None:
        with opened_stream(name, csv_mapping(columns)) as (stream, shown):
            yield Source(stream, None, shown)
        return
    with opened_file(name, twice=twice) as file:
        yield Source(file.stream, file.size, file.shown)


def events_of(text: bytes) -> list[bytes]:
    """The events of a line: those of a list one by one, else the line as it is."""
    if not text.startswith(b"["):
        return [text]
    try:
        return [bytes(event) for event in _list.decode(text)]
    except (msgspec.DecodeError, RecursionError):
        return [text]


def interaction_of(event: bytes, now: datetime) -> Interaction | None:
    """The interaction that the router will read, at `now` where it has no time; None where it cannot be read."""
    milliseconds = int(now.timestamp() * 1000)
    found = decode(Record("file", 0, 0, milliseconds, None, event), ANY_TIME)
    return found.interactions[0] if found.dead is None and len(found.interactions) == 1 else None


def customer_of(event: bytes) -> str:
    """Whom an event that cannot be read speaks of, so that it keeps its place among the others; empty if unknown."""
    try:
        members = _mentions.decode(event)
        data = members.data if isinstance(members.data, dict) else {}
        return customer_id(data.get("customer_id"), DEFAULT_LIMITS) or (
            named(members.subject, "subject", DEFAULT_LIMITS) or ""
        )
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, Refusal):
        return ""


def moved(event: bytes, interaction: Interaction, by: timedelta) -> bytes | None:
    """The event as it was, but for its `time`; None where it has none. Times in `data` stay as they are."""
    members = _members.decode(event)
    if bytes(members.get("time", b"null")) in (b"null", b'""'):
        return None
    members["time"] = msgspec.Raw(msgspec.json.encode(interaction.time + by))
    return msgspec.json.encode(members)


def holds_times(event: bytes) -> bool:
    """Whether the data of an event seems to hold a time of its own."""
    data = _members.decode(event).get("data")
    return data is not None and _TIME.search(bytes(data)) is not None
