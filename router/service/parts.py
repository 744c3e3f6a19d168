"""The only place where parts are put together."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import cast

import structlog

from router.authoring.language.load import load_directory
from router.authoring.language.problems import InvalidRules
from router.flow.alert_event import AlertTopics
from router.flow.alert_relay import AlertRelay
from router.flow.clock import Clock, ClockSkewed, EventClock, WallClock
from router.flow.kafka_time import KafkaTime
from router.flow.pipeline import Pipeline
from router.flow.ports import situation_of
from router.flow.relay import Relay
from router.kafka.connection import client_options
from router.kafka.producer import Producer
from router.kafka.topics import ensure_topics, needed
from router.model.keyed_hash import KeyedHash
from router.registry import SchemaRegistry
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.service.data_directory import no_room, prepare_data
from router.service.known_secret import require_known
from router.service.rule_watch import RuleWatch
from router.service.secret import keyed_hash, token_secret
from router.service.source_counts import SourceCounts
from router.service.source_topics import source_topics, why_missing
from router.settings import Settings
from router.store import SchemaOutdated, SqlStore, StoreUnavailable, Waits, upgrade
from router.telemetry.health import PartCheck, PartState, health_port
from router.telemetry.http_port import require_free
from router.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

LOOK_EVERY = 30.0
"""Seconds between two looks at the clocks and at who is set aside."""


class RulesRefused(Exception):
    """The published rule set does not load, and there is no earlier one in force. The text says what to do."""


@dataclass
class Parts:
    """What a role works with, opened. `rules` are replaced by `use`: what is put together from then on goes by them."""

    settings: Settings
    store: SqlStore
    producer: Producer
    rules: InForce
    watch: RuleWatch
    clock: Clock
    metrics: Metrics
    secret: bytes
    hashes: KeyedHash
    source_counts: SourceCounts
    kafka_time: KafkaTime = field(default_factory=KafkaTime)
    registry: SchemaRegistry | None = None
    _clock_trouble: str | None = None

    def pipeline(self) -> Pipeline:
        """The pipeline over these parts as they are now."""
        return Pipeline(
            self.store,
            self.rules,
            self.clock,
            self.hashes,
            kafka_time=self.kafka_time,
            most_aside=self.settings.dead_letters.max_customers_set_aside,
        )

    def relay(self) -> Relay:
        """The relay over these parts as they are now."""
        dispatch = self.settings.dispatch
        return Relay(
            self.store,
            self.producer,
            self.rules,
            self.clock,
            topic=self.settings.topics.invitations,
            batch=dispatch.batch,
            lease=timedelta(seconds=dispatch.lease_seconds),
            secret=self.secret,
            most_aside=self.settings.dead_letters.max_customers_set_aside,
        )

    def alert_relay(self) -> AlertRelay:
        """The relay of alerts over these parts as they are now."""
        dispatch, topics = self.settings.dispatch, self.settings.topics
        return AlertRelay(
            self.store,
            self.producer,
            AlertTopics(topics.alerts, topics.alert_topics),
            batch=dispatch.batch,
            lease=timedelta(seconds=dispatch.lease_seconds),
        )

    def checks(self) -> dict[str, PartCheck]:
        """What readiness depends on in every role."""
        return {
            "database": self._database,
            "broker": self._broker,
            "rules": self._rules,
            "clock": self._clock,
            "customers": self._customers,
            **({"disk": self._disk} if self.settings.database.url is None else {}),
        }

    async def _disk(self) -> PartState:
        """Whether the data directory takes more, before what is stored there no longer fits."""
        trouble = await asyncio.to_thread(no_room, self.settings.data)
        return PartState(ready=trouble is None, detail={"error": trouble} if trouble else {})

    async def _database(self) -> PartState:
        try:
            await self.store.check(writes=True)
        except (StoreUnavailable, SchemaOutdated) as error:
            return PartState(ready=False, detail={"error": str(error)})
        return PartState(ready=True)

    async def _clock(self) -> PartState:
        if not isinstance(self.clock, WallClock):
            return PartState(ready=True, detail={"clock": "event"})
        detail: dict[str, str | int | float | bool | None] = {}
        try:
            await self.compare_clocks()
        except ClockSkewed as error:
            detail["error"] = str(error)
        detail["seconds_ahead_of_database"] = round(self.clock.skew.total_seconds(), 3)
        detail["seconds_behind_kafka"] = round(self.kafka_time.behind().total_seconds(), 3)
        if trouble := self._behind():
            detail["error"] = trouble
        return PartState(ready="error" not in detail, detail=detail)

    def note_kafka_time(self) -> None:
        """Tells where the records that were read say that our clock is behind."""
        self.metrics.kafka_clock_skew(-self.kafka_time.behind().total_seconds())
        trouble = self._behind()
        if trouble is not None and self._clock_trouble is None:
            log.error("clock_behind", message=trouble)
        self._clock_trouble = trouble

    def _behind(self) -> str | None:
        return self.kafka_time.in_words(timedelta(seconds=self.settings.wall_clock.max_skew_seconds))

    async def _customers(self) -> PartState:
        count = await self.count_set_aside()
        detail: dict[str, str | int | float | bool | None] = {"set_aside": count}
        if count:
            detail["see"] = "feedback-router customer set-aside"
        most = self.settings.dead_letters.max_customers_set_aside
        if count >= most:
            detail["error"] = f"no more than {most} are set aside: something else must be wrong"
        return PartState(ready=count < most, detail=detail)

    async def compare_clocks(self) -> None:
        """Compares our clock with the database's. Raises `ClockSkewed`."""
        try:
            await self.store.run(lambda transaction: situation_of(transaction, self.clock))
        finally:
            if isinstance(self.clock, WallClock):
                self.metrics.clock_skew(self.clock.skew.total_seconds())

    async def count_set_aside(self) -> int:
        """How many customers are set aside."""
        count = len(await self.store.reading.set_aside())
        self.metrics.set_aside(count)
        return count

    async def count_alerts(self) -> None:
        """Counts the alerts that wait to be closed."""
        self.metrics.alerts_waiting(await self.store.alerts.waiting(datetime.now(UTC)))

    async def look(self) -> None:
        """Compares the clocks, counts the customers set aside and the alerts, now and then until cancelled, for the metrics.

        What is found is acted on where work is done: each transaction compares the clocks itself.
        """
        while True:
            await asyncio.sleep(LOOK_EVERY)
            with suppress(StoreUnavailable, SchemaOutdated, ClockSkewed):
                await self.count_set_aside()
                await self.count_alerts()
                await self.compare_clocks()

    async def _broker(self) -> PartState:
        await self.producer.partitions_of(self.settings.topics.interactions)
        return PartState(ready=True)

    async def _rules(self) -> PartState:
        live, rollout, shadow = self.rules.live, self.rules.rollout, self.rules.shadow
        detail: dict[str, str | int | float | None] = {"revision": live.revision, "sha256": live.sha256}
        if rollout is not None:
            detail |= {"rollout": rollout.revision, "share": self.rules.share}
        if shadow is not None:
            detail["shadow"] = shadow.revision
        if self.watch.trouble is not None:
            detail["refused"] = self.watch.trouble
        return PartState(ready=True, detail=detail)

    def use(self, rules: InForce) -> None:
        """Puts other rule sets in force, from the next batch on."""
        self.rules = rules
        self.metrics.rules_revision(rules.live.revision)
        self.metrics.show_surveys(rules.kinds)
        self.metrics.show_teams(rules.teams)
        self.metrics.show_sources(rules.live.sources.values())


