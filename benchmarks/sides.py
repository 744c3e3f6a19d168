"""The two sides: how each is started, and how it is seen that it is done."""

import asyncio
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.baseline.tables import Base
from benchmarks.role import WITHOUT_CELLS
from benchmarks.rule_files import write_rules
from benchmarks.story import CUSTOMERS
from benchmarks.topics import PARTITIONS, Topics
from tests.services.service import Kafka

_STOP_SECONDS = 60


class Side(ABC):
    """One of the two services as processes, with a database and topics of its own."""

    name: str
    groups: dict[str, int]
    """The groups that it must have joined, with how many consumers each has."""

    def __init__(self, kafka: Kafka, database: str, directory: Path, checkout: Path | None = None) -> None:
        """`checkout`: another version, with an environment of its own in `.venv`; else it is this one."""
        self._checkout = checkout
        self._python = str(checkout / ".venv/bin/python") if checkout else sys.executable
        self.database = database
        self.topic = f"{self.name}.interactions"
        self.invitations = f"{self.name}.invitations"
        self.group = self.name
        self._log = directory / f"{self.name}.log"
        self._environment: dict[str, str] = {}
        self._commands: list[list[str]] = []
        self._running: list[subprocess.Popen[bytes]] = []
        kafka.create_topics({self.topic: PARTITIONS, self.invitations: PARTITIONS, f"{self.topic}.dlq": 1})

    @abstractmethod
    async def prepare(self) -> None:
        """Makes the tables."""

    @abstractmethod
    async def decided(self, since: datetime | None = None) -> int:
        """How many events are decided and committed."""

    @abstractmethod
    async def finished(self, topics: Topics, events: int) -> bool:
        """Whether it has decided so many events since it was made."""

    @abstractmethod
    async def sent(self) -> int:
        """How many invitations were sent by its database, or -1 where some are still to be."""

    @property
    def pids(self) -> list[int]:
        """Its processes."""
        return [process.pid for process in self._running]

    def start(self) -> None:
        """Starts its processes."""
        environment = {**os.environ, **self._environment}
        with self._log.open("ab") as log:
            for command in self._commands:
                self._running.append(
                    subprocess.Popen(
                        [self._python, "-m", *command],
                        stdout=log,
                        stderr=log,
                        env=environment,
                        cwd=self._checkout,
                        start_new_session=True,
                    )
                )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Its processes do nothing until left. Kafka still counts them as members, up to their session timeout."""
        for pid in self.pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in self.pids:
                os.kill(pid, signal.SIGCONT)

    def stop(self) -> None:
        """Ends its processes as a supervisor would."""
        running, self._running = self._running, []
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def check(self) -> None:
        """Raises where a process has ended by itself."""
        for process in self._running:
            if process.poll() is not None:
                tail = self._log.read_text(errors="replace")[-2_000:]
                raise RuntimeError(f"{self.name} ended with code {process.returncode}:\n{tail}")

    async def _value(self, query: str, *arguments: object) -> int:
        connection = await asyncpg.connect(self.database.replace("+asyncpg", ""))
        try:
            return int(await connection.fetchval(query, *arguments))
        finally:
            await connection.close()


class Baseline(Side):
    """One message at a time: one process, as one handler is written."""

    name = "one-by-one"

    def __init__(self, kafka: Kafka, database: str, directory: Path) -> None:
        super().__init__(kafka, database, directory)
        self._environment = {
            "BASELINE_KAFKA": kafka.bootstrap,
            "BASELINE_DATABASE": database,
            "BASELINE_TOPIC": self.topic,
            "BASELINE_INVITATIONS_TOPIC": self.invitations,
            "BASELINE_GROUP": self.group,
        }
        self.groups = {self.group: 1}
        self._commands = [["benchmarks.baseline"]]

    async def prepare(self) -> None:
        engine = create_async_engine(self.database)
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            # A running company knows its customers.
            await connection.exec_driver_sql(
                "INSERT INTO customers (id, events) SELECT 'customer-' || lpad(n::text, 7, '0'), 0"
                f" FROM generate_series(0, {CUSTOMERS - 1}) n"
            )
        await engine.dispose()
        await self._analyze()

    async def decided(self, since: datetime | None = None) -> int:
        if since is None:
            return await self._value("SELECT count(*) FROM events")
        return await self._value("SELECT count(*) FROM events WHERE decided_at >= $1", since)

    async def finished(self, topics: Topics, events: int) -> bool:
        return await self.decided() >= events

    async def sent(self) -> int:
        return await self._value("SELECT count(*) FROM invitations")

    async def _analyze(self) -> None:
        connection = await asyncpg.connect(self.database.replace("+asyncpg", ""))
        await connection.execute("VACUUM ANALYZE customers")
        await connection.close()


@dataclass(frozen=True)
class Processes:
    """So many workers with so many lanes each, and the most records of one of their batches."""

    workers: int
    lanes: int
    records: int


class Service(Side):
    """This service: workers with some lanes each, and a dispatcher.

    `heard` turns all on that hears answers: scores by agent, and alerts. Where it is False, not even coverage is kept.
    """

    def __init__(
        self,
        kafka: Kafka,
        database: str,
        directory: Path,
        processes: Processes,
        name: str = "feedback-router",
        checkout: Path | None = None,
        *,
        heard: bool | None = None,
    ) -> None:
        self.name = name
        super().__init__(kafka, database, directory, checkout)
        rules = directory / f"{name}-rules"
        write_rules(rules, heard=bool(heard))
        self.groups = {self.group: processes.workers * processes.lanes}
        self.answers = 0
        """How many answers it has taken in: the journal holds them too."""
        others = {name: f"{self.name}.{name}" for name in ("preferences", "deliveries", "responses")}
        kafka.create_topics({f"{name}.dlq": 1 for name in others.values()})
        kafka.create_topics(dict.fromkeys(others.values(), PARTITIONS))
        self._environment = {
            "ROUTER_KAFKA__BOOTSTRAP": kafka.bootstrap,
            "ROUTER_KAFKA__GROUP": self.group,
            "ROUTER_KAFKA__LANES": str(processes.lanes),
            "ROUTER_KAFKA__MAX_RECORDS": str(processes.records),
            # It is held while its log is loaded, and must not lose its partitions meanwhile.
            "ROUTER_KAFKA__SESSION_TIMEOUT_MS": "45000",
            # Each version has topics that others do not know.
            "ROUTER_TOPICS__CREATE": "true",
            "ROUTER_TOPICS__INTERACTIONS": self.topic,
            "ROUTER_TOPICS__INVITATIONS": self.invitations,
            **{f"ROUTER_TOPICS__{name.upper()}": topic for name, topic in others.items()},
            "ROUTER_DATABASE__URL": database,
            "ROUTER_TOKEN_SECRET": "of-all-roles-in-a-benchmark",
            "ROUTER_RULES": str(rules),
            "ROUTER_DATA": str(directory / f"{name}-data"),
            "ROUTER_HEALTH__PORT": "0",
            "ROUTER_LOG__LEVEL": "WARNING",
            **({WITHOUT_CELLS: "1"} if heard is False else {}),
        }
        self.responses, self.answering = others["responses"], f"{self.group}.responses"
        if heard:
            self.groups[self.answering] = processes.workers
        self._commands = [
            ["benchmarks.role", role] for role in [*["worker"] * processes.workers, "dispatcher"]
        ]

    async def prepare(self) -> None:
        environment = {**os.environ, **self._environment}
        command = [self._python, "-m", "router.cli", "db", "upgrade"]
        with self._log.open("ab") as log:
            upgrade = await asyncio.create_subprocess_exec(
                *command, stdout=log, stderr=log, env=environment, cwd=self._checkout
            )
            if await upgrade.wait():
                raise RuntimeError(f"{self.name}: no tables were made, see {self._log}")

    async def decided(self, since: datetime | None = None) -> int:
        if since is None:
            return await self._value("SELECT count(*) FROM journal") - self.answers
        return await self._value("SELECT count(*) FROM journal WHERE now >= $1", since)

    async def finished(self, topics: Topics, events: int) -> bool:
        # It commits its offsets after its transactions; counting a million rows would cost what is measured.
        return topics.unread(self.group, self.topic) <= 0

    async def sent(self) -> int:
        if await self._value("SELECT count(*) FROM invitations WHERE state IN ('planned', 'queued')"):
            return -1
        # One of higher priority may have displaced a planned one: the limit allows one of the two.
        return await self._value("SELECT count(*) FROM invitations WHERE state IN ('sent', 'answered')")

    async def scored(self) -> int:
        """How many answers have counted."""
        return await self._value("SELECT count(*) FROM responses WHERE score IS NOT NULL")
