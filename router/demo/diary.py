"""What one customer does, written down as CloudEvents, each with the moment it reaches Kafka."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

from msgspec import Struct

from router.demo.customers import Person

CloudEvent = dict[str, Any]
_LANGUAGE_IS_SEEN = frozenset({"web", "app", "chat"})


class Arrival(Struct, frozen=True):
    """A CloudEvent and when it arrives, which is never before it happened."""

    at: datetime
    event: CloudEvent


def cloud_event(source: str, event_id: str, kind: str, time: datetime, data: dict[str, Any]) -> CloudEvent:
    """A CloudEvent in structured mode that names no customer yet."""
    return {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/demo/{source}",
        "type": kind,
        "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": data,
    }


class Diary:
    """The events of one customer in the month from `start`, in the order they were thought of."""

    def __init__(self, rng: Random, person: Person, start: datetime) -> None:
        self.rng = rng
        self.person = person
        self.start = start
        self.arrivals: list[Arrival] = []
        self._ids: Counter[str] = Counter()

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.rng.random() < share

    def after(self, at: datetime, least: timedelta, most: timedelta) -> datetime:
        """A moment between `least` and `most` after `at`."""
        return at + self.rng.uniform(0.0, 1.0) * (most - least) + least

    def number(self, prefix: str) -> str:
        """A new id for a case, an order, a subscription or a visit of this customer."""
        self._ids[prefix] += 1
        return f"{prefix}-{self.person.number:05d}-{self._ids[prefix]:02d}"

    def note(self, at: datetime, source: str, kind: str, **data: Any) -> None:
        """Write down that `kind` happened `at`; a few arrive late, a few arrive twice."""
        if data.get("channel") in _LANGUAGE_IS_SEEN and self.chance(0.5):
            data["locale"] = self.person.locale
        event = self._event(at, source, kind, data)
        arrives = at + self._delay(source)
        self.arrivals.append(Arrival(arrives, event))
        if self.chance(0.014):
            again = self.after(arrives, timedelta(seconds=1), timedelta(hours=self.rng.choice([1, 1, 30])))
            self.arrivals.append(Arrival(again, event))

    def note_at_once(self, at: datetime, source: str, kind: str, **data: Any) -> None:
        """As `note`, for systems that deliver each event promptly and once."""
        self.arrivals.append(Arrival(at, self._event(at, source, kind, data)))

    def _event(self, at: datetime, source: str, kind: str, data: dict[str, Any]) -> CloudEvent:
        event = cloud_event(source, self.number(source), kind, at, data)
        return event | {"subject": self.person.id}

    def _delay(self, source: str) -> timedelta:
        roll = self.rng.random()
        if roll < 0.008:
            return self.after(self.start, timedelta(days=1), timedelta(days=5)) - self.start
        # The carrier hands its scans over in batches.
        if roll < (0.15 if source == "carrier" else 0.03):
            return timedelta(minutes=self.rng.uniform(10, 480))
        return timedelta(seconds=self.rng.uniform(0.2, 4.0))
