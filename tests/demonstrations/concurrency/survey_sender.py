"""A made-up survey sender: reads invitations while they come, and tells what became of each, by chance."""

import heapq
import json
import math
import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from confluent_kafka import Consumer, Producer, TopicPartition

from tests.demonstrations.concurrency.observed import Message
from tests.demonstrations.concurrency.traffic import PARTITIONS

# How a message fares: what is reported, each with the seconds after which it is.
_FATES: tuple[tuple[float, tuple[tuple[str, float], ...]], ...] = (
    (30, (("accepted", 0.2), ("delivered", 0.6), ("answer", 2.5))),
    (15, (("delivered", 0.3), ("opened", 1.0), ("clicked", 1.5), ("started", 2.0), ("answer", 3.0))),
    (20, (("accepted", 0.1), ("delivered", 1.0))),
    (10, (("soft_bounced", 0.2), ("delivered", 1.5))),
    (10, (("accepted", 0.2), ("hard_bounced", 0.5))),
    (2, (("failed", 0.3),)),
    (1, (("delivered", 0.4), ("unsubscribed", 1.0))),
    (0.5, (("delivered", 0.4), ("complained", 1.2))),
    (11.5, ()),
)
_REPEATED, _UNKNOWN = 0.05, 0.02


class SurveySender:
    """`reports` are those told so far with an id of their own, however often each was sent."""

    def __init__(self, bootstrap: str, topics: dict[str, str], seed: int) -> None:
        self._chance = random.Random(seed)
        self._topics = topics
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})
        self._consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "sender", "log_level": 0})
        places = [TopicPartition(topics["invitations"], number, 0) for number in range(PARTITIONS)]
        self._consumer.assign(places)
        self._waiting: list[tuple[float, int, str, Message]] = []
        self._planned = 0
        self.reports = 0

    def work(self) -> None:
        """Reads what has come and tells what is due by now."""
        for message in messages(self._consumer.consume(500, timeout=0)):
            if message.type == "feedback.invitation.due.v1":
                self._begin(message)
        self._tell_up_to(time.monotonic())
        self._producer.poll(0)

    def finish(self) -> None:
        """Tells all that is still to be told of what was read."""
        self._tell_up_to(math.inf)
        self._producer.flush()

    def answer(self, invitations: Iterable[str]) -> None:
        """Customers' answers to these, without a token."""
        for id_ in invitations:
            self._publish("responses", {"invitation_id": id_, "score": 3}, id_)
        self._producer.flush()

    def close(self) -> None:
        """Read no more."""
        self._consumer.close()

    def _tell_up_to(self, moment: float) -> None:
        while self._waiting and self._waiting[0][0] <= moment:
            _, _, what, message = heapq.heappop(self._waiting)
            self._tell(what, message)

    def _begin(self, message: Message) -> None:
        fate = self._chance.choices(_FATES, [weight for weight, _ in _FATES])[0][1]
        for what, seconds in fate:
            self._planned += 1
            due = time.monotonic() + seconds * self._chance.uniform(0.3, 1.7)
            heapq.heappush(self._waiting, (due, self._planned, what, message))

    def _tell(self, what: str, message: Message) -> None:
        if what == "answer":
            self._publish("responses", {"response_token": message.token, "score": 2}, message.id)
            return
        id_ = str(UUID(int=self._chance.getrandbits(128))) if self._chance.random() < _UNKNOWN else message.id
        told = {"invitation_id": id_, "status": what, "channel": message.channel}
        self._publish("deliveries", told, message.id)

    def _publish(self, role: str, data: dict[str, Any], key: str) -> None:
        kind = "feedback.response.v1" if role == "responses" else "feedback.delivery.v1"
        event = {"specversion": "1.0", "id": f"r-{self.reports}", "source": "/sender", "type": kind}
        event |= {"time": datetime.now(UTC).isoformat(), "data": data}
        self.reports += 1
        for _ in range(1 + (self._chance.random() < _REPEATED)):
            partition = self._chance.randrange(PARTITIONS)
            self._producer.produce(self._topics[role], msgspec.json.encode(event), key, partition)


def messages(records: list[Any]) -> list[Message]:
    """The messages to the sender that Kafka gave."""
    return [
        message(json.loads(record.value()), record.timestamp()[1] / 1000)
        for record in records
        if record.error() is None
    ]


def message(event: dict[str, Any], seconds: float) -> Message:
    """A message out of its CloudEvent and the record's time, in seconds since 1970."""
    data = event["data"]
    return Message(
        id=event["id"],
        invitation_id=data["invitation_id"],
        type=event["type"],
        kind=data.get("kind", "cancellation"),
        customer=data["customer_id"],
        channel=data["channel"],
        recipient=data.get("recipient"),
        token=data.get("response_token"),
        at=datetime.fromtimestamp(seconds, UTC),
    )
