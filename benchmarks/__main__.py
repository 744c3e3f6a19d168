"""`python -m benchmarks`: the comparison; with `--memory`, what a worker holds over a million events.

With `--answers`, the price of hearing answers, and the rate at which they are taken in. With `--mapped`, a vendor's messages beside
events. With `--history`, the rate at customers with long histories beside that at customers with short ones.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.answers import compare_answers
from benchmarks.comparison import Plan, compare
from benchmarks.histories import compare_histories
from benchmarks.machine import describe
from benchmarks.mapped import compare_mapped
from benchmarks.memory import watch_memory
from tests.services.ways import EmbeddedKafka, choose_kafka, choose_postgres


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
        plan = Plan(
            asked.rounds,
            asked.events,
            asked.one_by_one,
            asked.workers,
            asked.lanes,
            asked.records,
            asked.seed,
            asked.older,
        )
        run = (
            watch_memory
            if asked.memory
            else compare_histories
            if asked.history
            else compare_answers
            if asked.answers
            else compare_mapped
            if asked.mapped
            else compare
        )
        return 0 if asyncio.run(run(plan, kafka, postgres, Path(name), console)) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=200_000, help="a round, for this service")
    parser.add_argument("--one-by-one", type=int, default=3_000, help="events a round, for the other side")
    parser.add_argument("--workers", type=int, default=2, help="worker processes of this service")
    parser.add_argument("--lanes", type=int, default=1, help="consumers in each of them")
    parser.add_argument("--records", type=int, default=2_000, help="most records of one of its batches")
    parser.add_argument("--memory", action="store_true", help="what a worker holds over a million events")
    parser.add_argument(
        "--answers", action="store_true", help="with and without scores, and the answers' rate"
    )
    parser.add_argument("--mapped", action="store_true", help="a vendor's messages beside events")
    parser.add_argument("--history", action="store_true", help="60 events a customer beside a third of one")
    parser.add_argument("--older", type=Path, help="a checkout of another version, set up, to run beside")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
