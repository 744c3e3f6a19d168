"""The three sides: each sends what is due, one process, the same check, the same Kafka with `acks=all`."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import asyncpg
from aiokafka import AIOKafkaProducer

from benchmarks.dispatch.planned import fill, rule_set, scattered
from router.decide import recheck
from router.flow.clock import WallClock
from router.flow.messages import Released, message_of
from router.flow.relay import Relay
from router.kafka.producer import Producer
from router.model.encoding import decode_state, encode_state
from router.model.ledger import DueRow
from router.rules.in_force import InForce
from router.service.collection import rare_collections
from router.settings.settings import DispatchSettings
from router.store import SqlStore, upgrade

FAR = timedelta(days=300)


class Side(Protocol):
    """A way to send what is due."""

    name: str

    async def prepare(self, planned: int, due: int) -> None:
        """Plans so many, of which some are due."""

    async def send(self) -> int:
        """Sends what is due; how many that were."""

    async def close(self) -> None:
        """Lets go of everything."""


class OurDispatcher:
    """The relay as the dispatcher runs it."""

    name = "feedback-router"

    def __init__(self, url: str, bootstrap: str, topic: str) -> None:
        self.url, self.topic = url, topic
        self.producer = Producer({"bootstrap_servers": [bootstrap]})

    async def prepare(self, planned: int, due: int) -> None:
        await upgrade(self.url)
        connection = await asyncpg.connect(_plain(self.url))
        await fill(connection, planned, due)
        await connection.close()
        self.store = await SqlStore.open(self.url)
        await self.producer.start()

    async def send(self) -> int:
        relay = Relay(
            self.store, self.producer, InForce(rule_set()), WallClock(), topic=self.topic, secret=b"s"
        )

        async def lane() -> int:
            sent = 0
            while (passed := await relay.pass_once()).due:
                sent += len(passed.published)
            return sent

        with rare_collections():
            return sum(await asyncio.gather(*(lane() for _ in range(DispatchSettings().lanes))))

    async def close(self) -> None:
        await self.store.close()
        await self.producer.stop()


class Jobs:
    """What a job of the other two does: check again on the customer's state, write it, publish."""

    def __init__(self, url: str, bootstrap: str, topic: str) -> None:
        self.url, self.topic, self.rules = url, topic, rule_set()
        self.producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, linger_ms=2
        )
        self.done = 0

    async def open(self, due: int) -> list[str]:
        """The customers whose invitation is due, in tables of their own."""
        await upgrade(self.url)
        self.pool = await asyncpg.create_pool(_plain(self.url), min_size=10, max_size=50)
        async with self.pool.acquire() as connection:
            names = await fill(connection, due * 2, due)
        await self.producer.start()
        return names

    async def job(self, name: str) -> None:
        """One invitation: nobody else changes the customer meanwhile, and the next check sees this one released."""
        now = datetime.now(UTC)
        async with self.pool.acquire() as connection, connection.transaction():
            body = await connection.fetchval(
                "SELECT body FROM customers WHERE customer_id = $1 FOR UPDATE", name
            )
            customer = decode_state(body)
            planned = customer.invitations[0]
            after, change = recheck(customer, planned, self.rules, now, {})
            await connection.execute(
                "UPDATE customers SET body = $2, version = version + 1 WHERE customer_id = $1",
                name,
                encode_state(after),
            )
        if change.invitation.state == "queued" and planned.interaction is not None:
            row = DueRow(name, planned.id, "invitation", "planned", planned.at, planned.at, 1)
            message = message_of(
                Released(after, change.invitation, planned.interaction, row), self.rules, self.topic, b"s"
            )
            await self.producer.send_and_wait(
                message.topic, message.value, message.key, headers=list(message.headers)
            )
        self.done += 1

    async def close(self) -> None:
        await self.producer.stop()
        await self.pool.close()


class Procrastinate(Jobs):
    """procrastinate: jobs scheduled for their time, a worker with 50 of them in flight."""

    name = "procrastinate"

    async def prepare(self, planned: int, due: int) -> None:
        import procrastinate

        names = await self.open(due)
        self.app: Any = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=_plain(self.url), max_size=20)
        )

        @self.app.task(name="ask")
        async def ask(name: str) -> None:
            await self.job(name)

        await self.app.open_async()
        await self.app.schema_manager.apply_schema_async()
        statement = (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)"
            " SELECT 'default', 'ask', jsonb_build_object('name', name), at FROM unnest($1::text[], $2::timestamptz[]) t (name, at)"
        )
        now = datetime.now(UTC)
        for jobs in _jobs(names, planned):
            moments = [now - timedelta(minutes=1) if name else now + FAR for name in jobs]
            await self.pool.execute(statement, [name or "later" for name in jobs], moments)
        await self.pool.execute("ANALYZE procrastinate_jobs")

    async def send(self) -> int:
        await self.app.run_worker_async(
            concurrency=50, wait=False, install_signal_handlers=False, listen_notify=False
        )
        return self.done

    async def close(self) -> None:
        await self.app.close_async()
        await super().close()


class Pgqueuer(Jobs):
    """pgqueuer: jobs with a time to run after, taken in batches of 500."""

    name = "pgqueuer"

    async def prepare(self, planned: int, due: int) -> None:
        from pgqueuer.queries import Queries

        names = await self.open(due)
        self.due = due
        async with self.pool.acquire() as connection:
            queries = Queries.from_asyncpg_connection(connection)
            await queries.install()
            for jobs in _jobs(names, planned):
                await queries.enqueue(
                    ["ask"] * len(jobs),
                    [(name or "later").encode() for name in jobs],
                    [0] * len(jobs),
                    [timedelta() if name else FAR for name in jobs],
                )
            await connection.execute("ANALYZE")

    async def send(self) -> int:
        from pgqueuer import PgQueuer

        connection = await asyncpg.connect(_plain(self.url))
        queue = PgQueuer.from_asyncpg_connection(connection)

        @queue.entrypoint("ask")
        async def ask(job: Any) -> None:
            await self.job(job.payload.decode())
            if self.done == self.due:
                # Left to itself it waits for what is not due yet.
                queue.shutdown.set()

        await queue.run(batch_size=500, dequeue_timeout=timedelta(seconds=1))
        await connection.close()
        return self.done


def _jobs(names: list[str], planned: int) -> Iterator[list[str | None]]:
    """The customers of so many jobs in portions, the due ones spread over all; None: a job of next year."""
    due = dict(zip(sorted(scattered(planned, len(names))), names, strict=True))
    for begin in range(0, planned, 20_000):
        yield [due.get(at) for at in range(begin, min(begin + 20_000, planned))]


def _plain(url: str) -> str:
    """The URL without the name of a driver."""
    return url.replace("postgresql+asyncpg://", "postgresql://")


async def timed(side: Side) -> tuple[int, float]:
    """What a side sent, and in how many seconds."""
    loop = asyncio.get_running_loop()
    begun = loop.time()
    sent = await side.send()
    return sent, loop.time() - begun
