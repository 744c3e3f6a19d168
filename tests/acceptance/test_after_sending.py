"""Worker, dispatcher and reference sender as processes: what is taken back, what follows, over restarts."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from router.store import SqlStore, upgrade
from tests.running.processes import Process, environment, started
from tests.running.smtp_server import mail_server
from tests.running.topics import Entry, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

JOURNEY = """
journey: complaint
instance: case_id
steps:
  resolved: {on: complaint.resolved}
  reopened: {on: complaint.reopened, reopens: true}
"""
ROUTES = """
rules:
  - id: ces
    when: {journey: complaint, step: resolved}
    send: {survey: ces, channel: [email, sms]}
    delay: 5s
    cancel_on: complaint.reopened
    REMINDER
"""
SURVEYS = """
surveys:
  ces:
    metric: ces
    scale: [1, 5]
    polarity: lower_is_better
    texts: {en: {question: "How much effort?", low: little, high: much}}
"""
POLICY = """
consent: {unknown: allow}
locale: {otherwise: en}
"""


class Room:
    """A service on real Kafka and PostgreSQL, and what is seen of it."""

    def __init__(self, kafka: Kafka, database: Database, directory: Path, reminder: str) -> None:
        self.bootstrap, self.url, self.directory = kafka.bootstrap, database.url, directory
        self.topics = fresh_topics()
        create_all(kafka.bootstrap, self.topics, 3)
        rules = directory / "rules"
        rules.mkdir()
        for name, text in {
            "journey": JOURNEY,
            "routes": ROUTES.replace("REMINDER", reminder),
            "surveys": SURVEYS,
            "policy": POLICY,
        }.items():
            (rules / f"{name}.yaml").write_text(text)
        self.environment = environment(
            kafka__bootstrap=kafka.bootstrap,
            kafka__session_timeout_ms="1500",
            kafka__heartbeat_ms="500",
            database__url=database.url,
            data=str(directory),
            health__enabled="false",
            dispatch__poll_ms="20",
            rules=str(rules),
            **{f"topics__{name}": topic for name, topic in self.topics.items()},
        )

    @contextmanager
    def serving(self) -> Iterator[tuple[Process, Process]]:
        with (
            started("worker", self.environment, self.directory / "worker.log") as worker,
            started("dispatcher", self.environment, self.directory / "dispatcher.log") as dispatcher,
        ):
            yield worker, dispatcher

    async def happens(self, kind: str, customer: str, at: datetime | None = None, **data: Any) -> None:
        """Tells of an interaction, `at` that moment: with a producer that waits for it, connected."""
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap) as producer:
            await producer.partitions_for(self.topics["interactions"])
            if at is not None:
                await eventually(lambda: datetime.now(UTC) >= at, "it is time")
            event = {
                "specversion": "1.0", "id": f"{kind}/{customer}", "source": "/test", "type": kind,
                "subject": customer, "time": datetime.now(UTC).isoformat(),
                "data": {"case_id": customer, "channel": "phone"} | data,
            }  # fmt: skip
            await producer.send_and_wait(
                self.topics["interactions"], json.dumps(event).encode(), customer.encode()
            )

    async def messages(self, customer: str | None = None) -> list[dict[str, Any]]:
        records = await read_all(self.bootstrap, self.topics["invitations"])
        events = [json.loads(record.value or b"") for record in records]
        return [event for event in events if customer in (None, event["subject"])]

    async def kinds(self, customer: str) -> list[str]:
        """What the sender was told of a customer, in order."""
        return [
            "cancelled"
            if event["type"].endswith("cancelled.v1")
            else f"{event['data']['kind']} {event['data']['channel']}"
            for event in await self.messages(customer)
        ]

    async def ends(self, store: SqlStore, customer: str) -> Counter[tuple[str, str, str | None]]:
        views = await store.reading.invitations(customer_id=customer)
        return Counter((view.kind, view.state, view.reason) for view in views)


@pytest.fixture
async def store(postgres: Database) -> AsyncIterator[SqlStore]:
    await upgrade(postgres.url)
    opened = await SqlStore.open(postgres.url)
    yield opened
    await opened.close()


def holds(look: Callable[[], Awaitable[Any]], wanted: Any) -> Callable[[], Awaitable[bool]]:
    async def compared() -> bool:
        return bool(await look() == wanted)

    return compared


async def test_a_complaint_reopened_one_second_before_and_one_second_after(
    apache_kafka: Kafka, postgres: Database, store: SqlStore, tmp_path: Path
) -> None:
    room = Room(apache_kafka, postgres, tmp_path, "")
    with room.serving() as (worker, _):
        await worker.until_told("partitions_assigned")
        await room.happens("complaint.resolved", "before")
        await room.happens("complaint.resolved", "after")
        await eventually(holds(lambda: _planned(store), 2), "both are planned")
        (planned,) = await store.reading.invitations(customer_id="before")
        await room.happens("complaint.reopened", "before", planned.due_at - timedelta(seconds=1))
        await eventually(
            holds(lambda: room.kinds("after"), ["invitation email"]), "the other one is published"
        )
        (sent,) = await store.reading.invitations(customer_id="after")
        assert sent.settled_at is not None
        await room.happens("complaint.reopened", "after", sent.settled_at + timedelta(seconds=1))
        await eventually(
            holds(lambda: room.kinds("after"), ["invitation email", "cancelled"]), "it is taken back"
        )

    assert await room.ends(store, "before") == {("invitation", "cancelled", "cancelled_by_event"): 1}
    assert await room.kinds("before") == []
    assert await room.ends(store, "after") == {("invitation", "withdrawn", "cancelled_by_event"): 1}
    asked, taken_back = await room.messages("after")
    assert taken_back["data"]["message_id"] == asked["id"]


async def _planned(store: SqlStore) -> int:
    return len(await store.reading.invitations(state="planned"))


async def test_the_sender_takes_each_once_over_restarts_and_its_word_is_followed(
    apache_kafka: Kafka, postgres: Database, store: SqlStore, tmp_path: Path
) -> None:
    room = Room(apache_kafka, postgres, tmp_path, "reminder: {after: 6s}")
    out = tmp_path / "out"
    async with mail_server() as server:
        sender = f"sender --to email=smtp://127.0.0.1:{server.port} --to {out}"
        with room.serving():
            with started(sender, room.environment, tmp_path / "sender.log") as first:
                for number in range(20):
                    await room.happens(
                        "complaint.resolved", f"c-{number}", recipient={"email": f"c{number}@x.org"}
                    )
                await room.happens(
                    "complaint.resolved", "bounces", recipient={"email": "hard@x.org", "sms": "+31"}
                )
                await room.happens("complaint.resolved", "answers", recipient={"email": "a@x.org"})
                await eventually(lambda: len(server.taken) >= 5, "it has begun to send")
                assert await asyncio.to_thread(first.terminate) == 0
            with started(sender, room.environment, tmp_path / "sender.log") as second:
                await eventually(lambda: len(server.taken) >= 15, "it goes on")
                assert await asyncio.to_thread(second.terminate) == 0
            with started(sender, room.environment, tmp_path / "sender.log") as third:
                await eventually(lambda: server.taken["a@x.org"] == 1, "the one who answers has it")
                await _answer(room)
                await eventually(
                    holds(lambda: _ended(room, store, "bounces", "fallback"), "delivered"), "an SMS went out"
                )
                await eventually(
                    lambda: all(server.taken[f"c{number}@x.org"] == 2 for number in range(20)),
                    "all are reminded",
                )
                for customer in ("bounces", "c-7"):
                    told = holds(lambda: _ended(room, store, customer, "reminder"), "delivered")  # noqa: B023
                    await eventually(told, "the reminder's delivery is told")
                assert await asyncio.to_thread(third.terminate) == 0

    assert server.taken == Counter({f"c{number}@x.org": 2 for number in range(20)}) + Counter({"a@x.org": 1})
    assert server.tried["hard@x.org"] == 1
    assert await room.kinds("bounces") == ["invitation email", "fallback sms", "reminder sms"]
    assert await room.kinds("answers") == ["invitation email"]
    assert (await room.ends(store, "answers"))["invitation", "answered", None] == 1
    assert (await room.ends(store, "answers"))["reminder", "cancelled", "answered"] == 1
    assert (await room.ends(store, "bounces"))["invitation", "bounced", "undeliverable"] == 1
    assert (await room.ends(store, "c-7"))["invitation", "delivered", None] == 1


async def _answer(room: Room) -> None:
    (asked,) = await room.messages("answers")
    answer = {"response_token": asked["data"]["response_token"], "score": 2}
    await publish(
        room.bootstrap, room.topics["responses"], [Entry(asked["id"].encode(), json.dumps(answer).encode())]
    )


async def _ended(room: Room, store: SqlStore, customer: str, kind: str) -> str | None:
    views = await store.reading.invitations(customer_id=customer)
    return next((view.state for view in views if view.kind == kind), None)


async def test_a_sender_that_is_killed_leaves_nothing_out_and_writes_nothing_twice(
    apache_kafka: Kafka, postgres: Database, store: SqlStore, tmp_path: Path
) -> None:
    room = Room(apache_kafka, postgres, tmp_path, "")
    out, customers = tmp_path / "out", [f"c-{number}" for number in range(40)]
    with room.serving():
        for customer in customers:
            await room.happens("complaint.resolved", customer)
        for enough in (5, 20):
            with started(f"sender --to {out}", room.environment, tmp_path / "sender.log") as sender:
                await eventually(lambda: len(list(out.glob("*.txt"))) >= enough, "it writes")  # noqa: B023
                sender.kill()
        with started(f"sender --to {out}", room.environment, tmp_path / "sender.log") as sender:

            async def delivered() -> bool:
                return len(await store.reading.invitations(state="delivered")) == len(customers)

            await eventually(delivered, "all is told")
            assert sender.terminate() == 0
    assert sorted(file.stem for file in out.glob("*.txt")) == sorted(
        event["id"] for event in await room.messages()
    )
