"""Events from a file or from standard input, one a line, with their times moved if asked for."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from router.cli.faults import Refused
from router.decode import Decoded, decode_line
from router.model.interaction import Interaction

ANY_TIME: Final = datetime.max.replace(tzinfo=UTC)
STDIN: Final = "-"
_IN_MEMORY: Final = 8_000_000
_BLOCK: Final = 256 * 1024

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Line(Struct, frozen=True):
    """A line that is not empty. `read` is how many bytes were read up to its end."""

    number: int
    text: bytes
    read: int


class Stream(Protocol):
    """What a source reads from."""

    def read1(self, size: int = ..., /) -> bytes:
        """Some bytes, as many as are at hand; none at the end."""

    def seek(self, offset: int, /) -> int:
        """Moves the position."""


class Source:
    """An opened file of events. `size` in bytes; None where nobody can tell."""

    def __init__(self, stream: Stream, size: int | None) -> None:
        self._stream = stream
        self.size = size

    def blocks(self) -> Iterator[list[Line]]:
        """The lines from the present position on, those together that are at hand together."""
        number = read = 0
        rest = b""
        while True:
            block = self._stream.read1(_BLOCK)
            read += len(block)
            *texts, rest = (rest + block).split(b"\n")
            if not block:
                texts, rest = [rest], b""
            lines = [
                Line(at, text, read) for at, text in enumerate(map(bytes.strip, texts), number + 1) if text
            ]
            number += len(texts)
            if lines:
                yield lines
            if not block:
                return

    def rewind(self) -> None:
        """Goes back to the beginning, where it was opened to be read `twice`."""
        self._stream.seek(0)

    def latest(self) -> datetime | None:
        """The latest time of all events, read in a first pass; back at the beginning afterwards."""
        lines = (line for block in self.blocks() for line in block)
        latest = max((entry.time for line in lines for entry in decoded(line).interactions), default=None)
        self._stream.seek(0)
        return latest


@contextmanager
def opened(name: str, *, twice: bool = False) -> Iterator[Source]:
    """A file by name, or standard input as `-`; `twice`: it is read more than once. Raises `Refused`."""
    if name == STDIN:
        with _standard_input(spooled=twice) as stream:
            yield Source(stream, None)
        return
    path = Path(name)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise Refused(
            f"{name} can not be read ({error.strerror}): name a file with one event a line."
        ) from None
    with stream:
        yield Source(stream, path.stat().st_size if path.is_file() else None)


@contextmanager
def _standard_input(*, spooled: bool) -> Iterator[Stream]:
    with (
        os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as stream,
        tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy,
    ):
        if not spooled:
            yield stream
            return
        shutil.copyfileobj(stream, copy)
        copy.seek(0)
        yield copy


def decoded(line: Line) -> Decoded:
    """What the line holds, whenever it happened."""
    return decode_line(line.text, line.number, ANY_TIME)


def only(found: Decoded) -> Interaction | None:
    """The one interaction of a line; None where it holds none, several, or can not be read."""
    return found.interactions[0] if found.dead is None and len(found.interactions) == 1 else None


def moved(text: bytes, interaction: Interaction, by: timedelta) -> bytes:
    """The event as it was, but for its `time`. A list of one event and the times in `data` stay as they are."""
    if not text.startswith(b"{"):
        return text
    members = _members.decode(text)
    members["time"] = msgspec.Raw(msgspec.json.encode(interaction.time + by))
    return msgspec.json.encode(members)
