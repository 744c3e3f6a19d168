"""Alerts over kills of everything: each is raised once, and leaves under one id."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest

from router.model.alerts import AlertListed
from router.store import SqlStore, upgrade
from tests.running.processes import environment, started
from tests.running.topics import Entry, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

CUSTOMERS = 40
KILLS = 2
FILES = {
    "rules.yaml": """
rules:
  - {id: ask, when: {type: complaint.resolved}, send: {survey: ces, channel: email}}
""",
    "surveys.yaml": """
surveys:
  ces:
    metric: ces
    scale: [1, 5]
    polarity: lower_is_better
    texts: {en: {question: "How much effort?", low: little, high: much}}
""",
    "alerts.yaml": """
alerts:
  - {id: call-back, when: {survey: ces, score: {gte: 4}}, send: {team: care}, within: 4h}
""",
    "policy.yaml": "consent: {unknown: allow}\nlocale: {otherwise: en}\n",
}


def resolved(number: int) -> Entry:
    customer = f"c-{number:03}"
    event = {"specversion": "1.0", "id": f"resolved-{number}", "source": "/crm", "type": "complaint.resolved"}
    event |= {"subject": customer, "time": (datetime.now(UTC) - timedelta(minutes=1)).isoformat()}
    return Entry(customer.encode(), json.dumps(event | {"data": {"channel": "phone"}}).encode())


def answer(invitation: str, score: int, name: str) -> Entry:
    event = {
        "specversion": "1.0",
        "id": f"{name}/{invitation}",
        "source": "/survey",
        "type": "feedback.response.v1",
    }
    event |= {"time": datetime.now(UTC).isoformat()}
    event["data"] = {"invitation_id": invitation, "score": score}  # type: ignore[assignment]
    return Entry(invitation.encode(), json.dumps(event).encode())


class Room:
    """A service on real Kafka and PostgreSQL, and what is seen of it."""

    def __init__(self, kafka: Kafka, database: Database, directory: Path) -> None:
        self.bootstrap, self.database, self.log = kafka.bootstrap, database.url, directory / "run.log"
        self.topics = fresh_topics()
        rules = directory / "rules"
        rules.mkdir()
        for name, text in FILES.items():
            (rules / name).write_text(text)
        self.environment = environment(
            kafka__bootstrap=kafka.bootstrap,
            kafka__session_timeout_ms="6000",
            kafka__heartbeat_ms="1000",
            kafka__max_records="5",
            database__url=database.url,
            data=str(directory),
            health__enabled="false",
            dispatch__poll_ms="20",
            dispatch__send_deadline_seconds="3",
            dispatch__lease_seconds="4",
            rules=str(rules),
            **{f"topics__{name}": topic for name, topic in self.topics.items()},
        )

    async def publish(self, topic: str, entries: Sequence[Entry]) -> None:
        await publish(self.bootstrap, self.topics[topic], entries)

    async def events(self, topic: str) -> list[dict[str, Any]]:
        return [
            json.loads(record.value or b"") for record in await read_all(self.bootstrap, self.topics[topic])
        ]

    async def alerts(self) -> list[AlertListed]:
        store = await SqlStore.open(self.database)
        try:
            return await store.alerts.listed(limit=1_000)
        finally:
            await store.close()


async def test_each_alert_is_raised_once_and_leaves_under_one_id_through_two_kills(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    room = Room(apache_kafka, postgres, tmp_path)
    create_all(apache_kafka.bootstrap, room.topics, 4)
    await upgrade(postgres.url)
    await room.publish("interactions", [resolved(number) for number in range(CUSTOMERS)])
    with started("run", room.environment, room.log) as service:

        async def asked() -> bool:
            return len({event["id"] for event in await room.events("invitations")}) == CUSTOMERS

        await eventually(asked, "everybody is asked")
        service.kill()
    invitations = sorted({event["id"] for event in await room.events("invitations")})
    # Every other answer is a bad one.
    answers = [answer(name, 5 if number % 2 else 1, "first") for number, name in enumerate(invitations)]
    expected = {str(uuid5(UUID(name), "alert/call-back")) for name in invitations[1::2]}
    part = len(answers) // (KILLS + 1)
    for number in range(KILLS):
        with started("run", room.environment, room.log) as service:
            before = len(await room.alerts())
            await room.publish("responses", answers[number * part : (number + 1) * part])

            async def in_the_middle() -> bool:
                return len(await room.alerts()) > before  # noqa: B023

            await eventually(in_the_middle, "alerts are raised")
            service.kill()
    await room.publish("responses", answers[KILLS * part :])
    # What is told twice, and what is corrected, alerts nobody again.
    await room.publish(
        "responses", [*answers[:part], *(answer(name, 4, "second") for name in invitations[1::4])]
    )
    with started("run", room.environment, room.log) as service:

        async def done() -> bool:
            kept = await room.alerts()
            corrected = sum(one.score == 4 for one in kept)
            left = all(one.alert.sent_at is not None for one in kept)
            return (len(kept), left, corrected) == (len(expected), True, len(invitations[1::4]))

        await eventually(done, "every alert has left")
        assert service.terminate() == 0

    assert {str(one.alert.id) for one in await room.alerts()} == expected
    published = await room.events("alerts")
    assert {event["id"] for event in published} == expected
    by_id = {event["id"]: event for event in published}
    # Whoever takes up what is repeated under its id acts once: it is the same word.
    assert all(event == by_id[event["id"]] for event in published)
    assert {event["data"]["score"] for event in published} == {5}
