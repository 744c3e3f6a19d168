"""`events`: interactions to the router's topic, and from it to the screen."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from msgspec import Struct

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Bootstrap, Data
from router.cli.output import Bar, counted, print_json_line, printable, progress, told

if TYPE_CHECKING:
    from router.cli.lines import Line, Source
    from router.cli.sending import Outlet
    from router.dispatch import Message
    from router.model.record import Record
    from router.settings import Settings

_STRUCTURED: Final = (("content-type", b"application/cloudevents+json"),)
_SHORTEST_PAUSE: Final = 0.005

app = typer.Typer(help="Send interactions, or watch them arrive.", no_args_is_help=True)

Topic = Annotated[str | None, typer.Option(help="Topic; else that of the interactions.", metavar="NAME")]


@app.command()
def send(
    file: Annotated[
        str, typer.Argument(help="One CloudEvent a line; `-` is standard input.", metavar="FILE|-")
    ],
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Most events in a second.", metavar="NUMBER")
    ] = None,
    rebase_to: Annotated[
        str | None,
        typer.Option(help="Move all times so that the latest is this one.", metavar="now|TIME"),
    ] = None,
    bootstrap: Bootstrap = None,
    topic: Topic = None,
    data: Data = None,
) -> None:
    """Publish CloudEvents from a file.

    They keep the order of the file and are keyed by customer.

    Preferences (customer.preferences.v1) go to the same topic, so that a customer's events keep their order.
    A line that can not be read as an event is sent as it is, without a key; the router makes a dead letter of
    it.
    """
    from router.cli import lines

    until = _moment(rebase_to) if rebase_to else None
    settings = settings_of(data, bootstrap=bootstrap)
    plan = _Plan(topic or settings.topics.interactions, rate)
    with lines.opened(file, twice=until is not None) as source:
        if until is not None:
            latest = source.latest()
            plan = _Plan(plan.topic, rate, until - latest if latest else timedelta())
        with progress("sending", source.size) as bar:
            sent, unread = asyncio.run(_send(settings, source, plan, bar))
    note = f"; {unread:,} of them, not readable as one interaction, without a key" if unread else ""
    told(f"Sent {counted(sent, 'record')} to {plan.topic}{note}.")


class _Plan(Struct, frozen=True):
    """Where to, how fast (events a second) and with which shift of the times."""

    topic: str
    rate: float | None = None
    shift: timedelta = timedelta()


async def _send(settings: "Settings", source: "Source", plan: _Plan, bar: Bar) -> tuple[int, int]:
    """How many records were sent, and how many of them are no single interaction."""
    from router.cli.kafka import opened_cluster
    from router.cli.sending import opened_outlet
    from router.dispatch import Message

    unread = count = 0
    begun = asyncio.get_running_loop().time()
    async with (
        opened_cluster(settings) as cluster,
        opened_outlet(settings, cluster, [plan.topic]) as outlet,
    ):
        for block in source.blocks():
            for line in block:
                if plan.rate is not None:
                    await _paced(begun + count / plan.rate, outlet)
                count += 1
                message = _event(line, plan)
                unread += message is None
                await outlet.take(message or Message(plan.topic, None, line.text))
            await outlet.flush()
            bar.at(block[-1].read)
        return outlet.sent, unread


async def _paced(due: float, outlet: "Outlet") -> None:
    """Waits until a record is due; what was taken before is published first."""
    delay = due - asyncio.get_running_loop().time()
    if delay > _SHORTEST_PAUSE:
        await outlet.flush()
        await asyncio.sleep(delay)


def _event(line: "Line", plan: _Plan) -> "Message | None":
    """The event keyed by its customer; None for a line that is no single interaction."""
    from router.cli.lines import decoded, moved, only
    from router.dispatch import Message

    interaction = only(decoded(line))
    if interaction is None:
        return None
    text = moved(line.text, interaction, plan.shift) if plan.shift else line.text
    return Message(plan.topic, interaction.customer_id.encode() or None, text, _STRUCTURED)


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(
            f"--rebase-to {text} is no time: write `now` or a time with its zone, 2026-03-02T10:15:00Z."
        )
    return moment.astimezone(UTC)


@app.command()
def tail(
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start with what is there.")
    ] = False,
    count: Annotated[
        int | None, typer.Option(min=1, help="End after so many records.", metavar="NUMBER")
    ] = None,
    bootstrap: Bootstrap = None,
    topic: Topic = None,
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="Print a JSON object a line.")] = False,
) -> None:
    """Print interactions as they arrive.

    Goes on until it is interrupted. It reads on its own, outside the workers' group.
    """
    settings = settings_of(data, bootstrap=bootstrap)
    asyncio.run(_tail(settings, topic or settings.topics.interactions, from_beginning, count, json))


async def _tail(
    settings: "Settings", topic: str, from_beginning: bool, count: int | None, json: bool
) -> None:
    from router.cli.kafka import opened_cluster

    shown = 0
    async with opened_cluster(settings) as cluster:
        places = await cluster.partitions([topic])
        if not places:
            raise Refused(f"There is no topic {topic} at {cluster.settings.kafka.bootstrap}.", FAILED)
        cluster.read_from(await (cluster.begins(places) if from_beginning else cluster.ends(places)))
        while count is None or shown < count:
            for record in (await cluster.arriving())[: None if count is None else count - shown]:
                _print(record, json)
                shown += 1


def _print(record: "Record", json: bool) -> None:
    from router.cli.lines import ANY_TIME
    from router.decode import decode

    place = f"{record.topic}/{record.partition}/{record.offset}"
    found = decode(record, ANY_TIME)
    for interaction in found.interactions:
        if json:
            print_json_line({"record": place, "interaction": interaction})
        else:
            customer = interaction.customer_id or "unknown customer"
            what = (
                f"{printable(interaction.time)}  {interaction.type}  {customer}  {interaction.channel or '-'}"
            )
            print(printable(f"{what}  {interaction.source} {interaction.id}"), flush=True)
    if found.dead is not None:
        if json:
            print_json_line({"record": place, "reason": found.dead.reason, "detail": found.dead.detail})
        else:
            print(printable(f"{place}: not readable: {found.dead.detail}"), flush=True)
