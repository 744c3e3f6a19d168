"""The records of the embedded broker, and how far groups have read them, in one SQLite file.

What is acknowledged is in the file: it outlives the process, whichever way that ends, but not a machine that
loses its power in the same second. Nothing is forgotten but what `RecordLog.tidy` removes.
"""

import json
import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from aiokafka.record.util import calc_crc32c
from msgspec import Struct

from router.settings.own_files import own_sqlite

MOST_BYTES: Final = 12_000_000
"""Of one record batch, and so of a record."""

KEEP_DAYS: Final = 7
"""How long records stay that are read or that no group waits for."""

_HEAD: Final = struct.Struct(">qiibIhiqqqhii")
_CHECKED_FROM: Final = 21  # what stands before is not covered by the checksum
_MAGIC: Final = 2
_BATCH_PREFIX: Final = 12  # offset and length
# The index holds all that is looked for by offset or time, so that no batch is read but those that are sent. A batch is
# found by its end: the first one that ends behind an offset holds it.
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS batches (
    topic TEXT NOT NULL, place INTEGER NOT NULL, base INTEGER NOT NULL, next INTEGER NOT NULL,
    latest INTEGER NOT NULL, kept_at INTEGER NOT NULL DEFAULT (unixepoch()), records BLOB NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS batches_in_order ON batches (topic, place, next, base, latest);
CREATE TABLE IF NOT EXISTS ends (
    topic TEXT NOT NULL, place INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, place)
);
CREATE TABLE IF NOT EXISTS read_up_to (
    reader TEXT NOT NULL, topic TEXT NOT NULL, place INTEGER NOT NULL, next INTEGER NOT NULL, note TEXT,
    PRIMARY KEY (reader, topic, place)
);
"""
# Read is what the slowest group has read. Where no group has: nothing of a topic that is awaited, all of others.
_TIDY: Final = """
    DELETE FROM batches WHERE kept_at < unixepoch() - ?1 AND next <= coalesce(
        (SELECT min(r.next) FROM read_up_to r WHERE r.topic = batches.topic AND r.place = batches.place),
        CASE WHEN topic IN (SELECT value FROM json_each(?2)) THEN 0 ELSE next END
    )
