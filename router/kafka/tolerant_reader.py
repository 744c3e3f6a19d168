r"""Lets aiokafka read records whose header keys are not UTF-8.

aiokafka decodes header keys itself and raises out of `getmany` for ever: the partition stands still, and what
other partitions gave in the same call is lost. Here only a batch that fails is read again, by aiokafka's own
Python reader, with every undecodable byte of a header key shown as `\xff`.
"""

from collections.abc import Iterator
from typing import Any, SupportsIndex

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

from router.kafka import unpacking

_LENGTH = slice(8, 12)
_HEAD = 12
_MAGIC = 16
_MAGIC_WITH_HEADERS = 2


class _Piece(bytes):
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")


class _Buffer(bytes):
    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        found = super().__getitem__(key)
        return _Piece(found) if isinstance(found, bytes) else found


class _TolerantBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka is untyped
    _buffer: Any

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        if not isinstance(self._buffer, _Buffer):
            self._buffer = _Buffer(self._buffer)


class _Batch:
    """A record batch as the fetcher uses it: as aiokafka reads it, and tolerantly where that fails."""

    def __init__(self, batch: Any, text: memoryview) -> None:
        self._batch = batch
        self._text = text

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._batch
        except (UnicodeDecodeError, CorruptRecordException):
            if self._text[_MAGIC] < _MAGIC_WITH_HEADERS:
                raise
            # Those already given come again; the fetcher passes over offsets it has had.
            yield from _TolerantBatch(bytearray(self._text))


class _Records:
    """In place of aiokafka's MemoryRecords."""

    def __init__(self, text: bytes) -> None:
        self._records = MemoryRecords(text)
        self._text = memoryview(text)
        self._at = 0

    def size_in_bytes(self) -> int:
        # Where aiokafka sees bytes without a whole batch, it passes over the record, which would be lost.
        return int(self._records.size_in_bytes()) if self.has_next() else 0

    def has_next(self) -> bool:
        return bool(self._records.has_next())

    def next_batch(self) -> _Batch | None:
        batch = self._records.next_batch()
        if batch is None:
            return None
        begin = self._at
        self._at += _HEAD + int.from_bytes(self._text[begin:][_LENGTH])
        return _Batch(batch, self._text[begin : self._at])


def install() -> None:
    """Makes every consumer of this process read tolerantly."""
    fetcher.MemoryRecords = _Records
    unpacking.install()
