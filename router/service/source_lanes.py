"""The lanes of sources: begun as a rule set in force names their topics, ended when none does, without a restart."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from router.flow.clock import EventClock
from router.kafka.lane import Lane
from router.kafka.lossless import NotStarted
from router.kafka.producer import BrokerUnavailable
from router.service.flood import HeldTopics
from router.service.parts import Parts
from router.service.source_topics import why_missing
from router.telemetry.progress import Progress

log = structlog.get_logger(__name__)

EVERY = 1.0
"""Seconds between two looks at the rules in force."""

ASK_EVERY = timedelta(seconds=5)
"""How often Kafka is asked again for a topic that cannot be read yet."""


class SourceLanes:
    """Keeps one set of lanes for each topic that sources in force read.

    `make` makes the lanes of a topic, registered and not started; `lanes` are all that the worker has, theirs among them. A
    topic that is not allowed, not there, or held after a flood is not read: `troubles` says why, and the others go on.
    """

    def __init__(
        self,
        make: Callable[[str], list[Lane]],
        parts: Parts,
        lanes: list[Lane],
        progress: Progress,
        held: HeldTopics,
    ) -> None:
        self._make = make
        self._parts = parts
        self._lanes = lanes
        self._progress = progress
        self._held = held
        self._reading: dict[str, list[Lane]] = {}
        self._waiting: dict[str, tuple[datetime, str]] = {}
        """Until when a topic is not asked for again, and why it could not be read."""
        self.troubles: dict[str, str] = {}
        """Why the topic of a source is not read, by the source's name."""

    async def run(self) -> None:
        """Follows the rules in force until cancelled."""
        while True:
            await self.look(datetime.now(UTC))
            await asyncio.sleep(EVERY)

    async def look(self, now: datetime) -> None:
        """Ends the lanes of topics that are read no more, and begins those of new ones."""
        rules = self._parts.rules.live
        by_topic: dict[str, list[str]] = {}
        for source in rules.sources.values():
            by_topic.setdefault(source.topic, []).append(source.name)
        why = {topic: self._why_not(topic, rules.revision) for topic in by_topic}
        for topic in [one for one in self._reading if why.get(one, "no source names it") is not None]:
            await self._end(topic)
        for topic in by_topic:
            if why[topic] is None and topic not in self._reading:
                why[topic] = await self._begun(topic, now)
        self._tell({name: words for topic, words in why.items() if words for name in by_topic[topic]})

    def _why_not(self, topic: str, revision: int) -> str | None:
        if not self._parts.settings.topics.allows(topic):
            return f"its topic {topic} is not among those that ROUTER_TOPICS__SOURCES allows: name it there"
        return self._held.why(topic, revision)

    async def _begun(self, topic: str, now: datetime) -> str | None:
        """Begins a topic, unless that failed a moment ago; why it is not read."""
        until, words = self._waiting.get(topic, (now, ""))
        if now < until:
            return words
        trouble = await self._begin(topic, now)
        if trouble is None:
            self._waiting.pop(topic, None)
        else:
            self._waiting[topic] = now + ASK_EVERY, trouble
        return trouble

    async def _begin(self, topic: str, now: datetime) -> str | None:
        """Starts the lanes of a topic; why that cannot be, where it cannot be now."""
        clock = self._parts.clock
        try:
            missing = await why_missing(self._parts.settings, topic)
            if missing is not None:
                return missing
            if isinstance(clock, EventClock):
                clock.join((topic, number) for number in await self._parts.producer.partitions_of(topic))
        except BrokerUnavailable as error:
            return str(error)
        self._parts.metrics.show_topics([topic])
        lanes = self._reading[topic] = self._make(topic)
        try:
            for lane in lanes:
                self._progress.begin(lane.name, now)
                await lane.start()
                self._lanes.append(lane)
        except NotStarted as error:
            await self._end(topic)
            return str(error)
        log.info("source_topic_begun", topic=topic)
        return None

    async def _end(self, topic: str) -> None:
        for lane in self._reading.pop(topic):
            if lane in self._lanes:
                self._lanes.remove(lane)
            await lane.stop()
            self._progress.end(lane.name)
        if isinstance(self._parts.clock, EventClock):
            self._parts.clock.leave(topic)
        log.info("source_topic_ended", topic=topic)

    def _tell(self, troubles: dict[str, str]) -> None:
        """Notes which sources are not read, and logs what is new."""
        for name in self.troubles.keys() - troubles.keys():
            log.info("source_read_again", source=name)
        for name, words in troubles.items():
            if self.troubles.get(name) != words:
                log.error("source_not_read", source=name, message=f"{words}; the others go on")
        self.troubles = troubles
        self._parts.metrics.sources_not_read(troubles)
