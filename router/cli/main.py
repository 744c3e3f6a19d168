"""`feedback-router`: the commands put together, and what a mistake or a fault looks like."""

import errno
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from io import TextIOWrapper
from typing import Annotated, Final

import typer

from router import __version__
from router.cli import (
    alerts,
    backtest,
    cells,
    check,
    console,
    coverage,
    customer,
    db,
    decide,
    diff,
    dlq,
    docs,
    drivers,
    effort,
    events,
    forecast,
    hold_out,
    init,
    invitations,
    pain_points,
    publishing,
    responses,
    schema,
    scores,
    sender,
    services,
    sources,
    test,
    why,
)
from router.cli.faults import FAILED, explained
from router.cli.groups import Grouped
from router.cli.output import told
from router.cli.service_log import begin

NAME: Final = "feedback-router"

_NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT)

app = typer.Typer(
    name=NAME,
    cls=Grouped,
    help="Decide from customer interactions whether, when and how to ask for feedback (CES, NPS, CSAT).",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
services.register(app)
app.command()(console.console)
app.command()(check.check)
app.command()(decide.decide)
app.command()(init.init)
app.command("test")(test.run_tests)
app.command()(schema.schema)
app.command()(backtest.backtest)
app.command()(diff.diff)
publishing.register(app)
app.add_typer(sources.app, name="sources")
app.add_typer(events.app, name="events")
app.add_typer(alerts.app, name="alerts")
app.add_typer(invitations.app, name="invitations")
app.add_typer(responses.app, name="responses")
app.command()(why.why)
app.add_typer(customer.app, name="customer")
app.command()(forecast.forecast)
app.command()(coverage.coverage)
app.command()(scores.scores)
app.command()(drivers.drivers)
app.command()(effort.effort)
app.command("pain-points")(pain_points.pain_points)
app.command("hold-out")(hold_out.hold_out)
app.command()(sender.sender)
app.add_typer(dlq.app, name="dlq")
app.add_typer(cells.app, name="cells")
app.add_typer(db.app, name="db")
app.command()(docs.docs)


def _told_version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_told_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


@app.command()
def version() -> None:
    """Print the version."""
    print(f"{NAME} {__version__}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code: 0 done, 1 failed, 2 wrong use, 130 interrupted."""
    speak_the_terminals_alphabet()
    # Kafka's client tells of every lost connection by itself; commands tell in one line what it came to.
    logging.getLogger().addHandler(logging.NullHandler())
    begin(sys.argv[1:] if arguments is None else arguments)
    try:
        code = app(args=arguments, prog_name=NAME, standalone_mode=False)
        sys.stdout.flush()
    except typer.TyperException as mistake:
        told_mistake(mistake)
        return mistake.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        fault = told_fault(error)
        if fault is None:
            raise
        return fault
    return code if isinstance(code, int) else 0


def speak_the_terminals_alphabet() -> None:
    """What the terminal's or the pipe's encoding does not have is written as an escape, and never a fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def told_no_room(error: OSError) -> int:
    """Tells that a disk is full, most often that of the output, which is then given up."""
    with suppress(OSError, ValueError):
        # What is still held back must not fail once more when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    with suppress(OSError):
        where = f"{error.filename}" if error.filename else "the output"
        told(f"There is no room for {where} ({error.strerror}): make room, or write it elsewhere.")
    return FAILED


def told_mistake(mistake: typer.TyperException) -> None:
    """Wrong use in one line. A group without a command shows its help instead."""
    message = mistake.format_message().replace("Value error, ", "")
    if message.startswith("Usage:"):
        sys.stderr.write(f"{message}\n")
        return
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context is not None else NAME
    sentence = " ".join(message.split())
    told(f"{sentence}{'' if sentence.endswith(('.', '?')) else '.'} See `{path} --help`.", fault=True)


def told_fault(error: Exception) -> int | None:
    """Tells an expected fault in its lines; its exit code. None: a fault of this program."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return told_no_room(error)
    told_as = explained(error)
    if told_as is None:
        return None
    lines, code = told_as
    for line in lines:
        told(line, fault=True)
    return code
