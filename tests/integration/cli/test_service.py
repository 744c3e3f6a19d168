"""The commands against `feedback-router run` on the embedded broker and SQLite."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from confluent_kafka import Consumer, TopicPartition
from msgspec.structs import replace

from router.cli.main import main
from router.demo.company import hostile, month
from router.model.zones import certain_zone
from router.settings import load_settings
from router.store import SqlStore
from tests.contract.rows import alert_row, response_row, save

RULES = Path(__file__).parents[3] / "rules"
START = datetime(2026, 3, 1, 23, tzinfo=UTC)
PATIENCE = 60.0


def until(condition: Callable[[], bool]) -> None:
    """Returns once the condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the condition did not come to hold"
        time.sleep(0.02)


class Service:
    """A running service on a data directory, and the commands on it."""

    def __init__(self, data: Path, events: list[Any]) -> None:
        self.data = data
        self.events = events

    def run(self, *arguments: str) -> int:
        return main([*arguments, "--data", str(self.data)])

    def send(self, path: Path, lines: list[bytes]) -> int:
        path.write_bytes(b"\n".join(lines) + b"\n")
        return self.run("events", "send", str(path))

    def journaled(self, source: str = "%") -> int:
        with sqlite3.connect(f"file:{self.data}/feedback-router.db?mode=ro", uri=True) as database:
            query = "SELECT count(*) FROM journal WHERE CAST(body AS TEXT) LIKE ?"
            (count,) = database.execute(query, (f'%"source":"{source}"%',)).fetchone()
        return int(count)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with a month of 120 customers decided."""
    directory = tmp_path_factory.mktemp("service")
    data = directory / "data"
    environment = os.environ | {"ROUTER_CLOCK": "event", "ROUTER_HEALTH__PORT": "0"}
    command = [sys.executable, "-m", "router.cli", "run", "--rules", str(RULES), "--data", str(data)]
    with (
        (directory / "log").open("wb") as log,
        subprocess.Popen(command, stderr=log, env=environment) as process,
    ):
        try:
            until((data / "embedded-broker").is_file)
            running = Service(data, month(7, START, 120))
            lines = [msgspec.json.encode(event) for event in running.events]
            assert running.send(directory / "events.jsonl", lines) == 0
            distinct = len({(event["source"], event["id"]) for event in running.events})
            until(lambda: running.journaled() == distinct)
            yield running
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=PATIENCE)
    assert process.returncode == 0


Said = pytest.CaptureFixture[str]


def test_ten_interactions_at_random_are_explained(service: Service, capfdbinary: Any) -> None:
    for event in Random(1).sample(service.events, 10):
        subject = ["why", event["id"], "--source", event["source"]]

        assert service.run(*subject, "--json") == 0
        why = json.loads(capfdbinary.readouterr().out)
        assert service.run(*subject) == 0
        shown = capfdbinary.readouterr().out.decode()

        assert why["note"] is None
        assert "What was decided" in shown
        assert all(rule["rule"] in shown for rule in why["rules"])


@pytest.mark.parametrize("kind", ["reminder", "cancellation"])
def test_what_follows_an_invitation_is_told_with_it(service: Service, capfdbinary: Any, kind: str) -> None:
    def told(*arguments: str) -> Any:
        assert service.run(*arguments, "--json") == 0
        return json.loads(capfdbinary.readouterr().out)

    listed = told("invitations", "list", "--kind", kind, "--limit", "5")
    assert {one["kind"] for one in listed} == {kind}
    for one in listed:
        assert one["number"] == (1 if kind == "reminder" else None)
        assert f"of the invitation {one['follows']}" in one["sentence"]
        shown = told("invitations", "show", one["follows"])
        assert (shown["kind"], shown["follows"]) == ("invitation", None)
        assert one["id"] in {entry["id"] for entry in shown["followed"]}
        why = told("why", one["id"])
        assert why["invitation"]["id"] == one["follows"]
        assert one["id"] in {entry["id"] for entry in why["followed"]}
        history = told("customer", "show", one["customer_id"])
        assert any(line["what"].startswith(kind) for line in history["timeline"] if one["state"] != "planned")
        assert one["id"] in {found["id"] for event in history["interactions"] for found in event["followed"]}

    assert {one["kind"] for one in told("invitations", "list", "--limit", "500")} >= {"invitation", kind}


def test_invitations_are_listed_and_lead_to_their_explanation(service: Service, capfdbinary: Any) -> None:
    assert service.run("invitations", "list", "--survey", "nps", "--limit", "3", "--json") == 0
    listed = json.loads(capfdbinary.readouterr().out)
    assert len(listed) == 3
    assert {one["survey"] for one in listed} == {"nps"}
    id_ = listed[0]["id"]

    assert service.run("invitations", "show", id_, "--json") == 0
    assert json.loads(capfdbinary.readouterr().out)["sentence"] == listed[0]["sentence"]
    assert service.run("why", id_, "--rules", str(RULES), "--json") == 0
    why = json.loads(capfdbinary.readouterr().out)
    assert id_ in {one["id"] for one in (why["invitation"], *why["followed"])}
    assert service.run("invitations", "list", "--limit", "3") == 0
    assert b"Invitations" in capfdbinary.readouterr().out


def test_a_decision_is_told_in_dutch_and_by_the_clock_that_is_named(
    service: Service, capfdbinary: Any
) -> None:
    assert service.run("invitations", "list", "--limit", "1", "--json") == 0
    one = json.loads(capfdbinary.readouterr().out)[0]
    local = datetime.fromisoformat(one["due_at"]).astimezone(certain_zone("Asia/Tokyo"))

    def told(*arguments: str) -> str:
        assert service.run(*arguments, "--lang", "nl", "--zone", "Asia/Tokyo") == 0
        return str(capfdbinary.readouterr().out.decode())

    listed = told("invitations", "list", "--limit", "1")
    assert "Uitnodigingen en wat erop volgt" in listed
    assert f"{local:%Y-%m-%d %H:%M} JST" in listed
    assert "Zie `feedback-router why" in told("invitations", "show", one["id"])
    why = told("why", one["id"])
    assert "Wat er besloten is" in why
    assert not re.search(r"UTC|\bthe\b|\bcustomer is\b", why)
    page = told("customer", "show", one["customer_id"])
    assert "Tijdlijn (Asia/Tokyo)" in page
    assert not re.search(r"\b(the|asked|customer is|by email)\b", page, re.IGNORECASE)


def test_a_zone_that_there_is_not_is_refused(service: Service, capfdbinary: Any) -> None:
    assert service.run("invitations", "list", "--zone", "Amsterdam") == 2
    assert b"Amsterdam is no time zone: write a name such as Europe/Amsterdam" in capfdbinary.readouterr().err


def test_an_answer_is_told_with_the_alerts_that_it_raised(service: Service, capfdbinary: Any) -> None:
    assert service.run("invitations", "list", "--kind", "invitation", "--limit", "1", "--json") == 0
    asked = json.loads(capfdbinary.readouterr().out)[0]
    customer, about = asked["customer_id"], UUID(asked["id"])

    async def raised() -> None:
        store = await SqlStore.open(load_settings(data=service.data).database_url)
        try:
            answer = replace(response_row(customer, "answer"), invitation_id=about)
            await save(store, responses=[answer], alerts=[alert_row(customer, "a", invitation_id=about)])
        finally:
            await store.close()

    asyncio.run(raised())
    assert service.run("why", str(about)) == 0
    assert b"Alert call-back for care" in capfdbinary.readouterr().out
    assert service.run("why", str(about), "--json") == 0
    assert [one["rule"] for one in json.loads(capfdbinary.readouterr().out)["alerts"]] == ["call-back"]


def test_a_customer_is_told_whole(service: Service, capfdbinary: Any) -> None:
    event = next(event for event in service.events if event["type"] == "order.placed")
    customer = event.get("subject") or event["data"]["customer_id"]

    assert service.run("customer", "show", customer, "--rules", str(RULES)) == 0

    shown = capfdbinary.readouterr().out.decode()
    assert event["type"] in shown
    assert "any-survey" in shown


def test_what_is_not_known_is_said_to_be(service: Service, capfd: Said) -> None:
    assert service.run("why", "nothing", "--rules", str(RULES)) == 1
    assert service.run("customer", "show", "nobody", "--rules", str(RULES)) == 1
    assert service.run("invitations", "show", "5b2f7a3e-6f0d-5c52-9d0b-6b1f2f3f9c11") == 1
    assert len(capfd.readouterr().err.splitlines()) == 3


def test_tail_shows_what_came(service: Service, capfdbinary: Any) -> None:
    assert service.run("events", "tail", "--from-beginning", "--count", "5", "--json") == 0
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    known = {event["id"] for event in service.events}
    assert len(lines) == 5
    assert {line["interaction"]["id"] for line in lines} <= known

    assert service.run("events", "tail", "--from-beginning", "--count", "5") == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 5


def test_dead_letters_are_listed_shown_and_replayed(
    service: Service, tmp_path: Path, capfdbinary: Any
) -> None:
    def listed() -> list[dict[str, Any]]:
        assert service.run("dlq", "list", "--json") == 0
        return list(json.loads(capfdbinary.readouterr().out))

    bad = hostile()
    assert service.send(tmp_path / "bad.jsonl", bad) == 0
    until(lambda: len(listed()) == len(bad))
    assert {one["reason"] for one in listed()} == {"not_json", "time_naive", "confluent_framing"}
    (naive,) = [one for one in listed() if one["reason"] == "time_naive"]

    assert service.run("dlq", "show", naive["dead_letter"], "--json") == 0
    assert json.loads(capfdbinary.readouterr().out)["value"].encode() == bad[1]
    assert service.run("dlq", "replay", naive["dead_letter"]) == 0
    assert capfdbinary.readouterr().err == b"Sent 1 dead letter again.\n"
    until(lambda: len(listed()) == len(bad) + 1)
    assert service.run("dlq", "replay", "--all", "--reason", "time_naive") == 0
    assert capfdbinary.readouterr().err == b"Sent 2 dead letters again.\n"
    until(lambda: len(listed()) == len(bad) + 3)
    again = [one["timestamp"] for one in listed() if one["reason"] == "time_naive"]
    assert again == [naive["timestamp"]] * 4
    assert service.run("dlq", "show", "cx.interactions.v1.dlq/0/999") == 1


def test_sending_more_than_the_broker_keeps_loses_nothing(service: Service, tmp_path: Path) -> None:
    template = {
        "specversion": "1.0",
        "source": "/flood",
        "type": "store.visited",
        "time": "2026-04-02T10:00:00Z",
    }
    pad = {"channel": "store", "pad": "x" * 20_000}
    count = 1500  # 30 MB, where 4 partitions keep 20
    lines = [
        msgspec.json.encode(template | {"id": f"f{number}", "subject": f"c{number % 7}", "data": pad})
        for number in range(count)
    ]

    assert service.send(tmp_path / "flood.jsonl", lines) == 0

    until(lambda: service.journaled("/flood") == count)


def test_what_was_sent_is_keyed_by_customer_with_or_without_time_alone_or_in_a_list(
    service: Service, tmp_path: Path, capfd: Said
) -> None:
    def made(number: int, customer: str, **more: Any) -> dict[str, Any]:
        return {"specversion": "1.0", "id": f"k{number}", "source": "/keyed", "type": "seen.it", **more} | (
            {"subject": customer} if number % 2 else {"data": {"customer_id": customer}}
        )

    timeless = [made(number, f"k-{number % 7}") for number in range(20)]
    batch = [made(number, f"k-{number % 7}", time="2026-03-02T10:15:00Z") for number in range(20, 40)]
    broken = made(41, "k-3", time="yesterday")
    lines = [*(json.dumps(event).encode() for event in timeless), json.dumps(batch).encode(), b"[]"]
    assert service.send(tmp_path / "keyed.jsonl", [*lines, json.dumps(broken).encode()]) == 0
    assert "Sent 41 records" in (said := capfd.readouterr().err)
    assert "1 of them cannot be read as an event" in said
    until(lambda: service.journaled("/keyed") == 40)

    records = read_keys(service.data, "cx.interactions.v1", b"/keyed")
    assert len(records) == 41
    assert all(key == customer for key, customer in records)


def read_keys(data: Path, topic: str, mark: bytes) -> list[tuple[bytes | None, bytes]]:
    """The key of each record that holds the mark, and the customer it names."""
    consumer = Consumer({"bootstrap.servers": (data / "embedded-broker").read_text(), "group.id": "keys"})
    found = []
    for partition in range(4):
        place = TopicPartition(topic, partition, 0)
        _, end = consumer.get_watermark_offsets(place, timeout=20)
        consumer.assign([place])
        while (message := consumer.poll(20)) is not None:
            value = message.value() or b""
            if mark in value:
                event = json.loads(value)
                customer = event.get("subject") or event["data"]["customer_id"]
                found.append((message.key(), customer.encode()))
            if message.offset() == end - 1:
                break
    consumer.close()
    return found


def test_moving_times_says_what_it_did_not_move(service: Service, tmp_path: Path, capfd: Said) -> None:
    def made(number: int, **more: Any) -> dict[str, Any]:
        base = {
            "specversion": "1.0",
            "id": f"m{number}",
            "source": "/moved",
            "type": "seen.it",
            "subject": "m",
        }
        return base | more

    first, second = "2020-01-01T00:00:00Z", "2020-01-01T01:00:00Z"
    lines = [
        [made(1, time=first), made(2, time=second, data={"at": first})],
        made(3),
        made(4, time="yesterday"),
    ]
    (tmp_path / "moved").write_bytes(b"\n".join(json.dumps(line).encode() for line in lines))

    assert service.run("events", "send", str(tmp_path / "moved"), "--rebase-to", "2026-03-02T10:00:00Z") == 0

    said = capfd.readouterr().err
    assert "Sent 4 records" in said
    assert "1 have no time" in said
    assert "1 of them cannot be read" in said
    assert "1 hold times inside data" in said
    until(lambda: service.journaled("/moved") == 3)
    with sqlite3.connect(f"file:{service.data}/feedback-router.db?mode=ro", uri=True) as database:
        query = "SELECT time FROM journal WHERE interaction_id IN ('m1', 'm2') ORDER BY time"
        times = [datetime.fromtimestamp(time / 1e6, UTC).hour for (time,) in database.execute(query)]
    assert times == [9, 10]


@pytest.mark.parametrize(
    "moment", ["1969-12-31T00:00:00Z", "1970-01-01T00:30:00Z", "9999-12-31T23:59:59-10:00"]
)
def test_times_are_not_moved_out_of_reach(service: Service, tmp_path: Path, moment: str, capfd: Said) -> None:
    event = {"specversion": "1.0", "id": "r", "source": "/r", "type": "t", "subject": "r"}
    lines = [event | {"time": f"2020-01-01T0{hour}:00:00Z"} for hour in (0, 1)]
    (tmp_path / "lines").write_bytes(b"\n".join(json.dumps(line).encode() for line in lines))
    assert service.run("events", "send", str(tmp_path / "lines"), "--rebase-to", moment) == 2
    assert "--rebase-to" in capfd.readouterr().err


def test_a_topic_that_is_not_there_is_told(service: Service, tmp_path: Path, capfd: Said) -> None:
    (tmp_path / "one").write_bytes(b"{}")

    assert service.run("events", "send", str(tmp_path / "one"), "--topic", "elsewhere") == 1
    assert service.run("events", "tail", "--topic", "elsewhere") == 1
    assert [line.split(" at ")[0] for line in capfd.readouterr().err.splitlines()] == [
        "There is no topic elsewhere"
    ] * 2


def test_the_schema_is_the_newest(service: Service, capfd: Said) -> None:
    assert service.run("db", "current") == 0
    assert service.run("db", "upgrade") == 0
    assert "The database has the newest schema." in capfd.readouterr().out
