"""A batch of records through the pure core in one transaction."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.batch import Batch, Changed, Decided, Planned, key_of
from router.batch_rows import changes_of, difference_row
from router.clock import Clock, Partition
from router.decode import Decoded
from router.encoding import decode_state
from router.in_force import InForce
from router.keyed_hash import KeyedHash, with_hashes
from router.model.customer import Customer, Profile
from router.model.interaction import EXPIRY_TYPE, Interaction
from router.model.ledger import Changes, InstanceKey, QuotaKey, StoredState
from router.model.record import DeadLetter, Record
from router.model.revision import ShadowDifference
from router.owners import resolved, to_look_up
from router.quota_values import quota_values
from router.ruleset import RuleSet

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

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """The customers of those journey instances that are known."""

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """The customers of those invitations that are known."""

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, tuple[str, ...]]:
        """The suppressions kept of erased customers, by the keyed hashes of their ids."""

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


class _Taken(Struct, frozen=True):
    """What was read: each interaction with its dedupe key and the clock it is decided at, and the addresses."""

    interactions: list[Interaction]
    keys: list[UUID]
    moments: list[datetime]
    addresses: dict[UUID, dict[str, str]]


class Pipeline:
    """Turns records into decisions. `rules` may be replaced between two batches.

    `hashes` stand for addresses and erased customers.
    """

    def __init__(self, store: Store, rules: InForce, clock: Clock, hashes: KeyedHash) -> None:
        self.store = store
        self.rules = rules
        self.clock = clock
        self.hashes = hashes

    async def process(self, records: Sequence[Record], decode: Decode) -> Processed:
        """Decides all interactions of the records. Raises only what the store raises: nothing is lost then."""
        latest = datetime.now(UTC) + CLOCK_SKEW
        read: list[Interaction] = []
        times: list[tuple[Partition, datetime]] = []
        dead: list[DeadLetter] = []
        empty = 0
        for record in records:
            decoded = decode(record, latest)
            place = (record.topic, record.partition)
            read.extend(decoded.interactions)
            times.extend((place, one.time) for one in decoded.interactions)
            if decoded.dead is not None:
                dead.append(decoded.dead)
            elif not decoded.interactions:
                empty += 1
        if not read:
            return Processed([], [], [], dead, empty, 0)
        taken = self._taken(read, self.clock.moments(times))
        batch = await self.store.run(lambda ledger: self._decide(ledger, taken))
        self.clock.committed(times)
        # What time alone brought about was decided besides.
        duplicates = len(read) - sum(one.interaction.type != EXPIRY_TYPE for one in batch.decided)
        return Processed(batch.decided, batch.planned, list(batch.changed.values()), dead, empty, duplicates)

    def _taken(self, read: list[Interaction], moments: list[datetime]) -> _Taken:
        """What was read, with the addresses put aside: the core sees their hashes."""
        keys = [key_of(interaction) for interaction in read]
        addresses: dict[UUID, dict[str, str]] = {}
        for at, (interaction, key) in enumerate(zip(read, keys, strict=True)):
            if interaction.recipient:
                addresses[key] = interaction.recipient
            read[at] = with_hashes(interaction, self.hashes)
        return _Taken(read, keys, moments, addresses)

    async def _decide(self, ledger: Ledger, taken: _Taken) -> Batch:
        rules = self.rules
        interactions, owners = await _with_customers(ledger, rules.live, taken.interactions)
        keys = [(one.customer_id, key) for one, key in zip(interactions, taken.keys, strict=True)]
        names = sorted({name for name, _ in keys if name})
        stored, seen = await ledger.load(names, keys)
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        customers |= await self._erased(ledger, [name for name in names if name not in stored])
        counts = await load_counts(ledger, rules, interactions, customers)
        batch = Batch(rules, customers, seen, counts, event_time=self.clock.event_time)
        before = dict(counts)
        for interaction, key, now in zip(interactions, taken.keys, taken.moments, strict=True):
            batch.take(interaction, key, now)
        if batch.decided:
            await ledger.save(replace(changes_of(batch, stored, before, taken.addresses), owners=owners))
        if batch.differences:
            await ledger.add_differences([difference_row(entry) for entry in batch.differences])
        return batch

    async def _erased(self, ledger: Ledger, names: Sequence[str]) -> dict[str, Customer]:
        """Of customers that are not stored, those that were erased: what must not be forgotten was kept."""
        if not names:
            return {}
        hashes = {hashed: name for name in names for hashed in self.hashes.customer(name)}
        kept = await ledger.suppressions(list(hashes))
        erased: dict[str, set[str]] = {}
        for hashed, suppressed in kept.items():
            erased.setdefault(hashes[hashed], set()).update(suppressed)
        return {
            name: Customer(name, profile=Profile(suppressed=tuple(sorted(suppressed))))
            for name, suppressed in erased.items()
        }


async def _with_customers(
    ledger: Ledger, rules: RuleSet, interactions: list[Interaction]
) -> tuple[list[Interaction], dict[InstanceKey, str]]:
    """The interactions with their customers, where something else tells these, and the owners they bring."""
    asked = to_look_up(interactions, rules)
    if not asked:
        return interactions, {}
    owners = await ledger.owners(sorted(asked.instances)) if asked.instances else {}
    invitations = await ledger.asked(sorted(asked.invitations)) if asked.invitations else {}
    return resolved(interactions, rules, owners, invitations)


async def load_counts(
    ledger: Ledger, rules: InForce, interactions: Sequence[Interaction], customers: dict[str, Customer]
) -> dict[QuotaKey, int]:
    """The counters that these interactions, or a change to the customers' invitations, can touch."""
    values = quota_values(rules, interactions, customers)
    return await ledger.counts(sorted(values)) if values else {}
