"""The reference sender over an embedded broker: each message once, over restarts, and what it tells."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pytest
from aiokafka import AIOKafkaConsumer

from router.broker import EmbeddedBroker
from router.broker.producer import Producer
from router.contract.examples import example_invitation
from router.sender import Directory, Outlet, Sender, Smtp, outlets
from router.sender.outlets import Unreachable
from router.sender.sent import Sent
from tests.running.smtp_server import mail_server
from tests.running.topics import Entry, publish, read_all
from tests.running.waiting import eventually

NAMES = UUID(int=7)


def due(number: int, **given: Any) -> dict[str, Any]:
    data = {
        "invitation_id": str(uuid5(NAMES, str(number))),
        "kind": "invitation",
        "customer_id": f"c-{number}",
        "channel": "email",
        "recipient": f"c-{number}@example.org",
        "survey": {
            "id": "nps", "metric": "nps", "variant": "nps", "scale": [0, 10], "polarity": "higher_is_better",
            "presentation": "likert", "locale": "en", "question": "Would you <recommend> us?", "low": "no",
            "high": "yes", "text_version": "1",
        },
        "respond_by": (datetime.now(UTC) + timedelta(days=14)).isoformat(),
        "journey": None, "rule": "r", "revision": 1, "reason": "Because.", "reminder": 0, "response_token": "a-b",
    } | given  # fmt: skip
    return event("feedback.invitation.due.v1", str(uuid5(NAMES, str(number))), f"c-{number}", data)


def event(type_: str, id_: str, customer: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": id_, "source": "/feedback-router", "type": type_, "subject": customer,
        "time": datetime.now(UTC).isoformat(), "datacontenttype": "application/json", "data": data,
    }  # fmt: skip


def cancelled(number: int) -> dict[str, Any]:
    name = str(uuid5(NAMES, str(number)))
    data = {"message_id": name, "invitation_id": name, "customer_id": f"c-{number}", "channel": "email",
            "rule": "r", "revision": 1}  # fmt: skip
    return event("feedback.invitation.cancelled.v1", str(uuid5(NAMES, f"-{number}")), f"c-{number}", data)


class Room:
    """Topics on a broker, and senders that come and go."""

    def __init__(self, bootstrap: str, directory: Path) -> None:
        self.bootstrap = bootstrap
        self.directory = directory

    async def publish(self, *events: dict[str, Any]) -> None:
        entries = [Entry(one["subject"].encode(), json.dumps(one).encode()) for one in events]
        await publish(self.bootstrap, "out", entries)

    async def sends(self, outlet: Outlet, until: Any, *, killed: bool = False) -> Sender:
        consumer = AIOKafkaConsumer(
            "out", bootstrap_servers=self.bootstrap, group_id="sender", enable_auto_commit=False,
            auto_offset_reset="earliest", fetch_max_wait_ms=50, session_timeout_ms=6000,
        )  # fmt: skip
        await consumer.start()
        producer, sent = Producer({"bootstrap_servers": [self.bootstrap]}), Sent(self.directory / "sender.db")
        sender = Sender(
            consumer,
            producer,
            {None: outlet},
            sent,
            reports="back",
            answer_url="https://x/?t={token}&s={score}",
        )
        running = asyncio.create_task(sender.run())
        try:
            await eventually(until, "it has sent")
            if killed:
                running.cancel()
            sender.stop()
            await asyncio.wait([running])
        finally:
            await consumer.stop()
            await producer.stop()
            sent.close()
        if not killed:
            running.result()
        return sender

    async def statuses(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for record in await read_all(self.bootstrap, "back"):
            report = json.loads(record.value or b"")
            statuses = found.setdefault(report["subject"], [])
            if report["data"]["status"] not in statuses:
                statuses.append(report["data"]["status"])
        return found


async def test_each_message_is_sent_once_over_two_restarts(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with EmbeddedBroker() as broker:
        room = Room(broker.start({"out": 2, "back": 1}), tmp_path)
        events = [due(number) for number in range(60)]
        await room.publish(*events[:20])
        written = Counter[str]()

        class Counting(Directory):
            async def send(self, event: Any, answer_url: str | None) -> Any:
                written[event.id] += 1
                return await super().send(event, answer_url)

        await room.sends(Counting(out), lambda: len(written) >= 10, killed=True)
        await room.publish(*events[20:], *events[:5])
        await room.sends(Counting(out), lambda: len(written) >= 40, killed=True)
        await room.sends(Counting(out), lambda: len(written) == 60)

        assert set(written.values()) == {1}
        assert sorted(file.stem for file in out.glob("*.txt")) == sorted(one["id"] for one in events)
        await eventually(lambda: _all_told(room, 60), "all is told")


async def _all_told(room: Room, customers: int) -> bool:
    return len(await room.statuses()) == customers


async def test_what_is_taken_back_does_not_go_out_whichever_comes_first(tmp_path: Path) -> None:
    with EmbeddedBroker() as broker:
        room = Room(broker.start({"out": 1, "back": 1}), tmp_path)
        await room.publish(cancelled(1), due(1), due(2), cancelled(2), due(3))
        out = tmp_path / "out"
        sender = await room.sends(Directory(out), lambda: len(list(out.glob("*.txt"))) == 2)
        assert {file.stem for file in out.glob("*.txt")} == {due(2)["id"], due(3)["id"]}
        assert sender.counts["taken back"] == 1


async def test_a_mail_server_s_word_becomes_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlets, "FIRST_PAUSE", 0.01)
    with EmbeddedBroker() as broker:
        room = Room(broker.start({"out": 1, "back": 1}), tmp_path)
        late = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        async with mail_server() as server:
            await room.publish(
                due(1),
                due(2, recipient="hard@example.org"),
                due(3, recipient="soft@example.org"),
                due(4, recipient=None),
                due(5, recipient="two\nlines: x@example.org"),
                due(6, respond_by=late),
                {"specversion": "1.0", "subject": "c-7", "type": "feedback.invitation.due.v1"},
                due(8),
            )
            await room.sends(
                Smtp("127.0.0.1", server.port, "feedback@example.org"),
                lambda: server.taken["c-8@example.org"],
            )
        assert server.taken == {"c-1@example.org": 1, "c-8@example.org": 1}
        assert server.tried["soft@example.org"] == outlets.TRIES
        assert await room.statuses() == {
            "c-1": ["accepted", "delivered"],
            "c-2": ["accepted", "hard_bounced"],
            "c-3": ["accepted", "soft_bounced", "failed"],
            "c-4": ["failed"],
            "c-5": ["hard_bounced"],
            "c-6": ["failed"],
            "c-8": ["accepted", "delivered"],
        }


async def test_a_password_is_not_sent_without_encryption() -> None:
    async with mail_server() as server:
        outlet = Smtp("127.0.0.1", server.port, "feedback@example.org", "user", "secret")
        with pytest.raises(Unreachable, match="no encryption"):
            await outlet.send(example_invitation(), None)
    assert not server.tried
