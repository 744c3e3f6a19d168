"""Makes the fetches of one partition fail in many ways, as a broker or a disk would."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.util import calc_crc32c

Damage = Callable[[bytes], bytes]
_LENGTH, _CRC, _ATTRIBUTES, _HEAD = slice(8, 12), slice(17, 21), 21, 12


def _signed(batch: bytearray) -> bytes:
    batch[_CRC] = calc_crc32c(bytes(batch[_ATTRIBUTES:])).to_bytes(4)
    return bytes(batch)


def flipped(batch: bytes) -> bytes:
    """A bit fell over."""
    return batch[:-1] + bytes([batch[-1] ^ 1])


def unknown_codec(batch: bytes) -> bytes:
    """Compressed in a way of the future."""
    changed = bytearray(batch)
    changed[_ATTRIBUTES + 1] |= 7
    return _signed(changed)


def not_what_it_says(batch: bytes) -> bytes:
    """Said to be zstd, and is not."""
    changed = bytearray(batch)
    changed[_ATTRIBUTES + 1] |= 4
    return _signed(changed)


def cut_records(batch: bytes) -> bytes:
    """Signed, and yet its records are nonsense."""
    changed = bytearray(batch)
    changed[61:] = b"\xff" * len(changed[61:])
    return _signed(changed)


def too_large(batch: bytes) -> bytes:
    """A batch of which a fetch brings only the beginning."""
    return batch[:-3]


DAMAGES: Final = (flipped, unknown_codec, not_what_it_says, cut_records, too_large)


class Broken:
    """One partition, broken from an offset on for as long as `on`: by an error code, or by damage to its batches."""

    def __init__(self, partition: int, fault: int | Damage, offset: int) -> None:
        self.partition = partition
        self.fault = fault
        self.offset = offset
        self.on = True

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From here on, for all clients of this process."""
        real = AIOKafkaClient.send

        async def send(client: AIOKafkaClient, node: Any, request: Any, **options: Any) -> Any:
            response = await real(client, node, request, **options)
            if self.on and isinstance(request, FetchRequest):
                for at, (topic, partitions) in enumerate(response.topics):
                    response.topics[at] = (topic, [self._told(one) for one in partitions])
            return response

        monkeypatch.setattr(AIOKafkaClient, "send", send)

    def _told(self, one: tuple[Any, ...]) -> tuple[Any, ...]:
        number, code, high, *rest, batches = one
        if number != self.partition:
            return one
        if isinstance(self.fault, int):
            return (number, self.fault, high, *rest, b"")
        return (number, code, high, *rest, self._damaged(batches or b"", self.fault))

    def _damaged(self, batches: bytes, damage: Damage) -> bytes:
        found, at = b"", 0
        while at + _HEAD < len(batches):
            end = at + _HEAD + int.from_bytes(batches[at:][_LENGTH])
            batch = batches[at:end]
            if int.from_bytes(batch[:8]) >= self.offset:
                # What follows a batch that is cut off is not there.
                return found + damage(batch) + (b"" if damage is too_large else batches[end:])
            found, at = found + batch, end
        return found
