"""Opening a file of events, or standard input: gzip is unpacked, and what holds no lines of events is refused."""

import gzip
import io
import os
import re
import stat
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shlex import quote
from typing import IO, Any, Final, Protocol

from msgspec import Struct

from router.cli.faults import Refused
from router.cli.formats import GZIP, begins_with_event, holds_line, no_events

STDIN: Final = "-"

LONGEST_LINE: Final = 12_000_000
"""Bytes."""

MOST_TIMES: Final = 200
"""How much larger than its file unpacked gzip may be; events in JSON come to thirty times at most."""

_COMMAND: Final = re.compile(r"`([^`]+?)(?: <)? FILE > events\.jsonl`")
_FREE_TO_UNPACK: Final = 64_000_000
_IN_MEMORY: Final = 8_000_000
_BLOCK: Final = 256 * 1024
_HEAD: Final = 64 * 1024


class Stream(Protocol):
    """What lines are read from."""

    def read1(self, size: int = ..., /) -> bytes:
        """Some bytes, as many as are at hand; none at the end."""

    def seek(self, offset: int, /) -> int:
        """Moves the position."""


class EventFile(Struct, frozen=True):
    """An opened file. `size` in bytes of what is read; None where nobody can tell."""

    shown: str
    stream: Stream
    size: int | None


@contextmanager
def opened_file(name: str, *, twice: bool = False) -> Iterator[EventFile]:
    """A file by name, or standard input as `-`; `twice`: it is read more than once.

    Raises `Refused` where it cannot be read or does not hold one event a line. Of a file, every byte is looked
    at first; of a pipe, only what comes first, so that it may go on for as long as it wants.
    """
    with ExitStack() as stack:
        yield _prepared(stack, name, twice=twice)


def reason_of(error: BaseException) -> str:
    """What reading a file failed for, in a few words."""
    if isinstance(error, EOFError):
        return "it ends in the middle of its gzip data: it was not copied whole"
    if isinstance(error, gzip.BadGzipFile | zlib.error):
        return "its gzip data is damaged"
    return error.strerror or "input error" if isinstance(error, OSError) else type(error).__name__


def unpacked(text: bytes, most: int) -> bytes:
    """What gzip holds, but not more than one byte over `most`. Raises what `reason_of` explains."""
    with gzip.GzipFile(fileobj=io.BytesIO(text)) as stream:
        return stream.read(most + 1)


def _prepared(stack: ExitStack, name: str, *, twice: bool) -> EventFile:
    shown = "Standard input" if name == STDIN else name
    try:
        raw = stack.enter_context(_raw(name))
        # Only a file that is read from its beginning can be read again.
        if not stat.S_ISREG(os.fstat(raw.fileno()).st_mode) or raw.tell() != 0:
            ahead = _Ahead(raw)
            head = ahead.head()
            if not head.startswith(GZIP):
                if not begins_with_event(head):
                    _judge(shown, head, whole=ahead.ended)
                if not twice:
                    return EventFile(shown, ahead, None)
            raw = _copied(stack, shown, ahead)
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        stream: Any = stack.enter_context(gzip.GzipFile(fileobj=raw, mode="rb")) if packed else raw
        size = _looked_through(shown, stream, raw if packed else None)
        stream.seek(0)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(
            f"{shown} cannot be read ({reason_of(error)}): name a file with one event a line."
        ) from None
    return EventFile(shown, stream, size)


def _raw(name: str) -> IO[bytes]:
    if name != STDIN:
        return Path(name).open("rb")
    if sys.stdin is None:
        raise Refused("Standard input is closed: give a file with one event a line.")
    return os.fdopen(sys.stdin.fileno(), "rb", closefd=False)


def _copied(stack: ExitStack, shown: str, source: Stream) -> IO[bytes]:
    """All that a pipe brings, unless it is one endless line. Raises `Refused`."""
    copy = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - the stack closes it
    packed, line = False, 0
    while block := source.read1(_BLOCK):
        packed = packed or (copy.tell() == 0 and block.startswith(GZIP))
        line = 0 if packed else _checked(shown, line, block)
        copy.write(block)
    copy.seek(0)
    return copy


def _looked_through(shown: str, stream: IO[bytes], packed: IO[bytes] | None) -> int:
    """The size of what is there, once all of it was looked at. Raises `Refused`, and what reading raises."""
    head, judged, size, line = b"", False, 0, 0
    while block := stream.read(_BLOCK):
        size += len(block)
        line = _checked(shown, line, block)
        if packed is not None and size > max(_FREE_TO_UNPACK, MOST_TIMES * packed.tell()):
            raise Refused(
                f"{shown} grows to more than {MOST_TIMES} times its size when it is unpacked, which events do not:"
                " unpack it yourself and look at what it is."
            )
        if not judged:
            head += block
            judged = _tells(head)
            if judged:
                _judge(shown, head, whole=False, packed=packed is not None)
    if not judged:
        _judge(shown, head, whole=True, packed=packed is not None)
    return size


def _checked(shown: str, line: int, block: bytes) -> int:
    """How much of a line goes on behind a block, when so much of it stood before. Raises `Refused`."""
    ends = block.find(b"\n")
    check_line(shown, line + (len(block) if ends < 0 else ends))
    return line + len(block) if ends < 0 else len(block) - block.rfind(b"\n") - 1


def _tells(head: bytes) -> bool:
    """Whether so much of it is enough to see what it is: a whole line, be it a long one."""
    return len(head) >= _HEAD and (holds_line(head) or len(head) > LONGEST_LINE)


def _judge(shown: str, head: bytes, *, whole: bool, packed: bool = False) -> None:
    if (kind := no_events(head, whole=whole)) is not None:
        if packed:
            # The commands are for what is inside, and read it from a pipe as well.
            kind = _COMMAND.sub(r"`gzip -dc FILE | \1 > events.jsonl`", kind)
        # The way out may be a command with FILE in it: with the name itself it can be copied as it is.
        name = "FILE" if shown == "Standard input" or not shown.isprintable() else quote(shown)
        raise Refused(f"{shown} {kind}. Nothing was done.".replace("FILE", name))


def check_line(shown: str, length: int) -> None:
    """Raises `Refused` for a line that is longer than any event."""
    if length > LONGEST_LINE:
        raise Refused(
            f"{shown} holds a line of more than {LONGEST_LINE:,} bytes, which no event has: if it is one list of"
            " events, bring it into lines with `jq -c '.[]'`."
        )


class _Ahead:
    """A stream of which the beginning is looked at before it is read. `ended`: there is nothing behind that."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: Any = stream
        self._ahead = b""
        self.ended = False

    def head(self) -> bytes:
        """As much as tells what it is: most often the first line."""
        while not _tells(self._ahead) and not begins_with_event(self._ahead):
            block: bytes = self._stream.read1(_BLOCK)
            self._ahead += block
            if not block:
                self.ended = True
                break
            if self._ahead.startswith(GZIP):
                break
        return self._ahead

    def read1(self, size: int = -1, /) -> bytes:
        """See `Stream`."""
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            return ahead
        block: bytes = self._stream.read1(size)
        return block

    def seek(self, offset: int, /) -> int:
        """See `Stream`; a pipe has no way back."""
        raise io.UnsupportedOperation("seek")
