"""The health port: whether the service lives, whether it is ready, and its metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from router.telemetry.http_port import Port
from router.telemetry.metrics import Metrics

_PART_SECONDS: Final = 3.0


class PartState(Struct, frozen=True):
    """How one part of the service is. `detail` is shown to anybody: no secrets, no personal data."""

    ready: bool
    detail: Mapping[str, str | int | float | bool | None] = {}


PartCheck = Callable[[], Awaitable[PartState]]


def health_port(host: str, port: int) -> Port:
    """The health port as it is served."""
    return Port(host, port, "the health port", "ROUTER_HEALTH__", ", or ROUTER_HEALTH__ENABLED=false")


def health_app(
    stuck: Callable[[], str | None],
    parts: Mapping[str, PartCheck],
    metrics: Metrics,
    part_seconds: float = _PART_SECONDS,
) -> Starlette:
    """The application: `/livez` asks `stuck` for a reason, `/readyz` asks every part, `/metrics` shows the metrics.

    A part that does not answer within `part_seconds` is not ready.
    """

    async def livez(_request: Request) -> Response:
        reason = stuck()
        if reason is not None:
            return JSONResponse({"status": "stuck", "reason": reason}, status_code=503)
        return JSONResponse({"status": "alive"})

    async def readyz(_request: Request) -> Response:
        states = await asyncio.gather(*(_state_of(check, part_seconds) for check in parts.values()))
        ready = all(state.ready for state in states)
        content: dict[str, Any] = {
            "status": "ready" if ready else "not ready",
            "parts": {
                name: {"ready": state.ready, **state.detail}
                for name, state in zip(parts, states, strict=True)
            },
        }
        return JSONResponse(content, status_code=200 if ready else 503)

    async def show_metrics(request: Request) -> Response:
        content, content_type = metrics.exposition(request.headers.get("accept", ""))
        return Response(content, headers={"content-type": content_type})

    return Starlette(
        routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", show_metrics)]
    )


async def _state_of(check: PartCheck, seconds: float) -> PartState:
    try:
        async with asyncio.timeout(seconds):
            return await check()
    except TimeoutError:
        return PartState(ready=False, detail={"error": f"no answer within {seconds:.0f} s"})
    except Exception as error:  # noqa: BLE001 - a part that fails in whatever way is not ready
        # Only the kind: a message may hold what must not be shown.
        return PartState(ready=False, detail={"error": type(error).__name__})
