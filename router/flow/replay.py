"""Dead letters sent again, to the topics they came from, once their cause is gone."""

from collections.abc import AsyncIterable, Collection
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from router.decode import NotADeadLetter, describe, original
from router.model.record import Message, Record


class PublishesInOrder(Protocol):
    """Takes messages and stores them in their order."""

    sent: int

    async def take(self, message: Message) -> None:
        """Takes one; stores now and then."""

    async def flush(self) -> None:
        """Returns when all that was taken is stored."""


class Replayed(Struct, frozen=True):
    """How many dead letters were sent again, and why each of the others was not."""

    sent: int
    left_out: tuple[str, ...] = ()


async def replay(
    letters: AsyncIterable[Record], topics: Collection[str], publishing: PublishesInOrder, now: datetime
) -> Replayed:
    """Sends dead letters as they were received to those of the topics they came from; the letters stay where they are.

    What was decided before is decided once, so a repeat is harmless. Raises what the publishing raises.
    """
    left_out: list[str] = []
    async for letter in letters:
        try:
            await publishing.take(message_again(letter, topics, now))
        except NotADeadLetter as problem:
            left_out.append(str(problem))
    await publishing.flush()
    return Replayed(publishing.sent, tuple(left_out))


def message_again(letter: Record, topics: Collection[str], now: datetime) -> Message:
    """A dead letter as it was received. Raises `NotADeadLetter`, also where it names a topic that is not among these."""
    written = describe(letter)["timestamp"]
    # Preferences without a time are as old as their record: sent again, they must not overrule what was said since.
    known = written is not None and 0 < written <= now.timestamp() * 1000
    message = Message(*original(letter), timestamp=written if known else None)
    if message.topic not in topics:
        place = f"{letter.topic}/{letter.partition}/{letter.offset}"
        raise NotADeadLetter(f"{place} names the topic {message.topic}, which this service does not read")
    return message
