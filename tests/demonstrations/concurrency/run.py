"""One run: four workers and two dispatchers as processes, fed, waited for, ended and looked at."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from confluent_kafka import Producer
from msgspec import Struct

from router.store import upgrade
from tests.demonstrations.concurrency.observed import RECEIVED, Observed
from tests.demonstrations.concurrency.progress import Progress
from tests.demonstrations.concurrency.rule_files import write_rules
from tests.demonstrations.concurrency.survey_sender import SurveySender, message
from tests.demonstrations.concurrency.team import GROUPS, Team
from tests.demonstrations.concurrency.terms import Hours
from tests.demonstrations.concurrency.traffic import PARTITIONS, Placed, Traffic
from tests.demonstrations.concurrency.witness import Witness
from tests.running.topics import create_all, fresh_topics, read_all
from tests.running.waiting import eventually

SLICE = 250
WAITING = 3_000
"""How many records may wait to be decided before more are made: their times stay about now."""

_PATIENCE = 120.0


class Wanted(Struct, frozen=True):
    """What to run: so many interactions, at most so many a second, with these hours."""

    decisions: int
    hours: Hours
    seed: int = 1
    rate: int = 2_500
    lanes: int = 2
    max_records: int = 200


class Feeding:
    """What feeds the service and what looks at it, for as long as a run lasts."""

    def __init__(self, bootstrap: str, topics: dict[str, str], wanted: Wanted, witness: Witness) -> None:
        self.traffic = Traffic(wanted.hours, wanted.seed)
        self.sender = SurveySender(bootstrap, topics, wanted.seed)
        self.witness = witness
        self._wanted = wanted
        self._topics = topics
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})
        self._progress = [Progress(bootstrap, group, topics[role]) for group, role in GROUPS]
        self._put = 0

    def sent(self) -> dict[str, int]:
        """How many of each were given to the service, by the beginning of their ids."""
        traffic = self.traffic
        by_prefix = {"i-": traffic.made, "r-": self.sender.reports}
        return by_prefix | {f"{self._topics['preferences']}/": traffic.preferences}

    def put(self, records: Iterable[Placed]) -> None:
        """Publish each where it belongs."""
        for one in records:
            self._producer.produce(self._topics[one.topic], one.value, one.key or None, one.partition)
            self._put += one.topic != "preferences"
        self._producer.poll(0)

    async def everything(self, told: Callable[[str], None]) -> None:
        """All interactions, at the rate that is wanted and no faster than they are decided."""
        begun = time.monotonic()
        while self.traffic.made < self._wanted.decisions:
            self.put(self.traffic.some(min(SLICE, self._wanted.decisions - self.traffic.made)))
            ahead = self.traffic.made / self._wanted.rate - (time.monotonic() - begun)
            await self._going_on(max(ahead, 0))
            await eventually(self._few_wait, "what was published is decided", _PATIENCE)
            if self.traffic.made % 10_000 < SLICE:
                told(f"{self.traffic.made:,} interactions, {time.monotonic() - begun:.0f} s")

    async def decided(self) -> None:
        """Return when all that was given is decided."""
        self._producer.flush()

        async def all_are() -> bool:
            counts = [await self.witness.decided(prefix) >= count for prefix, count in self.sent().items()]
            return all(counts)

        await eventually(all_are, "everything is decided", _PATIENCE)

    async def ended(self) -> None:
        """Bring every invitation to its end: what is planned is cancelled, what was received is answered."""
        self.sender.finish()
        self.put(self.traffic.ends())
        await self.decided()
        await eventually(self._nothing_waits, "nothing is planned or on its way", _PATIENCE)
        self.sender.answer(await self.witness.invitations_in(*RECEIVED))
        await self.decided()

    def close(self) -> None:
        """Let go of Kafka."""
        self.sender.close()
        for progress in self._progress:
            progress.close()

    async def _going_on(self, seconds: float) -> None:
        """The survey sender at work for so long, and once at least."""
        until = time.monotonic() + seconds
        while True:
            self.sender.work()
            await asyncio.sleep(min(0.01, seconds))
            if time.monotonic() >= until:
                return

    def _few_wait(self) -> bool:
        self.sender.work()
        return self._put - sum(progress.read() for progress in self._progress) < WAITING

    async def _nothing_waits(self) -> bool:
        states = await self.witness.states()
        return not any(state in ("planned", "queued") for _, state in states)


async def run(
    bootstrap: str, url: str, wanted: Wanted, directory: Path, told: Callable[[str], None]
) -> Observed:
    """Run it on a Kafka and an empty database."""
    topics = fresh_topics()
    topics["more"] = f"{topics['interactions']}.more"
    create_all(bootstrap, topics, PARTITIONS)
    await upgrade(url)
    witness = await Witness.sworn_in(url)
    rules = write_rules(directory / "rules", wanted.hours)
    feeding = Feeding(bootstrap, topics, wanted, witness)
    try:
        with ExitStack() as stack:
            team = Team(stack, bootstrap, url, topics, rules, directory)
            await team.started(lanes=wanted.lanes, max_records=wanted.max_records)
            begun = time.monotonic()
            feeding.put(feeding.traffic.beginnings())
            await feeding.everything(told)
            await feeding.decided()
            seconds = time.monotonic() - begun
            await feeding.ended()
            told("everything has ended")
            processes = await team.stopped()
        published = await read_all(bootstrap, topics["invitations"])
        dead = [
            record
            for name in topics.values()
            if name not in (topics["invitations"], topics["alerts"])
            for record in await read_all(bootstrap, f"{name}.dlq")
        ]
        coverage, uneven = await witness.coverage()
        return Observed(
            history=await witness.history(),
            asked=await witness.invitations(),
            messages=[message(json.loads(one.value or b""), one.timestamp / 1000) for one in published],
            sent=feeding.sent(),
            dead_letters=len(dead),
            quotas=await witness.counted(),
            deadlocks=await witness.deadlocks(),
            told=processes,
            seconds=seconds,
            state_bytes=await witness.largest_states(),
            coverage=coverage,
            uneven_cells=uneven,
        )
    finally:
        feeding.close()
        await witness.close()
