"""What happens to a batch of raw records, whichever topic it comes from."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar

import structlog
from faststream.exceptions import NackMessage
from msgspec import Struct

from router.decode import by_schemas
from router.flow.clock import ClockSkewed
from router.flow.pipeline import Decode, DecodeByRules, Processed
from router.flow.retry import Retry, stops_within
from router.kafka.producer import BrokerUnavailable
from router.model.record import Record
from router.registry import RegistryUnavailable
from router.service.counting import count
from router.service.dead_letters import set_aside
from router.service.flood import STOPPED, Flood, FloodGuard, HeldTopics, recent_dead_letters
from router.service.parts import Parts
from router.service.source_counts import counts_of
from router.store import StoreUnavailable
from router.telemetry.logs import traced
from router.telemetry.progress import Progress
from router.telemetry.unstored import note_unstored

log = structlog.get_logger(__name__)

T = TypeVar("T")

PATIENCE = timedelta(minutes=3)
"""How long a batch is retried in place; then it is handed back and read again."""

RETRY = Retry(first=0.25, longest=10.0)

_OTHERS_FAULTS = (StoreUnavailable, BrokerUnavailable, RegistryUnavailable, ClockSkewed)
"""What ends by itself, or by a hand elsewhere; their texts say what to do."""

PAUSE: Final = 1.0
"""Seconds until a batch is handed back whose topic is about to be read no more."""


class _Attempts(Struct, frozen=True):
    """Which batch is tried again, and until when."""

    lane: str
    records: int
    until: datetime


class Intake:
    """Takes batches: through the pipeline, dead letters to their topic, counted. Transient faults are retried."""

    def __init__(
        self,
        parts: Callable[[], Parts],
        stop: Callable[[str], None],
        *,
        retry: Retry = RETRY,
        patience: timedelta = PATIENCE,
    ) -> None:
        self._parts = parts
        self._stop = stop
        self._retry = retry
        self._patience = patience
        self._guards: dict[tuple[str, int], FloodGuard] = {}
        """One for all topics that are read whatever the rules, and one for each source under each revision."""
        self.held = HeldTopics()
        self.progress = Progress([], datetime.now(UTC))
        self.on_processed: Callable[[Processed], None] | None = None
        self._repeating: set[str] = set()
        """Lanes whose last batch held what had been decided before: records that are read again come in a row."""
        self.failing: dict[str, str] = {}
        """Why the batch of a lane is not stored at present, by lane."""
        self.stopping = asyncio.Event()
        """Set when the worker is told to stop: what fails from then on is left to be read again."""

    async def take(self, lane: str, records: Sequence[Record], decode: Decode | DecodeByRules) -> None:
        """Returns when everything the records hold is stored. Raises `NackMessage` to have them read again."""
        parts = self._parts()
        begun = datetime.now(UTC)
        self.progress.batch_started(lane, begun)
        attempts = _Attempts(lane, len(records), begun + self._patience)
        pipeline, repeats = parts.pipeline(), lane in self._repeating
        live, topic = pipeline.rules.live, records[0].topic
        if not callable(decode) and (topic not in live.mappers or self.held.why(topic, live.revision)):
            # Its lane ends with the next look at the rules: what it holds is nobody's dead letter.
            await stops_within(self.stopping, PAUSE)
            self.progress.batch_finished(lane, datetime.now(UTC))
            raise NackMessage
        read = decode if callable(decode) else decode.under(live)
        if (registry := parts.registry) is not None:
            readers = await self._persistently(parts, attempts, lambda: registry.readers(records))
            read = by_schemas(read, readers)
        processed = await self._persistently(
            parts, attempts, lambda: pipeline.process(records, read, repeats=repeats)
        )
        (self._repeating.add if processed.duplicates else self._repeating.discard)(lane)
        for unstored in processed.unstored:
            note_unstored(parts.metrics, unstored)
        if callable(decode):
            await self._check_flood(parts, len(records), processed)
        else:
            await self._check_floods_of_sources(parts, topic, live.revision, processed)
        if processed.dead:
            await self._persistently(parts, attempts, lambda: set_aside(parts, processed.dead))
        finished = datetime.now(UTC)
        self.progress.batch_finished(lane, finished)
        of_sources = counts_of(processed.of_sources, finished)
        parts.source_counts.add(of_sources)
        count(parts.metrics, records, processed, finished - begun, of_sources)
        parts.metrics.progressed("worker", finished)
        parts.note_kafka_time()
        if self.on_processed is not None:
            self.on_processed(processed)

    async def _persistently(self, parts: Parts, attempts: _Attempts, work: Callable[[], Awaitable[T]]) -> T:
        for pause in self._retry.pauses():
            try:
                done = await work()
            except Exception as error:  # noqa: BLE001 - whatever it is, the batch is tried again or read again
                self._note_failure(parts, attempts, error, pause)
            else:
                self.failing.pop(attempts.lane, None)
                return done
            if datetime.now(UTC) > attempts.until or await stops_within(self.stopping, pause):
                break
        raise NackMessage

    def _note_failure(self, parts: Parts, attempts: _Attempts, error: Exception, pause: float) -> None:
        self.progress.batch_failed(attempts.lane, datetime.now(UTC))
        context = {"lane": attempts.lane, "records": attempts.records, "pause_seconds": pause}
        if isinstance(error, StoreUnavailable):
            parts.metrics.store_retried("unavailable")
        known = isinstance(error, _OTHERS_FAULTS)
        self.failing[attempts.lane] = str(error) if known else type(error).__name__
        if known:
            log.warning("batch_retried", cause=str(error), **context)
            return
        # A fault of ours.
        log.error("batch_failed", cause=type(error).__name__, where=traced(error), **context)

    async def _check_flood(self, parts: Parts, records: int, processed: Processed) -> None:
        """Ends the worker where too much of what is read whatever the rules cannot be read."""
        # The dead letters of a customer who is set aside are no flood: all others are to go on.
        aside = processed.customers_aside
        guard = await self._guard(parts, ("", 0), parts.settings.topics.inputs)
        try:
            guard.note(datetime.now(UTC), records - aside, len(processed.dead) - aside)
        except Flood as flood:
            self._stop(f"{flood}: {STOPPED}")
            raise NackMessage from None

    async def _check_floods_of_sources(
        self, parts: Parts, topic: str, revision: int, processed: Processed
    ) -> None:
        """Holds the topic of a source of which too much cannot be mapped: one vendor's mistake stops no other."""
        for source in dict.fromkeys(one.source for one in processed.of_sources):
            guard = await self._guard(parts, (source, revision), [topic])
            outcomes = [one.outcome for one in processed.of_sources if one.source == source]
            try:
                guard.note(datetime.now(UTC), len(outcomes), outcomes.count("dead_letter"))
            except Flood as flood:
                self.held.hold(topic, revision, source, flood)
                raise NackMessage from None

    async def _guard(self, parts: Parts, key: tuple[str, int], topics: Sequence[str]) -> FloodGuard:
        if key not in self._guards:
            letters = [parts.settings.topics.dlq_of(topic) for topic in topics]
            # Under another revision of its mapping, what a source could not be read by before says nothing.
            first = not any(source == key[0] for source, _ in self._guards)
            now = datetime.now(UTC)
            remembered = await recent_dead_letters(parts.settings.kafka, letters, now) if first else 0
            limits = parts.settings.dead_letters
            self._guards = {one: guard for one, guard in self._guards.items() if one[0] != key[0]}
            self._guards[key] = FloodGuard(limits.max_per_minute, limits.max_share, remembered)
        return self._guards[key]
