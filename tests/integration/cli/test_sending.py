from collections.abc import Sequence

import pytest
from aiokafka import TopicPartition

from router.broker.producer import BrokerUnavailable
from router.cli.faults import Refused
from router.cli.sending import KEPT, Outlet, Room
from router.dispatch import Message, TooLarge

PLACE = TopicPartition("in", 0)
OTHER = TopicPartition("in", 1)


class FakeCluster:
    """Ends and read offsets as a test sets them; every look at what was read moves reading on by `pace`."""

    def __init__(self, end: int = 0, pace: int = 0) -> None:
        self.end = {PLACE: end, OTHER: 0}
        self.read = {PLACE: 0, OTHER: 0}
        self.pace = pace

    async def ends(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict(self.end)

    async def read_up_to(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        self.read[PLACE] = min(self.read[PLACE] + self.pace, self.end[PLACE])
        return dict(self.read)


class FakeProducer:
    def __init__(self, cluster: FakeCluster) -> None:
        self.cluster = cluster
        self.batches: list[list[Message]] = []
        self.most_unread = 0

    async def send(self, messages: Sequence[Message]) -> None:
        self.batches.append(list(messages))
        self.cluster.end[PLACE] += len(messages)
        self.most_unread = max(self.most_unread, self.cluster.end[PLACE] - self.cluster.read[PLACE])


def room_of(cluster: FakeCluster, waits: list[bool], unread: int = 1000) -> Room:
    return Room(cluster, [PLACE, OTHER], waits.append, unread=unread, patience=0)  # type: ignore[arg-type]


async def test_there_is_room_until_too_much_lies_unread() -> None:
    cluster, waits = FakeCluster(), list[bool]()
    room = room_of(cluster, waits)
    await room.start()
    for _ in range(2):
        await room.make(500)
        cluster.end[PLACE] += 1
        await room.sent(500)
    assert waits == []

    with pytest.raises(Refused, match="Nothing was read for 0 s"):
        await room.make(1)
    assert waits == [True]


async def test_it_goes_on_when_something_was_read() -> None:
    cluster, waits = FakeCluster(pace=1), list[bool]()
    room = room_of(cluster, waits)
    cluster.end[PLACE] += 3
    await room.sent(1000)

    await room.make(500)

    assert waits == [True, False]


async def test_what_lay_there_before_is_waited_for() -> None:
    cluster, waits = FakeCluster(end=2, pace=1), list[bool]()
    room = room_of(cluster, waits)
    await room.start()

    await room.make(1)

    assert cluster.read[PLACE] == 2


async def test_a_record_larger_than_the_room_goes_alone() -> None:
    cluster, waits = FakeCluster(pace=1), list[bool]()
    room = room_of(cluster, waits)
    await room.start()
    await room.make(5000)
    cluster.end[PLACE] += 1
    await room.sent(5000)

    await room.make(5000)

    assert cluster.read[PLACE] == 1


@pytest.mark.parametrize("size", [10, 100_000, 400_000])
async def test_an_outlet_publishes_all_in_order_within_the_room(size: int) -> None:
    cluster = FakeCluster(pace=1)
    producer = FakeProducer(cluster)
    room = Room(cluster, [PLACE, OTHER], lambda _: None, unread=500_000)  # type: ignore[arg-type]
    outlet = Outlet(producer, room)  # type: ignore[arg-type]
    messages = [Message("in", b"%d" % number, b"x" * size) for number in range(12)]
    for message in messages:
        await outlet.take(message)
    await outlet.flush()

    assert [message for batch in producer.batches for message in batch] == messages
    assert outlet.sent == len(messages)
    assert producer.most_unread * size <= max(500_000, size)


async def test_a_record_that_the_embedded_broker_would_drop_is_not_sent() -> None:
    cluster = FakeCluster(pace=1)
    producer = FakeProducer(cluster)
    outlet = Outlet(producer, room_of(cluster, []))  # type: ignore[arg-type]
    await outlet.take(Message("in", None, b"before"))

    with pytest.raises(Refused, match=r"larger than the embedded broker keeps.*Stored so far: 1 record\."):
        await outlet.take(Message("in", None, b"x" * (KEPT + 1)))


class FailingProducer:
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, messages: Sequence[Message]) -> None:
        raise self.error


async def test_what_the_topic_does_not_take_is_told_with_what_was_stored() -> None:
    large, small = Message("in", None, b"x" * 3000), Message("in", None, b"x")
    outlet = Outlet(FailingProducer(TooLarge([large])), None)  # type: ignore[arg-type]
    await outlet.take(small)
    await outlet.take(large)

    with pytest.raises(Refused, match=r"A record of 3,000 bytes .*max.message.bytes.* 1 record\."):
        await outlet.flush()


async def test_a_broker_that_goes_away_is_told_with_what_was_stored() -> None:
    outlet = Outlet(FailingProducer(BrokerUnavailable("gone")), None)  # type: ignore[arg-type]
    await outlet.take(Message("in", None, b"x"))

    with pytest.raises(BrokerUnavailable, match="gone; 0 records were stored before"):
        await outlet.flush()
