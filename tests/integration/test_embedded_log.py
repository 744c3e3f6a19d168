"""What the embedded broker acknowledges is kept: over its end, in a full disk, against bytes that are no records."""

import asyncio
import sqlite3
import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka import TopicPartition as Place

from router.kafka import EmbeddedBroker
from router.kafka.embedded.log import CorruptBatch, NotKept, RecordLog, batches
from tests.running.eventlog import HOUR, entries, event
from tests.running.prompt_rules import prompt_rules
from tests.running.service import running, settings_for
from tests.running.topics import publish
from tests.running.waiting import eventually

TOPIC = "in"
HERE = TopicPartition(TOPIC, 0)


async def send(bootstrap: str, values: list[bytes], topic: str = TOPIC) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for answer in [await producer.send(topic, value, partition=0) for value in values]:
            await answer


async def read(bootstrap: str, count: int, start: int = 0, topic: str = TOPIC) -> list[bytes]:
    values: list[bytes] = []
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        consumer.assign([TopicPartition(topic, 0)])
        consumer.seek(TopicPartition(topic, 0), start)
        while len(values) < count:
            found = await consumer.getmany(timeout_ms=500)
            values += [record.value for batch in found.values() for record in batch]
    return values


def batch_of(value: bytes) -> bytes:
    """A record batch as a producer makes it."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 100_000)
    builder.append(0, 1_000, None, value, [])
    return bytes(builder.build())


async def test_records_and_offsets_outlive_the_broker(tmp_path: Path) -> None:
    values = [b"%d" % number for number in range(50)]
    with EmbeddedBroker(tmp_path / "records.db") as broker:
        first = broker.start({TOPIC: 1})
        await send(first, values)
        await send(first, [b"of a topic that nobody made"], topic="asked-for")
        async with AIOKafkaConsumer(
            TOPIC,
            bootstrap_servers=first,
            group_id="g",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
        ) as consumer:
            await consumer.getone()
            await consumer.commit({HERE: 20})
    with EmbeddedBroker(tmp_path / "records.db") as broker:
        second = broker.start({TOPIC: 1})
        assert await read(second, 30, start=20) == values[20:]
        assert await read(second, 1, topic="asked-for") == [b"of a topic that nobody made"]
        await send(second, [b"more"])
        assert await read(second, 1, start=50) == [b"more"]
        admin = AIOKafkaAdminClient(bootstrap_servers=second)
        await admin.start()
        committed = await admin.list_consumer_group_offsets("g")
        await admin.close()
    assert {place: entry.offset for place, entry in committed.items()} == {HERE: 20}


async def test_a_topic_keeps_the_partitions_that_hold_records(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path / "records.db") as broker:
        async with AIOKafkaProducer(bootstrap_servers=broker.start({TOPIC: 6})) as producer:
            await producer.send_and_wait(TOPIC, b"far", partition=5)
    with EmbeddedBroker(tmp_path / "records.db") as broker:
        async with AIOKafkaProducer(bootstrap_servers=broker.start({TOPIC: 2})) as producer:
            assert await producer.partitions_for(TOPIC) == set(range(6))


async def test_a_full_disk_refuses_and_then_takes_again(tmp_path: Path) -> None:
    with EmbeddedBroker(tmp_path / "records.db") as broker:
        bootstrap = broker.start({TOPIC: 1})
        await send(bootstrap, [b"before"])
        assert broker.trouble is None
        log = broker._log
        assert log is not None
        (pages,) = log._database.execute("PRAGMA page_count").fetchone()
        log._database.execute(f"PRAGMA max_page_count = {pages + 4}")
        producer = Producer({"bootstrap.servers": bootstrap, "message.timeout.ms": 20_000})
        told: list[object] = []
        producer.produce(TOPIC, b"x" * 900_000, partition=0, on_delivery=lambda error, _: told.append(error))
        await eventually(lambda: broker.trouble is not None, "the broker says that it is full")
        assert "full" in (broker.trouble or "")

        log._database.execute("PRAGMA max_page_count = 1000000")
        await asyncio.to_thread(producer.flush, 30)

        assert broker.trouble is None
        assert [len(value) for value in await read(bootstrap, 2)] == [6, 900_000]
        assert told == [None]


def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    (tmp_path / "records.db").write_bytes(b"this is no database, but it is long enough to be looked at" * 20)
    with pytest.raises(NotKept):
        RecordLog(tmp_path / "records.db")


@pytest.mark.parametrize("waiting", [True, False])
def test_what_nobody_waits_for_goes_after_a_week(waiting: bool, tmp_path: Path) -> None:
    log = RecordLog(tmp_path / "records.db")
    old = batches(batch_of(b"old"))
    log.append([((topic, 0), old) for topic in ("read", "half-read", "never-read", "input")])
    log.append([(("half-read", 0), old)])
    log.commit("g", [(("read", 0), 1, None), (("half-read", 0), 1, "")])
    if not waiting:
        log._database.execute("UPDATE batches SET kept_at = kept_at - 8 * 86400")
    log.tidy(["input"])
    starts = {topic: log.start((topic, 0)) for topic in ("read", "half-read", "never-read", "input")}
    gone = {"read": 1, "half-read": 1, "never-read": 1, "input": 0}
    assert starts == (dict.fromkeys(starts, 0) if waiting else gone)
    assert log.end(("half-read", 0)) == 2
    log.close()


def test_a_batch_is_taken_as_it_was_sent_or_not_at_all() -> None:
    text = batch_of(b"hello")
    assert [one.records for one in batches(text + text)] == [1, 1]
    for number in range(8, len(text)):
        if 12 <= number < 16:
            continue  # the leader's epoch, which brokers write
        with pytest.raises(CorruptBatch):
            batches(text[:number] + bytes([text[number] ^ 1]) + text[number + 1 :])
    for length in range(1, len(text)):
        with pytest.raises(CorruptBatch):
            batches(text[:length])


@pytest.mark.parametrize(
    "text",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        struct.pack(">i", -5),
        struct.pack(">i", 2_000_000_000),
        struct.pack(">ihhi", 8, 99, 0, 1),
        struct.pack(">ihhih", 10, 0, 99, 1, -1),
        struct.pack(">ihhihhhii", 22, 0, 3, 1, -1, -1, 1, 1000, 2_000_000_000),
        struct.pack(">ihhihh", 12, 8, 7, 1, -1, 50),
    ],
)
async def test_a_client_that_speaks_something_else_is_let_go_and_others_are_served(text: bytes) -> None:
    with EmbeddedBroker() as broker:
        bootstrap = broker.start({TOPIC: 1})
        host, port = bootstrap.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(text)
        assert await reader.read() == b""
        writer.close()
        await send(bootstrap, [b"good"])
        assert await read(bootstrap, 1) == [b"good"]


def test_a_partition_that_is_not_there_is_refused() -> None:
    with EmbeddedBroker() as broker:
        consumer = Consumer({"bootstrap.servers": broker.start({TOPIC: 1}), "group.id": "g"})
        with pytest.raises(KafkaException, match="UNKNOWN_PARTITION"):
            consumer.get_watermark_offsets(Place(TOPIC, 7), timeout=20)
        assert consumer.get_watermark_offsets(Place(TOPIC, 0), timeout=20) == (0, 0)
        consumer.close()


async def test_a_consumer_is_woken_by_what_arrives() -> None:
    with EmbeddedBroker() as broker:
        bootstrap = broker.start({TOPIC: 1})
        async with AIOKafkaConsumer(bootstrap_servers=bootstrap, fetch_max_wait_ms=25_000) as consumer:
            consumer.assign([HERE])
            consumer.seek(HERE, 0)
            waiting = asyncio.create_task(consumer.getone())
            await consumer.end_offsets([HERE])
            await send(bootstrap, [b"wake up"])
            async with asyncio.timeout(20):
                assert (await waiting).value == b"wake up"


async def test_a_run_decides_all_of_a_flood_and_what_was_unread_when_it_ended(tmp_path: Path) -> None:
    """Some 8 MB a partition, from a client that does not wait for anybody to read."""
    settings = settings_for(tmp_path / "data", rules=prompt_rules(tmp_path / "rules"))
    at = datetime.now(UTC) - HOUR
    calls = [
        event(number, f"c-{number % 500}", at, "call.completed", note="x" * 8_000) for number in range(4_000)
    ]
    async with running(settings) as service:
        await publish(service.bootstrap, settings.topics.interactions, entries(calls))
        decided = service.decided
    assert decided <= len(calls)
    async with running(settings) as service:
        await eventually(
            lambda: decided_in(settings.data) == len(calls), "all is decided, and nothing of it is gone"
        )


def decided_in(data: Path) -> int:
    with sqlite3.connect(data / "feedback-router.db") as database:
        (count,) = database.execute("SELECT count(*) FROM journal").fetchone()
    return int(count)
