"""A batch of records through the pure core in one transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.decide import left_of, tells
from router.decide.batch import Batch, Changed, Decided, Planned, key_of
from router.decide.owners import keys_to_look_up, resolved, to_look_up
from router.decide.quota_values import quota_values
from router.decode import Decoded
from router.flow.clock import Clock, Partition
from router.flow.kafka_time import KafkaTime
from router.flow.ports import Ledger, Store, situation_of
from router.flow.rows import changes_of, difference_row
from router.flow.unstored import (
    MOST_ASIDE,
    PASSED_OVER,
    Stored,
    Taken,
    Unstored,
    dead_letter,
    not_stored,
    once,
    place_of,
)
from router.model.customer import Customer, Profile
from router.model.encoding import decode_state
from router.model.interaction import EXPIRY_TYPE, Interaction, named_invitation
from router.model.keyed_hash import KeyedHash, with_hashes
from router.model.ledger import InstanceKey, QuotaKey, SetAside, StoredState
from router.model.record import DeadLetter, Record
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet

ALL = 2**31 - 1
"""A limit that is none."""

Decode = Callable[[Record, datetime], Decoded]


class Processed(Struct, frozen=True):
    """What became of a batch of records: decisions in order, dead letters, and how many held nothing.

    `unstored` are the faults behind some of the dead letters; so many of these are of `customers_aside`, and tell nothing
    of their publisher.
    """

    decided: list[Decided]
    planned: list[Planned]
    changed: list[Changed]
    dead: list[DeadLetter]
    empty: int
    duplicates: int
    unstored: tuple[Unstored, ...] = ()
    customers_aside: int = 0


class _Read(Struct):
    """What records hold: interactions as decoded and as the core sees them, with record, and place and time."""

    interactions: list[Interaction] = []
    hashed: list[Interaction] = []
    records: list[Record] = []
    times: list[tuple[Partition, datetime]] = []
    dead: list[DeadLetter] = []
    unstored: list[Unstored] = []
    empty: int = 0


class Pipeline:
    """Turns records into decisions. `rules` may be replaced between two batches.

    `hashes` stand for addresses and erased customers.
    """

    def __init__(
        self,
        store: Store,
        rules: InForce,
        clock: Clock,
        hashes: KeyedHash,
        *,
        kafka_time: KafkaTime | None = None,
        most_aside: int = MOST_ASIDE,
    ) -> None:
        self.kafka_time = kafka_time or KafkaTime()
        self.store = store
        self.rules = rules
        self.clock = clock
        self.hashes = hashes
        self.most_aside = most_aside

    async def process(self, records: Sequence[Record], decode: Decode) -> Processed:
        """Decides all interactions of the records. Raises what the store raises where trying again may help.

        Nothing is lost then. What can never be stored is found by halving, and becomes a dead letter.
        """
        read = self._read(records, decode)
        if not read.interactions:
            if any(one.reason == "time_in_future" for one in read.dead):
                # Before others are blamed: no transaction follows in which our clock would be compared.
                await self.store.run(lambda ledger: situation_of(ledger, self.clock))
            return Processed([], [], [], read.dead, read.empty, 0, tuple(read.unstored))
        taken = self._taken(read)
        stored = Stored()
        await self._store(taken, stored)
        self.clock.committed(read.times)
        decided = [one for batch in stored.batches for one in batch.decided]
        # What time alone brought about was decided besides.
        told = sum(one.interaction.type != EXPIRY_TYPE for one in decided)
        left_out = once(stored.left_out, read.dead)
        return Processed(
            decided,
            [one for batch in stored.batches for one in batch.planned],
            [one for batch in stored.batches for one in batch.changed.values()],
            [*read.dead, *left_out],
            read.empty,
            len(taken.interactions) - told - stored.passed_over,
            (*read.unstored, *stored.unstored),
            max(len(left_out) - stored.nobodys, 0),
        )

    def _read(self, records: Sequence[Record], decode: Decode) -> _Read:
        """What the records hold. One that no decoder was prepared for harms no neighbour."""
        now = self.clock.wall()
        self.kafka_time.note(records, now)
        read = _Read()
        for record in records:
            try:
                decoded = decode(record, self.kafka_time.latest(record, now))
                told = [one for one in decoded.interactions if tells(one, self.rules.of(one.customer_id))]
                hashed = [with_hashes(one, self.hashes) for one in told]
            except Exception as error:  # noqa: BLE001 - whatever it is, the record brings it again each time
                cause = type(error).__name__
                read.unstored.append(Unstored(place_of(record), cause, error, set_aside=False))
                read.dead.append(dead_letter(record, not_stored(cause)))
                continue
            read.interactions.extend(told)
            read.hashed.extend(hashed)
            read.records.extend(record for _ in hashed)
            read.times.extend(((record.topic, record.partition), one.time) for one in hashed)
            if decoded.dead is not None:
                read.dead.append(decoded.dead)
            elif not hashed:
                read.empty += 1
        return read

    def _taken(self, read: _Read) -> Taken:
        """What was read, with the addresses put aside."""
        keys = [key_of(interaction) for interaction in read.interactions]
        addresses = {
            key: one.recipient for one, key in zip(read.interactions, keys, strict=True) if one.recipient
        }
        moments = self.clock.moments(read.times)
        passed = self.clock.passed(read.times, moments)
        return Taken(read.hashed, read.records, keys, moments, passed, addresses)

    async def _store(self, taken: Taken, stored: Stored, *, again: bool = False) -> None:
        """Stores what was taken, in order; halves it where it can not be stored, until what is to blame is alone.

        That is tried `again` before it is left out.
        """
        many = len(taken.interactions)
        try:
            batch, passed_over = await self.store.run(lambda ledger: self._decide(ledger, taken, alone=again))
        except Exception as error:
            cause = self.store.lasting(error)
            if cause is None and not (many > 1 and self.store.too_long(error)):
                raise
            if many == 1 and cause is not None:
                await (
                    self._leave_out(taken, error, cause, stored)
                    if again
                    else self._store(taken, stored, again=True)
                )
                return
            await self._store(taken.only(range(many // 2)), stored)
            await self._store(taken.only(range(many // 2, many)), stored)
            return
        stored.batches.append(batch)
        stored.passed_over += len(passed_over)
        stored.left_out += [dead_letter(taken.records[at], PASSED_OVER) for at in passed_over]

    async def _leave_out(self, taken: Taken, error: Exception, cause: str, stored: Stored) -> None:
        """Sets the customer of the one interaction aside, where there is one, and its record."""
        [interaction], [record] = taken.interactions, taken.records
        place = place_of(record)

        async def work(ledger: Ledger) -> bool:
            name = interaction.customer_id or await self._owner(ledger, interaction)
            if name:
                now = (await ledger.situation()).now
                await ledger.put_aside(SetAside(name, now, cause, place), self.most_aside)
            return bool(name)

        named = await self.store.run(work)
        stored.unstored.append(Unstored(place, cause, error, named))
        stored.passed_over += 1
        stored.left_out.append(dead_letter(record, not_stored(cause)))
        stored.nobodys += not named

    async def _owner(self, ledger: Ledger, interaction: Interaction) -> str:
        try:
            [owned], _ = await _with_customers(ledger, self.rules.live, [interaction])
        except Exception as error:
            if self.store.lasting(error) is None:
                raise
            return ""
        return owned.customer_id

    async def _decide(self, ledger: Ledger, taken: Taken, *, alone: bool = False) -> tuple[Batch, list[int]]:
        """Decides and saves; also where those are that belong to customers who are set aside.

        `alone`: without what time brings others, who may be to blame that it can not be stored.
        """
        rules = self.rules
        aside = (await situation_of(ledger, self.clock)).set_aside
        interactions, owners = await _with_customers(ledger, rules.live, taken.interactions)
        passed_over = [at for at, one in enumerate(interactions) if one.customer_id in aside] if aside else []
        if passed_over:
            kept = sorted(set(range(len(interactions))) - set(passed_over))
            interactions = [interactions[at] for at in kept]
            taken = taken.only(kept)
            owners = {key: name for key, name in owners.items() if name not in aside}
        names = sorted({one.customer_id for one in interactions if one.customer_id})
        keys = [
            asked
            for one, key in zip(interactions, taken.keys, strict=True)
            for asked in keys_to_look_up(one, key, rules.of(one.customer_id))
        ]
        stored, seen = await ledger.load(names, keys)
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        customers |= await self._erased(ledger, [name for name in names if name not in stored])
        others = {} if alone else await _others(ledger, taken, stored)
        stored |= others
        customers |= {name: decode_state(state.body) for name, state in others.items()}
        counts = await load_counts(ledger, rules, interactions, customers)
        batch = Batch(rules, customers, seen, counts, event_time=self.clock.event_time)
        before = dict(counts)
        several = zip(interactions, taken.keys, taken.moments, taken.passed, strict=True)
        for interaction, key, now, passed in several:
            if passed is not None:
                batch.settle(passed)
            await _take(ledger, batch, interaction, key, now)
        if batch.decided or batch.touched:
            await ledger.save(replace(changes_of(batch, stored, before, taken.addresses), owners=owners))
        if batch.differences:
            await ledger.add_differences([difference_row(entry) for entry in batch.differences])
        return batch, passed_over

    async def _erased(self, ledger: Ledger, names: Sequence[str]) -> dict[str, Customer]:
        """Of customers that are not stored, those that were erased: what must not be forgotten was kept."""
        if not names:
            return {}
        hashes = {hashed: name for name in names for hashed in self.hashes.customer(name)}
        kept = await ledger.suppressions(list(hashes))
        profiles: dict[str, Profile] = {}
        for hashed, erased in kept.items():
            name = hashes[hashed]
            profiles[name] = left_of(profiles.get(name, Profile()), erased.suppressed, erased.at)
        return {name: Customer(name, profile=profile) for name, profile in profiles.items()}


async def _others(ledger: Ledger, taken: Taken, known: Collection[str]) -> dict[str, StoredState]:
    """On the event-time clock, the other customers whom time alone brings something before these are decided.

    What ends then gives its place in a quota back, and what is planned then may be reported on.
    """
    passed = [moment for moment in taken.passed if moment is not None]
    if not passed:
        return {}
    names = await ledger.wakeful(max(passed), ALL)
    found, _ = await ledger.load(sorted(set(names) - set(known)), [])
    return found


async def _take(ledger: Ledger, batch: Batch, interaction: Interaction, key: UUID, now: datetime) -> None:
    """Decides one interaction. A report on what was planned in this very batch may have been decided in another."""
    about = None if interaction.customer_id else named_invitation(interaction)
    if about in batch.invitations:
        _, seen = await ledger.load([], [(batch.invitations[about], key)])
        batch.seen |= seen
    batch.take(interaction, key, now)


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
