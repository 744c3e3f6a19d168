"""Publishing to Kafka: own deadlines, own keys, and a producer that is rebuilt when it can not go on."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from router.dispatch.relay import Message


class BrokerUnavailable(Exception):
    """The broker did not take the messages in time; they may or may not be stored."""


class Producer:
    """Publishes batches of messages, each with its own key. `options` are connection options of aiokafka.

    The idempotent producer of aiokafka retries for ever and stands still after a fatal answer: a batch that
    is not stored by `deadline` seconds is given up with `BrokerUnavailable`, and the producer is built anew.
    """

    def __init__(
        self, options: Mapping[str, Any], *, deadline: float = 30.0, max_bytes: int = 12_000_000
    ) -> None:
        self._options = dict(options)
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._producer: AIOKafkaProducer | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Connects. Raises `BrokerUnavailable`."""
        try:
            async with asyncio.timeout(self._deadline):
                await self._connected()
        except (KafkaError, TimeoutError, OSError) as error:
            raise BrokerUnavailable(_words(error)) from error

    async def send(self, messages: Sequence[Message]) -> None:
        """Returns once the broker has stored all messages. Raises `BrokerUnavailable`."""
        if not messages:
            return
        try:
            async with asyncio.timeout(self._deadline):
                producer = await self._connected()
                stored = [
                    await producer.send(
                        message.topic, message.value, message.key, headers=list(message.headers)
                    )
                    for message in messages
                ]
                await asyncio.gather(*stored)
        except (KafkaError, TimeoutError, OSError) as error:
            await self._drop()
            raise BrokerUnavailable(_words(error)) from error

    async def partitions_of(self, topic: str) -> set[int]:
        """The partitions of a topic. Raises `BrokerUnavailable`, also where there is no such topic."""
        try:
            async with asyncio.timeout(self._deadline):
                producer = await self._connected()
                return set(await producer.partitions_for(topic))
        except (KafkaError, TimeoutError, OSError) as error:
            raise BrokerUnavailable(f"topic {topic} can not be looked up: {_words(error)}") from error

    async def stop(self) -> None:
        """Disconnects."""
        await self._drop()

    async def _connected(self) -> AIOKafkaProducer:
        async with self._turn:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    enable_idempotence=True,
                    acks="all",
                    linger_ms=2,
                    max_request_size=self._max_bytes,
                    **self._options,
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def _drop(self) -> None:
        producer, self._producer = self._producer, None
        if producer is None:
            return
        # A producer whose broker is away waits for it while stopping; what it holds is given up anyway.
        stopping = asyncio.ensure_future(producer.stop())
        done, _ = await asyncio.wait([stopping], timeout=5)
        if not done:
            stopping.cancel()


def _words(error: Exception) -> str:
    return f"the Kafka broker did not answer in time ({type(error).__name__}): check ROUTER_KAFKA__BOOTSTRAP and the broker"
