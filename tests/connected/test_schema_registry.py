"""Avro and framed JSON on Apache Kafka, their schemas in a real registry that is away for a while."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.running.framed import avro, framed, id_header
from tests.running.ledger import kept
from tests.running.service import running, settings_for
from tests.running.topics import Entry, create_all, fresh_topics, publish
from tests.running.waiting import eventually
from tests.services.apicurio import ApicurioRegistry
from tests.services.service import Kafka

pytestmark = pytest.mark.connected

CUSTOMER = {
    "type": "record",
    "name": "crm.Customer",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "tier", "type": ["null", "string"], "default": None},
    ],
}
TICKET = {
    "type": "record",
    "name": "crm.Ticket",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "who", "type": "crm.Customer"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
    ],
}
WHOLE = TICKET | {"fields": [{**f, "type": CUSTOMER} if f["name"] == "who" else f for f in TICKET["fields"]]}
ANY_OBJECT = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}
SOURCE = """
source: crm
topic: {topic}
interactions:
  - {{type: complaint.resolved, id: id, time: at, customer: who.id, data: {{case_id: id}}}}
"""


def ticket(number: int, at: datetime) -> bytes:
    return avro(WHOLE, {"id": number, "who": {"id": f"c-{number}", "tier": "gold"}, "at": at})


def event(number: int, at: datetime) -> bytes:
    fields: dict[str, Any] = {"id": str(number), "source": "/crm", "type": "complaint.resolved"}
    more = {"subject": f"c-{number}", "time": at.isoformat(), "data": {"case_id": f"K-{number}"}}
    return json.dumps({"specversion": "1.0", **fields, **more}).encode()


async def test_records_wait_for_their_schemas(
    apache_kafka: Kafka, schema_registry: ApicurioRegistry, tmp_path: Path
) -> None:
    topics = fresh_topics()
    raw, interactions = f"{topics['interactions']}.raw", topics["interactions"]
    create_all(apache_kafka.bootstrap, topics | {"raw": raw}, 2)
    (tmp_path / "rules/sources").mkdir(parents=True)
    (tmp_path / "rules/policy.yaml").write_text("consent: {unknown: allow}\n")
    (tmp_path / "rules/sources/crm.yaml").write_text(SOURCE.format(topic=raw))
    customer = schema_registry.add(f"{raw}-customer", CUSTOMER)
    whose = {"name": "crm.Customer", "subject": f"{raw}-customer", "version": 1}
    ids = [
        schema_registry.add(f"{raw}-value", TICKET, references=[whose]),
        schema_registry.add(f"{interactions}-value", ANY_OBJECT, "JSON"),
    ]
    now = datetime.now(UTC) - timedelta(hours=1)
    settings = settings_for(
        tmp_path,
        rules=tmp_path / "rules",
        topics=topics | {"sources": raw},
        kafka={"bootstrap": apache_kafka.bootstrap, "lanes": 1},
        schema_registry={"url": schema_registry.url},
    )
    async with running(settings) as service:

        async def published(first: int) -> None:
            tickets = [Entry(None, framed(ids[0], ticket(first, now)))]
            tickets += [Entry(None, ticket(first + 1, now), (id_header(ids[0]),))]
            await publish(service.bootstrap, raw, tickets)
            events = [Entry(b"k", framed(ids[1], event(first + 2, now))), Entry(b"k", event(first + 3, now))]
            await publish(service.bootstrap, interactions, events)

        await published(1)
        await eventually(lambda: service.decided == 4, "the first records")
        schema_registry.stop()
        # What is known is read without it; a record that is not Avro of a known schema tells that it was looked at.
        await published(11)
        await eventually(lambda: service.decided == 8, "records of known schemas")
        await publish(service.bootstrap, raw, [Entry(None, framed(customer + 1_000, b"x"))])
        await eventually(lambda: bool(service.worker.intake.failing), "a batch that waits")
        assert service.metric("router_dead_letters_total", reason="schema_unknown") == 0
        schema_registry.start()
        await eventually(
            lambda: service.metric("router_dead_letters_total", reason="schema_unknown"), "the unknown schema"
        )
    found = await kept(settings.database_url)
    assert {id_ for _, id_ in found.decisions} == {str(first + n) for first in (1, 11) for n in range(4)}
