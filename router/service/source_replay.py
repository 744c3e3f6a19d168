"""Records of a source read again, and mapped by the rules in force: what was passed over or failed before has its effect."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from router.decode import Decoded
from router.decode.framing import by_schemas
from router.decode.outcome import NOTHING
from router.flow.clock import WallClock
from router.flow.kafka_time import KafkaTime
from router.flow.pipeline import Decode, Pipeline, Processed
from router.kafka.cluster import opened_cluster
from router.model.interaction import UNCLEAR_TYPE
from router.model.record import DeadLetter, Record
from router.model.schedules import by_itself
from router.registry import SchemaRegistry
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.service.embedded import reachable
from router.service.known_secret import require_known
from router.service.rule_watch import RuleWatch
from router.service.rules_in_force import rule_book
from router.service.secret import keyed_hash
from router.settings import Settings
from router.sources.records import decode_mapped
from router.sources.remembering import Memory
from router.store import SqlStore
from router.telemetry.metrics import Metrics


class ReplayRefused(Exception):
    """A source cannot be replayed. The text says what to do."""


class SourceReplayed(Struct):
    """What became of a source's records. `decided` are interactions that were not known, `known` those that were.

    Of a trial nothing was decided: `decided` counts all interactions then, as if nothing had been remembered before. `skipped` and `unmapped` are records; `because` is why
    the first one cannot be mapped.
    """

    records: int = 0
    decided: int = 0
    known: int = 0
    skipped: int = 0
    unmapped: int = 0
    because: str | None = None

    def note(self, processed: Processed) -> None:
        """Adds what became of a batch."""
        self._count([one.outcome for one in processed.of_sources], processed.dead)
        self.known += processed.duplicates
        self.decided += sum(not by_itself(one.interaction) for one in processed.decided)

    def try_out(self, records: Sequence[Record], decode: Decode, now: datetime, memory: Memory) -> None:
        """Adds what would become of a batch. `memory` is what was remembered of the records before it."""
        times = KafkaTime()
        times.note(records, now)
        read = [decode(record, times.latest(record, now)) for record in records]
        found = [one for one in read if one.source]
        outcomes = []
        for one in found:
            kept = 0
            for place, interaction in enumerate(one.interactions):
                may_be_no = interaction.type == UNCLEAR_TYPE
                kept += not may_be_no and memory.hold(one.changes.get(place, ()))
            memory.note(one.seen)
            self.decided += kept
            outcomes.append("" if kept or one.dead is not None else "skipped")
        self._count(outcomes, [one.dead for one in found if one.dead])

    def _count(self, outcomes: Sequence[str], dead: Sequence[DeadLetter]) -> None:
        self.records += len(outcomes)
        self.skipped += outcomes.count("skipped")
        self.unmapped += len(dead)
        if dead and self.because is None:
            self.because = dead[0].detail


async def replay_source(
    store: SqlStore, settings: Settings, name: str, since: datetime, *, trial: bool = False
) -> SourceReplayed:
    """Maps and decides what the topic of a source holds from a time on, as a worker would, beside the workers.

    An interaction that was decided before is a repeat and changes nothing. Dead letters are not written again. `trial`: nothing is
    decided. Raises `ReplayRefused`, `NoBroker`, `OtherSecret` and what Kafka, the database, the registry and the clock's check raise.
    """
    if settings.clock == "event":
        raise ReplayRefused(
            "On the event-time clock what was read before cannot be read again: the clock has passed it. Start anew with"
            " an empty database, and read everything."
        )
    hashes = keyed_hash(settings)
    await require_known(store, hashes, datetime.now(UTC), first=False)
    rules, topic = await _in_force(store, settings, name)
    pipeline = Pipeline(
        store,
        rules,
        WallClock(timedelta(seconds=settings.wall_clock.max_skew_seconds)),
        hashes,
        most_aside=settings.dead_letters.max_customers_set_aside,
    )
    done, batch, memory = SourceReplayed(), list[Record](), Memory()
    async with (
        _registry(settings) as registry,
        opened_cluster(reachable(settings).kafka, committed=True) as cluster,
    ):

        async def take() -> None:
            decode = _of_source(name, rules.live)
            if registry is not None:
                decode = by_schemas(decode, await registry.readers(batch))
            if trial:
                done.try_out(batch, decode, datetime.now(UTC), memory)
            else:
                done.note(await pipeline.process(batch, decode, repeats=True))
            batch.clear()

        async for record in cluster.written_since(topic, since):
            batch.append(record)
            if len(batch) == settings.kafka.max_records:
                await take()
        if batch:
            await take()
    return done


async def _in_force(store: SqlStore, settings: Settings, name: str) -> tuple[InForce, str]:
    """The rule sets in force, and the topic of their source of that name. Raises `ReplayRefused`."""
    published = None if settings.watch_rules else await RuleWatch(store, Metrics()).published()
    rules = published or InForce((await rule_book(store, settings, None)).now)
    if not rules.live.revision:
        raise ReplayRefused(
            f"The rules of {settings.rules_directory} were never in force: start the service with them, or publish them, first."
        )
    source = rules.live.sources.get(name)
    if source is None:
        raise ReplayRefused(
            f"The rules in force (revision {rules.live.revision}) have no source {name}:"
            f" they have {', '.join(rules.live.sources) or 'none'}."
        )
    if not settings.topics.allows(source.topic):
        raise ReplayRefused(f"ROUTER_TOPICS__SOURCES does not allow the topic {source.topic}: name it there.")
    return rules, source.topic


def _of_source(name: str, rules: RuleSet) -> Decode:
    """The decoding of what one source takes; what others of its topic take is passed over."""

    def decode(record: Record, latest: datetime) -> Decoded:
        decoded = decode_mapped(record, latest, rules.mappers, revision=rules.revision)
        return decoded if decoded.source == name else NOTHING

    return decode


@asynccontextmanager
async def _registry(settings: Settings) -> AsyncIterator[SchemaRegistry | None]:
    """The schema registry, where one is named."""
    if settings.schema_registry.url is None:
        yield None
        return
    registry = SchemaRegistry(settings.schema_registry, time.monotonic)
    try:
        yield registry
    finally:
        await registry.close()
