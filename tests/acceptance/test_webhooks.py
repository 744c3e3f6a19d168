"""Signed messages over HTTP through Apache Kafka and PostgreSQL, while processes are killed and Kafka stands still."""

import socket
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from router.store import upgrade
from tests.integration.webhooks.test_in_the_service import SECRET, message, rules_in
from tests.running.ledger import journal_rows
from tests.running.processes import Process, environment, started
from tests.running.topics import create_all, fresh_topics
from tests.running.waiting import eventually
from tests.services.fixtures import Database
from tests.services.service import Kafka
from tests.unit.webhooks.signing import stripe

pytestmark = [pytest.mark.connected, pytest.mark.acceptance]

MESSAGES = 120


class Sender:
    """A vendor's sender: repeats each message until it is taken, and some of them afterwards too, by whichever address answers."""

    def __init__(self, client: httpx2.AsyncClient, ports: list[int]) -> None:
        self._client = client
        self.ports = ports
        self.answers: list[int] = []

    async def post(self, body: bytes, port: int) -> int:
        headers = {"content-type": "application/json", **stripe(SECRET, body, datetime.now(UTC))}
        url = f"http://127.0.0.1:{port}/webhooks/shop"
        try:
            answer = (await self._client.post(url, content=body, headers=headers)).status_code
        except httpx2.HTTPError:
            answer = 0
        self.answers.append(answer)
        return answer

    async def deliver(self, number: int) -> None:
        body = message(number)

        async def taken() -> bool:
            return any([await self.post(body, port) == 202 for port in self.ports])

        await eventually(taken, f"message {number} is taken")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


async def test_every_message_that_was_taken_is_decided_once(
    apache_kafka: Kafka, postgres: Database, tmp_path: Path
) -> None:
    topics, ports = fresh_topics(), [free_port(), free_port()]
    create_all(apache_kafka.bootstrap, topics, 2)
    await upgrade(postgres.url)
    raw = f"{topics['interactions']}.raw"
    rules = rules_in(tmp_path / "rules")
    source = rules / "sources" / "shop.yaml"
    source.write_text(source.read_text().replace("raw.shop", raw))
    given = environment(
        kafka__bootstrap=apache_kafka.bootstrap,
        database__url=postgres.url,
        rules=str(rules),
        data=str(tmp_path),
        health__enabled="false",
        topics__sources=raw,
        topics__create="true",
        webhooks__secrets=f"shop={SECRET}",
        webhooks__store_seconds="2",
        **{f"topics__{name}": topic for name, topic in topics.items()},
    )
    with ExitStack() as stack:

        async def taking(port: int, name: str) -> Process:
            own = {**given, "ROUTER_WEBHOOKS__PORT": str(port)}
            process = stack.enter_context(started("webhooks", own, tmp_path / f"{name}.log"))
            await process.until_told("Webhooks are taken at")
            return process

        first, second = await taking(ports[0], "first"), await taking(ports[1], "second")
        stack.enter_context(started("worker", given, tmp_path / "worker.log"))
        async with httpx2.AsyncClient(trust_env=False, timeout=20) as client:
            sender = Sender(client, ports)
            for number in range(MESSAGES):
                if number == MESSAGES // 4:
                    first.kill()
                if number == MESSAGES // 2:
                    await taking(ports[0], "third")
                    with apache_kafka.frozen():
                        assert {await sender.post(message(MESSAGES), port) for port in ports} == {503}
                await sender.deliver(number)
            await sender.deliver(MESSAGES)
        assert second.terminate() == 0
        assert set(sender.answers) <= {0, 202, 503}
        assert sender.answers.count(202) > MESSAGES + 1

        async def all_decided() -> bool:
            return await journal_rows(postgres.url) >= MESSAGES + 1

        await eventually(all_decided, "all are decided")
        assert await journal_rows(postgres.url) == MESSAGES + 1
