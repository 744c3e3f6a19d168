"""A worker whose clock is two days slow blames nobody else."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from router.authoring.language.load import load_texts
from router.decode import decode
from router.flow.clock import ClockSkewed, WallClock
from router.flow.kafka_time import KafkaTime
from router.flow.pipeline import Pipeline, Processed
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.rules.in_force import InForce
from tests.running.prompt_rules import POLICY, ROUTES, SURVEYS
from tests.unit.flow.memory import MemoryStore

BEHIND = timedelta(days=2)
FILES = {
    "surveys.yaml": SURVEYS.encode(),
    "routes.yaml": ROUTES.encode(),
    "policy.yaml": POLICY.replace("UNKNOWN", "allow").encode(),
}


class SlowClock(WallClock):
    """The clock of a machine that is behind."""

    def wall(self) -> datetime:
        return datetime.now(UTC) - BEHIND


def record(number: int, *, ahead: timedelta = timedelta(0), appended: bool = False) -> Record:
    """An interaction of this moment, or a later one, as it came just now."""
    now = datetime.now(UTC)
    event = {
        "specversion": "1.0",
        "id": str(number),
        "source": "/test",
        "type": "call.completed",
        "subject": f"c-{number}",
        "time": (now + ahead).isoformat(),
        "data": {"channel": "phone"},
    }
    return Record(
        "t", 0, number, int(now.timestamp() * 1000), None, json.dumps(event).encode(), appended=appended
    )


async def processed(*records: Record, clock: WallClock, kafka_time: KafkaTime) -> list[Processed]:
    """The records one after another, as they come where little does."""
    pipeline = Pipeline(
        MemoryStore(), InForce(load_texts(FILES)), clock, KeyedHash(b"secret"), kafka_time=kafka_time
    )
    return [await pipeline.process([one], decode) for one in records]


@pytest.mark.parametrize("appended", [True, False])
async def test_it_reads_what_happens_now(appended: bool) -> None:
    records = [record(number, appended=appended) for number in range(20)]
    # Beyond any comparison with the database, which is not what this is about.
    clock = SlowClock(timedelta(days=3))
    found = await processed(*records, clock=clock, kafka_time=KafkaTime())
    assert not [dead.reason for one in found for dead in one.dead]
    assert sum(len(one.decided) for one in found) == 20


async def test_where_the_database_knows_the_time_nothing_becomes_a_dead_letter_before_it_was_asked() -> None:
    with pytest.raises(ClockSkewed):
        await processed(record(1), clock=SlowClock(), kafka_time=KafkaTime(asks_producers=False))


@pytest.mark.parametrize("appended", [True, False])
async def test_what_is_in_the_future_by_kafkas_time_still_becomes_a_dead_letter(appended: bool) -> None:
    found = await processed(
        record(1, ahead=BEHIND, appended=appended), clock=WallClock(), kafka_time=KafkaTime()
    )
    assert [dead.reason for one in found for dead in one.dead] == ["time_in_future"]
