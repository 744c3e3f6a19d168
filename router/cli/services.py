"""`run`, `worker`, `dispatcher`: the service itself."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Data, Rules
from router.cli.output import beside, console
from router.cli.service_log import service
from router.demo.company import CUSTOMERS, SEED

if TYPE_CHECKING:
    from router.settings import Settings
    from router.telemetry.http_port import Port
    from router.webhooks.served import Sources


def register(app: typer.Typer) -> None:
    """Adds the commands to the application."""
    app.command()(run)
    app.command()(worker)
    app.command()(dispatcher)
    app.command()(webhooks)
    app.command()(demo)


def run(
    rules: Rules = None,
    data: Data = None,
    watch: Annotated[bool, typer.Option("--watch", help="Reload the rules when a file changes.")] = False,
) -> None:
    """Run worker and dispatcher in one process.

    Without Kafka in the settings it starts an embedded broker and prints its address.
    """
    from router.cli.serving import serve
    from router.service.ending import leaving

    settings = settings_of(data, rules)
    if watch:
        settings = settings.model_copy(update={"watch_rules": True})
    with service("run", settings), leaving(settings.stop_seconds) as ending:
        asyncio.run(serve(settings, ending))


def worker(rules: Rules = None, data: Data = None) -> None:
    """Run a worker: read interactions and decide.

    Uses the Kafka and the database of the settings. Run at most one per partition.
    """
    from consumers import TOPICS
    from router.service.ending import leaving
    from router.service.roles import run_worker

    settings = _with_kafka(settings_of(data, rules))
    with service("worker", settings), leaving(settings.stop_seconds) as ending:
        asyncio.run(run_worker(settings, TOPICS, ending))


def dispatcher(rules: Rules = None, data: Data = None) -> None:
    """Run a dispatcher: publish invitations that are due.

    Uses the Kafka and the database of the settings. Run as many as you need.
    """
    from router.service.ending import leaving
    from router.service.roles import run_dispatcher

    settings = _with_kafka(settings_of(data, rules))
    if settings.clock == "event":
        raise Refused(
            "A dispatcher of its own cannot follow the event-time clock, which goes by what a worker in the same process"
            " reads: use `feedback-router run`, which is both, or unset ROUTER_CLOCK."
        )
    with service("dispatcher", settings), leaving(settings.stop_seconds) as ending:
        asyncio.run(run_dispatcher(settings, ending))


def webhooks(rules: Rules = None, data: Data = None) -> None:
    """Take vendors' messages over HTTP, for sources with a `webhook`.

    Each is verified, put on the source's topic and answered; workers make interactions of it. Uses the Kafka and
    the database of the settings. Run as many as you need, behind whatever ends TLS.
    """
    from router.cli.output import told
    from router.cli.serving import webhooks_in_words
    from router.service.ending import leaving
    from router.service.roles import run_webhooks

    def ready(port: "Port", sources: "Sources") -> None:
        for line in webhooks_in_words(port, sources):
            told(line)

    settings = _with_kafka(settings_of(data, rules))
    if settings.webhooks.secrets is None:
        raise Refused(
            "No message could be verified: set ROUTER_WEBHOOKS__SECRETS, a line `source=secret` for each source that has"
            " a `webhook`."
        )
    with service("webhooks", settings), leaving(settings.stop_seconds) as ending:
        asyncio.run(run_webhooks(settings, ending, ready))


def demo(
    rules: Rules = None,
    data: Data = None,
    customers: Annotated[
        int, typer.Option(min=1, max=100_000, help="Number of customers.", metavar="NUMBER")
    ] = CUSTOMERS,
    seed: Annotated[int, typer.Option(help="Random seed; the same seed gives the same month.")] = SEED,
    fast: Annotated[
        bool, typer.Option("--fast", help="Run at full speed, without pauses for reading.")
    ] = False,
    look: Annotated[
        bool, typer.Option("--console", help="Show it all in the console afterwards, until Ctrl-C.")
    ] = False,
) -> None:
    """Play one month of a made-up company.

    It is the real service on the embedded broker. The data is kept only with --data.
    """
    from router.demo.play import SECONDS, DemoFailed, play
    from router.telemetry.logs import configure_logs

    settings, screen = settings_of(rules=rules), console()
    configure_logs("ERROR", settings.log.format, beside(screen))
    pace = 0.0 if fast else SECONDS
    try:
        code = asyncio.run(
            play(
                settings,
                screen,
                data=data,
                customers=customers,
                seed=seed,
                seconds=pace,
                afterwards=_look if look else None,
            )
        )
    except DemoFailed as failure:
        raise Refused(str(failure), FAILED) from None
    raise typer.Exit(code)


async def _look(settings: "Settings") -> None:
    """Serves the console over what the demo left, until it is told to stop."""
    from router.cli.console import served_for_development
    from router.service.ending import leaving

    with leaving(settings.stop_seconds) as ending:
        await served_for_development(settings, ending)


def _with_kafka(settings: "Settings") -> "Settings":
    """Refuses the embedded broker: it lives inside `run`, which has these roles already."""
    if settings.kafka.bootstrap is None:
        raise Refused(
            "No Kafka broker is set: set ROUTER_KAFKA__BOOTSTRAP, or use `feedback-router run`, which brings one."
        )
    return settings
