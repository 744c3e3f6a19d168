"""Messages onto a topic, those that come at once together, each answered when Kafka has stored it."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

from router.kafka.producer import BrokerUnavailable
from router.model.record import Message, TooLarge


class Sends(Protocol):
    """A producer."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Returns once all are stored. Raises `BrokerUnavailable` or `TooLarge`."""

    async def stop(self) -> None:
        """Disconnects."""


class Appender:
    """Appends to one topic, by a producer of its own: a topic that is not there holds up no other.

    What waits while a batch is on its way is the next one. Bounded by whoever holds the bodies.
    """

    def __init__(self, producer: Sends, seconds: float) -> None:
        self._producer = producer
        self._seconds = seconds
        self._waiting: list[tuple[Message, asyncio.Future[None]]] = []
        self._some = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="webhooks")

    async def append(self, message: Message) -> None:
        """Returns once the message is stored. Raises `BrokerUnavailable` or `TooLarge`; whoever gives up may call again."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((message, stored))
        self._some.set()
        try:
            async with asyncio.timeout(self._seconds):
                await stored
        except TimeoutError:
            raise BrokerUnavailable("the Kafka broker did not store this in time") from None

    async def stop(self) -> None:
        """Ends; what still waits is told that it is not stored."""
        self._task.cancel()
        await asyncio.wait([self._task])
        self._answer(self._waiting, BrokerUnavailable("the service ends"))
        await self._producer.stop()

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            batch = [(message, stored) for message, stored in self._waiting if not stored.done()]
            self._waiting = []
            try:
                await self._producer.send([message for message, _ in batch])
            except TooLarge as error:
                refused = set(map(id, error.refused))
                self._answer([one for one in batch if id(one[0]) in refused], error)
                self._answer(batch)
            except BrokerUnavailable as error:
                self._answer(batch, error)
            except asyncio.CancelledError:
                self._answer(batch, BrokerUnavailable("the service ends"))
                raise
            else:
                self._answer(batch)

    @staticmethod
    def _answer(
        batch: Sequence[tuple[Message, "asyncio.Future[None]"]], error: Exception | None = None
    ) -> None:
        for _, stored in batch:
            if stored.done():
                continue
            if error is None:
                stored.set_result(None)
            else:
                stored.set_exception(error)
