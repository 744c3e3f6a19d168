"""What `run` tells while it runs: where it is, how to publish to it, and now and then how far it is."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog

from consumers import TOPICS
from router.cli.output import told
from router.console.serving import console_served
from router.flow.pipeline import Processed
from router.flow.relay import Passed
from router.model.spelling import counted
from router.service.embedded import embedded_address
from router.service.ending import Ending
from router.service.parts import Parts
from router.service.roles import run_all
from router.service.source_topics import source_topics
from router.service.webhooks import taking_webhooks
from router.service.worker import Worker
from router.settings import Settings
from router.telemetry.http_port import Port
from router.webhooks.app import PATH
from router.webhooks.served import Sources

log = structlog.get_logger(__name__)

EVERY: Final = 10.0
"""Seconds between two lines about how far it is; none where nothing happened."""


async def serve(settings: Settings, ending: Ending) -> None:
    """Runs worker and dispatcher until it is told to stop. Raises what `run_all` raises."""
    status, in_json = Status(), settings.log.format == "json"
    telling: list[asyncio.Task[None]] = []

    def ready(parts: Parts, _worker: Worker) -> None:
        if in_json:
            log.info("service_runs", **whereabouts(parts))
        for line in () if in_json else greeting(parts):
            told(line)
        telling.append(asyncio.create_task(_tell(status, in_json), name="status"))

    try:
        await run_all(
            settings,
            TOPICS,
            ready=ready,
            on_processed=status.processed,
            on_passed=status.passed,
            beside=[
                *([_console] if settings.console.enabled else []),
                *([_webhooks] if settings.webhooks.secrets is not None else []),
            ],
            ending=ending,
        )
    finally:
        for task in telling:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    _tell_once(status, in_json)


@asynccontextmanager
async def _console(parts: Parts) -> AsyncIterator[None]:
    """The console in the same process, told where it is."""
    async with console_served(parts.settings) as address:
        told(f"The console is at {address}")
        yield


@asynccontextmanager
async def _webhooks(parts: Parts) -> AsyncIterator[None]:
    """Vendors' messages over HTTP in the same process, told where they are taken."""
    async with taking_webhooks(parts) as (port, webhooks):
        for line in webhooks_in_words(port, webhooks.sources()):
            told(line)
        yield


def webhooks_in_words(port: Port, sources: Sources) -> Iterator[str]:
    """Where webhooks are taken, of which sources, and why not of others."""
    names = ", ".join(sources.served) or "no source yet"
    yield f"Webhooks are taken at {port.url}{PATH}… ({names})"
    for name, why in sources.unserved.items():
        yield f"  not of {name}: {why}"


def whereabouts(parts: Parts) -> dict[str, Any]:
    """Where everything is, for a log. Names no password."""
    settings, rules = parts.settings, parts.rules.live
    health = settings.health
    return {
        "kafka": settings.kafka.servers,
        "embedded": settings.kafka.bootstrap == embedded_address(settings.data),
        "reads": [*settings.topics.inputs, *source_topics(settings, rules)],
        "publishes": settings.topics.invitations,
        "revision": rules.revision,
        "rules": len(rules.rules),
        "data": str(settings.data.absolute()),
        "health": f"{health.host}:{health.port}" if health.enabled else None,
    }


def greeting(parts: Parts) -> Iterator[str]:
    """Where everything is. Names no password."""
    settings, rules = parts.settings, parts.rules.live
    servers = ", ".join(settings.kafka.servers)
    own = settings.kafka.bootstrap == embedded_address(settings.data)
    kept = f"{settings.data.absolute()}"
    stored = f"SQLite in {kept}" if settings.database.url is None else f"as set; local files in {kept}"
    yield "The feedback router runs: worker and dispatcher in one process. Ctrl-C stops it."
    yield f"  Kafka       {servers}{' (embedded)' if own else ''}"
    yield f"  reads       {', '.join([*settings.topics.inputs, *source_topics(settings, rules)])}"
    yield f"  publishes   {settings.topics.invitations}"
    origin = "as published" if parts.watch.seq else settings.rules_directory.absolute()
    yield f"  rules       {origin} (revision {rules.revision}, {len(rules.rules)} rules)"
    yield f"  data        {stored}"
    if settings.health.enabled and settings.health.port:
        yield f"  health      http://{settings.health.host}:{settings.health.port}/readyz (also /livez, /metrics)"
    hooked = [one.name for one in rules.sources.values() if one.webhook is not None]
    if hooked and settings.webhooks.secrets is None:
        yield f"  webhooks    not taken of {', '.join(hooked)}: set ROUTER_WEBHOOKS__SECRETS"
    if own:
        yield "The embedded broker is for trying out; what is published to it is kept in the data directory."
        yield f"Publish to it:  feedback-router events send FILE.jsonl --data {settings.data}"


class Status:
    """Counts what the worker and the dispatcher did since the start."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._told: Counter[str] = Counter()

    def processed(self, batch: Processed) -> None:
        """Takes in a committed batch."""
        self._counts["decided"] += len(batch.decided)
        self._counts["planned"] += len(batch.planned)
        self._counts["repeated"] += batch.duplicates
        self._counts["dead"] += len(batch.dead)

    def passed(self, sent: Passed) -> None:
        """Takes in a pass of the dispatcher."""
        self._counts["sent"] += len(sent.published)

    @property
    def counts(self) -> dict[str, int]:
        """What was counted, by its name."""
        return {name: self._counts[name] for name in ("decided", "planned", "sent", "repeated", "dead")}

    def changed(self) -> bool:
        """Whether anything happened since the last line."""
        return self._counts != self._told

    def line(self) -> str:
        """The counts in a sentence."""
        self._told = self._counts.copy()
        counts = self._counts
        return (
            f"Since the start: {counted(counts['decided'], 'interaction')} decided,"
            f" {counted(counts['planned'], 'invitation')} planned, {counts['sent']:,} sent,"
            f" {counted(counts['repeated'], 'repeat')}, {counted(counts['dead'], 'dead letter')}."
        )


async def _tell(status: Status, in_json: bool) -> None:
    while True:
        await asyncio.sleep(EVERY)
        _tell_once(status, in_json)


def _tell_once(status: Status, in_json: bool) -> None:
    if not status.changed():
        return
    line = status.line()
    if in_json:
        log.info("so_far", **status.counts)
    else:
        told(line)
