"""Two workers and a dispatcher as processes on the wall clock, one of them stopped and replaced under load."""

import asyncio
import json
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import Struct

from router.model.record import Record
from router.store import upgrade
from tests.running.eventlog import company_log, entries, event, rebased
from tests.running.ledger import Kept, invitations_in, journal_rows, kept
from tests.running.processes import Process, environment, started
from tests.running.prompt_rules import prompt_rules
from tests.running.topics import Entry, asked_in, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.service import Kafka, Postgres
from tests.services.ways import EmbeddedKafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

PARTITIONS = 4
CROWD = [f"crowd-{number}" for number in range(20)]


class Outcome(Struct, frozen=True):
    """What the processes left behind. `log` are the ids of all interactions."""

    log: set[tuple[str, str]]
    kept: Kept
    published: list[Record]
    exits: dict[str, int]
    told: str


@pytest.fixture(scope="module")
def outcome(kafka: Kafka, postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    if isinstance(kafka, EmbeddedKafka):
        pytest.skip("needs an Apache Kafka, and only the embedded broker is here")
    url = postgres_server.create_database()
    try:
        return asyncio.run(scenario(kafka.bootstrap, url, tmp_path_factory.mktemp("run")))
    finally:
        postgres_server.drop_database(url)


def crowded() -> list[tuple[Entry, ...]]:
    """Calls of the same customers for each partition, so that several lanes have them at the same time."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    return [
        entries(
            event(1_000 * partition + 50 * turn + number, name, at, "call.completed")
            for turn in range(10)
            for number, name in enumerate(CROWD)
        )
        for partition in range(PARTITIONS)
    ]


async def scenario(bootstrap: str, url: str, directory: Path) -> Outcome:
    topics = fresh_topics()
    create_all(bootstrap, topics, PARTITIONS)
    await upgrade(url)
    given = environment(
        kafka__bootstrap=bootstrap,
        kafka__session_timeout_ms="6000",
        kafka__heartbeat_ms="1000",
        kafka__max_records="50",
        kafka__lanes="2",
        database__url=url,
        rules=str(prompt_rules(directory / "rules", unknown_consent="allow")),
        data=str(directory),
        health__port="0",
        dispatch__poll_ms="50",
        **{f"topics__{name}": topic for name, topic in topics.items()},
    )
    log = rebased(company_log(200), datetime.now(UTC))
    crowd = crowded()
    ids = {(one["source"], one["id"]) for one in map(_event, [*log, *sum(crowd, ())])}
    with ExitStack() as stack:

        def start(role: str, name: str) -> Process:
            return stack.enter_context(started(role, given, directory / f"{name}.log"))

        first, second = start("worker", "first"), start("worker", "second")
        dispatcher = start("dispatcher", "dispatcher")
        for process in (first, second):
            await process.until_told("partitions_assigned")
        await publish(bootstrap, topics["interactions"], log[: len(log) // 2])
        for partition, calls in enumerate(crowd):
            await publish(bootstrap, topics["interactions"], calls, partition)
        await publish(bootstrap, topics["preferences"], consents())

        async def under_way() -> bool:
            return await journal_rows(url) > len(ids) // 5

        await eventually(under_way, "the workers decide")
        exits = {"first": first.terminate()}
        third = start("worker", "third")
        await third.until_told("partitions_assigned")
        await publish(bootstrap, topics["interactions"], log[len(log) // 2 :])

        async def decided() -> bool:
            return await journal_rows(url) == len(ids) + len(CROWD)

        await eventually(decided, "everything is decided")

        async def dispatched() -> bool:
            return await invitations_in(url, "planned") == await invitations_in(url, "queued") == 0

        await eventually(dispatched, "everything due is sent")
        exits |= {
            "second": second.terminate(),
            "third": third.terminate(),
            "dispatcher": dispatcher.terminate(),
        }
        told = "".join(process.told() for process in (first, second, third, dispatcher))
    return Outcome(ids, await kept(url), await read_all(bootstrap, topics["invitations"]), exits, told)


def consents() -> list[Entry]:
    return [Entry(name.encode(), b'{"consent": {"email": true}}') for name in CROWD]


def _event(entry: Entry) -> dict[str, str]:
    told: dict[str, str] = json.loads(entry.value or b"")
    return told


def test_each_interaction_is_decided_once(outcome: Outcome) -> None:
    assert set(outcome.kept.times.values()) == {1}
    assert outcome.log <= outcome.kept.decisions.keys()


def test_each_due_invitation_is_published_once(outcome: Outcome) -> None:
    ids = asked_in(outcome.published)
    assert sorted(ids) == sorted(outcome.kept.sent)
    # Some opted out before theirs was due.
    assert set(outcome.kept.states.values()) <= {"sent", "cancelled"}
    assert len(ids) > len(CROWD)


def test_customers_on_several_partitions_at_once_keep_their_limit(outcome: Outcome) -> None:
    asked = Counter(outcome.kept.customers[id_] for id_ in outcome.kept.sent)
    assert {asked[name] for name in CROWD} == {1}
    assert max(asked.values()) == 1


def test_all_end_in_order_when_told_to(outcome: Outcome) -> None:
    assert set(outcome.exits.values()) == {0}


def test_no_conflict_between_them_comes_out(outcome: Outcome) -> None:
    for trouble in ("batch_retried", "batch_failed", "dispatch_retried", "Traceback", "deadlock"):
        assert trouble not in outcome.told, outcome.told[-4000:]
