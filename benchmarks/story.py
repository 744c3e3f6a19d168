"""The made-up customers' events: the same log for the same seed, with what must come of it."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

CUSTOMERS = 200_000
PRODUCTS = 250
"""Rules ask about the first hundred of them."""
ASKED_PRODUCTS = 100
CHANNELS = ("phone", "chat", "web", "email")
ASKED_CHANNELS = ("phone", "chat", "web")
LEAST_AMOUNT = 20
MOST_INVITATIONS = 3
"""The contact limit in a window that is longer than any run."""

PLAIN_SHARE = 0.2
PLAIN_TYPES = ("invoice.sent", "store.visited", "page.viewed", "app.opened")
ASKED_PLAIN_TYPES = ("invoice.sent", "store.visited")

_STEP = timedelta(milliseconds=1)
_LOCALES = ("nl", "en", "de")
_REGIONS = ("north", "east", "south", "west")


@dataclass(frozen=True)
class Journey:
    """A journey as both sides know it: its steps in order, each entered by the type beside it."""

    name: str
    instance: str
    steps: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]


JOURNEYS = (
    Journey(
        "complaint",
        "case_id",
        (
            ("opened", "complaint.opened"),
            ("handling", "call.completed"),
            ("resolved", "complaint.resolved"),
            ("closed", "complaint.closed"),
        ),
        ("resolved", "closed"),
    ),
    Journey(
        "purchase",
        "order_id",
        (("ordered", "order.placed"), ("shipped", "order.shipped"), ("delivered", "order.delivered")),
        ("shipped", "delivered"),
    ),
    Journey(
        "subscription",
        "contract_id",
        (
            ("started", "subscription.started"),
            ("renewed", "subscription.renewed"),
            ("cancelled", "subscription.cancelled"),
        ),
        ("started", "cancelled"),
    ),
    Journey(
        "visit", "visit_id", (("begun", "visit.begun"), ("answered", "visit.answered")), ("begun", "answered")
    ),
)


@dataclass(frozen=True)
class Event:
    """One event as it is published, and whether a rule matches it."""

    customer: str
    value: bytes
    matches: bool


class Log:
    """Events of some 400 bytes, 1 ms apart from `begin` on. A customer finishes one story before the next."""

    def __init__(self, seed: int, begin: datetime, customers: int = CUSTOMERS) -> None:
        self._random = random.Random(seed)
        self._begin = begin.astimezone(UTC)
        self._customers = customers
        self._count = 0
        self._stories: dict[int, tuple[Journey, int, int]] = {}

    def take(self, count: int) -> list[Event]:
        """The next events."""
        return [self._next() for _ in range(count)]

    def _next(self) -> Event:
        draw = self._random
        self._count += 1
        customer = draw.randrange(self._customers)
        if draw.random() < PLAIN_SHARE:
            kind = draw.choice(PLAIN_TYPES)
            return self._event(customer, kind, "", asked=kind in ASKED_PLAIN_TYPES)
        known = self._stories.pop(customer, None)
        if known is None:
            journey = draw.choice(JOURNEYS)
            # Some stories began before the log does.
            known = journey, draw.randrange(len(journey.steps)), self._count
        journey, at, number = known
        step, kind = journey.steps[at]
        if at + 1 < len(journey.steps):
            self._stories[customer] = journey, at + 1, number
        return self._event(
            customer, kind, f'"{journey.instance}":"S-{number:08d}",', asked=step in journey.asked
        )

    def _event(self, customer: int, kind: str, instance: str, *, asked: bool) -> Event:
        draw = self._random.random
        channel = CHANNELS[int(draw() * len(CHANNELS))]
        product, amount = int(draw() * PRODUCTS), int(draw() * 100)
        name = f"customer-{customer:07d}"
        time = (self._begin + self._count * _STEP).isoformat(timespec="milliseconds")
        value = (
            f'{{"specversion":"1.0","id":"event-{self._count:09d}","source":"/crm/{kind.partition(".")[0]}",'
            f'"type":"{kind}","subject":"{name}","time":"{time}","datacontenttype":"application/json",'
            f'"data":{{"channel":"{channel}","locale":"{_LOCALES[customer % 3]}",{instance}'
            f'"product":"p{product:03d}","amount":{amount},"agent_id":"agent-{customer % 331:03d}",'
            f'"region":"{_REGIONS[customer % 4]}","branch":"branch-{product % 40:02d}",'
            f'"duration_seconds":{amount * 7},"first_contact":{"true" if amount % 2 else "false"},"queue":"front-office"}}}}'
        )
        wanted = asked and product < ASKED_PRODUCTS and channel in ASKED_CHANNELS and amount >= LEAST_AMOUNT
        return Event(name, value.encode(), wanted)


class Expected:
    """How many invitations must come of the events that one side was given, whatever their order."""

    def __init__(self) -> None:
        self.events = 0
        self._matches: Counter[str] = Counter()

    def add(self, events: Sequence[Event]) -> None:
        """Notes further events."""
        self.events += len(events)
        self._matches.update(event.customer for event in events if event.matches)

    @property
    def invitations(self) -> int:
        """Every match is invited, up to the contact limit."""
        return sum(min(count, MOST_INVITATIONS) for count in self._matches.values())
