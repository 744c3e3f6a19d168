"""`events`: interactions to the router's topic, and from it to the screen."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from msgspec import Struct

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Bootstrap, Data
from router.cli.output import Bar, print_json_line, progress, told
from router.model.signs import printable
from router.model.spelling import counted

if TYPE_CHECKING:
    from router.cli.lines import Source
    from router.kafka.in_order import InOrder
    from router.model.record import Message, Record
    from router.settings import Settings

_STRUCTURED: Final = (("content-type", b"application/cloudevents+json"),)
_SHORTEST_PAUSE: Final = 0.005
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_YEAR: Final = 9999

app = typer.Typer(help="Publish interactions, or watch them arrive.", no_args_is_help=True)

TopicOption = Annotated[
    str | None, typer.Option(help="Topic; default: the interactions topic.", metavar="NAME")
]


@app.command()
def send(
    file: Annotated[
        str,
        typer.Argument(
            help="File of CloudEvents, one JSON object per line; `-` is standard input.", metavar="FILE|-"
        ),
    ],
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Maximum events per second.", metavar="NUMBER")
    ] = None,
    rebase_to: Annotated[
        str | None,
        typer.Option(help="Shift all times so that the latest equals this one.", metavar="now|TIME"),
    ] = None,
    bootstrap: Bootstrap = None,
    topic: TopicOption = None,
    data: Data = None,
) -> None:
    """Publish CloudEvents from a file.

    Records keep the order of the file and are keyed by customer. Gzip is supported. A line that holds a
    list becomes one record per event.

    Preferences (customer.preferences.v1) go to the same topic, so that a customer's events keep their order.
    What cannot be read as an event is sent as it is; the router makes a dead letter of it. A file that does
    not hold one event a line is refused before anything is sent. --rebase-to moves the time of every event;
    times inside data stay as they are.
    """
    from router.cli import lines

    until = _moment(rebase_to) if rebase_to else None
    settings = settings_of(data, bootstrap=bootstrap)
    plan = _Plan(topic or settings.topics.interactions, datetime.now(UTC), rate)
    with lines.opened(file, twice=until is not None) as source:
        if until is not None:
            plan = _Plan(plan.topic, plan.now, rate, _shift(source, until))
        with progress("sending", source.size) as bar:
            sent = asyncio.run(_send(settings, source, plan, bar))
    told(sent.line(plan))


class _Plan(Struct, frozen=True):
    """Where to, when, how fast (events a second) and with which shift of the times."""

    topic: str
    now: datetime
    rate: float | None = None
    shift: timedelta | None = None


class _Sent(Struct):
    """How many records were sent; of them those that cannot be read, and those whose times did not move."""

    records: int = 0
    unread: int = 0
    timeless: int = 0
    with_times: int = 0

    def line(self, plan: _Plan) -> str:
        """The counts in a sentence."""
        notes = []
        if self.unread:
            notes.append(f"{self.unread:,} of them cannot be read as an event")
        if plan.shift is not None:
            if self.timeless:
                notes.append(f"{self.timeless:,} have no time and count from when they were sent")
            if self.unread:
                notes.append("what cannot be read was not moved")
            if self.with_times:
                notes.append(f"{self.with_times:,} hold times inside data, which were not moved")
        return "; ".join([f"Sent {counted(self.records, 'record')} to {plan.topic}", *notes]) + "."


def _shift(source: "Source", until: datetime) -> timedelta:
    """How far times are moved so that the latest is `until`. Raises `Refused` where that cannot be."""
    times = source.times()
    if times is None:
        return timedelta()
    shift = until - times.latest
    if times.earliest - _EPOCH < -shift:
        raise Refused(
            f"--rebase-to would move the earliest event ({times.earliest.isoformat()}) to before 1970: name a later time."
        )
    return shift


async def _send(settings: "Settings", source: "Source", plan: _Plan, bar: Bar) -> _Sent:
    from router.cli.lines import events_of
    from router.kafka.cluster import opened_cluster
    from router.kafka.in_order import publishing_in_order
    from router.service.embedded import reachable

    sent, count = _Sent(), 0
    begun = asyncio.get_running_loop().time()
    async with (
        opened_cluster(reachable(settings).kafka) as cluster,
        publishing_in_order(cluster, [plan.topic], settings.dispatch.send_deadline_seconds) as publishing,
    ):
        for block in source.blocks():
            for event in (event for line in block for event in events_of(line.text)):
                if plan.rate is not None:
                    await _paced(begun + count / plan.rate, publishing)
                count += 1
                await publishing.take(_message(event, plan, sent))
            await publishing.flush()
            bar.at(block[-1].read)
        sent.records = publishing.sent
        return sent


async def _paced(due: float, publishing: "InOrder") -> None:
    """Waits until a record is due; what was taken before is published first."""
    delay = due - asyncio.get_running_loop().time()
    if delay > _SHORTEST_PAUSE:
        await publishing.flush()
        await asyncio.sleep(delay)


def _message(event: bytes, plan: _Plan, sent: _Sent) -> "Message":
    """The record of an event, keyed by its customer."""
    from router.cli.lines import customer_of, holds_times, interaction_of, moved
    from router.model.record import Message

    interaction = interaction_of(event, plan.now)
    if interaction is None:
        sent.unread += 1
        return Message(plan.topic, customer_of(event).encode() or None, event)
    if plan.shift is not None:
        text = moved(event, interaction, plan.shift)
        sent.timeless += text is None
        sent.with_times += holds_times(event)
        event = text or event
    return Message(plan.topic, interaction.customer_id.encode() or None, event, _STRUCTURED)


def _moment(text: str) -> datetime:
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None and moment.year < _LAST_YEAR:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refused(
        f"--rebase-to {text} is no time: write `now` or a time with its zone, 2026-03-02T10:15:00Z."
    )


@app.command()
def tail(
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Start at the earliest offset.")
    ] = False,
    count: Annotated[
        int | None, typer.Option(min=1, help="Stop after this many records.", metavar="NUMBER")
    ] = None,
    bootstrap: Bootstrap = None,
    topic: TopicOption = None,
    data: Data = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")] = False,
) -> None:
    """Print interactions as they arrive.

    Runs until interrupted, outside the workers' consumer group.
    """
    settings = settings_of(data, bootstrap=bootstrap)
    asyncio.run(_tail(settings, topic or settings.topics.interactions, from_beginning, count, json))


async def _tail(
    settings: "Settings", topic: str, from_beginning: bool, count: int | None, json: bool
) -> None:
    from router.kafka.cluster import opened_cluster
    from router.service.embedded import reachable

    shown = 0
    async with opened_cluster(reachable(settings).kafka) as cluster:
        places = await cluster.partitions([topic])
        if not places:
            raise Refused(f"There is no topic {topic} at {cluster.kafka.bootstrap}.", FAILED)
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
