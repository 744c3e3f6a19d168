"""Vendors' messages over HTTP, by the sources of the rules that are in force: a role of its own, or beside others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import structlog

from router.flow.clock import WallClock
from router.kafka.connection import client_options
from router.kafka.producer import BrokerUnavailable, Producer
from router.model.record import Message
from router.rules.ruleset import RuleSet
from router.service.parts import Parts
from router.service.source_topics import why_missing
from router.telemetry.health import PartState
from router.telemetry.http_connections import bounded
from router.telemetry.http_port import Port, served
from router.webhooks.app import WebhookApp
from router.webhooks.appending import Appender
from router.webhooks.rate import Bucket
from router.webhooks.served import Sources
from router.webhooks.served import served as sources_of

log = structlog.get_logger(__name__)

_KEEP_ALIVE_SECONDS: Final = 30
_ENDING_SECONDS: Final = 5
MOST_HEADER_BYTES: Final = 32_768


class Webhooks:
    """The sources that take messages over HTTP, always those of the rules in force, and what stores the messages."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._rules: RuleSet | None = None
        self._sources = Sources({}, {})
        self._buckets: dict[str, Bucket] = {}
        self._appenders: dict[str, Appender] = {}
        self._opening = asyncio.Lock()
        self._missing: set[str] = set()

    def sources(self) -> Sources:
        """Those of the rules in force; after a change of the rules it is told which are not served."""
        rules, settings = self._parts.rules.live, self._parts.settings
        if rules is not self._rules:
            self._sources = sources_of(
                rules.sources.values(), settings.webhooks, settings.topics.allows, self._buckets
            )
            self._rules = rules
            self._parts.metrics.show_webhooks([*self._sources.served, *self._sources.unserved])
            for name, why in self._sources.unserved.items():
                log.warning("webhook_not_served", source=name, message=f"source {name} is not served: {why}")
        return self._sources

    async def append(self, message: Message) -> None:
        """Returns once Kafka has stored the message. Raises `BrokerUnavailable` or `TooLarge`."""
        appender = self._appenders.get(message.topic)
        if appender is None:
            try:
                async with asyncio.timeout(self._parts.settings.webhooks.store_seconds), self._opening:
                    appender = await self._opened(message.topic)
            except TimeoutError:
                raise BrokerUnavailable("the Kafka broker did not answer in time") from None
        await appender.append(message)

    async def _opened(self, topic: str) -> Appender:
        """What appends to a topic, which is there, or made where that is allowed. Raises `BrokerUnavailable`."""
        if topic in self._appenders:
            return self._appenders[topic]
        settings = self._parts.settings
        missing = await why_missing(settings, topic)
        if missing is not None:
            if topic not in self._missing:
                log.warning("webhook_topic_missing", topic=topic, message=missing)
            self._missing.add(topic)
            raise BrokerUnavailable(missing)
        self._missing.discard(topic)
        seconds = settings.webhooks.store_seconds
        producer = Producer(client_options(settings.kafka), deadline=seconds)
        self._appenders[topic] = Appender(producer, seconds)
        return self._appenders[topic]

    def now(self) -> datetime:
        """The time of day as the database has it: this machine's own clock may be wrong, and signatures are held against it."""
        clock = self._parts.clock
        now = datetime.now(UTC)
        return now - clock.skew if isinstance(clock, WallClock) else now

    async def check(self) -> PartState:
        """Which sources are served, for readiness. One that is not holds up no other."""
        sources = self.sources()
        detail: dict[str, str | int | float | bool | None] = {"sources": ", ".join(sources.served)}
        detail |= {f"not served: {name}": why for name, why in sources.unserved.items()}
        return PartState(ready=True, detail=detail)

    async def stop(self) -> None:
        """Ends; what is not stored by then is answered so."""
        for appender in self._appenders.values():
            await appender.stop()


@asynccontextmanager
async def taking_webhooks(parts: Parts) -> AsyncIterator[tuple[Port, Webhooks]]:
    """Takes messages over HTTP for as long as the block runs. Raises `PortNotServed`."""
    settings, webhooks = parts.settings.webhooks, Webhooks(parts)
    app = WebhookApp(webhooks.sources, webhooks.append, settings, parts.metrics, webhooks.now)
    port = Port(settings.host, settings.port, "the port of webhooks", "ROUTER_WEBHOOKS__")
    options = {
        "http": bounded(settings.max_connections, settings.body_seconds),
        "timeout_keep_alive": _KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": _ENDING_SECONDS,
        "h11_max_incomplete_event_size": MOST_HEADER_BYTES,
    }
    try:
        async with served(lambda _port: app, port, **options) as serving:
            sources = webhooks.sources()
            log.info("webhooks_taken", url=f"{serving.url}/webhooks/", sources=sorted(sources.served))
            yield serving, webhooks
    finally:
        await webhooks.stop()
