"""The reference sender over an embedded broker: each message once, over restarts, and what it tells."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid5

import pytest

from router.contract.examples import example_invitation
from router.kafka import EmbeddedBroker
from router.kafka.group_reader import GroupReader
from router.kafka.producer import BrokerUnavailable, Producer
from router.model.record import Record
from router.sender import Directory, Outlet, Sender, Smtp, outlets
from router.sender.outlets import Unreachable
from router.sender.sent import SentMessages, SentNotStored
from router.settings import load_settings
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
        kafka = load_settings(
            kafka={"bootstrap": self.bootstrap, "session_timeout_ms": 6000, "heartbeat_ms": 2000}
        ).kafka
        reader = GroupReader(kafka, "out", "sender")
        await reader.start()
        producer, sent = (
            Producer({"bootstrap_servers": [self.bootstrap]}),
            SentMessages(self.directory / "sender.db"),
        )
        sender = Sender(
            reader,
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
            await reader.stop()
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
        assert sender.counts["withheld"] == 1


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
            "c-5": ["failed"],
            "c-6": ["failed"],
            "c-8": ["accepted", "delivered"],
        }


NO_IDS = [
    "/../../x", "a/b", "..", ".", "/etc/passwd", "x\0y", "x" * 500, "../" * 80 + "x", "~/x", "C:\\x", "a\nb", "\u202ex",
    str(uuid5(NAMES, "1")).upper(), f"{{{uuid5(NAMES, '1')}}}", f"urn:uuid:{uuid5(NAMES, '1')}", f" {uuid5(NAMES, '1')}",
    uuid5(NAMES, "1").hex, f"{uuid5(NAMES, '1')}/", f"{uuid5(NAMES, '1')}\0",
]  # fmt: skip


async def test_a_forged_id_writes_no_file_anywhere(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with EmbeddedBroker() as broker:
        room = Room(broker.start({"out": 1, "back": 1}), tmp_path / "home")
        forged = [due(1) | {"id": id_} for id_ in NO_IDS]
        survey = due(1)["data"]["survey"]
        forged += [due(1, survey=survey | {"scale": scale}) for scale in ([0, 10**9], [5, 1], [-(10**9), 0])]
        forged += [due(1) | {"id": None}, due(1) | {"id": ""}, due(1, survey=None)]
        await room.publish(*forged, due(2))
        out = tmp_path / "a" / "b" / "out"
        sender = await room.sends(Directory(out), lambda: any(out.glob("*.txt")))
        assert sender.counts["unreadable"] == len(forged)
        assert [path.name for path in out.iterdir()] == [f"{due(2)['id']}.txt"]
        assert _names(tmp_path) == ["a", "home"]
        assert [path.stat().st_mode & 0o077 for path in out.iterdir()] == [0]


def _names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def test_a_directory_that_takes_no_file_is_waited_for(tmp_path: Path) -> None:
    outlet = Directory(tmp_path / "out")
    (tmp_path / "out").rmdir()
    with pytest.raises(Unreachable, match="no file can be written"):
        await outlet.send(example_invitation(), None)


class Away(Producer):
    """A producer whose broker never answers."""

    def __init__(self) -> None:
        super().__init__({})
        self.tried = 0

    async def send(self, messages: Any) -> None:
        self.tried += 1
        raise BrokerUnavailable("away")


class OneRecord:
    """A reader that has one message, again and again."""

    def __init__(self, event: dict[str, Any]) -> None:
        self._record = Record("out", 0, 0, 0, None, json.dumps(event).encode())
        self.committed = 0

    async def read(self) -> list[Record]:
        return [self._record]

    async def commit(self, _record: Record) -> None:
        self.committed += 1


async def test_a_sender_whose_reports_nobody_takes_can_be_stopped(tmp_path: Path) -> None:
    """And tells after the next start what it could not tell: the message is not committed."""
    reader, producer, sent = OneRecord(due(1)), Away(), SentMessages(tmp_path / "sender.db")
    sender = Sender(
        cast("GroupReader", reader),
        producer,
        {None: Directory(tmp_path / "out")},
        sent,
        reports="back",
    )
    running = asyncio.create_task(sender.run())
    await eventually(lambda: producer.tried > 0, "it has tried to tell")
    sender.stop()
    async with asyncio.timeout(30):
        await running
    assert reader.committed == 0
    known = sent.find(due(1)["id"])
    sent.close()
    assert known is not None
    assert known.state == "sent"


def test_a_sender_whose_broker_is_gone_ends_when_it_is_told_to(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "router.cli",
        "sender",
        "--to",
        str(tmp_path / "out"),
        "--data",
        str(tmp_path),
    ]
    with EmbeddedBroker() as broker:
        own = {name: value for name, value in os.environ.items() if not name.startswith("ROUTER_")}
        given = {
            "ROUTER_KAFKA__BOOTSTRAP": broker.start({"cx.survey-invitations.v1": 1}),
            "PYTHONUNBUFFERED": "1",
        }
        process = subprocess.Popen(command, env=own | given, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert any("Sends what comes" in line for line in process.stderr)
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Stopped: nothing came." in told
    assert "Traceback" not in told


def test_a_file_that_cannot_keep_what_was_sent_is_said(tmp_path: Path) -> None:
    (tmp_path / "sender.db").write_bytes(b"no database at all, but of some length" * 40)
    with pytest.raises(SentNotStored, match=r"sender\.db cannot be read or written"):
        SentMessages(tmp_path / "sender.db")
