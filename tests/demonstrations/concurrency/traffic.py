"""What fifty customers do, by chance and very often: interactions and preferences, and where each is put."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from tests.demonstrations.concurrency.terms import LAST, Hours

CUSTOMERS = tuple(f"c-{number:02}" for number in range(50))
CHANNELS = ("email", "sms", "app")
PARTITIONS = 4
SOURCE = "/demonstration"

# What happens, with how often it does.
_KINDS = {
    "call.completed": 200,
    "chat.ended": 140,
    "store.visited": 110,
    "case.opened": 80,
    "case.resolved": 150,
    "case.reopened": 30,
    "order.placed": 90,
    "order.delivered": 120,
    "order.returned": 10,
    "page.viewed": 50,
    "consent.given": 8,
    "consent.withdrawn": 2,
    "customer.unsubscribed": 0.4,
    "dispute.opened": 0.2,
    "customer.preferences.v1": 6,
}
_REPEATED = 0.03
_UNNAMED = 0.01
_ANONYMOUS_BLOCK, _ANONYMOUS_EVERY = 40, 1_500

_encode = msgspec.json.encode


class Placed(Struct, frozen=True):
    """A record and where it goes: the role of its topic, and its partition."""

    topic: str
    partition: int
    key: bytes
    value: bytes


class Traffic:
    """Makes interactions with ids `i-0`, `i-1` and so on, and preferences beside them, always the same for a seed."""

    def __init__(self, hours: Hours, seed: int) -> None:
        self._hours = hours
        self._chance = random.Random(seed)
        self._began = datetime.now(UTC)
        self.made = 0
        """How many interactions, each counted once however often it is sent."""
        self.preferences = 0
        """How many records of the preferences topic."""

    def beginnings(self) -> Iterator[Placed]:
        """What is known of each customer before: consent, zone."""
        for customer in CUSTOMERS:
            yield self._preference(customer, {"consent": dict.fromkeys(CHANNELS, True), "zone": self._zone()})

    def some(self, count: int) -> Iterator[Placed]:
        """So many interactions, and what comes with them."""
        for _ in range(count):
            if self._chance.random() < 1 / _ANONYMOUS_EVERY:
                yield from self._anonymous()
            first, repeat = self._interaction()
            yield first
            if repeat is not None:
                yield repeat
            if self._chance.random() < 0.02:
                yield self._preference(self._customer(), self._preferences())

    def ends(self) -> Iterator[Placed]:
        """The last interaction of every customer."""
        for customer in CUSTOMERS:
            yield self._placed(_encode(self._event(LAST, customer, {})), customer)

    def _interaction(self) -> tuple[Placed, Placed | None]:
        kind = self._chance.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
        customer = self._customer()
        unnamed = kind.startswith("order.") and self._chance.random() < _UNNAMED
        event = self._event(kind, "" if unnamed else customer, self._data(kind, customer))
        value = _encode(event)
        # One without a name may belong to nobody yet when it comes first, and to its customer when it comes again.
        again = not unnamed and self._chance.random() < _REPEATED
        return self._placed(value, customer), self._placed(value, customer) if again else None

    def _anonymous(self) -> Iterator[Placed]:
        """Interactions of nobody, given to both topics in opposite order."""
        values = [_encode(self._event("call.completed", "", {})) for _ in range(_ANONYMOUS_BLOCK)]
        partition = self._chance.randrange(PARTITIONS)
        for topic, ordered in (("interactions", values), ("more", values[::-1])):
            yield from (Placed(topic, partition, b"", value) for value in ordered)

    def _event(self, kind: str, customer: str, data: dict[str, Any]) -> dict[str, Any]:
        at = datetime.now(UTC) - timedelta(seconds=self._chance.random() * 0.5)
        event = {"specversion": "1.0", "id": f"i-{self.made}", "source": SOURCE, "type": kind}
        self.made += 1
        return event | {"time": at.isoformat(), "data": data} | ({"subject": customer} if customer else {})

    def _data(self, kind: str, customer: str) -> dict[str, Any]:
        chance = self._chance
        if kind.startswith("consent."):
            return {"channel": chance.choice(CHANNELS)}
        if kind == "customer.preferences.v1":
            return self._preferences()
        seconds = int((datetime.now(UTC) - self._began).total_seconds())
        return {
            "channel": "phone",
            "case_id": f"{customer}/k{seconds // 8}-{chance.randrange(4)}",
            "order_id": f"{customer}/o{seconds // 8}-{chance.randrange(6)}",
            "agent_id": f"a-{chance.randrange(12)}",
            "shift": f"s-{seconds // 3}",
            "branch": f"b{seconds // 4}-{chance.randrange(4)}",
        } | ({"recipient": self._addresses(customer)} if chance.random() < 0.7 else {})

    def _addresses(self, customer: str) -> dict[str, str]:
        number = self._chance.randrange(3)
        return {"email": f"{customer}.{number}@example.org", "sms": f"+3160000{number}{customer[2:]}"}

    def _preferences(self) -> dict[str, Any]:
        chance = self._chance
        return chance.choice(
            (
                {"consent": {chance.choice(CHANNELS): chance.random() < 0.8}},
                {"consent": {"email/research": chance.random() < 0.5}},
                {"consent": list(CHANNELS)},
                {"consent": dict.fromkeys(CHANNELS, True), "suppressed": []},
                {"consent": dict.fromkeys(CHANNELS, True), "suppressed": []},
                {"zone": self._zone()},
                {"zone": self._zone(), "suppressed": ["legal_hold"] if chance.random() < 0.1 else []},
            )
        )

    def _preference(self, customer: str, data: dict[str, Any]) -> Placed:
        self.preferences += 1
        # Now and then all is to be forgotten.
        value = b'{"forget": true}' if self._chance.random() < 0.02 else _encode(data)
        return Placed("preferences", self._chance.randrange(PARTITIONS), customer.encode(), value)

    def _placed(self, value: bytes, customer: str) -> Placed:
        topic = self._chance.choice(("interactions", "more"))
        return Placed(topic, self._chance.randrange(PARTITIONS), customer.encode(), value)

    def _zone(self) -> str:
        return self._chance.choice((self._hours.home, self._hours.away))

    def _customer(self) -> str:
        return self._chance.choice(CUSTOMERS)
