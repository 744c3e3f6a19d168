"""The guard against a flood of dead letters: something upstream is broken, and reading on would empty the topic."""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from router.kafka.cluster import opened_cluster
from router.kafka.producer import BrokerUnavailable
from router.settings.kafka import KafkaSettings

log = structlog.get_logger(__name__)

WINDOW: Final = timedelta(minutes=1)
REMEMBERED: Final = timedelta(minutes=10)
"""How far back the dead letters of an earlier life count, and for how long after the start."""

FEW: Final = 12
"""Of fewer records no share is taken."""


class Flood(Exception):
    """More dead letters than set. The text says how many, and of how many records."""


class FloodGuard:
    """Counts the records of the last minute, at low volume at least the last hundred or so, and the dead ones of them.

    It trips past `most` dead letters that are more than `share` of all. What it does not let through is not lost: it
    stays in its topic. `remembered` dead letters of before the start count as well, but for no share: so a worker
    that is started again and again does not let as many through each time.
    """

    def __init__(self, most: int, share: float, remembered: int = 0) -> None:
        self._most, self._share = most, share
        self._remembered = remembered
        self._begun: datetime | None = None
        self._seen: deque[tuple[datetime, int, int]] = deque()
        self._records = self._dead = 0

    def note(self, now: datetime, records: int, dead: int) -> None:
        """Adds a batch. Raises `Flood` when it is too much."""
        self._begun = self._begun or now
        self._seen.append((now, records, dead))
        self._records += records
        self._dead += dead
        # The last minute, and at low volume as many records as a share can be told by.
        while now - self._seen[0][0] > WINDOW and self._records - self._seen[0][1] >= 2 * self._most:
            _, left, dead_of_them = self._seen.popleft()
            self._records -= left
            self._dead -= dead_of_them
        remembered = self._remembered if now - self._begun < REMEMBERED else 0
        enough = self._records >= FEW or not remembered
        if (
            dead
            and enough
            and self._dead + remembered > self._most
            and self._dead > self._share * self._records
        ):
            before = f", after {remembered} before this start" if remembered else ""
            raise Flood(f"{self._dead} of the last {self._records} records cannot be read{before}")


STOPPED: Final = (
    "stopped before the topic is emptied into the dead letters. Look at `feedback-router dlq list` and at the warnings"
    " above for the reasons, mend the publisher (or this machine's clock), and start again; to let these records become"
    " dead letters all the same, raise ROUTER_DEAD_LETTERS__MAX_PER_MINUTE for as long as it takes"
)
"""What to do when too much of the topics that are read whatever the rules cannot be read."""


class HeldTopics:
    """Topics of sources that are not read while the rules are in force under which too much of them could not be mapped."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[int, str]] = {}

    def hold(self, topic: str, revision: int, source: str, flood: Flood) -> None:
        """Holds a topic under a revision, for the flood of a source."""
        words = (
            f"source {source}: {flood}: its topic {topic} is not read, before it is emptied into the dead letters. Look at"
            " `feedback-router dlq list` for the reasons, mend the mapping and publish it (then it is read on, and `dlq"
            " replay` sends those again), or mend the vendor's side and start again"
        )
        self._held[topic] = revision, words

    def why(self, topic: str, revision: int) -> str | None:
        """Why a topic is held under a revision; None where it is not."""
        held_under, words = self._held.get(topic, (None, ""))
        return words if held_under == revision else None


async def recent_dead_letters(kafka: KafkaSettings, topics: Sequence[str], now: datetime) -> int:
    """How many dead letters these topics got lately; 0 where Kafka does not say."""
    if not kafka.servers:
        return 0
    try:
        async with opened_cluster(kafka) as cluster:
            return await cluster.count_since(topics, now - REMEMBERED)
    except BrokerUnavailable as error:
        log.warning("dead_letters_not_counted", cause=type(error.__cause__).__name__)
        return 0
