from collections.abc import Sequence

import pytest

from router.kafka.in_order import InOrder, RecordTooLarge
from router.kafka.producer import BrokerUnavailable
from router.model.record import Message, TooLarge


class FakeProducer:
    def __init__(self) -> None:
        self.batches: list[list[Message]] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.batches.append(list(messages))


@pytest.mark.parametrize("size", [10, 100_000, 400_000])
async def test_records_are_published_in_their_order(size: int) -> None:
    producer = FakeProducer()
    publishing = InOrder(producer)
    messages = [Message("in", b"%d" % number, b"x" * size) for number in range(12)]
    for message in messages:
        await publishing.take(message)
    await publishing.flush()

    assert [message for batch in producer.batches for message in batch] == messages
    assert publishing.sent == len(messages)


class FailingProducer:
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, messages: Sequence[Message]) -> None:
        raise self.error


async def test_what_the_topic_does_not_take_is_told_with_what_was_stored() -> None:
    large, small = Message("in", None, b"x" * 3000), Message("in", None, b"x")
    publishing = InOrder(FailingProducer(TooLarge([large])))
    await publishing.take(small)
    await publishing.take(large)

    with pytest.raises(RecordTooLarge, match=r"A record of 3,000 bytes .*max.message.bytes.* 1\."):
        await publishing.flush()


async def test_a_broker_that_goes_away_is_told_with_what_was_stored() -> None:
    publishing = InOrder(FailingProducer(BrokerUnavailable("gone")))
    await publishing.take(Message("in", None, b"x"))

    with pytest.raises(BrokerUnavailable, match="gone; records stored before: 0"):
        await publishing.flush()
