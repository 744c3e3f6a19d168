"""Both sides in turn on the same servers."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from benchmarks.measuring import Round, run_round
from benchmarks.report import rate_ratio, show_round, show_summary
from benchmarks.sides import Baseline, Processes, Service, Side
from benchmarks.story import Expected, Log
from benchmarks.topics import Topics
from tests.services.service import Kafka, Postgres

WANTED = 50

AGE = timedelta(hours=1)
"""How long ago the log begins: long enough to end before now, short enough for every rule."""


@dataclass(frozen=True)
class Plan:
    """How many rounds, and how many events in each on either side.

    `older` is a checkout of another version of this service, which takes part where it is given.
    """

    rounds: int
    events: int
    one_by_one: int
    workers: int
    lanes: int
    records: int
    seed: int
    older: Path | None = None

    def service(
        self,
        kafka: Kafka,
        postgres: Postgres,
        directory: Path,
        name: str = "feedback-router",
        checkout: Path | None = None,
        *,
        heard: bool | None = None,
    ) -> Service:
        """This service, or the version of a checkout, with a database and topics of its own."""
        return Service(
            kafka,
            postgres.create_database(),
            directory,
            Processes(self.workers, self.lanes, self.records),
            name,
            checkout,
            heard=heard,
        )


async def compare(plan: Plan, kafka: Kafka, postgres: Postgres, directory: Path, console: Console) -> bool:
    """Runs all rounds and shows them; whether the ratio is as wanted. The first round of each only warms up."""
    topics = Topics(kafka.bootstrap)
    log = Log(plan.seed, datetime.now(UTC) - AGE)
    baseline = Baseline(kafka, postgres.create_database(), directory)
    service = plan.service(kafka, postgres, directory)
    sides: list[tuple[Side, Expected, list[Round], int]] = [
        (baseline, Expected(), [], plan.one_by_one),
        (service, Expected(), [], plan.events),
    ]
    if plan.older is not None:
        older = plan.service(kafka, postgres, directory, "older", plan.older.resolve())
        sides.append((older, Expected(), [], plan.events))
    for side, *_ in sides:
        await side.prepare()
    for number in range(plan.rounds + 1):
        events = log.take(plan.events)
        for side, expected, rounds, count in sides:
            one = await run_round(side, topics, expected, events[:count])
            show_round(console, f"{side.name}{'' if number else ' (warm-up)'}", one)
            if number:
                rounds.append(one)
    show_summary(console, "one by one", sides[0][2], sides[1][2])
    for side, _, rounds, _ in sides[2:]:
        show_summary(console, f"the {side.name} version", rounds, sides[1][2])
    ratio = rate_ratio(sides[0][2], sides[1][2])
    console.print(
        f"{ratio:.0f} times the events a second; at least {WANTED} times are wanted", highlight=False
    )
    return ratio >= WANTED
