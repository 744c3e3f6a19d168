"""`run`, `worker`, `dispatcher`: the service itself."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Data, Rules
from router.cli.output import console, told

if TYPE_CHECKING:
    from consumers.worker import Worker
    from router.bootstrap import Parts
    from router.settings import Settings


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command()(run)
    app.command()(worker)
    app.command()(dispatcher)
    app.command()(demo)


def run(rules: Rules = None, data: Data = None) -> None:
    """Run everything in one process.

    Without a Kafka broker set it brings an embedded one, whose address it prints.
    """
    from consumers.services import run_all

    asyncio.run(run_all(_logged(settings_of(data, rules)), ready=_ready))


def worker(rules: Rules = None, data: Data = None) -> None:
    """Read interactions and decide.

    Works against the Kafka and the database that are set; start as many as there are partitions at most.
    """
    from consumers.services import run_worker

    asyncio.run(run_worker(_with_kafka(settings_of(data, rules))))


def dispatcher(rules: Rules = None, data: Data = None) -> None:
    """Publish the invitations that are due.

    Works against the Kafka and the database that are set; any number of them can run.
    """
    from consumers.services import run_dispatcher

    asyncio.run(run_dispatcher(_with_kafka(settings_of(data, rules))))


def demo(
    rules: Rules = None,
    data: Data = None,
    seconds: Annotated[
        float | None,
        typer.Option(min=0, help="How long the month takes; 0: as fast as it goes.", metavar="NUMBER"),
    ] = None,
) -> None:
    """Play a made-up company's month.

    Everything in it is the real service on the embedded broker. What happened is kept only with --data.
    """
    from router.demo.play import SECONDS, DemoFailed, play

    settings = settings_of(rules=rules)
    pace = SECONDS if seconds is None else seconds
    try:
        code = asyncio.run(play(settings, console(), data=data, seconds=pace))
    except DemoFailed as failure:
        raise Refused(str(failure), FAILED) from None
    raise typer.Exit(code)


def _with_kafka(settings: "Settings") -> "Settings":
    from router.cli.kafka import require_broker

    return _logged(require_broker(settings))


def _logged(settings: "Settings") -> "Settings":
    from router.telemetry.logs import configure_logs

    configure_logs(settings.log.level, settings.log.format)
    return settings


def _ready(parts: "Parts", worker: "Worker") -> None:
    """Tells where to publish to, and what the embedded broker is good for."""
    from consumers.services import embedded_address

    settings = parts.settings
    told(
        f"Reading {settings.topics.interactions} and {settings.topics.preferences} at {settings.kafka.bootstrap}."
    )
    if settings.kafka.bootstrap == embedded_address(settings.data):
        told(
            "The embedded broker is for trying out: messages not yet read live in memory; what was read is on disk"
            f" in {settings.data}."
        )
