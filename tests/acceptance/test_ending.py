"""A service that is told to end does so: in its first moments, before its broker answers, when that stands still."""

import asyncio
import socket
import sys
from pathlib import Path

import pytest

from router.store import upgrade
from tests.running.processes import Process, environment, started
from tests.running.prompt_rules import prompt_rules
from tests.running.topics import create_all, fresh_topics
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

SIGTERM_BIT = 1 << 14


@pytest.mark.skipif(sys.platform != "linux", reason="/proc tells which signals a process waits for")
@pytest.mark.parametrize("role", ["run", "worker", "dispatcher"])
async def test_from_the_first_moment_on(role: str, tmp_path: Path) -> None:
    given = environment(data=str(tmp_path), health__enabled="false", kafka__bootstrap="127.0.0.1:1")
    with started(role, given, tmp_path / "log") as service:
        await eventually(lambda: service.ended or _waits_for_sigterm(service), "it waits for the signal")
        assert service.terminate() in (0, 143)
        assert "topped" in service.told()
        assert "Traceback" not in service.told()


@pytest.mark.parametrize("role", ["run", "worker", "dispatcher"])
async def test_while_its_broker_does_not_answer(role: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        given = environment(data=str(tmp_path), health__enabled="false", kafka__bootstrap=address)
        with started(role, given, tmp_path / "log") as service:
            connection, _ = await asyncio.to_thread(silent.accept)
            with connection:
                assert service.terminate() == 0
            assert "before the start was complete" in service.told()


async def test_when_its_broker_stands_still(apache_kafka: Kafka, postgres: Database, tmp_path: Path) -> None:
    if not apache_kafka.restartable:
        pytest.skip(f"the {apache_kafka.kind} Kafka is not ours to freeze")
    topics = fresh_topics()
    create_all(apache_kafka.bootstrap, topics, 2)
    await upgrade(postgres.url)
    given = environment(
        kafka__bootstrap=apache_kafka.bootstrap,
        database__url=postgres.url,
        data=str(tmp_path),
        rules=str(prompt_rules(tmp_path / "rules", unknown_consent="allow")),
        health__enabled="false",
        **{f"topics__{name}": topic for name, topic in topics.items()},
    )
    with (
        started("worker", given, tmp_path / "worker.log") as worker,
        started("worker", given, tmp_path / "another.log") as joining,
        started("run", given, tmp_path / "run.log") as both,
    ):
        for service in (worker, joining, both):
            await service.until_told("partitions_assigned")
        with apache_kafka.frozen():
            # The wait of a process is shorter than the time that Kafka's client waits for an answer.
            ends = await asyncio.gather(
                *(asyncio.to_thread(one.terminate) for one in (worker, joining, both))
            )
        assert ends == [0, 0, 0]
        assert "not everything ended" not in worker.told() + joining.told() + both.told()


def _waits_for_sigterm(service: Process) -> bool:
    status = Path(f"/proc/{service.pid}/status").read_text()
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
    return bool(int(caught.split()[1], 16) & SIGTERM_BIT)
