"""Webhooks beside the whole service: from a signed request to a decision; sources that come with the rules."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import msgspec

from router.kafka.producer import BrokerUnavailable, Producer
from router.model.record import Message
from router.service.parts import Parts
from router.service.webhooks import Webhooks, taking_webhooks
from router.settings import Settings
from router.telemetry.http_port import Port
from router.webhooks.appending import Appender
from tests.integration.test_sources import RULES
from tests.running.service import running, settings_for
from tests.running.waiting import eventually
from tests.unit.webhooks.signing import stripe

SECRET = "whsec_of_a_test"
SOURCE = """
source: shop
topic: raw.shop
webhook: {preset: stripe, key: case}
interactions:
  - type: complaint.resolved
    id: id
    time: {path: at, unit: s}
    customer: customer
    data: {case_id: case, channel: {value: phone}}
"""


def rules_in(directory: Path) -> Path:
    for name, text in {**RULES, "sources/shop.yaml": SOURCE}.items():
        if "helpdesk" not in name:
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return directory


def settings_of(tmp_path: Path, **more: object) -> Settings:
    return settings_for(
        tmp_path / "data",
        rules=rules_in(tmp_path / "rules"),
        topics={"sources": "raw.shop, raw.later"},
        webhooks={"port": 0, "secrets": f"shop={SECRET}\nlater={SECRET}"},
        **more,
    )


class Beside:
    """Webhooks beside a service, for a test to reach."""

    port: Port
    webhooks: Webhooks

    @asynccontextmanager
    async def __call__(self, parts: Parts) -> AsyncIterator[None]:
        async with taking_webhooks(parts) as (self.port, self.webhooks):
            yield

    async def post(self, name: str, body: bytes) -> int:
        now = datetime.now(UTC)
        headers = {"content-type": "application/json", **stripe(SECRET, body, now)}
        async with httpx2.AsyncClient(trust_env=False) as client:
            url = f"{self.port.url}/webhooks/{name}"
            return (await client.post(url, content=body, headers=headers)).status_code


def message(number: int) -> bytes:
    at = int((datetime.now(UTC) - timedelta(minutes=1)).timestamp())
    return msgspec.json.encode(
        {"id": f"e-{number}", "at": at, "customer": f"c-{number}", "case": f"K-{number}"}
    )


async def test_a_message_becomes_a_decision_and_its_repeat_none(tmp_path: Path) -> None:
    beside = Beside()
    async with running(settings_of(tmp_path), [beside]) as service:
        first = message(1)
        # The sender repeats what it has no answer to; what is no JSON is answered as well, and is a dead letter.
        for body in (first, first, b"{", message(2)):
            assert await beside.post("shop", body) == 202
        await eventually(lambda: service.read == 4, "everything is read")
        await eventually(lambda: service.decided == 2, "both are decided")
        decided = [one for batch in service.processed for one in batch.decided]
        assert sorted((one.interaction.id, one.decision.reason) for one in decided) == [
            ("e-1", "invited"),
            ("e-2", "invited"),
        ]
        assert sum(batch.duplicates for batch in service.processed) == 1
        assert [dead.reason for batch in service.processed for dead in batch.dead] == ["mapping_failed"]
        assert service.metric("router_webhook_requests_total", source="shop", outcome="stored") == 4


async def test_a_source_that_comes_with_the_rules_is_served_without_a_restart(tmp_path: Path) -> None:
    settings, beside = settings_of(tmp_path, watch_rules=True), Beside()
    async with running(settings, [beside]) as service:
        assert await beside.post("later", message(1)) == 404
        later = tmp_path / "rules" / "sources" / "later.yaml"
        later.write_text(SOURCE.replace("source: shop", "source: later").replace("raw.shop", "raw.later"))

        async def served() -> bool:
            return await beside.post("later", message(2)) == 202

        await eventually(served, "the new source is served")
        await eventually(lambda: service.decided == 1, "its message is decided")

        later.unlink()

        async def gone() -> bool:
            return await beside.post("later", message(3)) == 404

        await eventually(gone, "the source is served no more")
        assert await beside.post("shop", message(4)) == 202
        state = await beside.webhooks.check()
        assert (state.ready, state.detail) == (True, {"sources": "shop"})


async def test_a_topic_whose_broker_is_away_is_unavailable_in_time() -> None:
    appender = Appender(Producer({"bootstrap_servers": ["127.0.0.1:1"]}, deadline=0.5), 0.5)
    for _ in range(2):
        try:
            await appender.append(Message("raw.shop", None, b"{}"))
        except BrokerUnavailable:
            continue
        raise AssertionError("stored by nobody")
    await appender.stop()
