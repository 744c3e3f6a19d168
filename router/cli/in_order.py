"""A log in order of time, whatever order its lines stand in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from router.cli import lines
from router.cli.faults import Refused
from router.cli.lines import ANY_TIME, Line, Source, events_of
from router.cli.output import told
from router.decode import decode_line
from router.model.spelling import counted

MOST: Final = 1_000_000
"""So many events are put in order in memory, which takes about a gigabyte; more have to be in order already."""

AS_ARRIVED: Final = "--as-arrived"


class _When(Struct):
    time: datetime | None = None


_when = msgspec.json.Decoder(_When)


class Log(Struct, frozen=True):
    """A log to be decided. `late` of its `events` stand behind one with a later time; `sorted`: they no longer do."""

    source: Source
    events: int
    late: int
    sorted: bool

    @property
    def in_words(self) -> str:
        """What was done about those that stand behind a later one; empty where there are none."""
        if not self.late:
            return ""
        are = "is" if self.late == 1 else "are"
        found = (
            f"{self.late:,} of {counted(self.events, 'interaction')} {are} not in order of time in the log"
        )
        if self.sorted:
            return (
                f"{found}: all were decided in order of time. {AS_ARRIVED} decides them as they stand there."
            )
        return f"{found}, and decided as late there. Without {AS_ARRIVED} all are decided in order of time."

    def blocks(self) -> Iterator[list[Line]]:
        """The lines, in order of time unless they are wanted as they stand. Events of a list come one by one then."""
        if not self.late or not self.sorted:
            yield from self.source.blocks()
            return
        for at, line in enumerate(_in_order(self.source), start=1):
            yield [Line(line.number, line.text, (self.source.size or 0) * at // max(self.events, 1))]


@contextmanager
def opened(
    name: str, *, as_arrived: bool = False, columns: str | None = None, most: int = MOST
) -> Iterator[Log]:
    """A log by the file's name, or standard input as `-`; `columns`: of CSV. What is not in order of time is said.

    Raises `Refused` where more than `most` events would have to be put in order.
    """
    with lines.opened(name, twice=True, columns=columns) as source:
        events, late = _counted(source)
        log = Log(source, events, late, not as_arrived)
        if log.late and log.sorted and events > most:
            raise Refused(
                f"{late:,} of the {events:,} interactions of {name} are not in order of time, and at most {most:,} "
                f"are put in order here: sort the file by `time`, or decide them as they stand with {AS_ARRIVED}."
            )
        if log.in_words:
            told(log.in_words)
        yield log


def _counted(source: Source) -> tuple[int, int]:
    """How many events there are, and how many of them stand behind one with a later time."""
    events = late = 0
    latest = datetime.min.replace(tzinfo=UTC)
    for line in (line for block in source.blocks() for line in block):
        for time in _times(line):
            events += 1
            if time < latest:
                late += 1
            else:
                latest = time
    source.rewind()
    return events, late


def _in_order(source: Source) -> list[Line]:
    """All lines by the time of their event; those of one time, and those without, as they stand."""
    found: list[tuple[datetime, int, Line]] = []
    latest = datetime.min.replace(tzinfo=UTC)
    for line in (line for block in source.blocks() for line in block):
        for text in events_of(line.text):
            one = Line(line.number, text, line.read)
            latest = next(iter(_times(one)), latest)
            found.append((latest, len(found), one))
    found.sort(key=lambda entry: entry[:2])
    return [line for _, _, line in found]


def _times(line: Line) -> list[datetime]:
    """When the events of a line happened; nothing where that cannot be read."""
    if line.text.startswith(b"{"):
        try:
            time = _when.decode(line.text).time
        except (msgspec.DecodeError, RecursionError):
            time = None
        if time is not None and time.tzinfo is not None:
            return [time]
    return [entry.time for entry in decode_line(line.text, line.number, ANY_TIME).interactions]
