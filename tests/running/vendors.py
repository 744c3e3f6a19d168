"""A shop whose systems send their own messages: tickets, orders and rows of a table, beside our own events, in order of time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from router.authoring.language.load import load_directory
from router.cli.vendor_mappings import mapping_of
from router.model.record import Record
from router.sources.records import event_of
from router.sources.remembering import Memory
from tests.running.eventlog import event
from tests.running.topics import Entry

VENDORS = ("zendesk", "shopify", "debezium", "woocommerce")
BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = {
    "policy.yaml": """
consent: {unknown: allow}
locale: {otherwise: en}
limits:
  - {id: any-survey, max: 1, per: 30d, clock: invited, on_limit: defer, up_to: 5d}
""",
    "complaint.yaml": """
journey: complaint
instance: case_id
steps:
  opened: {on: complaint.opened}
  resolved: {on: complaint.resolved}
  reopened: {on: complaint.reopened, counts: reopens, reopens: true}
order: [opened, resolved]
""",
    "order.yaml": """
journey: order
instance: order_id
identifies_customer: true
steps:
  placed: {on: order.placed}
  shipped: {on: order.shipped}
  delivered: {on: order.delivered}
  refunded: {on: order.refunded}
order: [placed, shipped, delivered, refunded]
""",
    "routes.yaml": """
rules:
  - id: ces-after-complaint
    when: {journey: complaint, step: resolved}
    send: {survey: ces, channel: email}
    priority: 80
    delay: 2h
    cancel_on: [complaint.reopened]
  - id: nps-after-order
    when: {journey: order, step: [shipped, delivered]}
    send: {survey: nps, channel: email}
    delay: 24h
""",
    "surveys.yaml": """
surveys:
  ces:
    metric: ces
    scale: [1, 5]
    polarity: lower_is_better
    texts: {en: {question: "How much effort?", low: little, high: much}}
  nps:
    metric: nps
    scale: [0, 10]
    polarity: higher_is_better
    texts: {en: {question: "Would you recommend us?", low: unlikely, high: likely}}
