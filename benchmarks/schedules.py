"""`python -m benchmarks.schedules`: a million customers with a date on PostgreSQL, and how long dispatch waits for them.

Three things are timed, each as its longest piece, for what is due waits for one at most: the walk through all customers
after a schedule is new, an ordinary day of anniversaries, and the first minutes after a night in which the service rested.
0 where no piece takes a second.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

import asyncpg
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe_machine
from router.authoring.language.load import load_texts
from router.flow.relay import Relay
from router.flow.schedule_walk import walk
from router.model.customer import Customer, Profile
from router.model.encoding import encode_state
from router.model.record import Message
from router.rules.in_force import InForce
from router.store import SqlStore, upgrade
from tests.services.ways import choose_postgres
from tests.unit.flow.memory import SetClock

MOST_SECONDS: Final = 1.0
DAY: Final = datetime(2026, 11, 2, tzinfo=UTC)
RULES: Final = {
    "surveys.yaml": b"""surveys:
  nps: {metric: nps, scale: [0, 10], polarity: higher_is_better, texts: {en: {question: "?", low: "no", high: "yes"}}}
""",
    "policy.yaml": b"locale: {otherwise: en}\nlimits: [{id: any, max: 1, per: 30d}]\n",
    "rules.yaml": b"""rules:
  - {id: birthday, when: {type: policy.anniversary}, send: {survey: nps, channel: email}, expires: 5d}
""",
    "schedules.yaml": b"""schedules:
  - {id: anniversary, type: policy.anniversary, date: customer.start, every: year}
""",
}


class Nowhere:
    """A broker that takes everything at once."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Takes them."""


class Timed(Struct):
    """How long the pieces of one thing took, and what they came to."""

    name: str
    pieces: list[float] = []
    done: int = 0


async def fill(url: str, customers: int) -> None:
    """Writes customers whose dates are spread over the year."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    first = date(2019, 1, 1)
    for begin in range(0, customers, 50_000):
        names = (f"c-{number:07}" for number in range(begin, min(begin + 50_000, customers)))
        rows = [
            (
                name,
                1,
                encode_state(Customer(name, profile=_profile(first + timedelta(days=number * 37 % 365)))),
            )
            for number, name in enumerate(names, begin)
        ]
        columns = ("customer_id", "version", "body")
        await connection.copy_records_to_table("customers", records=rows, columns=columns)
    await connection.execute("VACUUM ANALYZE customers")
    await connection.close()


def _profile(start: date) -> Profile:
    attributes = {"start": start.isoformat(), "segment": "consumer"}
    return Profile(locale="en", zone="Europe/Amsterdam", consent={"email": True}, attributes=attributes)


async def measure(url: str, customers: int, console: Console) -> bool:
    """Fills the database and times the three; whether each piece was short enough."""
    await upgrade(url)
    await fill(url, customers)
    store, rules, clock = await SqlStore.open(url), InForce(load_texts(RULES)), SetClock(DAY)
    relay = Relay(store, Nowhere(), rules, clock, topic="invitations")

    async def passed(into: Timed, now: datetime) -> int:
        clock.at, begun = now, time.perf_counter()
        found = await relay.pass_once()
        into.pieces.append(time.perf_counter() - begun)
        into.done += found.woken
        return found.woken + found.due

    walking, ordinary, rested = (
        Timed("walk: steps"),
        Timed("an ordinary day: passes"),
        Timed("after a night: passes"),
    )
    beside = Timed("walk: passes between its steps")
    after: str | None = ""
    while after is not None:
        begun = time.perf_counter()
        walked = await walk(store, rules, after, DAY, event_time=False)
        walking.pieces.append(time.perf_counter() - begun)
        after, walking.done = walked.after, walking.done + walked.anew
        await passed(beside, DAY)
    for minute in range(24 * 60):
        await passed(ordinary, DAY + timedelta(minutes=minute))
    while await passed(rested, DAY + timedelta(days=1, hours=23)):
        pass
    shown = Table(title=f"{customers:,} customers with a date")
    for title in ("", "customers", "pieces", "longest ms", "median ms", "all s"):
        shown.add_column(title, justify="right" if title else "left")
    timed = (walking, beside, ordinary, rested)
    for one in timed:
        middle = sorted(one.pieces)[len(one.pieces) // 2]
        longest = max(one.pieces)
        shown.add_row(
            one.name,
            f"{one.done:,}",
            f"{len(one.pieces):,}",
            f"{longest * 1000:.0f}",
            f"{middle * 1000:.1f}",
            f"{sum(one.pieces):.1f}",
        )
    console.print(shown)
    await store.close()
    return all(max(one.pieces) < MOST_SECONDS for one in timed)


def main() -> int:
    """Runs it on an empty database of its own."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedules")
    parser.add_argument("--customers", type=int, default=1_000_000, help="how many customers")
    asked = parser.parse_args()
    console = Console(width=120)
    console.print(describe_machine(), highlight=False)
    with choose_postgres().service as postgres:
        return 0 if asyncio.run(measure(postgres.create_database(), asked.customers, console)) else 1


if __name__ == "__main__":
    sys.exit(main())