"""

LogPlace = tuple[str, int]
"""A topic and the number of a partition."""


class RecordBatch(Struct, frozen=True):
    """A record batch as a producer sent it."""

    text: bytes
    records: int
    latest: int


class NotKept(Exception):
    """The file takes no more; the text says why."""


class CorruptBatch(Exception):
    """The bytes are no record batches, or not those that were sent."""


class RecordLog:
    """Keeps record batches. Not for several threads at once."""

    def __init__(self, file: Path | None) -> None:
        """Opens the file; None for one that nobody else sees. Raises `NotKept`."""
        try:
            if file is not None:
                own_sqlite(file)
            self._database = sqlite3.connect(file or "", isolation_level=None, check_same_thread=False)
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=NORMAL")
            self._database.executescript(_TABLES)
            rows = self._database.execute("SELECT topic, place, next FROM ends")
            self._starts: dict[LogPlace, int] = {}  # they move in `tidy` only
            self._ends: dict[LogPlace, int] = {(topic, place): end for topic, place, end in rows}
        except (sqlite3.Error, OSError) as error:
            raise NotKept(str(error)) from error

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    def topics(self) -> dict[str, int]:
        """The topics with records, and how many partitions they have at least."""
        found: dict[str, int] = {}
        for topic, place in self._ends:
            found[topic] = max(found.get(topic, 0), place + 1)
        return found

    def end(self, place: LogPlace) -> int:
        """The offset that the next record gets."""
        return self._ends.get(place, 0)

    def start(self, place: LogPlace) -> int:
        """The offset of the oldest record; that of the next one where there is none."""
        if place not in self._starts:
            query = "SELECT base FROM batches WHERE topic = ? AND place = ? ORDER BY next LIMIT 1"
            oldest = self._database.execute(query, place).fetchone()
            self._starts[place] = self.end(place) if oldest is None else int(oldest[0])
        return self._starts[place]

    def append(self, batches: Sequence[tuple[LogPlace, Sequence[RecordBatch]]]) -> list[int]:
        """The offset of the first record of each, once all of them are in the file. Raises `NotKept`."""
        ends, firsts, rows = dict[LogPlace, int](), [], []
        for place, parts in batches:
            end = ends.get(place, self.end(place))
            firsts.append(end)
            for batch in parts:
                # The batch with the offset of its first record, and the one leader that there is.
                text = struct.pack(">q", end) + batch.text[8:12] + struct.pack(">i", 0) + batch.text[16:]
                rows.append((*place, end, end + batch.records, batch.latest, text))
                end += batch.records
            ends[place] = end
        self._write(
            (
                "INSERT INTO batches (topic, place, base, next, latest, records) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            ),
            ("INSERT OR REPLACE INTO ends VALUES (?, ?, ?)", [(*place, end) for place, end in ends.items()]),
        )
        self._ends |= ends
        return firsts

    def read(self, place: LogPlace, offset: int, most: int) -> bytes:
        """The batches from the one that holds the offset on, at most so many bytes, but one at least."""
        found, size = list[bytes](), 0
        query = "SELECT records FROM batches WHERE topic = ? AND place = ? AND next > ? ORDER BY next"
        for (records,) in self._database.execute(query, (*place, offset)):
            if found and size + len(records) > most:
                break
            found.append(records)
            size += len(records)
        return b"".join(found)

    def at(self, place: LogPlace, time: int) -> tuple[int, int] | None:
        """Where the first batch begins that reaches to a time (milliseconds), with that time; None for none."""
        query = "SELECT base, latest FROM batches WHERE topic = ? AND place = ? AND latest >= ? ORDER BY next LIMIT 1"
        row = self._database.execute(query, (*place, time)).fetchone()
        return None if row is None else (int(row[0]), int(row[1]))

    def commit(self, group: str, read: Sequence[tuple[LogPlace, int, str | None]]) -> None:
        """Notes how far a group has read. Raises `NotKept`."""
        rows = [(group, *place, offset, note) for place, offset, note in read]
        self._write(("INSERT OR REPLACE INTO read_up_to VALUES (?, ?, ?, ?, ?)", rows))

    def committed(self, group: str) -> dict[LogPlace, tuple[int, str | None]]:
        """How far a group has read."""
        rows = self._database.execute(
            "SELECT topic, place, next, note FROM read_up_to WHERE reader = ?", (group,)
        )
        return {(topic, place): (end, note) for topic, place, end, note in rows}

    def tidy(self, awaited: Sequence[str]) -> None:
        """Removes what is older than a week, unless a group has yet to read it. Raises `NotKept`.

        Of the `awaited` topics, nothing goes that no group has read.
        """
        self._starts.clear()
        self._write((_TIDY, [(KEEP_DAYS * 86_400, json.dumps(list(awaited)))]))

    def _write(self, *statements: tuple[str, Sequence[tuple[object, ...]]]) -> None:
        try:
            self._database.execute("BEGIN IMMEDIATE")
            for statement, rows in statements:
                self._database.executemany(statement, rows)
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            raise NotKept(str(error)) from error


def batches(text: bytes) -> list[RecordBatch]:
    """The record batches in what a producer sent. Raises `CorruptBatch`."""
    found: list[RecordBatch] = []
    at = 0
    while at < len(text):
        try:
            _, length, _, magic, checksum, _, last, _, latest, *_, count = _HEAD.unpack_from(text, at)
        except struct.error as error:
            raise CorruptBatch from error
        end = at + _BATCH_PREFIX + length
        if (
            magic != _MAGIC
            or length < _HEAD.size - _BATCH_PREFIX
            or end > len(text)
            or count < 1
            or last != count - 1
        ):
            raise CorruptBatch
        if calc_crc32c(memoryview(text)[at + _CHECKED_FROM : end]) != checksum:
            raise CorruptBatch
        found.append(RecordBatch(text[at:end], count, latest))
        at = end
    return found