@asynccontextmanager
async def open_parts(settings: Settings, metrics: Metrics) -> AsyncIterator[Parts]:
    """Opens rules, database and producer, and closes them again.

    Raises `InvalidRules`, `DataDirectoryError`, `OtherSecret`, `StoreUnavailable`, `SchemaOutdated`, `BrokerUnavailable`,
    `TopicsMissing`, `PortNotServed`, `RulesRefused` or `ClockSkewed`; an `ExceptionGroup` of them where more than one
    holds.
    """
    store = await SqlStore.open(
        settings.database_url,
        lanes=max(settings.kafka.lanes, settings.dispatch.lanes) + 2,
        waits=Waits(settings.database.lock_seconds, settings.database.idle_transaction_seconds),
        on_retry=metrics.store_retried,
    )
    producer = Producer(client_options(settings.kafka), deadline=settings.dispatch.send_deadline_seconds)
    named = settings.schema_registry.url is not None
    registry = SchemaRegistry(settings.schema_registry, time.monotonic) if named else None
    try:
        secret, hashes = await _all_there(settings, store)
        await require_known(store, hashes, datetime.now(UTC))
        watch = RuleWatch(store, metrics)
        published = None if settings.watch_rules else await watch.published()
        rules = published or await _of_directory(settings, watch, store)
        _show_names(metrics, settings, rules)
        await producer.start()
        clock = await _clock(settings, producer, rules.live)
        # A database on a machine of its own knows better than producers what time it is.
        kafka_time = KafkaTime(asks_producers=settings.database_url.startswith("sqlite"))
        counts = SourceCounts(store)
        parts = Parts(
            settings,
            store,
            producer,
            rules,
            watch,
            clock,
            metrics,
            secret,
            hashes,
            counts,
            kafka_time,
            registry,
        )
        await parts.compare_clocks()
        await parts.count_set_aside()
        directory = settings.rules_directory
        follow = (
            watch.follow_directory(directory, parts.use) if settings.watch_rules else watch.follow(parts.use)
        )
        beside = [
            asyncio.create_task(follow, name="rules"),
            asyncio.create_task(parts.look(), name="look"),
            asyncio.create_task(counts.keep(), name="source counts"),
        ]
        try:
            yield parts
        finally:
            for task in beside:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await counts.stored(datetime.now(UTC))
    finally:
        if registry is not None:
            await registry.close()
        await producer.stop()
        await store.close()


