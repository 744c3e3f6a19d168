import asyncio
import json
from typing import Any

from starlette.types import Message

from router.telemetry.health import PartCheck, PartState, health_app
from router.telemetry.metrics import Metrics


async def asked(path: str, stuck: str | None = None, **parts: PartCheck) -> tuple[int, Any]:
    """The status and the body (decoded where it is JSON) that the application answers with."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    await health_app(lambda: stuck, parts, Metrics(), part_seconds=0.01)(scope, receive, send)
    start, body = sent
    is_json = (b"content-type", b"application/json") in start["headers"]
    return start["status"], json.loads(body["body"]) if is_json else body["body"].decode()


async def ready() -> PartState:
    return PartState(ready=True, detail={"revision": 3})


async def not_ready() -> PartState:
    return PartState(ready=False, detail={"error": "PostgreSQL does not answer"})


async def failing() -> PartState:
    raise ConnectionError("postgresql://router:hunter2@db")


async def hanging() -> PartState:
    await asyncio.Event().wait()
    raise AssertionError


async def test_a_service_that_moves_lives() -> None:
    assert (await asked("/livez")) == (200, {"status": "alive"})


async def test_a_stuck_service_does_not_live_and_says_why() -> None:
    status, body = await asked("/livez", "lane 0: no answer from Kafka for 120 s")
    assert (status, body) == (503, {"status": "stuck", "reason": "lane 0: no answer from Kafka for 120 s"})


async def test_every_part_is_shown_and_all_must_be_ready() -> None:
    assert (await asked("/readyz", rules=ready)) == (
        200,
        {"status": "ready", "parts": {"rules": {"ready": True, "revision": 3}}},
    )
    status, body = await asked("/readyz", rules=ready, database=not_ready)
    assert status == 503
    assert body["parts"]["rules"]["ready"] is True
    assert body["parts"]["database"] == {"ready": False, "error": "PostgreSQL does not answer"}


async def test_a_part_whose_check_fails_is_not_ready_and_tells_no_secret() -> None:
    status, body = await asked("/readyz", database=failing)
    assert (status, body["parts"]) == (503, {"database": {"ready": False, "error": "ConnectionError"}})


async def test_a_part_that_does_not_answer_is_not_ready() -> None:
    status, body = await asked("/readyz", rules=ready, broker=hanging)
    assert status == 503
    assert body["parts"]["broker"]["error"].startswith("no answer within")


async def test_metrics_are_in_the_format_of_prometheus() -> None:
    status, body = await asked("/metrics")
    assert status == 200
    assert "# TYPE router_records_total counter" in body


async def test_other_paths_are_not_there() -> None:
    assert (await asked("/"))[0] == 404
