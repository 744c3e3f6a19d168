"""Worker, dispatcher and reference sender as processes: what is taken back, what follows, over restarts."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.store import SqlStore, upgrade
from tests.running.processes import Process, environment, started
from tests.running.smtp_server import mail_server
from tests.running.topics import Entry, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

A_DAY_LATER = (sys.executable, "-m", "tests.running.shifted", "ahead")
ROOT = Path(__file__).parents[2]

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
            kafka__session_timeout_ms="6000",
            kafka__heartbeat_ms="1000",
            database__url=database.url,
            data=str(directory),
            health__enabled="false",
            dispatch__poll_ms="20",
            wall_clock__max_skew_seconds="86400",
            rules=str(rules),
            **{f"topics__{name}": topic for name, topic in self.topics.items()},
        ) | {"PYTHONPATH": str(ROOT)}

    @contextmanager
    def role(self, role: str, *command: str) -> Iterator[Process]:
        given = (command,) if command else ()
        log = self.directory / f"{role.partition(' ')[0]}.log"
        with started(role, self.environment, log, *given) as process:
            yield process

    @contextmanager
    def serving(self, *command: str) -> Iterator[None]:
        with self.role("worker", *command), self.role("dispatcher", *command):
            yield

    async def happens(
        self, kind: str, customers: Mapping[str, Mapping[str, Any]], at: datetime | None = None
    ) -> None:
        """Tells of an interaction of each, with these data; `at` that moment, not before it has come."""
        if at is not None:
            await eventually(lambda: datetime.now(UTC) >= at, "it is time")
        told = []
        for customer, data in customers.items():
            event = {
                "specversion": "1.0", "id": f"{kind}/{customer}", "source": "/test", "type": kind,
                "subject": customer, "time": (at or datetime.now(UTC)).isoformat(),
                "data": {"case_id": customer, "channel": "phone", **data},
            }  # fmt: skip
            told.append(Entry(customer.encode(), json.dumps(event).encode()))
        await publish(self.bootstrap, self.topics["interactions"], told)

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
    """What is reopened before it was due is never sent, however late the dispatcher looks; what is sent is taken back."""
    room = Room(apache_kafka, postgres, tmp_path, "")
    with room.role("worker") as worker:
        await worker.until_told("partitions_assigned")
        await room.happens("complaint.resolved", {"before": {}, "after": {}})
        await eventually(holds(lambda: _count(store, "planned"), 2), "both are planned")
        (planned,) = await store.reading.invitations(customer_id="before")
        await room.happens("complaint.reopened", {"before": {}}, planned.due_at - timedelta(seconds=1))
        await eventually(holds(lambda: _count(store, "cancelled"), 1), "one is cancelled")
        with room.role("dispatcher"):
            await eventually(
                holds(lambda: room.kinds("after"), ["invitation email"]), "the other one is published"
            )
            await eventually(holds(lambda: _count(store, "sent"), 1), "and is sent")
            (sent,) = await store.reading.invitations(customer_id="after")
            assert sent.settled_at is not None
            await room.happens("complaint.reopened", {"after": {}}, sent.settled_at + timedelta(seconds=1))
            await eventually(
                holds(lambda: room.kinds("after"), ["invitation email", "cancelled"]), "it is taken back"
            )

    assert await room.ends(store, "before") == {("invitation", "cancelled", "cancelled_by_event"): 1}
    assert await room.kinds("before") == []
    assert await room.ends(store, "after") == {("invitation", "withdrawn", "cancelled_by_event"): 1}
    asked, taken_back = await room.messages("after")
    assert taken_back["data"]["message_id"] == asked["id"]


async def _count(store: SqlStore, state: str) -> int:
    return len(await store.reading.invitations(state=state))


@pytest.mark.timeout(240)
async def test_the_sender_takes_each_once_over_restarts_and_its_word_is_followed(
    apache_kafka: Kafka, postgres: Database, store: SqlStore, tmp_path: Path
) -> None:
    room = Room(apache_kafka, postgres, tmp_path, "reminder: {after: 12h}")
    out, mails = tmp_path / "out", [f"c{number}@x.org" for number in range(20)]
    customers = {f"c-{number}": {"recipient": {"email": mail}} for number, mail in enumerate(mails)}
    async with mail_server() as server:
        sender = f"sender --to email=smtp://127.0.0.1:{server.port} --to {out}"

        async def ended(customer: str, kind: str, state: str) -> None:
            views = holds(lambda: _ended(store, customer, kind), state)
            await eventually(views, f"the {kind} of {customer} is {state}")

        with room.serving():
            await room.happens(
                "complaint.resolved",
                customers
                | {"bounces": {"recipient": {"email": "hard@x.org", "sms": "+31"}}}
                | {"answers": {"recipient": {"email": "a@x.org"}}},
            )
            for enough in (5, 15):
                with room.role(sender) as stopped:
                    await eventually(lambda: server.taken.total() >= enough, "it sends")  # noqa: B023
                    assert await asyncio.to_thread(stopped.terminate) == 0
            with room.role(sender) as third:
                await eventually(lambda: server.taken["a@x.org"] == 1, "the one who answers has it")
                await _answer(room)
                await ended("answers", "invitation", "answered")
                await ended("bounces", "fallback", "delivered")
                for customer in customers:
                    await ended(customer, "invitation", "delivered")
                assert await asyncio.to_thread(third.terminate) == 0
        assert server.taken == Counter([*mails, "a@x.org"])
        # No machine is so slow that it comes to the reminders before all this: they are due by a clock of tomorrow.
        with room.serving(*A_DAY_LATER), room.role(sender) as fourth:
            for customer in ("bounces", *customers):
                await ended(customer, "reminder", "delivered")
            assert await asyncio.to_thread(fourth.terminate) == 0

    assert server.taken == Counter([*mails, *mails, "a@x.org"])
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


async def _ended(store: SqlStore, customer: str, kind: str) -> str | None:
    views = await store.reading.invitations(customer_id=customer)
    return next((view.state for view in views if view.kind == kind), None)


async def test_a_sender_that_is_killed_leaves_nothing_out_and_writes_nothing_twice(
    apache_kafka: Kafka, postgres: Database, store: SqlStore, tmp_path: Path
) -> None:
    room = Room(apache_kafka, postgres, tmp_path, "")
    out, customers = tmp_path / "out", [f"c-{number}" for number in range(40)]
    with room.serving():
        await room.happens("complaint.resolved", {customer: {} for customer in customers})
        for enough in (5, 20):
            with room.role(f"sender --to {out}") as sender:
                await eventually(lambda: len(list(out.glob("*.txt"))) >= enough, "it writes")  # noqa: B023
                sender.kill()
        with room.role(f"sender --to {out}") as sender:

            async def delivered() -> bool:
                return len(await store.reading.invitations(state="delivered")) == len(customers)

            await eventually(delivered, "all is told")
            assert sender.terminate() == 0
    assert sorted(file.stem for file in out.glob("*.txt")) == sorted(
        event["id"] for event in await room.messages()
    )
