"""A batch of interactions folded in order in memory: what an earlier one decided, a later one sees."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.decide import Change, advance, decide
from router.in_force import InForce
from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.model.ledger import QuotaKey
from router.policy.limits import quota_keys
from router.ruleset import RuleSet


def key_of(interaction: Interaction) -> UUID:
    """The dedupe key: the first 16 bytes of BLAKE2b over source and id, NUL between them."""
    text = f"{interaction.source}\0{interaction.id}".encode()
    return UUID(bytes=hashlib.blake2b(text, digest_size=16).digest())


class Decided(Struct, frozen=True):
    """One interaction with its decision. `seq` is its place for the customer, 0 where no customer is known."""

    interaction: Interaction
    key: UUID
    decision: Decision
    now: datetime
    seq: int


class Planned(Struct, frozen=True):
    """An invitation planned in this batch, with the interaction that it is about."""

    customer_id: str
    invitation: Invitation
    decided: Decided


class Difference(Struct, frozen=True):
    """What a shadow rule set would have decided otherwise."""

    decided: Decided
    shadow: Decision


class Changed(Struct, frozen=True):
    """A planned invitation that changed in this batch: queued, moved or ended. `at` is the clock it changed at."""

    customer_id: str
    change: Change
    at: datetime
    seq: int


class Batch:
    """Folds interactions into customers and keeps what a store has to write.

    `customers` are the states loaded, `seen` the dedupe keys known, `counts` the quota counters. With
    `event_time`, invitations that came due before an interaction are settled before it is decided.
    """

    def __init__(
        self,
        rules: InForce,
        customers: dict[str, Customer],
        seen: set[tuple[str, UUID]],
        counts: dict[QuotaKey, int] | None = None,
        *,
        event_time: bool = False,
    ) -> None:
        self.rules = rules
        self.customers = customers
        self.seen = seen
        self.counts = counts if counts is not None else {}
        self.event_time = event_time
        self.touched: set[str] = set()
        self.decided: list[Decided] = []
        self.planned: list[Planned] = []
        self.changed: dict[str, Changed] = {}
        self.differences: list[Difference] = []

    def take(self, interaction: Interaction, key: UUID, now: datetime) -> Decided:
        """Decides the next interaction at the clock `now`."""
        name = interaction.customer_id
        customer = self.customers.get(name) or Customer(name)
        seen = (name, key) in self.seen
        if self.event_time and not seen:
            customer = self._advanced(customer, now)
        folded = decide(interaction, customer, self.rules.of(name), now, seen=seen, counts=self.counts)
        decided = Decided(interaction, key, folded.decision, now, folded.customer.seq)
        if seen:
            return decided
        self.seen.add((name, key))
        if folded.customer is not customer:
            self.customers[name] = folded.customer
            self.touched.add(name)
        self.note(name, folded.changes, now, folded.customer.seq)
        if folded.planned is not None:
            self.planned.append(Planned(name, folded.planned, decided))
            self._count(name, [folded.planned], 1)
        self.decided.append(decided)
        if self.rules.shadow is not None:
            self._compare(decided, customer, self.rules.shadow)
        return decided

    def _compare(self, decided: Decided, customer: Customer, shadow: RuleSet) -> None:
        """Asks the shadow about the same interaction and the same customer."""
        other = decide(decided.interaction, customer, shadow, decided.now, counts=self.counts).decision
        if _essence(other) != _essence(decided.decision):
            self.differences.append(Difference(decided, other))

    def note(self, customer_id: str, changes: Iterable[Change], at: datetime, seq: int) -> None:
        """Keeps what became of planned invitations; the last word on each stands."""
        for change in changes:
            self.changed[change.invitation.id] = Changed(customer_id, change, at, seq)
            self._count(customer_id, [change.before], -1)
            self._count(customer_id, _still_counted(change), 1)

    def settle(self, now: datetime) -> None:
        """Settles what came due for every customer up to `now` on the event-time clock."""
        for name, customer in list(self.customers.items()):
            self.customers[name] = self._advanced(customer, now)

    def _advanced(self, customer: Customer, now: datetime) -> Customer:
        after, changes = advance(customer, self.rules.of(customer.id), now)
        if changes:
            self.customers[customer.id] = after
            self.touched.add(customer.id)
        for offset, change in enumerate(changes, start=customer.seq + 1):
            self.note(customer.id, [change], change.before.at, offset)
        return after

    def _count(self, customer_id: str, invitations: list[Invitation], by: int) -> None:
        policy = self.rules.of(customer_id).policy
        for invitation in invitations if policy.quotas else ():
            for key in quota_keys(policy, invitation):
                self.counts[key] = max(self.counts.get(key, 0) + by, 0)


def _still_counted(change: Change) -> list[Invitation]:
    """What quotas count after a change: a released invitation in the period it was due in, on its last channel."""
    if change.invitation.state == "queued":
        return [replace(change.invitation, at=change.before.at)]
    return [change.invitation] if change.invitation.state == "planned" else []


def _essence(decision: Decision) -> tuple[object, ...]:
    """What makes two decisions the same to a customer and to those who read about them."""
    return (
        decision.outcome,
        decision.reason,
        decision.rule,
        decision.survey,
        decision.channel,
        decision.due_at,
    )
