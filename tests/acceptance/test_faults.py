"""One customer who cannot be stored, a process that is frozen, a clock that is a day ahead: all others go on."""

import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

from router.store import upgrade
from tests.running.eventlog import entries, event
from tests.running.ledger import invitations_in, journal_rows
from tests.running.processes import Process, environment, run_to_end, started
from tests.running.prompt_rules import prompt_rules
from tests.running.topics import create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

SHIFTED = (sys.executable, "-m", "tests.running.shifted")
ROOT = Path(__file__).parents[2]
POISON = "c-7"


class Scene:
    """A Kafka with topics of its own, a database, and processes on both."""

    def __init__(self, bootstrap: str, url: str, directory: Path, stack: ExitStack, rules: Path) -> None:
        self.bootstrap = bootstrap
        self.url = url
        self.topics = fresh_topics()
        self._directory = directory
        self._stack = stack
        self._number = 0
        create_all(bootstrap, self.topics, 1)
        self.given = environment(
            kafka__bootstrap=bootstrap,
            kafka__session_timeout_ms="6000",
            kafka__heartbeat_ms="1000",
            kafka__lanes="1",
            kafka__group=f"group-{self.topics['interactions']}",
            database__url=url,
            database__idle_transaction_seconds="2",
            database__lock_seconds="3",
            rules=str(rules),
            data=str(directory),
            token_secret="of-a-test-" * 4,
            health__port="0",
            dispatch__poll_ms="50",
            **{f"topics__{name}": topic for name, topic in self.topics.items()},
        ) | {"PYTHONPATH": str(ROOT)}

    def start(self, role: str, *command: str) -> Process:
        log = self._directory / f"{self.topics['interactions']}-{role.replace(' ', '-')}-{self._number}.log"
        given = (command,) if command else ()
        return self._stack.enter_context(started(role, self.given, log, *given))

    async def call(self, names: Sequence[str], kind: str = "call.completed") -> None:
        """One call of each."""
        at = datetime.now(UTC) - timedelta(minutes=1)
        self._number += len(names)
        first = self._number - len(names)
        calls = entries(event(first + at_, name, at, kind) for at_, name in enumerate(names))
        await publish(self.bootstrap, self.topics["interactions"], calls)

    async def sent(self) -> set[str]:
        records = await read_all(self.bootstrap, self.topics["invitations"])
        return {json.loads(record.value or b"")["subject"] for record in records}

    def told(self, *arguments: str) -> str:
        """What a command prints."""
        ended = run_to_end(list(arguments), self.given)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@asynccontextmanager
async def scene(kafka: Kafka, postgres: Database, directory: Path, quota: str = "") -> AsyncIterator[Scene]:
    await upgrade(postgres.url)
    rules = prompt_rules(directory / "rules", unknown_consent="allow")
    policy = rules / "policy.yaml"
    policy.write_text(policy.read_text() + quota)
    with ExitStack() as stack:
        yield Scene(kafka.bootstrap, postgres.url, directory, stack, rules)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        yield connection
    finally:
        await connection.close()


async def decided(url: str, count: int) -> None:
    async def all_are() -> bool:
        return await journal_rows(url) == count

    await eventually(all_are, f"{count} are decided")