def _show_names(metrics: Metrics, settings: Settings, rules: InForce) -> None:
    """Metrics are there, with zero, before anything is counted under a name."""
    metrics.rules_revision(rules.live.revision)
    metrics.show_topics(settings.topics.inputs)
    metrics.show_surveys(rules.kinds)
    metrics.show_teams(rules.teams)
    metrics.show_sources(rules.live.sources.values())


async def _all_there(settings: Settings, store: SqlStore) -> tuple[bytes, KeyedHash]:
    """The token secret and its hashes, once all that a start needs was found: what is missing is told together."""

    async def secret_and_hashes() -> tuple[bytes, KeyedHash]:
        return token_secret(settings), keyed_hash(settings)

    async def database() -> None:
        if settings.database.url is None:
            prepare_data(settings.data)
            await upgrade(settings.database_url)
        await store.check(writes=True)

    looks = (secret_and_hashes(), database(), ensure_topics(settings, needed(settings)), _free_port(settings))
    secret, *others = await asyncio.gather(*looks, return_exceptions=True)
    faults = [fault for fault in (secret, *others) if isinstance(fault, Exception)]
    if faults and settings.rules is not None:
        # The start ends here, and so the rules that were named are looked at now, for what is wrong with them as well.
        try:
            await asyncio.to_thread(load_directory, settings.rules)
        except InvalidRules as error:
            faults.append(error)
    if len(faults) > 1:
        raise ExceptionGroup("the service cannot start", faults)
    for fault in (*faults, secret, *others):
        if isinstance(fault, BaseException):
            raise fault
    return cast("tuple[bytes, KeyedHash]", secret)


async def _free_port(settings: Settings) -> None:
    if settings.health.enabled:
        await require_free(health_port(settings.health.host, settings.health.port))


async def _of_directory(settings: Settings, watch: RuleWatch, store: SqlStore) -> InForce:
    """The rule set of the directory, for as long as none was published."""
    if watch.trouble is not None:
        course = await store.revisions.course()
        earlier = await store.revisions.live_before(course.live) if course else None
        back = f", or `feedback-router rollback {earlier}`" if earlier is not None else ""
        raise RulesRefused(f"{watch.trouble}: publish a set that loads{back}")
    return await watch.directory(settings.rules_directory)


async def _clock(settings: Settings, producer: Producer, rules: RuleSet) -> Clock:
    if settings.clock == "wall":
        return WallClock(timedelta(seconds=settings.wall_clock.max_skew_seconds))
    topics = [settings.topics.interactions, settings.topics.preferences]
    # Those of sources take part from the first record on, though their lanes begin a little later.
    topics += [one for one in source_topics(settings, rules) if await why_missing(settings, one) is None]
    partitions = [(topic, number) for topic in topics for number in await producer.partitions_of(topic)]
    return EventClock(partitions, aside=(settings.topics.deliveries, settings.topics.responses))
