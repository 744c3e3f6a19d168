"""The schema registry's client, and records by their schemas through the whole service, with a registry of the tests' own."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from router.model.record import Record
from router.registry import RegistryUnavailable, SchemaRegistry
from router.registry.registry import AT_ONCE, UNKNOWN_SECONDS
from router.settings.schema_registry import SchemaRegistrySettings
from tests.running.framed import avro, framed, guid_header
from tests.running.registry import OwnRegistry, own_registry
from tests.running.service import running, settings_for
from tests.running.topics import Entry, publish, read_all
from tests.running.waiting import eventually

NAME = {"type": "record", "name": "x.Name", "fields": [{"name": "first", "type": "string"}]}


def record(value: bytes, *headers: tuple[str, bytes]) -> Record:
    return Record("raw.crm", 0, 0, 0, None, value, headers)


@asynccontextmanager
async def client(
    own: OwnRegistry, clock: list[float] | None = None, **settings: Any
) -> AsyncIterator[SchemaRegistry]:
    now = clock or [0.0]
    registry = SchemaRegistry(SchemaRegistrySettings(**{"url": own.url, **settings}), lambda: now[0])
    try:
        yield registry
    finally:
        await registry.close()


async def test_a_schema_is_asked_for_once() -> None:
    with own_registry() as own:
        own.add("/schemas/ids/7", NAME)
        async with client(own) as registry:
            for _ in range(3):
                readers = await registry.readers([record(framed(7, b"")), record(framed(7, b"x"))])

    assert json.loads(readers[7](avro(NAME, {"first": "Ada"}))) == {"first": "Ada"}
    assert own.asked == [("/schemas/ids/7", None)]


async def test_a_schema_by_its_guid() -> None:
    guid = UUID("6f1a2b3c-0000-4000-8000-00000000002a")
    with own_registry() as own:
        own.add(f"/schemas/guids/{guid}", NAME)
        async with client(own) as registry:
            readers = await registry.readers([record(b"\x06Ada", guid_header(guid.bytes))])

    assert readers[str(guid)](b"\x06Ada") == b'{"first":"Ada"}'


async def test_schemas_that_a_schema_names_are_fetched_too() -> None:
    person = {"type": "record", "name": "x.P", "fields": [{"name": "name", "type": "x.Name"}]}
    with own_registry() as own:
        own.add("/api/schemas/ids/7", person, "AVRO", [{"name": "x.Name", "subject": "a/b", "version": 2}])
        own.add("/api/subjects/a%2Fb/versions/2", NAME)
        async with client(own, url=f"{own.url}/api/") as registry:
            readers = await registry.readers([record(framed(7, b""))])

    assert readers[7](b"\x06Ada") == b'{"name":{"first":"Ada"}}'


async def test_records_without_schemas_ask_nothing() -> None:
    with own_registry() as own:
        async with client(own) as registry:
            assert await registry.readers([record(b"{}")]) == {}

    assert own.asked == []


async def test_an_unknown_schema_is_asked_for_again_after_a_while() -> None:
    clock = [100.0]
    with own_registry() as own:
        async with client(own, clock) as registry:
            batch = [record(framed(number, b"\x06Ada")) for number in range(1, 3 * AT_ONCE)]
            await registry.readers(batch)
            own.add("/schemas/ids/1", NAME)
            clock[0] += UNKNOWN_SECONDS - 1
            await registry.readers(batch)
            assert len(own.asked) == len(batch)
            clock[0] += 1
            readers = await registry.readers(batch)

    assert readers[1](b"\x06Ada") == b'{"first":"Ada"}'


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((401, b"{}"), "does not let us in (401)"),
        ((403, b""), "set ROUTER_SCHEMA_REGISTRY__USERNAME"),
        ((500, b"oops"), "answers 500"),
        ((503, b'{"error_code": 50001}'), "answers 503"),
        # Of a wrong address: no schema is unknown for it.
        ((404, b"<html>"), "is the address of its Confluent API"),
        ((404, b'{"error_code": 404, "message": "HTTP 404 Not Found"}'), "answers 404"),
        ((302, b""), "answers 302"),
        ((200, b"<html>"), "answers 200"),
        ((200, b'{"id": 7}'), "answers 200"),
        ((200, b"[" * 100_000), "answers 200"),
        ((200, b" " * 5_000_000), "is over 4194304 bytes"),
    ],
)
async def test_a_registry_that_does_not_say(answer: tuple[int, bytes], says: str) -> None:
    with own_registry() as own:
        own.add("/schemas/ids/7", NAME)
        own.answer = answer
        async with client(own) as registry:
            with pytest.raises(RegistryUnavailable, match="schema registry") as refused:
                await registry.readers([record(framed(7, b""))])
            own.answer = None
            readers = await registry.readers([record(framed(7, b""))])

    assert says in str(refused.value)
    assert readers[7](b"\x06Ada") == b'{"first":"Ada"}'


async def test_a_registry_that_is_away() -> None:
    with own_registry() as own:
        pass
    async with client(own) as registry:
        with pytest.raises(RegistryUnavailable, match=r"does not answer \(ConnectError\)"):
            await registry.readers([record(framed(7, b""))])


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"username": "key", "password": "secret"}, "Basic a2V5OnNlY3JldA=="),
        ({"token": "abc"}, "Bearer abc"),
    ],
)
async def test_who_asks(given: dict[str, str], sent: str) -> None:
    with own_registry() as own:
        async with client(own, **given) as registry:
            await registry.readers([record(framed(7, b""))])

    assert own.asked == [("/schemas/ids/7", sent)]


TICKET = {
    "type": "record",
    "name": "Ticket",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "customer", "type": "string"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
    ],
}
RULES = {
    "policy.yaml": "consent: {unknown: allow}\nlocale: {otherwise: en}\n",
    "sources/crm.yaml": """
