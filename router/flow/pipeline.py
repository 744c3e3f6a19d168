"""A batch of records through the pure core in one transaction."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.decide import left_of, tells
from router.decide.batch import NOBODY, Batch, Changed, Decided, Planned, decided_once, key_of
from router.decide.owners import keys_to_look_up, resolved, to_look_up
from router.decode import Decoded
from router.flow.clock import Clock
from router.flow.folding import Folding
from router.flow.kafka_time import KafkaTime
from router.flow.ports import Ledger, Store, situation_of
from router.flow.unstored import MOST_ASIDE, Unstored, in_halves, place_of
from router.model.customer import Customer, Profile
from router.model.interaction import UNCLEAR_TYPE, Interaction, named_invitation
from router.model.keyed_hash import KeyedHash, with_hashes
from router.model.ledger import InstanceKey, SetAside
from router.model.record import DeadLetter, Record
from router.model.remembered import Change, Seen, decode_runs
from router.model.schedules import by_itself
from router.model.source_counts import LONGEST_WHY, SourceOutcome, SourceRecord
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.sources.remembering import Memory

ALL: Final = 2**31 - 1
"""A limit that is none."""

Decode = Callable[[Record, datetime], Decoded]


class DecodeByRules(Protocol):
    """How records are decoded that the rules in force tell the meaning of."""

    def under(self, rules: RuleSet) -> Decode:
        """The decoding by a rule set."""


class Processed(Struct):
    """What became of a batch of records: decisions in order, dead letters, and how many records held nothing.

    `unstored` are the faults behind some of the dead letters; so many of these are of `customers_aside`, and tell nothing
    of their publisher. `of_sources` tells what the mappings made of vendors' records.
    """

    decided: list[Decided] = []
    planned: list[Planned] = []
    changed: list[Changed] = []
    dead: list[DeadLetter] = []
    empty: int = 0
    duplicates: int = 0
    unstored: list[Unstored] = []
    customers_aside: int = 0
    of_sources: list[SourceRecord] = []


class Arrived(Struct, frozen=True):
    """An interaction as the core sees it, with its record, its dedupe key and the clock `now` it is decided at.

    `passed` is up to when time has passed for everybody then. `addresses` are kept out of the core. It counts only where its
    `changes` hold.
    """

    interaction: Interaction
    record: Record
    key: UUID
    now: datetime
    passed: datetime | None
    addresses: dict[str, str]
    changes: tuple[Change, ...] = ()


class Told(Struct, frozen=True):
    """What a record tells that is to be remembered, behind the interactions of the record."""

    record: Record
    seen: tuple[Seen, ...]


class _Found(Struct, frozen=True):
    """An interaction of a record as it came, and as the core sees it."""

    record: Record
    interaction: Interaction
    hashed: Interaction
    changes: tuple[Change, ...]


class _Done(Struct, frozen=True):
    """What a transaction decided, how many interactions it took, those of customers who are set aside, and those that nothing changed for."""

    batch: Batch
    taken: int
    passed_over: list[Arrived]
    unchanged: list[Arrived]


class Pipeline:
    """Turns records into decisions, by these rules. `hashes` stand for addresses and erased customers."""

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

    async def process(self, records: Sequence[Record], decode: Decode, *, repeats: bool = False) -> Processed:
        """Decides all interactions of the records. Raises what the store raises where trying again may help.

        Nothing is lost then. What can never be stored is found by halving, and becomes a dead letter. `repeats`: some
        may well have been decided before.
        """
        processed = Processed()
        read = self._read(records, decode, processed)
        if not read:
            if any(letter.reason == "time_in_future" for letter in processed.dead):
                # Before others are blamed: no transaction follows in which our clock would be compared.
                await self.store.run(lambda ledger: situation_of(ledger, self.clock))
            return processed
        found = [one for one in read if isinstance(one, _Found)]
        times = [((one.record.topic, one.record.partition), one.interaction.time) for one in found]
        units = self._timed(read, found, times)

        dead = {id(letter.record) for letter in processed.dead}

        def make_dead(record: Record, detail: str, *, customer_aside: bool) -> None:
            # One dead letter for a record, whatever number of its interactions cannot be stored.
            if id(record) not in dead:
                dead.add(id(record))
                processed.dead.append(_not_stored(record, detail))
                processed.customers_aside += customer_aside

        async def leave_out(one: Arrived | Told, error: Exception, cause: str) -> None:
            named = isinstance(one, Arrived) and await self._set_aside(one, cause)
            processed.unstored.append(Unstored(place_of(one.record), cause, error, named))
            make_dead(one.record, f"It cannot be stored ({cause}).", customer_aside=named)

        asks = repeats

        async def decide(ledger: Ledger, some: Sequence[Arrived | Told], alone: bool) -> _Done:
            # Repeats are rare: the journal's key refuses the first try then, and every later one asks.
            nonlocal asks
            asked, asks = asks, True
            return await self._decide(ledger, some, alone=alone, asks=asked)

        unchanged: list[Arrived] = []
        for done in await in_halves(self.store, units, decide, leave_out):
            batch = done.batch
            processed.decided += batch.decided
            processed.planned += batch.planned
            processed.changed += batch.changed.values()
            # What time alone brought about was decided besides.
            once = sum(not by_itself(one.interaction) for one in batch.decided)
            processed.duplicates += done.taken - once
            unchanged += done.unchanged
            for one in done.passed_over:
                detail = "Its customer is set aside, because something of them cannot be stored."
                make_dead(one.record, detail, customer_aside=True)
        self.clock.committed(times)
        processed.of_sources = _without(unchanged, found, processed.of_sources)
        return processed

    def _timed(
        self,
        read: Sequence[_Found | Told],
        found: Sequence[_Found],
        times: Sequence[tuple[tuple[str, int], datetime]],
    ) -> list[Arrived | Told]:
        """What was read, each interaction that was `found` in it with the moment of its decision by the clock."""
        moments = self.clock.moments(times)
        arrived = (
            Arrived(
                one.hashed,
                one.record,
                key_of(one.interaction),
                now,
                passed,
                one.interaction.recipient,
                one.changes,
            )
            for one, now, passed in zip(found, moments, self.clock.passed(times, moments), strict=True)
        )
        return [one if isinstance(one, Told) else next(arrived) for one in read]

    def _read(self, records: Sequence[Record], decode: Decode, processed: Processed) -> list[_Found | Told]:
        """The interactions that the records hold, each as it came and as the core sees it; and what is to be remembered.

        A record that no decoder was prepared for harms no neighbour.
        """
        now = self.clock.wall()
        self.kafka_time.note(records, now)
        read: list[_Found | Told] = []
        for record in records:
            try:
                decoded = decode(record, self.kafka_time.latest(record, now))
                changes = decoded.changes
                found = [
                    _Found(
                        record,
                        one,
                        with_hashes(one, self.hashes) if one.recipient else one,
                        changes.get(place, ()) if changes else (),
                    )
                    for place, one in enumerate(decoded.interactions)
                    if one.type != UNCLEAR_TYPE or tells(one, self.rules.of(one.customer_id))
                ]
            except Exception as error:  # noqa: BLE001 - whatever it is, the record brings it again each time
                cause = type(error).__name__
                processed.unstored.append(Unstored(place_of(record), cause, error, set_aside=False))
                processed.dead.append(_not_stored(record, f"It cannot be stored ({cause})."))
                continue
            read += found
            if decoded.source:
                processed.of_sources.append(_of_source(record, decoded))
            if decoded.seen:
                read.append(Told(record, decoded.seen))
            if decoded.dead is not None:
                processed.dead.append(decoded.dead)
            elif not found:
                processed.empty += 1
        return read

    async def _decide(
        self, ledger: Ledger, units: Sequence[Arrived | Told], *, alone: bool, asks: bool
    ) -> _Done:
        """Decides and saves.

        `alone`: without what time brings others, who may be to blame that it cannot be stored. `asks`: what the journal
        holds is asked first; what it holds as nobody's always is, for that has another key.
        """
        rules = self.rules
        situation = await situation_of(ledger, self.clock)
        aside = situation.set_aside
        arrived, unchanged, memory = await self._held(ledger, units)
        interactions, owners = await _with_customers(ledger, rules.live, [one.interaction for one in arrived])
        passed_over: list[Arrived] = []
        if aside:
            pairs = list(zip(interactions, arrived, strict=True))
            passed_over = [one for interaction, one in pairs if interaction.customer_id in aside]
            kept = [pair for pair in pairs if pair[0].customer_id not in aside]
            interactions, arrived = [pair[0] for pair in kept], [pair[1] for pair in kept]
            owners = {key: name for key, name in owners.items() if name not in aside}
        names = sorted({one.customer_id for one in interactions if one.customer_id})
        keys: list[tuple[str, UUID]] = []
        if asks or situation.nobodys:
            for interaction, one in zip(interactions, arrived, strict=True):
                found = keys_to_look_up(interaction, one.key, rules.of(interaction.customer_id))
                keys += found if asks else [key for key in found if key[0] == NOBODY]
        stored, seen = await ledger.load(names, keys)
        erased = await self._erased(ledger, [name for name in names if name not in stored])
        passed = [] if alone else [one.passed for one in arrived if one.passed is not None]
        if passed:
            # Others whom time alone brings something before: what ends then gives its place in a quota back, and
            # what is planned then may be reported on.
            woken = await ledger.wakeful(max(passed), ALL)
            stored |= (await ledger.load(sorted(set(woken) - set(stored)), []))[0]
        latest = max((max(one.now, one.passed or one.now) for one in arrived), default=situation.now)
        folding = await Folding.of(
            ledger,
            rules,
            stored,
            interactions,
            seen,
            erased,
            now=latest,
            event_time=self.clock.event_time,
        )
        batch = folding.batch
        addresses: dict[tuple[str, UUID], dict[str, str]] = {}
        for interaction, one in zip(interactions, arrived, strict=True):
            if one.passed is not None:
                batch.settle(one.passed)
            about = None if interaction.customer_id else named_invitation(interaction)
            if about in batch.invitations:
                # A report on what is planned in this very batch: its customer was not known when keys were looked up.
                batch.seen |= (await ledger.load([], [(batch.invitations[about], one.key)]))[1]
            decided = batch.take(interaction, one.key, one.now)
            if one.addresses and decided.decision.invitation_id is not None:
                addresses[decided.interaction.customer_id, one.key] = one.addresses
        remembered = memory.rows(situation.now.date()) if memory is not None else []
        await folding.save(addresses, owners, remembered=remembered)
        return _Done(batch, len(arrived), passed_over, unchanged)

    async def _held(
        self, ledger: Ledger, units: Sequence[Arrived | Told]
    ) -> tuple[list[Arrived], list[Arrived], Memory | None]:
        """The interactions that count, those that do not because nothing changed, and what is remembered after them."""
        keys: set[UUID] = set()
        for one in units:
            seen = one.seen if isinstance(one, Told) else [change.seen for change in one.changes]
            keys.update(told.key for told in seen)
        if not keys:
            return [one for one in units if isinstance(one, Arrived)], [], None
        stored = await ledger.remembered(list(keys))
        memory = Memory({key: decode_runs(body) for key, body in stored.items()})
        kept: list[Arrived] = []
        unchanged: list[Arrived] = []
        for one in units:
            if isinstance(one, Told):
                memory.note(one.seen)
                continue
            # What may be a customer's no counts whatever is remembered.
            once = decided_once(one.interaction, self.rules.of(one.interaction.customer_id))
            (kept if not once or memory.hold(one.changes) else unchanged).append(one)
        return kept, unchanged, memory

    async def _erased(self, ledger: Ledger, names: Sequence[str]) -> dict[str, Customer]:
        """Of customers that are not stored, those that were erased: what must not be forgotten was kept."""
        if not names or not await ledger.any_erased():
            return {}
        hashes = {hashed: name for name in names for hashed in self.hashes.customer(name)}
        kept = await ledger.suppressions(list(hashes))
        profiles: dict[str, Profile] = {}
        for hashed, erased in kept.items():
            name = hashes[hashed]
            profiles[name] = left_of(profiles.get(name, Profile()), erased.suppressed, erased.at)
        return {name: Customer(name, profile=profile) for name, profile in profiles.items()}

    async def _set_aside(self, one: Arrived, cause: str) -> bool:
        """Sets the customer of what cannot be stored aside, where there is one."""

        async def work(ledger: Ledger) -> bool:
            name = one.interaction.customer_id
            if not name:
                try:
                    [owned], _ = await _with_customers(ledger, self.rules.live, [one.interaction])
                except Exception as error:
                    if self.store.lasting(error) is None:
                        raise
                    return False
                name = owned.customer_id
            if name:
                now = (await ledger.situation()).now
                await ledger.put_aside(SetAside(name, now, cause, place_of(one.record)), self.most_aside)
            return bool(name)

        return await self.store.run(work)


async def _with_customers(
    ledger: Ledger, rules: RuleSet, interactions: list[Interaction]
) -> tuple[list[Interaction], dict[InstanceKey, str]]:
    """The interactions with their customers, where something else tells these, and the owners they bring."""
    names = to_look_up(interactions, rules)
    if not names:
        return interactions, {}
    owners = await ledger.owners(sorted(names.instances)) if names.instances else {}
    invitations = await ledger.asked(sorted(names.invitations)) if names.invitations else {}
    return resolved(interactions, rules, owners, invitations)


def _of_source(record: Record, decoded: Decoded) -> SourceRecord:
    outcome: SourceOutcome = "skipped"
    why = decoded.skipped[:LONGEST_WHY]
    if decoded.dead is not None:
        outcome, why = "dead_letter", decoded.dead.reason
    elif decoded.interactions:
        outcome, why = "mapped", ""
    return SourceRecord(decoded.source, outcome, why, record.timestamp, place_of(record))


def _without(
    unchanged: Sequence[Arrived], found: Sequence[_Found], of_sources: list[SourceRecord]
) -> list[SourceRecord]:
    """What became of the records of sources, once it is known of which nothing counts because nothing changed."""
    if not unchanged:
        return of_sources
    left = Counter(place_of(one.record) for one in found)
    left.subtract(place_of(one.record) for one in unchanged)
    names = {place_of(one.record): one.changes[0].name for one in unchanged}
    return [
        replace(one, outcome="skipped", why=f"{names[one.place]} is unchanged"[:LONGEST_WHY])
        if one.outcome == "mapped" and one.place in names and not left[one.place]
        else one
        for one in of_sources
    ]


def _not_stored(record: Record, detail: str) -> DeadLetter:
    see = "`feedback-router customer set-aside` tells what to do."
    return DeadLetter(record, "not_stored", f"{detail} {see}")
