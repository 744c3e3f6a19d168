"""The rate at customers with long histories beside that at customers with short ones."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from benchmarks.comparison import AGE, Plan
from benchmarks.measuring import Round, run_round
from benchmarks.report import rate_ratio, show_round, show_summary
from benchmarks.story import Expected, Log
from benchmarks.topics import Topics
from tests.services.service import Kafka, Postgres

LONG = 60
"""Events of each customer before the first round with long histories is measured."""

SHORT = 1 / 3
"""Events of each customer after the last round with short ones."""

WANTED = 0.7


async def compare_histories(
    plan: Plan, kafka: Kafka, postgres: Postgres, directory: Path, console: Console
) -> bool:
    """Runs rounds of both in turn and shows them; whether the ratio of the median rates is as wanted.

    The first round of each warms up, and gives the long histories.
    """
    topics = Topics(kafka.bootstrap)
    customers = {
        "short": round(plan.events * (plan.rounds + 1) / SHORT),
        "long": max(plan.events // LONG, 1),
    }
    rounds: dict[str, list[Round]] = {}
    sides = {}
    for name, many in customers.items():
        sides[name] = (
            plan.service(kafka, postgres, directory, name),
            Log(plan.seed, datetime.now(UTC) - AGE, many),
            Expected(),
        )
        await sides[name][0].prepare()
        rounds[name] = []
    for number in range(plan.rounds + 1):
        for name, (side, log, expected) in sides.items():
            one = await run_round(side, topics, expected, log.take(plan.events))
            show_round(console, f"{name}{'' if number else ' (warm-up)'}", one)
            if number:
                rounds[name].append(one)
    show_summary(console, "short histories", rounds["short"], rounds["long"], "long histories")
    ratio = rate_ratio(rounds["short"], rounds["long"])
    console.print(
        f"{ratio:.2f} times the events a second; at least {WANTED} times are wanted", highlight=False
    )
    return ratio >= WANTED