source: crm
topic: raw.crm
interactions:
  - {type: complaint.resolved, id: id, time: at, customer: customer, data: {case_id: id}}
""",
    "journeys/complaint.yaml": """
journey: complaint
instance: case_id
steps:
  resolved: {on: complaint.resolved}
order: [resolved]
""",
    "surveys/ces.yaml": """
surveys:
  ces:
    metric: ces
    scale: [1, 7]
    polarity: higher_is_better
    texts:
      en: {question: "We made it easy for you.", low: disagree, high: agree}
""",
    "routes/complaint.yaml": """
rules:
  - {id: ces-after-complaint, when: {journey: complaint, step: resolved}, send: {survey: ces, channel: email}}
""",
}


async def test_through_the_service(tmp_path: Path) -> None:
    """The registry away at first: nothing is lost, nothing is a dead letter; an unknown schema is one, whole."""
    for name, text in RULES.items():
        (tmp_path / "rules" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "rules" / name).write_text(text)
    now = datetime.now(UTC) - timedelta(hours=1)
    ticket = avro(TICKET, {"id": 9007199254740993, "customer": "c-1", "at": now})
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/crm",
        "type": "complaint.resolved",
        "subject": "c-2",
        "time": now.isoformat(),
        "data": {"case_id": "K-2"},
    }
    with own_registry() as own:
        own.add("/schemas/ids/7", TICKET)
        own.add("/schemas/ids/8", "{}", "JSON")
        own.answer = (503, b"")
        settings = settings_for(
            tmp_path,
            rules=tmp_path / "rules",
            topics={"sources": "raw.crm"},
            schema_registry={"url": own.url},
        )
        async with running(settings) as service:
            topic = service.parts.settings.topics.interactions
            await publish(service.bootstrap, "raw.crm", [Entry(b"k", framed(7, ticket))])
            await publish(service.bootstrap, topic, [Entry(b"c-2", framed(8, json.dumps(event).encode()))])
            await eventually(
                lambda: bool(service.worker.intake.failing), "batches that wait for the registry"
            )
            assert all("answers 503" in why for why in service.worker.intake.failing.values())
            assert service.decided == 0
            own.answer = None
            await eventually(lambda: service.decided == 2, "both interactions")
            assert await read_all(service.bootstrap, "raw.crm.dlq") == []
            await publish(service.bootstrap, "raw.crm", [Entry(b"k", framed(9, ticket))])
            await eventually(
                lambda: service.metric("router_dead_letters_total", reason="schema_unknown"),
                "the dead letter",
            )
            [dead] = await read_all(service.bootstrap, "raw.crm.dlq")
            decided = [one for processed in service.processed for one in processed.decided]

    assert {one.interaction.customer_id: one.interaction.attributes for one in decided} == {
        "c-1": {"case_id": "9007199254740993"},
        "c-2": {"case_id": "K-2"},
    }
    assert dead.value == framed(9, ticket)
    assert dict(dead.headers)["dlq.reason"] == b"schema_unknown"
