"""`dlq`: records that cannot be processed: look at them, and send them again when the cause is gone."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Bootstrap, Data, Json, MaxRows
from router.cli.output import print_json, print_lines, told
from router.cli.tables import print_table
from router.decode import describe
from router.model.record import DEAD_REASONS
from router.model.spelling import counted

if TYPE_CHECKING:
    from pathlib import Path

    from router.service.dead_letter_topics import DeadLetterTopics

app = typer.Typer(help="List, show and replay dead letters.", no_args_is_help=True)

LetterPosition = Annotated[
    str,
    typer.Argument(
        help="Position of the dead letter, as shown by `dlq list`.", metavar="TOPIC/PARTITION/OFFSET"
    ),
]


@app.command("list")
def list_(
    topic: Annotated[
        str | None, typer.Option(help="Only this topic or dead-letter topic.", metavar="NAME")
    ] = None,
    limit: MaxRows = 50,
    bootstrap: Bootstrap = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List dead letters, newest first."""
    letters = [
        describe(record) for record in asyncio.run(_dead_letters(data, bootstrap).newest(limit, topic))
    ]
    if json:
        print_json(letters)
        return
    rows = [
        [
            letter["dead_letter"],
            letter["reason"],
            letter["detail"],
            letter["bytes"],
            None if (written := letter["timestamp"]) is None else datetime.fromtimestamp(written / 1000, UTC),
        ]
        for letter in letters
    ]
    print_table("Dead letters", ["dead letter", "reason", "detail", "bytes", "received"], rows)


@app.command()
def show(place: LetterPosition, bootstrap: Bootstrap = None, data: Data = None, json: Json = False) -> None:
    """Show one dead letter in full."""
    from router.service.dead_letter_topics import Place

    letter = describe(asyncio.run(_dead_letters(data, bootstrap).at(Place.read(place))))
    if json:
        print_json(letter)
        return
    print_lines([f"{name}: {_told(name, value)}" for name, value in letter.items() if name != "headers"])
    for header in letter["headers"]:
        print_lines([f"header {header['name']}: {header.get('value', header.get('value_base64'))}"])


@app.command()
def replay(
    place: Annotated[
        str | None,
        typer.Argument(
            help="Position of the dead letter, as shown by `dlq list`.", metavar="TOPIC/PARTITION/OFFSET"
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Replay all dead letters.")] = False,
    reason: Annotated[
        str | None, typer.Option(help="With --all: only dead letters with this reason.", metavar="REASON")
    ] = None,
    bootstrap: Bootstrap = None,
    data: Data = None,
) -> None:
    """Replay dead letters.

    Sends them to their original topic, as they were received. The dead letters stay in their topic.
    Decisions are idempotent, so a repeat is harmless.
    """
    from router.service.dead_letter_topics import Place

    if (place is None) != everything:
        raise Refused("Name one dead letter as TOPIC/PARTITION/OFFSET, or all of them with --all.")
    if reason is not None and (place is not None or reason not in DEAD_REASONS):
        raise Refused(f"--reason goes with --all and is one of {', '.join(DEAD_REASONS)}.")
    replayed = asyncio.run(
        _dead_letters(data, bootstrap).replay(Place.read(place) if place else None, reason)
    )
    told(f"Sent {counted(replayed.sent, 'dead letter')} again.")
    if replayed.left_out:
        raise Refused(
            f"Left out {counted(len(replayed.left_out), 'dead letter')}, the first because {replayed.left_out[0]}.",
            FAILED,
        )


def _told(name: str, value: object) -> str:
    if isinstance(value, int) and name == "timestamp":
        return f"{datetime.fromtimestamp(value / 1000, UTC):%Y-%m-%d %H:%M:%SZ}"
    return "none" if value is None else str(value)


def _dead_letters(data: "Path | None", bootstrap: str | None) -> "DeadLetterTopics":
    from router.service.dead_letter_topics import DeadLetterTopics

    return DeadLetterTopics(settings_of(data, bootstrap=bootstrap))
