"""A port that is served in the running loop: its address looked at first, so that a port that is taken is told in a line."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import uvicorn
from msgspec import Struct
from msgspec.structs import replace
from starlette.types import ASGIApp

_SHUTDOWN_SECONDS: Final = 2


class PortNotServed(Exception):
    """An address cannot be served on. The message says what to do."""


class PortTaken(PortNotServed):
    """Another program serves on the port."""


class Port(Struct, frozen=True):
    """An address to serve on, and how people call it: `name` in a sentence, and the settings that begin with `settings`.

    `instead` is what else can be done where the port is taken. Port 0 takes a free one.
    """

    host: str
    port: int
    name: str
    settings: str
    instead: str = ""

    @property
    def url(self) -> str:
        """The address without a path."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


@asynccontextmanager
async def served(app: Callable[[Port], ASGIApp], port: Port, **options: Any) -> AsyncIterator[Port]:
    """Serves what `app` makes for the port that it is, until the block ends. `options` are uvicorn's.

    Raises PortTaken or PortNotServed.
    """
    # The socket is opened here, not by uvicorn, which ends the whole process where the port is taken.
    listening = await _listen(port)
    port = replace(port, port=listening.getsockname()[1])
    given: dict[str, Any] = {
        "timeout_graceful_shutdown": _SHUTDOWN_SECONDS,
        "lifespan": "off",
        "ws": "none",
    } | options
    server = _Server(
        uvicorn.Config(app(port), log_config=None, access_log=False, server_header=False, **given)
    )
    with listening:
        serving = asyncio.create_task(server.serve(sockets=[listening]), name=port.name)
        serving.add_done_callback(lambda _task: server.listens.set())
        try:
            await server.listens.wait()
            # It ended before it listened: awaiting it raises why.
            if serving.done():
                await serving
            yield port
        finally:
            server.should_exit = True
            await serving


async def require_free(port: Port) -> None:
    """Return when the address can be served on. Raises PortTaken or PortNotServed."""
    (await _listen(port)).close()


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


async def _listen(port: Port) -> socket.socket:
    loop = asyncio.get_running_loop()
    try:
        addresses = await loop.getaddrinfo(
            port.host, port.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _type, _protocol, _name, address = addresses[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port.port} on {port.host} is taken by another program: set {port.settings}PORT to a free one "
                f"(0 picks one){port.instead}"
            ) from None
        raise PortNotServed(
            f"{port.name[0].upper()}{port.name[1:]} cannot be served on {port.host}:{port.port} ({error.strerror}): "
            f"set {port.settings}HOST and {port.settings}PORT to an address of this machine"
        ) from None
