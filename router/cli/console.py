"""`console`: pages for people over the same reads and actions as the commands."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import typer

from router.cli.opening import settings_of
from router.cli.options import Data, Rules
from router.cli.output import told
from router.cli.service_log import service

if TYPE_CHECKING:
    from router.service.ending import Ending
    from router.settings import Settings


def console(
    rules: Rules = None,
    data: Data = None,
    host: Annotated[str | None, typer.Option(help="Listen address.", metavar="ADDRESS")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Listen port; 0 picks a free one.", metavar="PORT")
    ] = None,
    dev: Annotated[
        bool,
        typer.Option(
            "--dev", help="Sign in by a link that is printed, with all roles; on this machine alone."
        ),
    ] = False,
) -> None:
    """Serve the console: see, understand, change rules, call back.

    Uses the database of the settings. Needs no Kafka but for what is replayed.
    """
    from router.console.serving import run_console
    from router.service.ending import leaving

    given: dict[str, Any] = {"host": host, "port": port, "sign_in": "dev" if dev else None}
    chosen = {name: value for name, value in given.items() if value is not None}
    settings = settings_of(data, rules, console=chosen)

    with service("console", settings), leaving(settings.stop_seconds) as ending:
        asyncio.run(run_console(settings, _ready, ending))


async def served_for_development(settings: "Settings", ending: "Ending") -> None:
    """Serves the console over a database of this machine until it is told to stop; told is the link that signs in."""
    from router.console.serving import run_console

    console = settings.console.model_copy(update={"sign_in": "dev", "host": "127.0.0.1", "public_url": None})
    await run_console(settings.model_copy(update={"console": console}), _ready, ending)


def _ready(address: str) -> None:
    told(f"The console is at {address}")
    told("Ctrl-C stops it.")