""",
}


class Sent(Struct, frozen=True):
    """A message on a topic; `at` orders all of them. Without a topic it is an event of our own."""

    at: datetime
    entry: Entry
    topic: str | None = None


def vendor_rules(directory: Path, topics: dict[str, str]) -> Path:
    """The rules with the mappings as they are shipped, on these topics by vendor."""
    for name, text in RULES.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)
    (directory / "sources").mkdir()
    for vendor, topic in topics.items():
        text = mapping_of(vendor).decode()
        [line] = [line for line in text.splitlines() if line.startswith("topic:")]
        (directory / "sources" / f"{vendor}.yaml").write_text(text.replace(line, f"topic: {topic}"))
    return directory


def messages(topics: dict[str, str], customers: int) -> list[Sent]:
    """What all systems send, in order of time: repeats, changes that mean nothing, tombstones and snapshots among it."""
    sent = [
        *_tickets(topics["zendesk"], customers),
        *_orders(topics["shopify"], customers),
        *_rows(topics["debezium"], customers),
        *_snapshots(topics["woocommerce"], customers),
        *_own(customers),
    ]
    return sorted(sent, key=lambda one: one.at)


def mapped(sent: Sequence[Sent], rules: Path) -> list[Entry]:
    """The same as events of our own, as the mappings of the rules make them."""
    mappers = load_directory(rules).mappers
    memory = Memory()
    found = []
    for one in sent:
        if one.topic is None:
            found.append(one.entry)
            continue
        record = Record(one.topic, 0, 0, 0, one.entry.key, one.entry.value, one.entry.headers)
        taken = mappers[one.topic].take(record)
        assert not taken.faults
        made = [one for one in taken.interactions if memory.hold(one.changes)]
        memory.note(taken.seen)
        events = [msgspec.json.encode(event_of(one)) for one in made]
        found += [Entry(one.entry.key, text) for text in events]
    return found


def _tickets(topic: str, customers: int) -> Iterator[Sent]:
    for n in range(customers):
        begin, ticket = BEGIN + timedelta(minutes=37 * n), f"{5500 + n}"
        said = [
            ("ticket.created", timedelta(), {}),
            ("ticket.status_changed", 20 * HOUR, {"previous": "NEW", "current": "OPEN"}),
            ("ticket.status_changed", 26 * HOUR, {"previous": "OPEN", "current": "SOLVED"}),
            ("user.created", 27 * HOUR, {}),
        ]
        if n % 5 == 0:
            said.append(("ticket.status_changed", 27 * HOUR, {"previous": "SOLVED", "current": "OPEN"}))
            said.append(("ticket.status_changed", 90 * HOUR, {"previous": "OPEN", "current": "SOLVED"}))
        for place, (kind, after, change) in enumerate(said):
            at = begin + after
            body = {
                "type": f"zen:event-type:{kind}",
                "id": f"z-{n}-{place}",
                "time": at.isoformat(),
                "detail": {"id": ticket, "requester_id": f"7{n:04}", "via": {"channel": "voice"}},
                "event": change,
            }
            one = Sent(at, Entry(ticket.encode(), msgspec.json.encode(body)), topic)
            yield one
            if n % 7 == place:
                # Sent again a little later, as webhooks do.
                yield Sent(at + HOUR / 2, one.entry, topic)


def _orders(topic: str, customers: int) -> Iterator[Sent]:
    for n in range(customers):
        begin, order = BEGIN + timedelta(minutes=41 * n + 1), 6_000_000_000_000 + n
        said: list[tuple[str, timedelta, dict[str, Any]]] = [
            (
                "orders/create",
                timedelta(),
                {"id": order, "customer": {"id": 8_000 + n}, "source_name": "web"},
            ),
            ("orders/updated", HOUR, {"id": order}),
            # Names the order only: whose it is the journey knows.
            ("fulfillments/create", 30 * HOUR, {"id": 5_000 + n, "order_id": order}),
        ]
        if n % 4 == 0:
            said.append(("refunds/create", 70 * HOUR, {"id": 9_000 + n, "order_id": order}))
        for kind, after, body in said:
            at = begin + after
            text = msgspec.json.encode({**body, "created_at": at.isoformat(), "updated_at": at.isoformat()})
            headers = (("X-Shopify-Topic", kind.encode()),)
            yield Sent(at, Entry(str(order).encode(), text, headers), topic)


def _rows(topic: str, customers: int) -> Iterator[Sent]:
    for n in range(customers):
        begin, key = BEGIN + timedelta(minutes=43 * n + 2), f"{100 + n}".encode()
        row = {"id": 100 + n, "customer_id": f"d-{n}", "status": "new", "channel": "app"}
        changes: list[tuple[str, timedelta, dict[str, Any]]] = [
            ("r", timedelta(), {"after": row}),
            ("c", HOUR, {"after": row}),
            ("u", 40 * HOUR, {"before": row, "after": {**row, "status": "delivered"}}),
            (
                "u",
                41 * HOUR,
                {"before": {**row, "status": "delivered"}, "after": {**row, "status": "delivered"}},
            ),
            ("d", 200 * HOUR, {"before": row}),
        ]
        for place, (op, after, rows) in enumerate(changes):
            at = begin + after
            source = {"connector": "postgresql", "table": "orders", "lsn": 1_000 * n + place}
            source["ts_ms"] = int(at.timestamp() * 1000)
            yield Sent(at, Entry(key, msgspec.json.encode({"op": op, "source": source, **rows})), topic)
        yield Sent(begin + 201 * HOUR, Entry(key, None), topic)


def _snapshots(topic: str, customers: int) -> Iterator[Sent]:
    """Orders that are sent whole, whatever was changed."""
    for n in range(customers):
        begin, order = BEGIN + timedelta(minutes=53 * n + 4), 70_000 + n
        said = [("created", timedelta(), "pending"), ("updated", HOUR, "processing")]
        said += [("updated", 2 * HOUR, "processing"), ("updated", 50 * HOUR, "completed")]
        said += [("updated", 51 * HOUR, "completed")]
        if n % 6 == 0:
            said += [("updated", 60 * HOUR, "processing"), ("updated", 61 * HOUR, "completed")]
        for place, (kind, after, status) in enumerate(said):
            at = begin + after
            body = {"id": order, "status": status, "customer_id": 40_000 + n, "created_via": "checkout"}
            body |= {f"date_{which}_gmt": f"{at:%Y-%m-%dT%H:%M:%S}" for which in ("created", "modified")}
            headers = (("X-WC-Webhook-Topic", f"order.{kind}".encode()),)
            yield (one := Sent(at, Entry(str(order).encode(), msgspec.json.encode(body), headers), topic))
            if n % 7 == place:
                # Sent again when the order has gone on.
                yield Sent(at + 3 * HOUR / 2, one.entry, topic)


def _own(customers: int) -> Iterator[Sent]:
    for n in range(customers):
        begin, customer = BEGIN + timedelta(minutes=47 * n + 3), f"own-{n}"
        for place, (kind, after) in enumerate(
            [
                ("complaint.opened", timedelta()),
                ("complaint.resolved", 25 * HOUR),
                ("order.delivered", 60 * HOUR),
            ]
        ):
            about = {"order_id": f"O{n}"} if kind.startswith("order") else {"case_id": f"C{n}"}
            told = event(10 * n + place, customer, begin + after, kind, **about)
            yield Sent(begin + after, Entry(customer.encode(), msgspec.json.encode(told)))
