"""CSV as spreadsheets write it: any of the usual separators, a byte order mark, line breaks within quotes."""

import csv
import gzip
import itertools
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, Final

from router.cli.faults import Refused
from router.cli.formats import BYTE_ORDER_MARK, GZIP, no_text

LONGEST_CELL: Final = 1_000_000
"""Characters."""

_SEPARATORS: Final = ",;\t|"
_LONGEST_LINE: Final = 2_000_000
_MOST_COLUMNS: Final = 2_000
_IN_MEMORY: Final = 8_000_000
_HEAD: Final = 64 * 1024
_SAVED: Final = "save it as `CSV UTF-8`, which spreadsheets offer"

Cells = dict[str, str]
Row = tuple[int, Cells]
"""The line that a row begins on, and its cells by column without the missing ones."""


class Table:
    """An opened CSV file, which may be read several times. `shown` is its name for people."""

    def __init__(self, shown: str, stream: IO[bytes]) -> None:
        self.shown = shown
        self._stream = stream
        with _faults(shown):
            head = next(self._lines(), "")
        if head.lower().startswith("sep=") and len(head.strip()) == len("sep=;"):
            # A line that tells spreadsheets the separator, above the heading.
            self.separator, self._skipped = head[4], 1
        else:
            self.separator, self._skipped = max(_SEPARATORS, key=_outside_quotes(head).count), 0
        self.columns = self._columns()

    def rows(self) -> Iterator[Row]:
        """The rows from the first one on. Raises `Refused` where it cannot be read further."""
        with _faults(self.shown):
            reader = self._reader()
            next(reader, None)
            while True:
                begins = reader.line_num + self._skipped + 1
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    raise Refused(f"{self.shown}, line {begins}: {_no_csv(error)}.") from None
                if cells is None:
                    return
                if any(cells[len(self.columns) :]):
                    raise Refused(
                        f"{self.shown}, line {begins}: it has {len(cells)} cells and the heading {len(self.columns)}: "
                        f"a cell with {self.separator!r} in it must stand in quotes."
                    )
                if any(cells):
                    yield begins, dict(zip(self.columns, cells, strict=False))

    def _columns(self) -> list[str]:
        with _faults(self.shown):
            try:
                found = [name.strip() for name in next(self._reader(), [])]
            except csv.Error as error:
                raise Refused(f"{self.shown}, line {1 + self._skipped}: {_no_csv(error)}.") from None
        while found and not found[-1]:
            found.pop()
        if not found:
            raise Refused(f"{self.shown} has no heading: its first line names the columns.")
        if len(found) > _MOST_COLUMNS:
            raise Refused(f"{self.shown} has {len(found):,} columns, and may have {_MOST_COLUMNS:,}.")
        seen: set[str] = set()
        for name in found:
            if name in seen and name:
                raise Refused(f"{self.shown} has more than one column {name!r}: rename one.")
            seen.add(name)
        return found

    def _reader(self) -> Any:
        lines = self._lines()
        for _ in range(self._skipped):
            next(lines)
        csv.field_size_limit(LONGEST_CELL)
        return csv.reader(lines, delimiter=self.separator, strict=True)

    def _lines(self) -> Iterator[str]:
        """The lines as they are, from the first one on; a file that is one endless line is not held in memory."""
        self._stream.seek(0)
        for number in itertools.count(1):
            line = self._stream.readline(_LONGEST_LINE)
            if not line:
                return
            if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
                raise Refused(f"{self.shown}, line {number}: it is longer than {_LONGEST_LINE:,} bytes.")
            yield (line.removeprefix(BYTE_ORDER_MARK) if number == 1 else line).decode()


@contextmanager
def opened_table(name: str) -> Iterator[Table]:
    """A CSV file by name, or standard input as `-`; gzip is unpacked. Raises `Refused` for what is none."""
    shown = "Standard input" if name == "-" else name
    with ExitStack() as stack:
        with _faults(shown):
            stream: Any = _seekable(stack, name)
            if stream.read(len(GZIP)) == GZIP:
                stream.seek(0)
                stream = stack.enter_context(gzip.GzipFile(fileobj=stream, mode="rb"))
            stream.seek(0)
            head = stream.read(_HEAD)
        if not head.strip():
            raise Refused(f"{shown} has no rows: give a CSV file with a heading.")
        if kind := no_text(head):
            raise Refused(f"{shown} {kind.partition(':')[0]}: {_SAVED}.")
        yield Table(shown, stream)


def _seekable(stack: ExitStack, name: str) -> IO[bytes]:
    if name != "-":
        return stack.enter_context(Path(name).open("rb"))
    copy = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115 - the stack closes it
    while block := sys.stdin.buffer.read(_HEAD):
        copy.write(block)
    copy.seek(0)
    return copy


def _outside_quotes(head: str) -> str:
    return "".join(head.split('"')[::2])


def _no_csv(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return f"a cell has more than {LONGEST_CELL:,} characters, as when a quote is not closed"
    if "unexpected end" in text:
        return "a quote is opened and not closed"
    if "expected after" in text:
        return 'text follows a closing quote: a quote within quotes is written twice, ""'
    return f"it is no CSV ({text})"


@contextmanager
def _faults(shown: str) -> Iterator[None]:
    """What reading fails with, as a refusal."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise Refused(f"{shown} is not UTF-8 (byte {error.object[error.start]:#04x}): {_SAVED}.") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise Refused(f"{shown} cannot be read: its gzip data is damaged or not whole.") from None
    except OSError as error:
        raise Refused(f"{shown} cannot be read: {error.strerror or 'input error'}.") from None
