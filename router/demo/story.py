"""The month as Kafka records: what is published, in which order, and what must come of it."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct

from router.demo.company import hostile, month
from router.demo.respondents import Efforts
from router.model.record import Message

START: Final = datetime(2026, 3, 1, 23, tzinfo=UTC)
"""Midnight at the company, on a Monday."""

_HEADERS: Final = (("content-type", b"application/cloudevents+json; charset=utf-8"),)

InteractionName = tuple[str, str]
"""Source and id: what tells two interactions apart."""


class Story(Struct, frozen=True):
    """Records in the order they are published, the interactions in them, and how many nobody can read.

    `efforts` is what customers go through in it.
    """

    messages: list[Message]
    interactions: frozenset[InteractionName]
    unreadable: int
    efforts: Efforts = Efforts(())

    @property
    def repeated(self) -> int:
        """How many records bring an interaction that another one brought before."""
        return len(self.messages) - len(self.interactions) - self.unreadable


def story(topic: str, seed: int, customers: int) -> Story:
    """The month as structured CloudEvents keyed by customer, with the unreadable records spread over it."""
    events = month(seed, START, customers)
    messages = [
        Message(
            topic,
            event["subject"].encode() if "subject" in event else None,
            msgspec.json.encode(event),
            _HEADERS,
        )
        for event in events
    ]
    broken = hostile()
    for number, value in enumerate(broken, start=1):
        place = number * len(messages) // (len(broken) + 1)
        messages.insert(place, Message(topic, None, value, _HEADERS))
    ids = frozenset((event["source"], event["id"]) for event in events)
    return Story(messages, ids, len(broken), Efforts(events))
