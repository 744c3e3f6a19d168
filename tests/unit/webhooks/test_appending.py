"""Messages that come at once are stored at once, each with its own end; rates; headers that are kept."""

import asyncio
from collections.abc import Sequence

import pytest

from router.authoring.language.load import load_texts
from router.kafka.producer import BrokerUnavailable
from router.model.record import Message, TooLarge
from router.sources.headers import headers_read
from router.webhooks.appending import Appender
from router.webhooks.rate import Bucket
from tests.running.waiting import eventually


def message(number: int) -> Message:
    return Message("raw.shop", None, str(number).encode())


class Topic:
    """A producer whose first batch waits until `go` is set. Odd messages of `refused` are too large."""

    def __init__(self, refused: Sequence[int] = (), error: Exception | None = None) -> None:
        self.batches: list[list[bytes | None]] = []
        self.go = asyncio.Event()
        self.refused = {str(number).encode() for number in refused}
        self.error = error
        self.stopped = False

    async def send(self, messages: Sequence[Message]) -> None:
        self.batches.append([one.value for one in messages])
        await self.go.wait()
        if self.error is not None:
            raise self.error
        if large := [one for one in messages if one.value in self.refused]:
            raise TooLarge(large)

    async def stop(self) -> None:
        self.stopped = True


async def begun(appender: Appender, topic: Topic, numbers: Sequence[int]) -> "list[asyncio.Task[None]]":
    """The first message on its way, and the others behind it."""
    tasks = [asyncio.create_task(appender.append(message(number))) for number in numbers[:1]]
    await eventually(lambda: bool(topic.batches), "the first batch is on its way")
    tasks += [asyncio.create_task(appender.append(message(number))) for number in numbers[1:]]
    await asyncio.sleep(0)
    return tasks


async def test_what_comes_while_a_batch_is_on_its_way_is_the_next_batch() -> None:
    topic = Topic()
    appender = Appender(topic, 30)
    tasks = await begun(appender, topic, range(5))
    topic.go.set()
    await asyncio.gather(*tasks)
    await appender.stop()
    assert topic.batches == [[b"0"], [b"1", b"2", b"3", b"4"]]
    assert topic.stopped


async def test_a_message_that_is_too_large_is_told_and_its_neighbours_are_stored() -> None:
    topic = Topic(refused=[2])
    appender = Appender(topic, 30)
    tasks = await begun(appender, topic, range(5))
    topic.go.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    await appender.stop()
    assert [type(end).__name__ for end in ends] == [
        "NoneType",
        "NoneType",
        "TooLarge",
        "NoneType",
        "NoneType",
    ]


async def test_while_kafka_is_away_everybody_is_told_and_later_ones_are_tried_again() -> None:
    topic = Topic(error=BrokerUnavailable("away"))
    appender = Appender(topic, 30)
    tasks = await begun(appender, topic, range(3))
    topic.go.set()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [BrokerUnavailable] * 3
    topic.error = None
    await appender.append(message(9))
    await appender.stop()


async def test_nobody_waits_longer_than_the_limit_and_what_was_given_up_is_not_sent_later() -> None:
    topic = Topic()
    appender = Appender(topic, 0.05)
    for number in range(3):
        with pytest.raises(BrokerUnavailable):
            await appender.append(message(number))
    topic.go.set()
    await appender.append(message(7))
    await appender.stop()
    assert topic.batches == [[b"0"], [b"7"]]


async def test_what_waits_at_the_end_is_told_that_it_is_not_stored() -> None:
    topic = Topic()
    appender = Appender(topic, 30)
    tasks = await begun(appender, topic, range(3))
    await appender.stop()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(end) for end in ends] == [BrokerUnavailable] * 3


def test_a_bucket_gives_two_seconds_worth_at_once_and_then_its_rate() -> None:
    bucket = Bucket(8, 100.0)
    assert [bucket.take(100.0) for _ in range(17)] == [True] * 16 + [False]
    assert [bucket.take(100.125), bucket.take(100.125)] == [True, False]
    assert [bucket.take(1_000.0) for _ in range(17)] == [True] * 16 + [False]


def test_all_headers_that_a_source_reads_are_found() -> None:
    text = b"""
source: shop
topic: raw.shop
require: {$header.X-Of: shop}
skip: [{when: {$header.x-test: {exists: true}}, because: a test}]
interactions:
  - when: {$header.x-kind: {changed_to: paid, from: before}}
    type: {header: X-Topic, map: {paid: order.paid}, otherwise: {refuse: true}}
    id: {join: [{header: x-id}, id]}
    time: {first: [{header: x-time}, at]}
    data: {trace: {header: X-Trace, map: {a: b}, otherwise: {header: x-other}}}
"""
    sources = load_texts({"sources/shop.yaml": text}).sources.values()
    names = {"x-of", "x-test", "x-kind", "x-topic", "x-id", "x-time", "x-trace", "x-other"}
    assert headers_read(sources) == names
