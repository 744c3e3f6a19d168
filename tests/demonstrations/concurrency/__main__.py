"""`python -m tests.demonstrations.concurrency`: the run at size, and what its audit finds; 1 where a promise is broken."""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.demonstrations.concurrency.audit import audited
from tests.demonstrations.concurrency.report import report
from tests.demonstrations.concurrency.run import Wanted, run
from tests.demonstrations.concurrency.terms import hours, whole_minute
from tests.services.ways import choose_kafka, choose_postgres


def main() -> int:
    """Start the servers, run and audit."""
    parser = argparse.ArgumentParser(prog="python -m tests.demonstrations.concurrency")
    parser.add_argument("--decisions", type=int, default=200_000)
    parser.add_argument("--rate", type=int, default=2_500, help="at most so many interactions a second")
    parser.add_argument("--lanes", type=int, default=2, help="lanes of a worker")
    parser.add_argument("--max-records", type=int, default=200, help="most records of a batch")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with choose_kafka().service as kafka, choose_postgres().service as postgres, _directory() as name:
        print(f"Kafka: {kafka.kind}. PostgreSQL: {postgres.describe()}.", flush=True)
        # Quiet for a minute that ends while it runs.
        end = whole_minute(datetime.now(UTC), later=30)
        wanted = Wanted(
            asked.decisions,
            hours(end - timedelta(minutes=1), end),
            asked.seed,
            asked.rate,
            asked.lanes,
            asked.max_records,
        )
        url = postgres.create_database()
        observed = asyncio.run(run(kafka.bootstrap, url, wanted, Path(name), _tell))
    findings = audited(observed, wanted.hours)
    print("\n".join(report(observed, findings)))
    return 1 if findings.breaches else 0


def _directory() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="feedback-router-concurrency-")


def _tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
