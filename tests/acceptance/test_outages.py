"""The database and the broker away for a while, under load: nothing is lost and nobody ends."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from router.store import upgrade
from tests.running.eventlog import entries, event
from tests.running.ledger import invitations_in, journal_rows, kept
from tests.running.processes import Process, environment, started
from tests.running.prompt_rules import prompt_rules
from tests.running.topics import Entry, create_all, fresh_topics, publish, read_all
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka, Service

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

CUSTOMERS = 300


def calls(turn: int) -> tuple[Entry, ...]:
    at = datetime.now(UTC) - timedelta(minutes=1)
    numbers = range(turn * CUSTOMERS, (turn + 1) * CUSTOMERS)
    return entries(event(number, f"c-{number}", at, "call.completed") for number in numbers)


@contextmanager
def away(server: Service) -> Iterator[None]:
    """The server stopped for as long as the block runs."""
    server.stop()
    try:
        yield
    finally:
        server.start()


async def test_both_come_back_and_all_is_decided_and_sent(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    for server in (apache_kafka, postgres.server):
        if not server.restartable:
            pytest.skip(f"the {server.kind} server is not ours to stop")
    topics = fresh_topics()
    bootstrap, url = apache_kafka.bootstrap, postgres.url
    create_all(bootstrap, topics, 4)
    await upgrade(url)
    given = environment(
        kafka__bootstrap=bootstrap,
        kafka__session_timeout_ms="6000",
        kafka__heartbeat_ms="1000",
        kafka__max_records="20",
        database__url=url,
        rules=str(prompt_rules(tmp_path / "rules", unknown_consent="allow")),
        data=str(tmp_path),
        health__port="0",
        dispatch__poll_ms="50",
        dispatch__lease_seconds="6",
        dispatch__send_deadline_seconds="5",
        **{f"topics__{name}": topic for name, topic in topics.items()},
    )
    with ExitStack() as stack:
        worker, leaving, dispatcher = (
            stack.enter_context(started(role, given, tmp_path / f"{name}.log"))
            for role, name in (("worker", "worker"), ("worker", "leaving"), ("dispatcher", "dispatcher"))
        )
        for process in (worker, leaving):
            for lane in ("interactions-0", "interactions-1"):
                await process.until_told(f"lane={lane}")
        await publish(bootstrap, topics["interactions"], calls(0))
        await at_least(url, 1)
        with away(postgres.server):
            await publish(bootstrap, topics["interactions"], calls(1))
            await met_the_outage(worker, leaving, dispatcher)
            assert leaving.terminate() == 0
        await at_least(url, 2 * CUSTOMERS)
        await publish(bootstrap, topics["interactions"], calls(2))
        await at_least(url, 2 * CUSTOMERS + 1)
        with away(apache_kafka):
            pass
        await publish(bootstrap, topics["interactions"], calls(3))
        await at_least(url, 4 * CUSTOMERS)

        async def all_sent() -> bool:
            return await invitations_in(url, "sent") == 4 * CUSTOMERS

        await eventually(all_sent, "everything is sent")
        assert (worker.terminate(), dispatcher.terminate()) == (0, 0)
        for process in (worker, leaving, dispatcher):
            assert "Traceback" not in process.told()

    found = await kept(url)
    assert found.times == Counter({("/test", f"t-{number}"): 1 for number in range(4 * CUSTOMERS)})
    published = [
        json.loads(record.value or b"")["id"] for record in await read_all(bootstrap, topics["invitations"])
    ]
    assert set(published) == found.sent


async def at_least(url: str, count: int) -> None:
    async def reached() -> bool:
        return await journal_rows(url) >= count

    await eventually(reached, f"{count} are decided")


async def met_the_outage(worker: Process, leaving: Process, dispatcher: Process) -> None:
    """Wait until each tries again what failed."""
    await worker.until_told("batch_retried")
    await leaving.until_told("batch_retried")
    await dispatcher.until_told("dispatch_retried")
