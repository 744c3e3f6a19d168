"""A batch of records through the pure core in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from router.batch import Batch, Changed, Decided, Difference, Planned, key_of
from router.clock import Clock, Partition
from router.decode import Decoded
from router.encoding import decode_state, encode_interaction, encode_json, encode_state
from router.in_force import InForce
from router.model.customer import Customer
from router.model.interaction import Interaction
from router.model.ledger import (
    Changes,
    InvitationChange,
    InvitationRow,
    JournalRow,
    QuotaKey,
    StateRow,
    StoredState,
)
from router.model.record import DeadLetter, Record
from router.model.revision import ShadowDifference

T = TypeVar("T")
CLOCK_SKEW = timedelta(days=1)
"""How far ahead of our clock an interaction's time may lie."""

Decode = Callable[[Record, datetime], Decoded]


class Ledger(Protocol):
    """What the pipeline needs of a transaction."""

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """The customers' states, and which of the keys are in the journal."""

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """The quota counters of these quotas and attribute values."""

    async def save(self, changes: Changes) -> None:
        """Writes all, or raises `Conflict` where a customer changed meanwhile."""

    async def add_differences(self, differences: Sequence[ShadowDifference]) -> None:
        """Writes where a shadow rule set would have decided otherwise."""


class Store(Protocol):
    """What the pipeline needs of a store."""

    async def run(self, work: Callable[[Ledger], Awaitable[T]]) -> T:
        """Runs the work in a transaction, again where another one came between."""


class Processed(Struct, frozen=True):
    """What became of a batch of records: decisions in order, dead letters, and how many held nothing."""

    decided: list[Decided]
    planned: list[Planned]
    changed: list[Changed]
    dead: list[DeadLetter]
    empty: int
    duplicates: int


class _Read(Struct, frozen=True):
    """An interaction of the batch with its dedupe key and where it was read."""

    interaction: Interaction
    key: UUID
    partition: Partition


class Pipeline:
    """Turns records into decisions. `rules` may be replaced between two batches."""

    def __init__(self, store: Store, rules: InForce, clock: Clock) -> None:
        self.store = store
        self.rules = rules
        self.clock = clock

    async def process(self, records: Sequence[Record], decode: Decode) -> Processed:
        """Decides all interactions of the records. Raises only what the store raises: nothing is lost then."""
        latest = datetime.now(UTC) + CLOCK_SKEW
        read: list[_Read] = []
        dead: list[DeadLetter] = []
        empty = 0
        for record in records:
            decoded = decode(record, latest)
            place = (record.topic, record.partition)
            read.extend(_Read(one, key_of(one), place) for one in decoded.interactions)
            if decoded.dead is not None:
                dead.append(decoded.dead)
            elif not decoded.interactions:
                empty += 1
        if not read:
            return Processed([], [], [], dead, empty, 0)
        times = [(entry.partition, entry.interaction.time) for entry in read]
        moments = self.clock.moments(times)
        batch = await self.store.run(lambda ledger: self._decide(ledger, read, moments))
        self.clock.committed(times)
        duplicates = len(read) - len(batch.decided)
        return Processed(batch.decided, batch.planned, list(batch.changed.values()), dead, empty, duplicates)

    async def _decide(self, ledger: Ledger, read: list[_Read], moments: list[datetime]) -> Batch:
        rules = self.rules
        keys = [(entry.interaction.customer_id, entry.key) for entry in read]
        names = sorted({name for name, _ in keys if name})
        stored, seen = await ledger.load(names, keys)
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        counts = await load_counts(ledger, rules, [entry.interaction for entry in read], customers)
        batch = Batch(rules, customers, seen, counts, event_time=self.clock.event_time)
        before = dict(counts)
        for entry, now in zip(read, moments, strict=True):
            batch.take(entry.interaction, entry.key, now)
        if batch.decided:
            await ledger.save(changes_of(batch, stored, before))
        if batch.differences:
            await ledger.add_differences([_difference_row(entry) for entry in batch.differences])
        return batch


async def load_counts(
    ledger: Ledger, rules: InForce, interactions: Sequence[Interaction], customers: dict[str, Customer]
) -> dict[QuotaKey, int]:
    """The counters that these interactions, or a change to the customers' invitations, can touch."""
    values: set[tuple[str, str]] = set()
    invitations = [invitation for customer in customers.values() for invitation in customer.invitations]
    for quota in rules.quotas:
        if quota.same is None:
            values.add((quota.id, ""))
            continue
        found = {interaction.attributes.get(quota.same) for interaction in interactions}
        values |= {(quota.id, str(value)) for value in found if value is not None}
        values |= {
            (quota.id, entry.attributes[quota.same])
            for entry in invitations
            if quota.same in entry.attributes
        }
    return await ledger.counts(sorted(values)) if values else {}


def changes_of(batch: Batch, stored: dict[str, StoredState], counts: dict[QuotaKey, int]) -> Changes:
    """What the store has to write for a batch; `stored` and `counts` are what was loaded."""
    return Changes(
        states=[
            StateRow(name, stored[name].version if name in stored else 0, encode_state(batch.customers[name]))
            for name in batch.touched
        ],
        journal=[_journal_row(decided) for decided in batch.decided],
        planned=[_invitation_row(planned) for planned in batch.planned],
        changed=[change_row(changed) for changed in batch.changed.values()],
        counts={key: count for key, count in batch.counts.items() if counts.get(key) != count},
    )


def _journal_row(decided: Decided) -> JournalRow:
    interaction, decision = decided.interaction, decided.decision
    return JournalRow(
        interaction.customer_id,
        decided.key,
        decided.seq,
        interaction.time,
        decided.now,
        interaction.id,
        decision.revision,
        decision.reason,
        encode_json(decision),
        encode_interaction(interaction),
    )


def _difference_row(difference: Difference) -> ShadowDifference:
    decided = difference.decided
    return ShadowDifference(
        shadow=difference.shadow.revision,
        customer_id=decided.interaction.customer_id,
        key=decided.key,
        at=decided.now,
        live_verdict=encode_json(decided.decision),
        shadow_verdict=encode_json(difference.shadow),
    )


def _invitation_row(planned: Planned) -> InvitationRow:
    invitation, decided = planned.invitation, planned.decided
    addresses = decided.interaction.recipient
    return InvitationRow(
        customer_id=planned.customer_id,
        id=UUID(invitation.id),
        key=decided.key,
        rule=invitation.rule,
        survey=invitation.survey,
        metric=invitation.metric,
        channel=invitation.channel,
        state="planned",
        due_at=invitation.at,
        planned_at=decided.now,
        revision=decided.decision.revision,
        body=encode_json(invitation),
        recipient=encode_json(addresses).decode() if addresses else None,
    )


def change_row(changed: Changed) -> InvitationChange:
    """A change of an invitation as the store writes it."""
    invitation = changed.change.invitation
    moved = invitation.state == "planned"
    return InvitationChange(
        customer_id=changed.customer_id,
        id=UUID(invitation.id),
        state=invitation.state,
        reason=changed.change.reason,
        at=changed.at,
        seq=changed.seq,
        due_at=invitation.at if moved else None,
    )
