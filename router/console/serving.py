"""Serves the console: by itself, or beside a service in one process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from starlette.types import ASGIApp

from router.console.access.dev import LINK, ByLink
from router.console.access.ways import SignIn
from router.console.app import application, way_in
from router.console.console import Console
from router.service.ending import Ending
from router.service.secret import keyed_hash
from router.settings import Settings
from router.settings.console import ConsoleSettings
from router.store import SqlStore
from router.telemetry.http_connections import bounded
from router.telemetry.http_port import Port, require_free, served

log = structlog.get_logger(__name__)

_MOST_CONNECTIONS: Final = 500
_SECONDS_TO_ASK: Final = 30
_MOST_HEADER_BYTES: Final = 32_768

_LANES: Final = 6
"""Reads at once: more wait for each other, and not for the worker, which has connections of its own."""


def console_port(settings: ConsoleSettings) -> Port:
    """The port of the console as it is served."""
    return Port(settings.host, settings.port, "the console", "ROUTER_CONSOLE__")


@asynccontextmanager
async def console_served(settings: Settings) -> AsyncIterator[str]:
    """Serves until the block ends; the address to open in a browser, in development with the link that signs in.

    Raises `SettingsError`, `PortNotServed`, `StoreUnavailable` or `SchemaOutdated`.
    """
    port = console_port(settings.console)
    await require_free(port)
    store = await SqlStore.open(settings.database_url, lanes=_LANES)
    try:
        await store.check()
        console = Console(settings, store, keyed_hash(settings))
        ways: list[SignIn] = []

        def made(at: Port) -> ASGIApp:
            url = settings.console.public_url or at.url
            ways.append(way_in(console, url))
            return application(console, url, ways[0])

        options = {
            "http": bounded(_MOST_CONNECTIONS, _SECONDS_TO_ASK),
            "timeout_keep_alive": _SECONDS_TO_ASK,
            "h11_max_incomplete_event_size": _MOST_HEADER_BYTES,
            # Below, it tells of every request that is none: whoever sends those would fill the log.
            "log_level": "error",
        }
        async with served(made, port, **options) as at:
            url = settings.console.public_url or at.url
            way = ways[0]
            yield f"{url}{LINK}?token={way.token}" if isinstance(way, ByLink) else url
    finally:
        await store.close()


async def run_console(settings: Settings, ready: Callable[[str], None], ending: Ending) -> None:
    """Serves until it is told to stop. Raises what `console_served` raises."""
    stopped = asyncio.Event()

    async def serving() -> None:
        async with console_served(settings) as address:
            ending.started(stopped.set)
            log.info("console_runs", port=settings.console.port)
            ready(address)
            await stopped.wait()

    await ending.run(serving())
