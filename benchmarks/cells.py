"""`python -m benchmarks.cells`: what readers of a year of cells take on PostgreSQL; 0 where each is under a second.

The cells are made in the database: 10,000,000 answers and 1,000,000,000 decisions a year, of a company with 36 steps on
three channels each, 200 agents, 10 products and 4 segments.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final

import asyncpg
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe_machine
from router.model.cells import STAGES, WantedCoverage, WantedScores, first_of_month, next_month
from router.store import SqlStore, upgrade
from router.store.cell_rows import COUNTS_OF_SCORES
from tests.services.ways import choose_postgres

MOST_SECONDS: Final = 1.0
ROUNDS: Final = 3

_PLACES: Final = """
    CREATE TEMPORARY TABLE places AS
    SELECT 'journey-' || j AS journey, 'step-' || s AS step, channel
    FROM generate_series(1, 6) AS j, generate_series(1, 6) AS s, unnest(ARRAY['phone', 'chat', 'email']) AS channel;
    CREATE TEMPORARY TABLE known AS
    SELECT '' AS attribute, '' AS value
    UNION ALL SELECT 'hour', to_char(h, 'FM00') FROM generate_series(0, 23) AS h
    UNION ALL SELECT 'product', 'p' || p FROM generate_series(1, 10) AS p
    UNION ALL SELECT 'customer.segment', 's' || s FROM generate_series(1, 4) AS s
    UNION ALL SELECT 'agent_id', 'a' || a FROM generate_series(1, 200) AS a;
    ANALYZE places; ANALYZE known;
"""
# An agent works on two journeys, by phone.
_WORKS: Final = """
    (attribute <> 'agent_id' OR channel = 'phone' AND journey IN ('journey-1', 'journey-2'))
"""
_COVERAGE: Final = f"""
    INSERT INTO coverage_cells
    SELECT gen_random_uuid(), day, journey, step, channel, attribute, value, reason,
        {", ".join(f"CAST(2800 / share AS integer) AS {stage}" for stage in STAGES)}
    FROM places, known, generate_series($1::date, $2::date, '1 day') AS day,
        unnest(ARRAY['', 'no_consent', 'not_sampled', 'shared_limit', 'no_rule_matched', 'no_reachable_channel',
            'cancelled_by_event', 'suppressed', 'hold_out']) AS reason,
        LATERAL (SELECT CASE attribute WHEN '' THEN 1 WHEN 'hour' THEN 24 WHEN 'agent_id' THEN 200 ELSE 7 END) AS s (share)
    WHERE {_WORKS} AND (attribute <> 'agent_id' OR reason IN ('', 'no_consent', 'not_sampled', 'shared_limit'))
"""
_SCORES: Final = f"""
    INSERT INTO score_cells
    SELECT gen_random_uuid(), basis, day, survey, 'ces', 'lower_is_better', '1', 'likert', journey, step, channel, 'ask', 1, 7,
        revision, attribute, value, '', {", ".join("1 + ascii(step) % 9" if n < 7 else "0" for n in range(len(COUNTS_OF_SCORES)))}
    FROM places, known, generate_series($1::date, $2::date, '1 day') AS day, unnest(ARRAY['happened', 'answered']) AS basis,
        unnest(ARRAY['ces', 'csat']) AS survey, LATERAL (SELECT 1 + extract(doy FROM day)::integer / 90) AS r (revision)
    WHERE {_WORKS}
"""
_COMMON: Final = ("journey", "step", "channel")


def readers(store: SqlStore, since: date, until: date) -> dict[str, Callable[[], Awaitable[Any]]]:
    """What reports ask of a period."""
    cells, agents = store.cells, ("agent_id",)
    scores, coverage = WantedScores(since=since, until=until), WantedCoverage(since=since, until=until)
    of_agents = replace(scores, attributes=agents)
    covered, hours = replace(coverage, attributes=agents), replace(coverage, attributes=("hour",))
    return {
        "scores by journey, step, channel": lambda: cells.scores(scores, _COMMON),
        "scores by week": lambda: cells.scores(scores, ("week",)),
        "scores by agent": lambda: cells.scores(of_agents, ("value",)),
        "coverage by journey, step, channel": lambda: cells.coverage(coverage, _COMMON),
        "coverage by week": lambda: cells.coverage(coverage, ("week",)),
        "coverage by agent": lambda: cells.coverage(covered, ("value",)),
        "coverage by hour": lambda: cells.coverage(hours, ("value",)),
    }


async def measure(url: str, days: int, console: Console) -> bool:
    """Make the cells and time each reader; whether each was fast enough."""
    await upgrade(url)
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    begun = time.perf_counter()
    await connection.execute(_PLACES)
    # Amid a month, as most periods that people ask for.
    until = date(2026, 12, 16)
    first, last = until - timedelta(days=days), until - timedelta(days=1)
    for statement in (_COVERAGE, _SCORES):
        # As they come: day after day, so that the cells of one attribute lie between all others.
        for month in range(0, days, 30):
            begins = first + timedelta(days=month)
            await connection.execute(statement, begins, min(begins + timedelta(days=29), last))
    store = await SqlStore.open(url)
    month = first_of_month(first)
    while month < until:
        await store.run(lambda transaction: transaction.mend_month(month))  # noqa: B023 - run at once
        month = next_month(month)
    tables = ("coverage_cells", "coverage_months", "score_cells", "score_months")
    for table in tables:
        await connection.execute(f"VACUUM ANALYZE {table}")
    shown = Table(title=f"readers, {days} days")
    for title in ("reader", "rows", "seconds"):
        shown.add_column(title, justify="left" if title == "reader" else "right")
    for table in tables:
        count, size = await connection.fetchrow(
            f"SELECT (SELECT count(*) FROM {table}), pg_size_pretty(pg_total_relation_size('{table}'))"
        )
        console.print(f"{table}: {count:,} rows, {size}", highlight=False)
    await connection.close()
    console.print(f"made in {time.perf_counter() - begun:.0f} s", highlight=False)
    slowest = 0.0
    for name, read in readers(store, first, until).items():
        taken = []
        for _ in range(ROUNDS):
            begun = time.perf_counter()
            rows = len(await read())
            taken.append(time.perf_counter() - begun)
        slowest = max(slowest, min(taken))
        shown.add_row(name, f"{rows:,}", f"{min(taken):.2f}")
    await store.close()
    console.print(shown)
    return slowest < MOST_SECONDS


def main() -> int:
    """Runs it on an empty database of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cells")
    parser.add_argument("--days", type=int, default=365, help="how many days of cells")
    asked = parser.parse_args()
    console = Console(width=120)
    console.print(describe_machine(), highlight=False)
    with choose_postgres().service as postgres:
        return 0 if asyncio.run(measure(postgres.create_database(), asked.days, console)) else 1


if __name__ == "__main__":
    sys.exit(main())