async def test_a_poison_customer_holds_up_nobody(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    names = [f"c-{number}" for number in range(40)]
    async with scene(apache_kafka, postgres, tmp_path) as service, connected(postgres.url) as database:
        worker = service.start("worker")
        await service.call(names, "page.viewed")
        await decided(postgres.url, 40)
        state = await database.fetchval("SELECT body FROM customers WHERE customer_id = $1", POISON)
        spoil = "UPDATE customers SET body = $1 WHERE customer_id = $2"
        await database.execute(spoil, b"\xc1", POISON)
        await service.call([*names, POISON])
        await decided(postgres.url, 79)
        # The dispatcher meets them too: one of their invitations is due.
        dispatcher = service.start("dispatcher")
        await eventually(lambda: "dispatched" in dispatcher.told(), "it sends")

        async def all_sent() -> bool:
            return await service.sent() == set(names) - {POISON}

        await eventually(all_sent, "all others are asked")
        [aside] = json.loads(service.told("customer", "set-aside", "--json"))
        assert (aside["customer_id"], aside["cause"]) == (POISON, "UnreadableRow")
        assert "customer_set_aside" in worker.told()
        assert POISON not in worker.told().replace("c-7.", "")
        dead = await read_all(service.bootstrap, f"{service.topics['interactions']}.dlq")
        assert [dict(record.headers)["dlq.reason"] for record in dead] == [b"not_stored"] * 2

        await database.execute(spoil, state, POISON)
        service.told("customer", "resume", POISON)
        service.told("dlq", "replay", "--all", "--reason", "not_stored")
        await decided(postgres.url, 81)
        await eventually(lambda: _asked(service, POISON), "the mended one is asked")
        assert (worker.terminate(), dispatcher.terminate()) == (0, 0)


async def _asked(service: Scene, name: str) -> bool:
    return name in await service.sent()


QUOTA = """
quotas:
  - {id: everybody, max: 1000, per: calendar_month}
"""


@pytest.mark.parametrize("table", ["customers", "journal"])
async def test_a_frozen_process_holds_the_others_up_for_seconds(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path, table: str
) -> None:
    """Frozen with the lock of a quota, when its UPDATE of a state, or its COPY of the journal, is under way."""
    names = [f"c-{number}" for number in range(20)]
    async with (
        scene(apache_kafka, postgres, tmp_path, QUOTA) as first,
        scene(apache_kafka, postgres, tmp_path, QUOTA) as second,
        connected(postgres.url) as database,
    ):
        frozen, healthy = first.start("worker"), second.start("worker")
        await first.call(names, "page.viewed")
        await second.call(["d-0"], "page.viewed")
        await decided(postgres.url, 21)
        async with database.transaction():
            await database.execute(f"LOCK TABLE {table} IN SHARE MODE")
            await first.call(names)

            async def stands_in_the_middle() -> bool:
                return bool(await database.fetchval(_HOLDS_AND_WAITS, table))

            await eventually(stands_in_the_middle, "a transaction holds the quota and waits")
            frozen.signal(signal.SIGSTOP)
        await second.call([f"d-{number}" for number in range(10)])
        await decided(postgres.url, 31)
        frozen.signal(signal.SIGCONT)
        await decided(postgres.url, 51)
        assert (frozen.terminate(), healthy.terminate()) == (0, 0)
        for process in (frozen, healthy):
            assert "Traceback" not in process.told()
            assert "set_aside" not in process.told()


_HOLDS_AND_WAITS = """
    SELECT count(*) FROM pg_locks held JOIN pg_locks waits ON waits.pid = held.pid
    WHERE held.locktype = 'advisory' AND held.granted AND NOT waits.granted
        AND waits.relation = CAST($1::text AS regclass)
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


async def test_a_clock_that_is_a_day_ahead_neither_decides_nor_sends(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    async with scene(apache_kafka, postgres, tmp_path) as service, connected(postgres.url) as database:
        routes = tmp_path / "rules" / "routes" / "call.yaml"
        routes.write_text(routes.read_text().rstrip() + "\n    delay: 12h\n")
        late = service.start("dispatcher", *SHIFTED)
        right = service.start("worker", *SHIFTED)
        await service.call(["c-1"])
        await decided(postgres.url, 1)

        # One that still starts would be refused, and is to be met while it runs.
        await late.until_told("dispatcher_runs")
        for process in (late, right):
            process.signal(signal.SIGUSR1)
        await service.call(["c-2"])
        await late.until_told("s ahead of the database's")
        await right.until_told("s ahead of the database's")
        assert await journal_rows(postgres.url) == 1
        assert await invitations_in(postgres.url, "planned") == 1
        assert await database.fetchval("SELECT max(leased_until) FROM invitations") is None

        started_ahead = service.start("dispatcher", *SHIFTED, "ahead")
        assert started_ahead.exit_code() == 1
        assert "set the clock right" in started_ahead.told()
        assert "Traceback" not in started_ahead.told()

        for process in (late, right):
            process.signal(signal.SIGUSR2)
        await decided(postgres.url, 2)
        due = await database.fetch("SELECT due_at FROM invitations")
        assert {row["due_at"] - datetime.now(UTC) < timedelta(hours=12) for row in due} == {True}
        assert (late.terminate(), right.terminate()) == (0, 0)
