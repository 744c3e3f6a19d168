"""Dead letters that are too large for their topic: cut and said, and reading goes on."""

from pathlib import Path

import pytest

from router.decode import NotADeadLetter, original
from router.model.record import Record
from tests.running.hostile import good
from tests.running.ledger import kept
from tests.running.service import running, settings_for
from tests.running.topics import LARGE, Entry, create, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.service import Kafka

pytestmark = pytest.mark.connected

ROOM = 20_000


async def test_what_the_topic_of_dead_letters_refuses_is_cut(apache_kafka: Kafka, tmp_path: Path) -> None:
    topics = fresh_topics()
    topic = topics["interactions"]
    names = [*topics.values(), *(f"{name}.dlq" for role, name in topics.items() if role != "invitations")]
    config = {topic: {"max.message.bytes": str(LARGE)}, f"{topic}.dlq": {"max.message.bytes": str(ROOM)}}
    create(apache_kafka.bootstrap, dict.fromkeys(names, 1), config)
    entries = [
        good("before"),
        Entry(b"k", b"hello", (("x", b"kept"),)),
        Entry(b"k", b"x" * 3_000_000, (("x", b"kept"),)),
        good("between"),
        Entry(None, b"x" * 3_000_000),
        Entry(b"k", b"y", (("long", b"x" * 2 * ROOM),)),
        Entry(b"k", b"bye"),
        good("after"),
    ]
    settings = settings_for(
        tmp_path, topics=topics, kafka={"bootstrap": apache_kafka.bootstrap, "lanes": 1, "max_records": 100}
    )
    async with running(settings) as service:
        await publish(service.bootstrap, topic, entries)
        await eventually(lambda: service.read == len(entries), "everything is read")
        found = await kept(service.database)
        dead = await read_all(service.bootstrap, f"{topic}.dlq")

    assert {id_ for _, id_ in found.decisions} == {"before", "between", "after"}
    letters = {told(record)["dlq.offset"]: record for record in dead}
    assert sorted(letters) == ["1", "2", "4", "5", "6"]
    assert len(dead) == len(letters)
    assert {offset: told(record).get("dlq.truncated") for offset, record in letters.items()} == {
        "1": None,
        "2": "value",
        "4": "value",
        "5": "all",
        "6": None,
    }
    assert original(letters["1"]) == (topic, b"k", b"hello", [("x", b"kept")])
    cut = letters["2"]
    assert (cut.key, cut.value, dict(cut.headers)["x"]) == (b"k", None, b"kept")
    assert told(cut)["dlq.reason"] == "value_too_large"
    assert "3000000 bytes" in told(cut)["dlq.detail"]
    assert (letters["4"].key, letters["4"].value) == (None, None)
    assert "long" not in dict(letters["5"].headers)
    with pytest.raises(NotADeadLetter, match=f"{topic}/0/2"):
        original(cut)


def told(record: Record) -> dict[str, str]:
    return {name: (value or b"").decode() for name, value in record.headers}
