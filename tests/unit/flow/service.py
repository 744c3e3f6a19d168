"""A relay over stand-ins, and customers whose invitations the real pipeline plans."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from router.authoring.language.load import load_texts
from router.decode import decode
from router.flow.pipeline import Pipeline
from router.flow.relay import Relay
from router.model.customer import Customer
from router.model.encoding import decode_state, encode_state
from router.model.keyed_hash import KeyedHash
from router.model.ledger import StateRow
from router.model.record import Record
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.flow.memory import MemorySender, MemoryStore, SetClock

MONDAY = datetime(2024, 3, 4, 10, tzinfo=UTC)
SECRET = b"of the tests"

SURVEYS = """
surveys:
  ces:
    metric: ces
    variant: ces-1.0
    scale: [1, 5]
    polarity: lower_is_better
    texts:
      en: {question: "How much effort?", low: little, high: much}
      nl: {question: "Hoeveel moeite?", low: weinig, high: veel}
"""
RULES = """
rules:
  - id: ask
    when: {type: complaint.resolved}
    send: {survey: ces, channel: [email, sms]}
    priority: 10
    delay: 2h
    expires: 5d
  - id: ask-first
    when: {type: complaint.escalated}
    send: {survey: ces, channel: email}
    priority: 90
    delay: 1h
"""
POLICY = "locale: {otherwise: en}\n"


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def rule_set(
    policy: str = "", rules: str = RULES, alerts: str = "alerts: []", surveys: str = SURVEYS
) -> RuleSet:
    files = {
        "surveys.yaml": surveys,
        "rules.yaml": rules,
        "alerts.yaml": alerts,
        "policy.yaml": POLICY + policy,
    }
    return load_texts({name: text.encode() for name, text in files.items()})


class Crashed(Exception):
    """A process that ended in the middle of its work."""


class Service:
    """The parts that a test moves: the clock, the store, the broker."""

    def __init__(
        self,
        policy: str = "",
        *,
        event_time: bool = False,
        secret: bytes | None = SECRET,
        surveys: str = SURVEYS,
    ) -> None:
        self.store = MemoryStore()
        self.sender = MemorySender(self.store)
        self.clock = SetClock(at(0), event_time=event_time)
        self.rules = rule_set(policy, surveys=surveys)
        self.relay = Relay(
            self.store,
            self.sender,
            InForce(self.rules),
            self.clock,
            topic="invitations",
            secret=secret,
            batch=10,
        )

    async def read(self, kind: str, *, hours: float = 0, customer: str = "c-1", **members: Any) -> None:
        """Has the pipeline decide an interaction."""
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{kind}@{hours}:{customer}",
            "source": "/test",
            "type": kind,
        }
        event |= {name: members.pop(name) for name in ("traceparent",) if name in members}
        event |= {"subject": customer, "time": at(hours).isoformat(), "data": members}
        record = Record("interactions", 0, 0, 0, None, json.dumps(event).encode())
        processed = await Pipeline(self.store, InForce(self.rules), self.clock, KeyedHash(b"secret")).process(
            [record], decode
        )
        assert not processed.dead

    async def agree(self, customer: str = "c-1", *, hours: float = -1, **members: Any) -> None:
        await self.read(
            "customer.preferences.v1", hours=hours, customer=customer, consent=["email", "sms"], **members
        )

    async def plan(self, customer: str = "c-1", **members: Any) -> UUID:
        """Plans an invitation of the customer, due at two hours; its id."""
        await self.agree(customer)
        known = set(self.store.rows)
        await self.read("complaint.resolved", customer=customer, **members)
        ((_, new),) = set(self.store.rows) - known
        return new

    def state(self, id_: UUID) -> tuple[str, str | None]:
        row = self.store.row(id_)
        return row.state, self.store.reasons.get((row.customer_id, id_))

    def customer(self, name: str = "c-1") -> Customer:
        return decode_state(self.store.states[name].body)

    def put(self, customer: Customer) -> None:
        """Stores a customer's state, as another transaction would."""
        version = self.store.states[customer.id].version
        self.store.put(StateRow(customer.id, version, encode_state(customer)))

    def sent(self) -> list[dict[str, Any]]:
        return [json.loads(message.value or b"") for message in self.sender.stored]
