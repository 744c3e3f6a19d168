from collections.abc import Sequence

import pytest

from router.cli.faults import Refused
from router.cli.sending import Outlet
from router.kafka.producer import BrokerUnavailable
from router.model.record import Message, TooLarge


class FakeProducer:
    def __init__(self) -> None:
        self.batches: list[list[Message]] = []

    async def send(self, messages: Sequence[Message]) -> None:
        self.batches.append(list(messages))


@pytest.mark.parametrize("size", [10, 100_000, 400_000])
async def test_an_outlet_publishes_all_in_order(size: int) -> None:
    producer = FakeProducer()
    outlet = Outlet(producer)  # type: ignore[arg-type]
    messages = [Message("in", b"%d" % number, b"x" * size) for number in range(12)]
    for message in messages:
        await outlet.take(message)
    await outlet.flush()

    assert [message for batch in producer.batches for message in batch] == messages
    assert outlet.sent == len(messages)


class FailingProducer:
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def send(self, messages: Sequence[Message]) -> None:
        raise self.error


async def test_what_the_topic_does_not_take_is_told_with_what_was_stored() -> None:
    large, small = Message("in", None, b"x" * 3000), Message("in", None, b"x")
    outlet = Outlet(FailingProducer(TooLarge([large])))  # type: ignore[arg-type]
    await outlet.take(small)
    await outlet.take(large)

    with pytest.raises(Refused, match=r"A record of 3,000 bytes .*max.message.bytes.* 1 record\."):
        await outlet.flush()


async def test_a_broker_that_goes_away_is_told_with_what_was_stored() -> None:
    outlet = Outlet(FailingProducer(BrokerUnavailable("gone")))  # type: ignore[arg-type]
    await outlet.take(Message("in", None, b"x"))

    with pytest.raises(BrokerUnavailable, match="gone; 0 records were stored before"):
        await outlet.flush()
