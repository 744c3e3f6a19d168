"""Publishing to Kafka: own deadlines, own keys, and a producer that is rebuilt when it cannot go on."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError

from router.kafka.connection import be_patient
from router.model.record import Message, TooLarge

_SIZE_ERRORS: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


BATCH_BYTES = 262_144
"""What one request holds for a partition; with aiokafka's 16 KB a pass of the dispatcher takes dozens."""


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
        """Returns once the broker has stored all messages. Raises `BrokerUnavailable` or `TooLarge`."""
        if not messages:
            return
        try:
            async with asyncio.timeout(self._deadline):
                left = await self._sent(messages)
                # Messages share a record batch and its fate: each alone, to see which one it is.
                refused = [message for message in left if await self._sent([message])]
        except (KafkaError, TimeoutError, OSError) as error:
            await self._drop()
            raise BrokerUnavailable(_words(error)) from error
        if refused:
            raise TooLarge(refused)

    async def _sent(self, messages: Sequence[Message]) -> list[Message]:
        """Sends; what is not stored because some of it is too large."""
        producer = await self._connected()
        answers = [await _begun(producer, message) for message in messages]
        waiting = [answer for answer in answers if not isinstance(answer, KafkaError)]
        ends = iter(await asyncio.gather(*waiting, return_exceptions=True))
        errors = [answer if isinstance(answer, KafkaError) else next(ends) for answer in answers]
        if any(isinstance(error, _SIZE_ERRORS) for error in errors):
            # A refused message leaves a gap in the sequence of an idempotent producer.
            await self._drop()
            pairs = zip(messages, errors, strict=True)
            return [message for message, error in pairs if isinstance(error, BaseException)]
        for error in errors:
            if isinstance(error, BaseException):
                raise error
        return []

    async def partitions_of(self, topic: str) -> set[int]:
        """The partitions of a topic. Raises `BrokerUnavailable`, also where there is no such topic."""
        try:
            async with asyncio.timeout(self._deadline):
                producer = await self._connected()
                return set(await producer.partitions_for(topic))
        except (KafkaError, TimeoutError, OSError) as error:
            raise BrokerUnavailable(f"topic {topic} cannot be looked up: {_words(error)}") from error

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
                    max_batch_size=BATCH_BYTES,
                    max_request_size=self._max_bytes,
                    **self._options,
                )
                be_patient(producer.client)
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


async def _begun(producer: AIOKafkaProducer, message: Message) -> Awaitable[object] | KafkaError:
    """The broker's answer to come; the error where the message is too large for this client already."""
    headers = list(message.headers)
    try:
        if message.key is None and message.value is None:
            return await _begun_empty(producer, message, headers)
        answer: Awaitable[object] = await producer.send(
            message.topic, message.value, message.key, timestamp_ms=message.timestamp, headers=headers
        )
    except _SIZE_ERRORS as error:
        return error
    return answer


async def _begun_empty(
    producer: AIOKafkaProducer, message: Message, headers: list[tuple[str, bytes | None]]
) -> Awaitable[object]:
    # aiokafka's send wants a key or a value; Kafka does not, and a dead letter may have neither.
    batch = producer.create_batch()
    batch.append(timestamp=message.timestamp, key=None, value=None, headers=headers)
    answer: Awaitable[object] = await producer.send_batch(
        batch, message.topic, partition=min(await producer.partitions_for(message.topic))
    )
    return answer


def _words(error: Exception) -> str:
    return (
        f"the Kafka broker did not store this in time ({type(error).__name__}):"
        " check ROUTER_KAFKA__BOOTSTRAP, that the broker runs, and that its disk has room"
    )
