"""A small batch that unpacks to more than memory holds: it is refused before that, and the others are read."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import cramjam
import pytest
from aiokafka import codec

from router.kafka import unpacking
from tests.running.compressed import CODECS, publish_compressed
from tests.running.hostile import good
from tests.running.service import running, settings_for
from tests.running.topics import Entry, publish
from tests.running.waiting import eventually

PACKED: dict[str, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]] = {
    "gzip": (codec.gzip_encode, unpacking.gunzip),
    "snappy": (codec.snappy_encode, unpacking.unsnap),
    "snappy-raw": (lambda text: bytes(cramjam.snappy.compress_raw(text)), unpacking.unsnap),
    "lz4": (codec.lz4_encode, unpacking.unlz4),
    "zstd": (codec.zstd_encode, unpacking.unzstd),
}


@pytest.mark.parametrize("kind", PACKED)
def test_up_to_the_largest_and_no_further(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST", 1_000_000)
    pack, unpack = PACKED[kind]
    for text in (b"x", Random(7).randbytes(70_000), b"x" * 70_000, b"x" * 1_000_000):
        assert unpack(pack(text)) == text
    for size in (1_000_001, 50_000_000):
        with pytest.raises(unpacking.UnpacksTooLarge):
            unpack(pack(b"x" * size))


@pytest.mark.parametrize("kind", PACKED)
def test_what_is_broken_is_not_said_to_be_too_large(kind: str) -> None:
    pack, unpack = PACKED[kind]
    packed = pack(Random(7).randbytes(70_000))
    for broken in (packed[:-9], packed[:9], b"\xff" * 90):
        with pytest.raises(Exception) as raised:  # noqa: PT011 - each codec has its own
            unpack(broken)
        assert not isinstance(raised.value, unpacking.UnpacksTooLarge)


@pytest.mark.parametrize("kind", CODECS[1:])
async def test_one_such_batch_is_named_and_the_other_partitions_are_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST", 100_000)
    settings = settings_for(tmp_path)
    topic = settings.topics.interactions
    async with running(settings) as service:
        await publish_compressed(service.bootstrap, topic, kind, [Entry(b"c-1", b"0" * 900_000)])
        await eventually(service.worker.progress.troubles, "it is named")
        assert "unpacks to more than" in str(service.worker.progress.troubles())
        for partition in range(4):
            await publish(service.bootstrap, topic, [good(f"p-{partition}")], partition)
        await eventually(lambda: service.decided == 3, "the others are read")
