"""`python -m benchmarks.dispatch`: invitations sent a second, side by side; 0 where the ratios are as wanted."""

import argparse
import asyncio
import statistics
import sys
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from benchmarks.dispatch.sides import OurDispatcher, Pgqueuer, Procrastinate, timed
from benchmarks.machine import describe
from tests.running.topics import create
from tests.services.service import Kafka, Postgres
from tests.services.ways import EmbeddedKafka, choose_kafka, choose_postgres

WANTED = {"procrastinate": 100, "pgqueuer": 8}


def main() -> int:
    """Runs all rounds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dispatch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--planned", type=int, default=1_000_000, help="planned on every side")
    parser.add_argument("--due", type=int, default=100_000, help="of these due, for this service")
    parser.add_argument("--due-pgqueuer", type=int, default=5_000, help="of these due, for pgqueuer")
    parser.add_argument(
        "--due-procrastinate", type=int, default=1_000, help="of these due, for procrastinate"
    )
    asked = parser.parse_args()
    console = Console(width=120)
    with choose_kafka().service as kafka, choose_postgres(durable=True).service as postgres:
        if isinstance(kafka, EmbeddedKafka):
            console.print("an Apache Kafka is needed: Docker, Java 17 with Maven, or ROUTER_TEST_KAFKA")
            return 1
        console.print(describe(kafka, postgres), highlight=False)
        return asyncio.run(compare(asked, kafka, postgres, console))


async def compare(asked: argparse.Namespace, kafka: Kafka, postgres: Postgres, console: Console) -> int:
    """Every round on fresh databases; the rates, and how many times ours is the others'."""
    rates: dict[str, list[float]] = {}
    for number in range(asked.rounds):
        for kind in (Procrastinate, Pgqueuer, OurDispatcher):
            topic = uuid4().hex
            create(kafka.bootstrap, {topic: 6})
            side = kind(postgres.create_database(), kafka.bootstrap, topic)
            due = {
                Procrastinate: asked.due_procrastinate,
                Pgqueuer: asked.due_pgqueuer,
                OurDispatcher: asked.due,
            }
            await side.prepare(asked.planned, due[kind])
            sent, seconds = await timed(side)
            await side.close()
            rates.setdefault(side.name, []).append(sent / seconds)
            console.print(
                f"round {number + 1}: {side.name} sent {sent:,} of {asked.planned:,} in {seconds:.1f} s: {sent / seconds:,.0f} a second",
                highlight=False,
            )
    return show(rates, console)


def show(rates: dict[str, list[float]], console: Console) -> int:
    """The medians and the ratios; 1 where one is below what is wanted."""
    ours = rates[OurDispatcher.name]
    table = Table("side", "a second (median)", "ours is", "in each round", "wanted")
    missed = 0
    for name, found in rates.items():
        each = [mine / other for mine, other in zip(ours, found, strict=True)]
        wanted = WANTED.get(name)
        missed += wanted is not None and statistics.median(each) < wanted
        table.add_row(
            name, f"{statistics.median(found):,.0f}", f"{statistics.median(each):.1f} x",
            " / ".join(f"{one:.1f}" for one in each), f"{wanted} x" if wanted else "",
        )  # fmt: skip
    console.print(table)
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
