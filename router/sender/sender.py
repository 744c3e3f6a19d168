"""The loop of a sender: take a message, send it once, report the delivery, only then go on."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog

from router.flow.cancellation_event import CANCELLED_TYPE, InvitationCancelled
from router.flow.invitation_event import DUE_TYPE, InvitationDue
from router.kafka.group_reader import GroupReader
from router.kafka.producer import BrokerUnavailable, Producer
from router.model.interaction import DELIVERY_TYPE
from router.model.record import Message, Record, TooLarge
from router.sender.outlets import Delivery, Outlet, Unreachable
from router.sender.sent import SentMessages

log = structlog.get_logger(__name__)

SOURCE: Final = "/feedback-router/sender"
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

_due = msgspec.json.Decoder(InvitationDue)
_cancelled = msgspec.json.Decoder(InvitationCancelled)
_delivery = msgspec.json.Decoder(Delivery)
_MOST_ANSWERS: Final = 1_000


class _Kind(msgspec.Struct):
    type: str


_kind = msgspec.json.Decoder(_Kind)


class Sender:
    """Sends the messages of the invitations topic, each through the outlet of its channel; `None` is every other's.

    A message is noted before it goes out and after: of one that a crash caught between the two nobody knows whether
    it went out, and the outlet says whether it may be sent again.
    """

    def __init__(
        self,
        reader: GroupReader,
        producer: Producer,
        outlets: Mapping[str | None, Outlet],
        sent: SentMessages,
        *,
        reports: str,
        answer_url: str | None = None,
    ) -> None:
        self._reader = reader
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
        """Runs until it is stopped. A delivery that was not reported is reported after a restart.

        Raises `BrokerUnavailable` and `SentNotStored`.
        """
        while not self._stopping.is_set():
            for record in await self._reader.read():
                if self._stopping.is_set() or not await self._handled(record):
                    return
                # Where that fails, the message comes again, and is found among the sent ones.
                await self._reader.commit(record)

    async def _handled(self, record: Record) -> bool:
        """Whether the message is done with; it is not where the sender was stopped while nothing could be sent."""
        event = None
        try:
            kind = _kind.decode(record.value or b"{}").type
            if kind == CANCELLED_TYPE:
                message = _cancelled.decode(record.value or b"").data.message_id
                # A cancellation may overtake its message. What is sent already stays so: it may come again.
                if self._sent.find(message) is None:
                    self._sent.note(message, "taken_back")
                self.counts["cancelled"] += 1
            elif kind == DUE_TYPE:
                event = _due.decode(record.value or b"")
                low, high = event.data.survey.scale
                # Anybody who may write to the topic can send anything: the id becomes a file's name, the scale a page.
                if str(UUID(event.id)) != event.id or not low <= high < low + _MOST_ANSWERS:
                    raise ValueError("not a message of the router")
        except (msgspec.DecodeError, ValueError):
            self.counts["unreadable"] += 1
            log.warning("message_unreadable", record=f"{record.topic}/{record.partition}/{record.offset}")
            return True
        return event is None or await self._send(event)

    async def _send(self, event: InvitationDue) -> bool:
        """Sends a message that may be sent, and reports the delivery; whether that was done before a stop."""
        earlier = self._sent.find(event.id)
        if earlier is not None and earlier.state == "taken_back":
            self.counts["withheld"] += 1
            return True
        outlet = self._outlets.get(event.data.channel) or self._outlets.get(None)
        delivery: Delivery | None
        if earlier is not None and (earlier.state == "sent" or not (outlet and outlet.idempotent)):
            # A repeat, or a crash before the report. The delivery is reported again, under the same ids.
            self.counts["repeated"] += 1
            delivery = _delivery.decode(earlier.delivery) if earlier.delivery else Delivery(("accepted",))
        elif event.data.respond_by <= datetime.now(UTC):
            delivery = Delivery(("failed",), "too late to answer")
        elif outlet is None:
            delivery = Delivery(("failed",), "no way to send by this channel")
        else:
            delivery = await self._sent_once(event, outlet)
        return delivery is not None and await self._report(event, delivery)

    async def _sent_once(self, event: InvitationDue, outlet: Outlet) -> Delivery | None:
        """The delivery of a new message; None: nothing could be sent before the sender was stopped."""
        pause = FIRST_PAUSE
        while True:
            self._sent.note(event.id, "sending")
            try:
                delivery = await outlet.send(event, self._answer_url)
            except Unreachable as error:
                self._sent.forget(event.id)
                log.warning("outlet_unreachable", cause=str(error), pause_seconds=pause)
                if await self._stops_within(pause):
                    return None
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._sent.note(event.id, "sent", msgspec.json.encode(delivery).decode())
                self.counts[delivery.statuses[-1]] += 1
                return delivery

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                return await self._stopping.wait()
        except TimeoutError:
            return False

    async def _report(self, event: InvitationDue, delivery: Delivery) -> bool:
        """Publishes a report for each status; whether that was done before the sender was stopped."""
        headers = [("content-type", b"application/cloudevents+json; charset=utf-8")]
        messages = []
        for status in delivery.statuses:
            report = {
                "specversion": "1.0",
                # Depends on the message only, so that the router recognises a repeat.
                "id": f"{event.id}/{status}",
                "source": SOURCE,
                "type": DELIVERY_TYPE,
                "subject": event.subject,
                "time": datetime.now(UTC),
                "data": {
                    "invitation_id": event.id,
                    "status": status,
                    "channel": event.data.channel,
                    "detail": delivery.detail,
                },
            }
            value = msgspec.json.encode(report)
            messages.append(Message(self._reports, event.subject.encode(), value, headers))
        while True:
            try:
                await self._producer.send(messages)
            except BrokerUnavailable as error:
                log.warning("report_retried", cause=str(error))
                if await self._stops_within(FIRST_PAUSE):
                    return False
            except TooLarge as error:
                # It can never be published, and nothing may wait for it for ever.
                log.error("report_too_large", cause=str(error))
                return True
            else:
                return True
