"""The two guards around aiokafka: what a failing fetch or a raw header name must not lose."""

import asyncio
import gc
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from itertools import count
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.errors import GroupAuthorizationFailedError, InvalidSessionTimeoutError
from aiokafka.record.memory_records import MemoryRecords

from router.kafka import EmbeddedBroker, tolerant_reader
from router.kafka.lossless import LosslessConsumer, NotStarted
from router.kafka.member import FENCES
from tests.running.broken_fetches import DAMAGES, Broken, Damage
from tests.running.topics import Entry, RawName, publish
from tests.running.waiting import eventually

TOPIC = "guarded"
RAW = (RawName(b"\xffbad"), b"1"), ("plain", b"2")


@pytest.fixture
async def bootstrap(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """A broker whose partitions 0 and 1 hold four records each; record 2 of partition 0 has a raw header name."""
    monkeypatch.setattr(fetcher, "MemoryRecords", MemoryRecords)
    with EmbeddedBroker() as broker:
        address = broker.start({TOPIC: 2})
        for partition in (1, 0):
            entries = [Entry(b"k", b"%d-%d" % (partition, number)) for number in range(4)]
            if partition == 0:
                entries[2] = Entry(b"k", b"0-2", RAW)
            await publish(address, TOPIC, entries, partition)
        yield address


def consumer_of(kind: type[AIOKafkaConsumer], bootstrap: str, **options: Any) -> AIOKafkaConsumer:
    return kind(
        TOPIC,
        bootstrap_servers=bootstrap,
        group_id="guard",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        fetch_max_wait_ms=10,
        session_timeout_ms=3_000,
        heartbeat_interval_ms=500,
        **options,
    )


class Reading:
    """What a consumer hands out."""

    def __init__(self, consumer: AIOKafkaConsumer, most: int = 100) -> None:
        self.consumer = consumer
        self.most = most
        self.values: Counter[bytes] = Counter()
        self.errors = 0

    async def once(self) -> None:
        try:
            found = await self.consumer.getmany(timeout_ms=50, max_records=self.most)
        except UnicodeDecodeError:
            self.errors += 1
            return
        self.values.update(record.value for records in found.values() for record in records)

    async def failed(self, times: int) -> bool:
        await self.once()
        return self.errors >= times

    async def has(self, count: int) -> bool:
        await self.once()
        return self.values.total() >= count

    async def names(self, partition: TopicPartition) -> bool:
        await self.once()
        return partition in self.consumer.unreadable()


@pytest.fixture
def fails(monkeypatch: pytest.MonkeyPatch) -> Callable[[set[int]], list[int]]:
    """Makes the drains with these numbers fail after they have moved all positions, as aiokafka's do."""

    def install(numbers: set[int]) -> list[int]:
        real, drains, failed = fetcher.Fetcher.fetched_records, count(), list[int]()

        async def fetched_records(self: Any, *given: Any, **options: Any) -> Any:
            found = await real(self, *given, **options)
            if found and (number := next(drains)) in numbers:
                failed.append(number)
                raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")
            return found

        monkeypatch.setattr(fetcher.Fetcher, "fetched_records", fetched_records)
        return failed

    return install


async def test_aiokafka_still_stands_still_at_a_raw_header_name(bootstrap: str) -> None:
    async with consumer_of(AIOKafkaConsumer, bootstrap) as consumer:
        reading = Reading(consumer)
        await eventually(lambda: reading.failed(3), "the fetch fails")
    assert not reading.values.keys() & {b"0-2", b"0-3"}


@pytest.mark.parametrize("numbers", [{0}, {1}, {0, 1, 3}], ids=["first", "second", "several"])
async def test_a_failed_fetch_is_handed_out_again(
    bootstrap: str, fails: Callable[[set[int]], list[int]], numbers: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", tolerant_reader._Records)
    failed = fails(numbers)
    async with consumer_of(LosslessConsumer, bootstrap, retry_after=0.1) as consumer:
        reading = Reading(consumer, most=2)
        await eventually(lambda: reading.has(8), "all records are read")
    assert set(failed) == numbers
    assert reading.values == Counter(b"%d-%d" % divmod(number, 4) for number in range(8))


async def test_after_a_restart_a_failed_fetch_goes_back_to_what_is_committed(
    bootstrap: str, fails: Callable[[set[int]], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", tolerant_reader._Records)
    async with consumer_of(LosslessConsumer, bootstrap, retry_after=0.1) as consumer:
        first = Reading(consumer, most=3)
        await eventually(lambda: first.has(1), "some records are read")
        await consumer.commit()
    failed = fails({0})
    async with consumer_of(LosslessConsumer, bootstrap, retry_after=0.1) as consumer:
        second = Reading(consumer)
        await eventually(lambda: second.has(8 - first.values.total()), "the others are read")
    assert failed == [0]
    assert first.values + second.values == Counter(b"%d-%d" % divmod(number, 4) for number in range(8))


CODES = {
    1: "OffsetOutOfRange",
    2: "CorruptRecord",
    29: "TopicAuthorization",
    56: "KafkaStorage",
    9_999: "Unknown",
}


@pytest.mark.parametrize(
    "fault", [*CODES, *DAMAGES], ids=[*CODES.values(), *(one.__name__ for one in DAMAGES)]
)
async def test_a_partition_that_cannot_be_read_is_named_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, fault: int | Damage
) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", tolerant_reader._Records)
    broken = Broken(0, fault, offset=2)
    broken.install(monkeypatch)
    with EmbeddedBroker() as broker:
        address = broker.start({TOPIC: 2})
        for number in range(4):
            for partition in (0, 1):
                await publish(address, TOPIC, [Entry(b"k", b"%d-%d" % (partition, number))], partition)
        consumer = consumer_of(LosslessConsumer, address, retry_after=0.1)
        async with consumer:
            reading, place = Reading(consumer, most=3), TopicPartition(TOPIC, 0)
            readable = 4 if isinstance(fault, int) else 6
            await eventually(lambda: reading.names(place), "the partition is named")
            await eventually(lambda: reading.has(readable), "the other one, and what comes before, is read")
            named = consumer.unreadable()
            assert named.keys() == {place}
            assert consumer.broken() is None

            broken.on = False
            await eventually(lambda: reading.has(8), "the rest is read")
            await eventually(lambda: not consumer.unreadable(), "nothing is named any more")
    assert reading.values == Counter(b"%d-%d" % divmod(number, 4) for number in range(8))
    if isinstance(fault, int):
        assert CODES[fault] in named[place].cause
    else:
        assert named[place].offset == 2


async def test_a_group_without_rights_is_trouble_and_no_hot_loop() -> None:
    with EmbeddedBroker() as broker:
        async with consumer_of(LosslessConsumer, broker.start({TOPIC: 1})) as consumer:
            consumer._coordinator._pending_exception = GroupAuthorizationFailedError("guard")
            assert await consumer.getmany(timeout_ms=50) == {}
            assert "right to use the consumer group" in str(consumer.trouble())


@pytest.mark.parametrize("part", ["_fetcher._fetch_task", "_coordinator._coordination_task"])
async def test_a_consumer_whose_inside_died_says_so(part: str) -> None:
    with EmbeddedBroker() as broker:
        async with consumer_of(LosslessConsumer, broker.start({TOPIC: 1})) as consumer:
            assert consumer.broken() is None
            holder, _, task = part.partition(".")
            dying = getattr(getattr(consumer, holder), task)
            dying.cancel()
            await asyncio.wait([dying])
            assert "ended" in str(consumer.broken())
            assert await consumer.getmany(timeout_ms=10) == {}


READ_TOLERANTLY = """
import asyncio, sys
from aiokafka.record.default_records import DefaultRecordBatch, _DefaultRecordBatchPy
from router.kafka import tolerant_reader
from tests.integration.test_lossless_consumer import read_names

tolerant_reader.install()
print(DefaultRecordBatch is _DefaultRecordBatchPy, asyncio.run(read_names(sys.argv[1])))
"""


async def read_names(bootstrap: str) -> list[tuple[bytes, list[str]]]:
    """The values and header names of both partitions, in order."""
    async with consumer_of(AIOKafkaConsumer, bootstrap) as consumer:
        found: list[tuple[bytes, list[str]]] = []

        async def all_read() -> bool:
            for records in (await consumer.getmany(timeout_ms=50)).values():
                found.extend((record.value, [name for name, _ in record.headers]) for record in records)
            return len(found) >= 8

        await eventually(all_read, "all records are read")
    return sorted(found)


@pytest.mark.parametrize("pure", [False, True], ids=["extension", "pure-python"])
async def test_raw_header_names_are_read_by_both_builds_of_aiokafka(bootstrap: str, pure: bool) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)} | (
        {"AIOKAFKA_NO_EXTENSIONS": "1"} if pure else {}
    )
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        READ_TOLERANTLY,
        bootstrap,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, trouble = await running.communicate()
    assert running.returncode == 0, trouble.decode()
    wanted = [(b"%d-%d" % (partition, number), []) for partition in range(2) for number in range(4)]
    wanted[2] = (b"0-2", ["\\xffbad", "plain"])
    assert told.decode().strip() == f"{pure} {wanted}"


async def test_one_that_does_not_start_is_closed(recwarn: pytest.WarningsRecorder) -> None:
    consumer = LosslessConsumer("topic", bootstrap_servers="127.0.0.1:1", group_id="group")
    with pytest.raises(NotStarted, match="topic cannot be read: Kafka does not answer"):
        await consumer.start()
    del consumer
    gc.collect()
    assert not [warning for warning in recwarn if "Unclosed" in str(warning.message)]


async def test_a_group_that_cannot_be_joined_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_: Any) -> None:
        raise InvalidSessionTimeoutError

    monkeypatch.setattr(AIOKafkaConsumer, "start", refused)
    consumer = LosslessConsumer("topic", bootstrap_servers="127.0.0.1:1", group_id="group")
    with pytest.raises(NotStarted, match=r"ROUTER_KAFKA__SESSION_TIMEOUT_MS within group\.min"):
        await consumer.start()


@pytest.mark.parametrize("stood_still", [True, False])
async def test_a_name_is_shared_only_if_membership_is_lost_between_signs_of_life(stood_still: bool) -> None:
    with EmbeddedBroker() as broker:
        consumer = consumer_of(LosslessConsumer, broker.start({TOPIC: 1}), group_instance_id="twin")
        async with consumer:
            await eventually(lambda: bool(consumer.assignment()), "it has joined")
            for _ in range(FENCES):
                if stood_still:
                    consumer._member.beat_at -= 60
                consumer._coordinator.generation = 1
                consumer._member_lost()
            assert (consumer.broken() is None) == stood_still
