"""The health port: whether the service lives, whether it is ready, and its metrics."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from router.telemetry.metrics import Metrics

_PART_SECONDS: Final = 3.0
_SHUTDOWN_SECONDS: Final = 2


class HealthNotServed(Exception):
    """The address of the health port cannot be served on. The message says what to do."""


class HealthPortTaken(HealthNotServed):
    """Another program serves on the health port."""


class PartState(Struct, frozen=True):
    """How one part of the service is. `detail` is shown to anybody: no secrets, no personal data."""

    ready: bool
    detail: Mapping[str, str | int | float | bool | None] = {}


PartCheck = Callable[[], Awaitable[PartState]]


class HealthServer(Struct, frozen=True):
    """Where the health port is served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


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


@asynccontextmanager
async def health_server(app: Starlette, host: str, port: int) -> AsyncIterator[HealthServer]:
    """Serve in the running loop; port 0 takes a free one. Raises HealthPortTaken or HealthNotServed."""
    # The socket is opened here, not by uvicorn, which ends the whole process where the port is taken.
    listening = await _listen(host, port)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
    )
    with listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]), name="health port")
        serving.add_done_callback(lambda _task: server.listens.set())
        try:
            await server.listens.wait()
            # It ended before it listened: awaiting it raises why.
            if serving.done():
                await serving
            yield HealthServer(host=host, port=listening.getsockname()[1])
        finally:
            server.should_exit = True
            await serving


async def require_free(host: str, port: int) -> None:
    """Return when the address can be served on. Raises HealthPortTaken or HealthNotServed."""
    (await _listen(host, port)).close()


class _Server(uvicorn.Server):
    """A server that leaves signals to the program it runs in."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listens = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listens.set()


async def _listen(host: str, port: int) -> socket.socket:
    loop = asyncio.get_running_loop()
    try:
        addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _type, _protocol, _name, address = addresses[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise HealthPortTaken(
                f"Port {port} on {host} is taken by another program: set ROUTER_HEALTH__PORT to a free one "
                "(0 picks one), or ROUTER_HEALTH__ENABLED=false"
            ) from None
        raise HealthNotServed(
            f"The health port cannot be served on {host}:{port} ({error.strerror}): "
            "set ROUTER_HEALTH__HOST and ROUTER_HEALTH__PORT to an address of this machine"
        ) from None
