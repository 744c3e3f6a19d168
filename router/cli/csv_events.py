"""Rows of CSV as lines of events, so that all that reads a log reads CSV too."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec

from router.cli.csv_files import Cells, Table, opened_table
from router.cli.csv_mapping import CONSENT, OF_CUSTOMER, CsvMapping
from router.cli.faults import FAILED, Refused
from router.cli.output import told
from router.model.interaction import PREFERENCES_TYPE
from router.model.spelling import counted
from router.model.written_times import NoTime, written_time

SHOWN: Final = 20
"""So many rows that cannot be read are told one by one."""

_BLOCK: Final = 256 * 1024
_SOURCE: Final = "/csv"
_ITSELF: Final = ("source", "id", "type", "time", "customer", CONSENT)
_WHOLE: Final = r"-?(?:0|[1-9][0-9]{0,17})"
_NUMBERS: Final = {
    "point": re.compile(rf"{_WHOLE}(?:\.[0-9]{{1,17}})?"),
    "comma": re.compile(rf"{_WHOLE}(?:,[0-9]{{1,17}})?"),
}
_BETWEEN_CHANNELS: Final = re.compile(r"[\s,;|/]+")
_UNSAID: Final = {
    "dates": "Say with dates:dmy or dates:mdy behind --columns which stands first.",
    "zone": "Name it behind --columns, such as times_in:Europe/Amsterdam.",
}


class CsvStream:
    """The rows of a table as a stream of JSON lines, each event on the line where its row begins.

    A row that cannot be read is told on standard error, and left out. Raises `Refused` where what is missing is missing
    for all rows: the zone, the order of dates.
    """

    def __init__(self, table: Table, mapping: CsvMapping) -> None:
        self._table = table
        self._reading = _Reading(table, mapping)
        self._blocks = self._lines()
        self._told = False

    def read1(self, size: int = -1, /) -> bytes:
        """Some lines; none at the end. The size is not looked at."""
        del size
        return next(self._blocks, b"")

    def seek(self, offset: int, /) -> int:
        """Goes back to the beginning, which is the only place to go to."""
        self._reading.restart()
        self._blocks = self._lines()
        return offset

    def _lines(self) -> Iterator[bytes]:
        block = bytearray()
        line = left_out = read = 0
        for begins, cells in self._table.rows():
            read += 1
            event = self._reading.event(begins, cells)
            if isinstance(event, str):
                left_out += 1
                if not self._told and left_out <= SHOWN:
                    told(f"{self._table.shown}, line {begins}, {event}")
                continue
            # Line ends for those that are passed over: whoever counts lines counts those of the file.
            block += b"\n" * (begins - line - 1) + event + b"\n"
            line = begins
            if len(block) >= _BLOCK:
                yield bytes(block)
                block.clear()
        if left_out and not self._told:
            told(f"{counted(left_out, 'row')} of {read:,} cannot be read and are left out.")
        if left_out == read:
            reason = "no row of it can be read" if read else "it has no rows under its heading"
            raise Refused(f"Nothing of {self._table.shown} can be read: {reason}.", FAILED)
        self._told = True
        if block:
            yield bytes(block)


@contextmanager
def opened_stream(name: str, mapping: CsvMapping) -> Iterator[tuple[CsvStream, str]]:
    """A CSV file by name, or standard input as `-`, as lines of events, and its name for people. Raises `Refused`."""
    with opened_table(name) as table:
        yield CsvStream(table, mapping.checked(table.shown, table.columns)), table.shown


class _Reading:
    """Makes events of rows. What is known of a customer is said before the first row that says it otherwise."""

    def __init__(self, table: Table, mapping: CsvMapping) -> None:
        decimal = mapping.decimal or ("comma" if table.separator == ";" else "point")
        self._shown = table.shown
        self._mapping = mapping
        self._number = _NUMBERS[decimal]
        self._fields = {**mapping.values, **mapping.columns}
        self._of_customer = [name for name in self._fields if name == CONSENT or name.startswith(OF_CUSTOMER)]
        self._of_event = [
            name for name in self._fields if name not in _ITSELF and not name.startswith(OF_CUSTOMER)
        ]
        self._said: dict[str, tuple[dict[str, Any], datetime]] = {}

    def restart(self) -> None:
        """From the first row again."""
        self._said.clear()

    def event(self, line: int, cells: Cells) -> bytes | str:
        """A line of JSON, or what is wrong with the row. Raises `Refused` for what is wrong with all."""
        type_ = self._text("type", cells)
        type_ = self._mapping.types.get(type_, type_)
        if not type_:
            return f"{self._place('type')}: it has no type."
        at = self._time(line, cells)
        if isinstance(at, str):
            return at
        customer = self._text("customer", cells)
        event = {
            "specversion": "1.0",
            "source": self._text("source", cells) or _SOURCE,
            "id": self._text("id", cells) or f"line-{line}",
            "type": type_,
            "time": at,
            "data": self._data(self._of_event, cells),
        }
        if customer:
            event["subject"] = customer
        preferences = self._preferences(customer, at, cells)
        if preferences is None:
            return msgspec.json.encode(event)
        said = {
            **event,
            "source": _SOURCE,
            "id": f"line-{line}-preferences",
            "type": PREFERENCES_TYPE,
            "data": preferences,
        }
        return msgspec.json.encode([said, event])

    def _preferences(self, customer: str, at: datetime, cells: Cells) -> dict[str, Any] | None:
        """What is known of the customer, where it was not said before; None where it was, or nothing is."""
        if not customer or not self._of_customer:
            return None
        names = [name for name in self._of_customer if name != CONSENT]
        known = self._data(names, cells)
        if CONSENT in self._of_customer:
            known[CONSENT] = [
                channel for channel in _BETWEEN_CHANNELS.split(self._text(CONSENT, cells)) if channel
            ]
        before = self._said.get(customer)
        # A row that happened earlier than it was said so far needs it as well: the log is put in order of time.
        if before is not None and before[0] == known and before[1] <= at:
            return None
        self._said[customer] = (known, at)
        return known

    def _data(self, names: list[str], cells: Cells) -> dict[str, Any]:
        found = {}
        for name in names:
            text = self._text(name, cells)
            if text:
                plain = name in ("channel", "locale", "customer.locale", "customer.zone")
                found[name.removeprefix(OF_CUSTOMER)] = text if plain else self._value(text)
        return found

    def _value(self, text: str) -> str | float | bool:
        """A number where it is written as a program writes one, true and false, else the text as it is."""
        if self._number.fullmatch(text):
            number = text.replace(",", ".")
            return float(number) if "." in number else int(number)
        folded = text.lower()
        return folded == "true" if folded in ("true", "false") else text

    def _time(self, line: int, cells: Cells) -> datetime | str:
        text = self._text("time", cells)
        if not text:
            return f"{self._place('time')}: it has no time."
        at = written_time(text, self._mapping.dates, self._mapping.times_in)
        if not isinstance(at, NoTime):
            return at
        if at.unsaid is not None:
            raise Refused(
                f"{self._shown}, line {line}, {self._place('time')}: {at.reason} {_UNSAID[at.unsaid]}"
            )
        return f"{self._place('time')}: {at.reason}"

    def _text(self, field: str, cells: Cells) -> str:
        column = self._mapping.columns.get(field)
        return (cells.get(column, "") if column is not None else self._mapping.values.get(field, "")).strip()

    def _place(self, field: str) -> str:
        column = self._mapping.columns.get(field)
        return f"column {column}" if column is not None else f"{field} behind --columns"
