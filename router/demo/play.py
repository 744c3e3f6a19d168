"""The demo: the real service, a made-up month published to it, and what came of it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from consumers import TOPICS
from router.demo.company import CUSTOMERS, SEED
from router.demo.findings import Findings, findings
from router.demo.publisher import StoryPublisher
from router.demo.respondents import Respondents
from router.demo.show import DemoState, Show, show_on
from router.demo.story import Story, story
from router.demo.summary import print_summary
from router.demo.tally import DemoTally
from router.flow.messages import Released
from router.flow.relay import Passed
from router.kafka.connection import client_options
from router.kafka.producer import Producer
from router.service.data_directory import DataDirectoryError, prepare_data
from router.service.parts import Parts
from router.service.roles import run_all
from router.service.worker import Worker
from router.settings import Settings
from router.settings.kafka import KafkaSettings, TopicSettings
from router.settings.settings import DatabaseSettings, EventClockSettings, HealthSettings, shipped_rules

SECONDS: Final = 15.0
"""How long the month takes to publish, so that a person can follow."""

PATIENCE: Final = 60.0
"""Seconds without any progress after which the demo has failed."""

WIDTH: Final = 100
"""Wider is harder to read, not easier."""

INTERRUPTED: Final = 130

_STEP: Final = 0.05
_QUIET: Final = 3
_IDLE_AFTER: Final = 1.0

Opened = tuple[Parts, Worker]


class DemoFailed(Exception):
    """The month could not be played to its end. The text says what is missing."""


async def play(
    settings: Settings,
    console: Console,
    *,
    data: Path | None = None,
    customers: int = CUSTOMERS,
    seed: int = SEED,
    seconds: float = SECONDS,
    afterwards: Callable[[Settings], Awaitable[None]] | None = None,
) -> int:
    """Plays the month on the embedded broker and SQLite and prints what came of it; returns the exit code.

    What happened stays in `data`; without it, a temporary directory is used, until `afterwards` has looked at it.
    `seconds` 0 publishes as fast as it is handled. Raises `DataDirectoryError`, `DemoFailed`, and what the service raises.
    """
    console.width = min(console.width, WIDTH)
    with _directory(data) as directory:
        stage = staged(settings, directory)
        tale = story(stage.topics.interactions, seed, customers)
        respondents = Respondents(seed, tale.efforts, stage.topics)
        performance = Performance(stage, tale, respondents, show_on(console), seconds)
        found = await performance.run()
        if found is None:
            console.print("Interrupted before the month was over.")
            return INTERRUPTED
        print_summary(console, found, next_steps(found, data))
        if afterwards is not None:
            await afterwards(stage)
    for problem in found.problems:
        console.print(f"This does not add up: {problem}.", style="red")
    return 1 if found.problems else 0


def staged(settings: Settings, data: Path) -> Settings:
    """The settings of the demo: nothing made up may reach a Kafka or a database of somebody's own."""
    return settings.model_copy(
        update={
            "rules": settings.rules or shipped_rules(),
            "data": data,
            "clock": "event",
            "kafka": KafkaSettings(),
            "topics": TopicSettings(),
            "database": DatabaseSettings(),
            "event_clock": EventClockSettings(idle_after_seconds=_IDLE_AFTER),
            "health": HealthSettings(port=0),
        }
    )


