"""`python -m benchmarks`: the comparison; with `--memory`, what a worker holds over a million events."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.comparison import Plan, compare
from benchmarks.machine import describe
from tests.services.ways import EmbeddedKafka, choose_kafka, choose_postgres

WANTED = 50


def main() -> int:
    """Runs what was asked for; 0 where the figures are as they must be."""
    asked = _arguments()
    console = Console(width=140)
    with (
        choose_kafka().service as kafka,
        choose_postgres(durable=True).service as postgres,
        tempfile.TemporaryDirectory(prefix="feedback-router-bench-") as name,
    ):
        if isinstance(kafka, EmbeddedKafka):
            console.print("an Apache Kafka is needed: Docker, Java 17 with Maven, or ROUTER_TEST_KAFKA")
            return 1
        console.print(describe(kafka, postgres), highlight=False)
        plan = Plan(asked.rounds, asked.events, asked.one_by_one, asked.lanes, asked.seed)
        ratio = asyncio.run(compare(plan, kafka, postgres, Path(name), console))
        console.print(f"{ratio:.0f} times as fast; at least {WANTED} are wanted")
        return 0 if ratio >= WANTED else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=200_000, help="a round, for this service")
    parser.add_argument("--one-by-one", type=int, default=3_000, help="events a round, for the other side")
    parser.add_argument("--lanes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
