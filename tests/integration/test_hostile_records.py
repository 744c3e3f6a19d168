"""Each hostile record between two good ones, through a running service: nothing is lost."""

import asyncio
from pathlib import Path

import pytest
from msgspec import Struct

from router.decode import original
from router.model.record import Record
from tests.running.hostile import Row, hostile_rows, neighbours, value
from tests.running.ledger import Kept, journal_rows, kept
from tests.running.service import Running, running, settings_for
from tests.running.topics import LARGE, Entry, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.service import Kafka
from tests.services.ways import EmbeddedKafka

# The embedded broker keeps 5 MiB of a partition.
ROWS = {"embedded": hostile_rows(2_000_000), "apache": hostile_rows(10_000_000)}


class Outcome(Struct, frozen=True):
    """What a service made of the hostile records, and of the mended ones that were replayed."""

    rows: list[Row]
    topic: str
    kept: Kept
    dead: dict[int, Record]
    replayed: Kept
    read: dict[str, float]


@pytest.fixture(scope="module", params=["embedded", pytest.param("apache", marks=pytest.mark.connected)])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    data = tmp_path_factory.mktemp("data")
    kafka: Kafka | None = None
    if request.param == "apache":
        kafka = request.getfixturevalue("kafka")
        if isinstance(kafka, EmbeddedKafka):
            pytest.skip("needs an Apache Kafka, and only the embedded broker is here")
    return asyncio.run(scenario(ROWS[request.param], data, kafka))


async def scenario(rows: list[Row], data: Path, kafka: Kafka | None) -> Outcome:
    topics = fresh_topics()
    given = {}
    if kafka is not None:
        create_all(kafka.bootstrap, topics, 1, {"max.message.bytes": str(LARGE)})
        given["kafka"] = {"bootstrap": kafka.bootstrap, "lanes": 1}
    topic = topics["interactions"]
    entries = neighbours(rows)
    async with running(settings_for(data, topics=topics, **given)) as service:
        await publish(service.bootstrap, topic, entries, partition=0)
        await eventually(lambda: service.read == len(entries), "all records are read")
        found = await kept(service.database)
        dead = {offset_of(record): record for record in await read_all(service.bootstrap, f"{topic}.dlq")}
        read = {
            outcome: service.metric("router_records_total", topic=topic, outcome=outcome)
            for outcome in ("interaction", "dead_letter", "empty")
        }
        replayed = await replay(service, topic, dead, found)
    return Outcome(rows, topic, found, dead, replayed, read)


async def replay(service: Running, topic: str, dead: dict[int, Record], before: Kept) -> Kept:
    """Publish a mended producer's record, and a dead letter as it was, and look again."""
    name, key, text, headers = original(next(record for record in dead.values() if record.value == b"hello"))
    assert name == topic
    mended = Entry(key, value("mended"), tuple(headers))
    await publish(service.bootstrap, name, [mended, Entry(key, text, tuple(headers))], partition=0)
    wanted = sum(before.times.values()) + 1
    await eventually(lambda: _has(service.database, wanted), "the mended record is decided")
    return await kept(service.database)


async def _has(url: str, count: int) -> bool:
    return await journal_rows(url) == count


def offset_of(record: Record) -> int:
    return int(dict(record.headers)["dlq.offset"] or b"")


def ids(outcome: Outcome) -> set[str]:
    return {id_ for _, id_ in outcome.kept.decisions}


def test_every_neighbour_is_decided_once(outcome: Outcome) -> None:
    wanted = {"before-all", *(f"after-{row.name}" for row in outcome.rows)}
    assert wanted <= ids(outcome)
    assert set(outcome.kept.times.values()) == {1}


def test_nothing_else_is_decided(outcome: Outcome) -> None:
    neighbours_ = {id_ for id_ in ids(outcome) if id_.startswith(("before-", "after-"))}
    assert ids(outcome) - neighbours_ == {row.name for row in outcome.rows if row.reason is None}


@pytest.mark.parametrize("number", range(len(ROWS["embedded"])), ids=[row.name for row in ROWS["embedded"]])
def test_a_hostile_record_is_a_whole_dead_letter_or_accepted(outcome: Outcome, number: int) -> None:
    row, offset = outcome.rows[number], 1 + 2 * number
    if row.reason is None:
        assert offset not in outcome.dead
        return
    letter = outcome.dead[offset]
    assert (letter.key, letter.value) == (row.entry.key, row.entry.value)
    received = [(name, held) for name, held in letter.headers if not name.startswith("dlq.")]
    assert received == [(str(name), held) for name, held in row.entry.headers]
    told = {name: held.decode() for name, held in letter.headers if name.startswith("dlq.") and held}
    assert told.pop("dlq.detail").endswith(".")
    assert int(told.pop("dlq.timestamp")) > 0
    assert told == {
        "dlq.reason": row.reason,
        "dlq.topic": outcome.topic,
        "dlq.partition": "0",
        "dlq.offset": str(offset),
        "dlq.app": "feedback-router",
    }


def test_what_was_read_is_counted(outcome: Outcome) -> None:
    dead = sum(row.reason is not None for row in outcome.rows)
    total = len(neighbours(outcome.rows))
    assert outcome.read == {"interaction": total - dead, "dead_letter": dead, "empty": 0}


def test_a_dead_letter_can_be_replayed(outcome: Outcome) -> None:
    assert ("/crm", "mended") in outcome.replayed.decisions
