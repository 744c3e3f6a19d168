"""Records as the usual clients send them, in every compression they know."""

from collections.abc import Sequence
from typing import Final

from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

from tests.running.topics import Entry
from tests.services.service import START_SECONDS

CODECS: Final = ("none", "gzip", "snappy", "lz4", "zstd")


async def publish_compressed(bootstrap: str, topic: str, codec: str, entries: Sequence[Entry]) -> None:
    """Publish all entries with aiokafka, compressed."""
    kind = None if codec == "none" else codec
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=kind, linger_ms=20) as producer:
        answers = [await producer.send(topic, entry.value, entry.key) for entry in entries]
        for answer in answers:
            await answer


def publish_by_librdkafka(bootstrap: str, topic: str, codec: str, entries: Sequence[Entry]) -> None:
    """Publish all entries with confluent-kafka, compressed."""
    producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 20})
    refused: list[object] = []
    for entry in entries:
        producer.produce(
            topic,
            entry.value,
            entry.key,
            on_delivery=lambda error, _: refused.append(error) if error else None,
        )
    left = producer.flush(START_SECONDS)
    assert (left, refused) == (0, []), "not all are stored"