class Performance:
    """One run of the service with the story published to it, and with what customers answer."""

    def __init__(
        self, settings: Settings, tale: Story, respondents: Respondents, show: Show, seconds: float
    ) -> None:
        self._settings = settings
        self._story = tale
        self._respondents = respondents
        self._sent: list[Released] = []
        self._replies = 0
        self._show = show
        self._seconds = seconds
        self._tally = DemoTally()

    async def run(self) -> Findings | None:
        """Returns when all is decided and sent what is due; None where it was interrupted."""
        opened: asyncio.Future[Opened] = asyncio.get_running_loop().create_future()
        service = asyncio.create_task(
            run_all(
                self._settings,
                TOPICS,
                ready=lambda parts, worker: opened.set_result((parts, worker)),
                on_processed=self._tally.processed,
                on_passed=self._passed,
            ),
            name="service",
        )
        acting = asyncio.create_task(self._act(opened), name="demo")
        try:
            await asyncio.wait({service, acting}, return_when=asyncio.FIRST_COMPLETED)
            if acting.done():
                return acting.result()
            await service
            return None
        finally:
            await _ended(acting, service, opened)

    async def _act(self, opened: asyncio.Future[Opened]) -> Findings:
        with self._show as show:
            show.stand(self._standing("Starting the embedded Kafka broker, SQLite and the service ...", {}))
            parts, _ = await opened
            producer = Producer(client_options(parts.settings.kafka))
            try:
                await self._publish(parts, producer, StoryPublisher(producer, self._story, self._seconds))
            finally:
                await producer.stop()
            return await findings(parts, self._story, self._tally)

    def _passed(self, passed: Passed) -> None:
        self._tally.passed(passed)
        self._sent += passed.published

    async def _publish(self, parts: Parts, producer: Producer, publisher: StoryPublisher) -> None:
        loop, tally = asyncio.get_running_loop(), self._tally
        done, done_at, shown_at, settled = 0, loop.time(), 0.0, 0
        while True:
            await publisher.step(loop.time(), tally.handled)
            settled = settled + 1 if await self._settled(parts, publisher) else 0
            # A pass of the dispatcher tells of what it sent only after that is stored.
            if settled >= _QUIET and not await self._replied(parts, producer):
                if publisher.done:
                    return
                publisher.go_on()
            if loop.time() - shown_at >= self._show.pause:
                shown_at = loop.time()
                if (occurrence := tally.next_occurrence()) is not None:
                    self._show.tell(occurrence)
                invitations = await parts.store.reading.invitation_counts()
                self._show.stand(self._standing(_phase(publisher, tally), invitations))
            moved = tally.handled + tally.reported + publisher.sent
            if moved != done:
                done, done_at = moved, loop.time()
            elif loop.time() - done_at > PATIENCE:
                raise DemoFailed(
                    f"nothing moved for {PATIENCE:.0f} s: {publisher.sent} of {len(self._story.messages)} records were"
                    f" published and {tally.handled} handled"
                )
            await asyncio.sleep(_STEP)

    async def _settled(self, parts: Parts, publisher: StoryPublisher) -> bool:
        """Whether this part of the month is decided, the clock is at its end, and nothing is due that has not been done."""
        now, tally = parts.clock.now(), self._tally
        if tally.handled < publisher.end_of_part or tally.reported < self._replies:
            return False
        return now is not None and now == tally.latest and not await parts.store.reading.unsettled(now)

    async def _replied(self, parts: Parts, producer: Producer) -> bool:
        """Tells the service of deliveries, and when these are known of the answers up to now; whether there were any."""
        sent, self._sent = self._sent, []
        replies = self._respondents.asked(sent, parts.rules.live)
        if not replies and self._tally.latest is not None:
            replies = self._respondents.answers(self._tally.latest)
        await producer.send(replies)
        self._replies += len(replies)
        return bool(replies)

    def _standing(self, phase: str, invitations: dict[tuple[str, str, str, str], int]) -> DemoState:
        tally = self._tally
        return DemoState(
            phase=phase,
            moment=tally.latest,
            handled=tally.handled,
            total=len(self._story.messages),
            decided=len(tally.decided),
            repeated=tally.repeated,
            dead=len(tally.dead),
            invitations=invitations,
        )


async def _ended(
    acting: asyncio.Task[Findings], service: asyncio.Task[None], opened: asyncio.Future[Opened]
) -> None:
    """Stops what still runs: the service in good order where it runs, else at once."""
    acting.cancel()
    if opened.done() and not opened.cancelled():
        opened.result()[1].app.exit()
    else:
        service.cancel()
    await asyncio.gather(acting, service, return_exceptions=True)


def _phase(publisher: StoryPublisher, tally: DemoTally) -> str:
    if not tally.handled:
        return "The consumers join their group ..."
    if not publisher.done:
        return "Publishing over the Kafka protocol, deciding, sending what is due ..."
    return "All is published; the clock goes to its end, what is due by then is sent ..."


@contextmanager
def _directory(data: Path | None) -> Iterator[Path]:
    if data is None:
        with TemporaryDirectory(prefix="feedback-router-demo-") as directory:
            yield Path(directory)
        return
    prepare_data(data)
    if any(data.glob("*.db")):
        raise DataDirectoryError(
            f"the data directory {data} holds the data of an earlier run: name another one or delete it"
        )
    yield data


def next_steps(found: Findings, data: Path | None) -> list[tuple[str, str]]:
    """Commands to try, each with what it does."""
    program = "feedback-router" if which("feedback-router") else sys.argv[0]
    steps = []
    if data is None:
        steps.append(
            (f"{program} demo --data demo-data", "the same month again, kept to ask questions about")
        )
    where = data or Path("demo-data")
    steps += [
        (f"{program} why {why.id} --data {where}", "every rule and every gate of one decision")
        for why in found.whys[:1]
    ]
    steps += [
        (f"{program} invitations list --data {where}", "who was asked what, and what became of it"),
        (f"{program} run", "the service for your own events: it stays up and prints its address"),
    ]
    return steps
