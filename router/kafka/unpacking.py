"""Keeps aiokafka from unpacking a small batch into more memory than there is.

What a batch unpacks to stands nowhere that could be believed: a megabyte of zeros, packed, becomes gigabytes.
"""

import io
from collections.abc import Callable
from gzip import GzipFile
from typing import Any, Final

import cramjam
from aiokafka import codec
from aiokafka.record import _crecords, default_records, legacy_records

MOST: Final = 128 * 1024 * 1024
"""Bytes of one unpacked batch. Producers gather some megabytes at most before they pack them."""

_USUAL: Final = 32
"""What is packed seldom unpacks to more than so many times its size."""

_BLOCK: Final = slice(16, None)
_Into = Callable[[bytes, bytearray], int]


class UnpacksTooLarge(Exception):
    """A batch unpacks to more than `MOST` bytes."""


def gunzip(packed: Any) -> bytes:
    """As aiokafka's, bounded. Raises `UnpacksTooLarge`."""
    with GzipFile(fileobj=io.BytesIO(packed)) as file:
        unpacked = file.read(MOST + 1)
    if len(unpacked) > MOST:
        raise UnpacksTooLarge
    return unpacked


def unsnap(packed: bytes) -> bytes:
    """As aiokafka's, bounded. Raises `UnpacksTooLarge`."""
    if sum(map(cramjam.snappy.decompress_raw_len, _snappy_blocks(packed))) > MOST:
        raise UnpacksTooLarge
    return bytes(codec.snappy_decode(packed))


def _snappy_blocks(packed: bytes) -> list[bytes]:
    if not codec._detect_xerial_stream(packed):  # noqa: SLF001 - aiokafka's own way to tell
        return [packed]
    blocks, rest = [], packed[_BLOCK]
    while rest:
        end = 4 + int.from_bytes(rest[:4])
        blocks.append(rest[4:end])
        rest = rest[end:]
    return blocks


def unlz4(packed: bytes) -> bytes:
    """As aiokafka's, bounded. Raises `UnpacksTooLarge`."""
    return _into(cramjam.lz4.decompress_into, packed)


def unzstd(packed: bytes) -> bytes:
    """As aiokafka's, bounded. Raises `UnpacksTooLarge`."""
    return _into(cramjam.zstd.decompress_into, packed)


def _into(unpack: _Into, packed: bytes) -> bytes:
    try:
        return _in_room(unpack, packed, min(max(_USUAL * len(packed), 1024), MOST))
    except cramjam.DecompressionError:
        pass  # The room is too small, or the batch broken: the largest room tells.
    try:
        return _in_room(unpack, packed, MOST)
    except cramjam.DecompressionError as error:
        if "whole buffer" in str(error):
            raise UnpacksTooLarge from None
        raise


def _in_room(unpack: _Into, packed: bytes, size: int) -> bytes:
    room = bytearray(size)
    return bytes(memoryview(room)[: unpack(packed, room)])


def install() -> None:
    """Bounds what every consumer of this process unpacks."""
    readers = (default_records, legacy_records, _crecords.default_records, _crecords.legacy_records)
    for reader in readers:
        for name, bounded in _BOUNDED.items():
            if hasattr(reader, name):
                setattr(reader, name, bounded)


_BOUNDED: Final[dict[str, Callable[[Any], bytes]]] = {
    "gzip_decode": gunzip,
    "snappy_decode": unsnap,
    "lz4_decode": unlz4,
    "zstd_decode": unzstd,
}
