"""Topics of one test: made, written to and read whole."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from msgspec import Struct

from router.model.record import Record
from tests.running.waiting import eventually
from tests.services.service import START_SECONDS

Headers = tuple[tuple[str, bytes | None], ...]
LARGE = 12_000_000
"""`max.message.bytes` for topics that take large values."""


class Entry(Struct, frozen=True):
    """A record to publish."""

    key: bytes | None
    value: bytes | None
    headers: Headers = ()


class RawName(str):
    """A header name that is sent as bytes that no text gives."""

    __slots__ = ("raw",)

    def __new__(cls, raw: bytes) -> "RawName":
        """Keep the bytes beside a readable text."""
        made = super().__new__(cls, raw.decode("utf-8", "backslashreplace"))
        made.raw = raw
        return made

    def encode(self, *_: object) -> bytes:  # type: ignore[override]
        """The bytes as they are."""
        raw: bytes = self.raw
        return raw


def fresh_topics() -> dict[str, str]:
    """Settings with topic names that no other test uses."""
    name = uuid4().hex[:12]
    return {
        "interactions": f"{name}.interactions",
        "preferences": f"{name}.preferences",
        "invitations": f"{name}.invitations",
        "deliveries": f"{name}.deliveries",
        "responses": f"{name}.responses",
        "alerts": f"{name}.alerts",
    }


def create(
    bootstrap: str, partitions: Mapping[str, int], config: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Create topics on an Apache Kafka, `config` by name of topic."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    wanted = [
        NewTopic(name, count, 1, config=dict((config or {}).get(name, {})))
        for name, count in partitions.items()
    ]
    for future in admin.create_topics(wanted).values():
        future.result(timeout=START_SECONDS)
    # A broker under load answers before all of it is known everywhere.
    deadline = time.monotonic() + START_SECONDS
    while not partitions.keys() <= admin.list_topics(timeout=START_SECONDS).topics.keys():
        if time.monotonic() > deadline:
            raise TimeoutError(f"topics are not there after {START_SECONDS} s")


def create_all(
    bootstrap: str, topics: Mapping[str, str], partitions: int, config: Mapping[str, str] | None = None
) -> None:
    """Create every topic of the settings, with their dead-letter topics."""
    dead = {f"{name}.dlq": 1 for role, name in topics.items() if role not in ("invitations", "alerts")}
    names = dict.fromkeys(topics.values(), partitions) | dead
    create(bootstrap, names, dict.fromkeys(names, config or {}))


async def publish(bootstrap: str, topic: str, entries: Sequence[Entry], partition: int | None = None) -> None:
    """Publish in this order; by key where no partition is named."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, max_request_size=LARGE, linger_ms=5) as producer:
        answers = [await _send(producer, topic, entry, partition) for entry in entries]
        for answer in answers:
            await answer


async def _send(producer: AIOKafkaProducer, topic: str, entry: Entry, partition: int | None) -> Any:
    raw = any(isinstance(name, RawName) for name, _ in entry.headers)
    if not raw and (entry.key, entry.value) != (None, None):
        return await producer.send(topic, entry.value, entry.key, partition, headers=list(entry.headers))
    await producer.flush()
    batch = producer.create_batch()
    if raw:
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, LARGE)
    batch.append(timestamp=None, key=entry.key, value=entry.value, headers=list(entry.headers))
    return await producer.send_batch(batch, topic, partition=partition or 0)


def asked_in(records: Sequence[Record]) -> list[str]:
    """The ids of the invitations among messages to the sender, without reminders, fallbacks and cancellations."""
    events = [json.loads(record.value or b"") for record in records]
    return [event["id"] for event in events if event["data"].get("kind") == "invitation"]


async def read_all(bootstrap: str, topic: str) -> list[Record]:
    """Everything the topic holds now, partition by partition."""
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, fetch_max_wait_ms=10, auto_offset_reset="earliest"
    )
    async with consumer:
        await eventually(lambda: bool(consumer.assignment()), "the partitions are known")
        partitions = sorted(consumer.assignment())
        ends = await consumer.end_offsets(partitions)
        found: dict[TopicPartition, list[Any]] = {partition: [] for partition in partitions}
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for partition, records in (await consumer.getmany(timeout_ms=100)).items():
                found[partition] += records
    return [
        Record(raw.topic, raw.partition, raw.offset, raw.timestamp, raw.key, raw.value, tuple(raw.headers))
        for partition in partitions
        for raw in found[partition]
    ]
