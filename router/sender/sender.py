"""The loop of a sender: take a message, send it once, tell what became of it, only then go on."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from router.flow.cancellation_event import CANCELLED_TYPE, InvitationCancelled
from router.flow.invitation_event import DUE_TYPE, InvitationDue
from router.kafka.producer import BrokerUnavailable, Producer
from router.model.interaction import DELIVERY_TYPE
from router.model.record import Message, TooLarge
from router.sender.outlets import Outlet, Told, Unreachable
from router.sender.sent import Sent

log = structlog.get_logger(__name__)

SOURCE: Final = "/feedback-router/sender"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

_due = msgspec.json.Decoder(InvitationDue)
_cancelled = msgspec.json.Decoder(InvitationCancelled)
_told = msgspec.json.Decoder(Told)
_MOST_ANSWERS: Final = 1_000


class _Kind(msgspec.Struct):
    type: str


_kind = msgspec.json.Decoder(_Kind)


class _NotOurs(Exception):
    """A message that the router can not have made."""


def _checked(event: InvitationDue) -> InvitationDue:
    """The event, if its id can name a file and be reported on, and its scale can be shown."""
    low, high = event.data.survey.scale
    try:
        named = str(UUID(event.id)) == event.id
    except ValueError:
        named = False
    if not named or not low <= high < low + _MOST_ANSWERS:
        raise _NotOurs
    return event


class Sender:
    """Sends what the topic of invitations brings, through the outlet of its channel; `None` is every other's.

    A message is noted before it goes out and after: of one that a crash caught between the two nobody knows whether
    it went out, and the outlet says whether it may be sent again.
    """

    def __init__(
        self,
        consumer: AIOKafkaConsumer,
        producer: Producer,
        outlets: Mapping[str | None, Outlet],
        sent: Sent,
        *,
        reports: str,
        answer_url: str | None = None,
    ) -> None:
        self._consumer = consumer
        self._producer = producer
        self._outlets = outlets
        self._sent = sent
        self._reports = reports
        self._answer_url = answer_url
        self._stopping = asyncio.Event()
        self.counts: Counter[str] = Counter()

    def stop(self) -> None:
        """Ends after the message in hand."""
        self._stopping.set()

    async def run(self) -> None:
        """Runs until it is stopped. What was not told is told again after a restart."""
        while not self._stopping.is_set():
            batches = await self._consumer.getmany(timeout_ms=200, max_records=100)
            for record in (record for batch in batches.values() for record in batch):
                if self._stopping.is_set():
                    return
                if not await self._take(record):
                    return
                await self._commit(record)

    async def _commit(self, record: Any) -> None:
        """Notes the place in Kafka; where that fails, the message comes again and is known."""
        try:
            await self._consumer.commit({TopicPartition(record.topic, record.partition): record.offset + 1})
        except KafkaError as error:
            log.warning("commit_failed", cause=type(error).__name__)

    async def _take(self, record: Any) -> bool:
        """Whether the message is done with; it is not where the sender was stopped while nothing could be sent."""
        try:
            kind = _kind.decode(record.value or b"{}").type
            if kind == CANCELLED_TYPE:
                self._take_back(_cancelled.decode(record.value))
            elif kind == DUE_TYPE:
                return await self._send(_checked(_due.decode(record.value)))
        except (msgspec.DecodeError, _NotOurs):
            self.counts["unreadable"] += 1
            log.warning("message_unreadable", record=f"{record.topic}/{record.partition}/{record.offset}")
        return True

    def _take_back(self, event: InvitationCancelled) -> None:
        """Remembers what must not go out any more; a cancellation may come before what it takes back."""
        message = event.data.message_id
        if self._sent.known(message) is None:
            self._sent.note(message, "taken_back")
        self.counts["cancelled"] += 1

    async def _send(self, event: InvitationDue) -> bool:
        known = self._sent.known(event.id)
        if known is not None and known.state == "taken_back":
            self.counts["taken back"] += 1
            return True
        outlet = self._outlets.get(event.data.channel) or self._outlets.get(None)
        if known is not None and (known.state == "sent" or not (outlet and outlet.harmless)):
            # A repeat, or a crash before it was told. What became of it is told again, under the same ids.
            self.counts["repeated"] += 1
            told: Told | None = _told.decode(known.told) if known.told else Told(("accepted",))
        elif event.data.respond_by <= datetime.now(UTC):
            told = Told(("failed",), "too late to answer")
        elif outlet is None:
            told = Told(("failed",), "no way to send by this channel")
        else:
            told = await self._sent_once(event, outlet)
        return told is not None and await self._tell(event, told)

    async def _sent_once(self, event: InvitationDue, outlet: Outlet) -> Told | None:
        """What became of a new message; None: nothing could be sent before the sender was stopped."""
        pause = FIRST_PAUSE
        while True:
            self._sent.note(event.id, "sending")
            try:
                told = await outlet.send(event, self._answer_url)
            except Unreachable as error:
                self._sent.forget(event.id)
                log.warning("outlet_unreachable", cause=str(error), pause_seconds=pause)
                if await self._stops_within(pause):
                    return None
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._sent.note(event.id, "sent", msgspec.json.encode(told).decode())
                self.counts[told.statuses[-1]] += 1
                return told

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False

    async def _tell(self, event: InvitationDue, told: Told) -> bool:
        """Publishes the reports; whether that was done before the sender was stopped.

        Their ids depend on the message only, so that repeats are recognised.
        """
        messages = [self._report(event, status, told.detail) for status in told.statuses]
        while True:
            try:
                await self._producer.send(messages)
            except BrokerUnavailable as error:
                log.warning("report_retried", cause=str(error))
                if await self._stops_within(FIRST_PAUSE):
                    return False
            except TooLarge as error:
                log.error("report_too_large", cause=str(error))
                return True
            else:
                return True

    def _report(self, event: InvitationDue, status: str, detail: str | None) -> Message:
        report = {
            "specversion": "1.0",
            "id": f"{event.id}/{status}",
            "source": SOURCE,
            "type": DELIVERY_TYPE,
            "subject": event.subject,
            "time": datetime.now(UTC),
            "data": {
                "invitation_id": event.id,
                "status": status,
                "channel": event.data.channel,
                "detail": detail,
            },
        }
        headers = [("content-type", b"application/cloudevents+json; charset=utf-8")]
        return Message(self._reports, event.subject.encode(), msgspec.json.encode(report), headers)
