"""`dlq`: records that cannot be processed: look at them, and send them again when the cause is gone."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from router.cli.faults import FAILED, Refused
from router.cli.opening import settings_of
from router.cli.options import Bootstrap, Data, Json, Limit
from router.cli.output import counted, print_json, print_lines, told
from router.cli.tables import print_table
from router.decode import NotADeadLetter, describe, original
from router.model.record import DEAD_REASONS, Record

if TYPE_CHECKING:
    from aiokafka import TopicPartition

    from router.cli.kafka import Cluster
    from router.model.record import Message
    from router.settings import Settings

app = typer.Typer(help="Look at dead letters, and send them again.", no_args_is_help=True)

Place = Annotated[
    str, typer.Argument(help="Where it lies, as `dlq list` shows it.", metavar="TOPIC/PARTITION/OFFSET")
]


@app.command("list")
def list_(
    topic: Annotated[
        str | None, typer.Option(help="Only of this topic or dead-letter topic.", metavar="NAME")
    ] = None,
    limit: Limit = 50,
    bootstrap: Bootstrap = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List dead letters, the newest first."""
    settings = settings_of(data, bootstrap=bootstrap)
    found = [describe(record) for record in asyncio.run(_newest(settings, _topics(settings, topic), limit))]
    if json:
        print_json(found)
        return
    rows = [
        [one["dead_letter"], one["reason"], one["detail"], one["bytes"], _when(one["timestamp"])]
        for one in found
    ]
    print_table("Dead letters", ["dead letter", "reason", "detail", "bytes", "received"], rows)


@app.command()
def show(place: Place, bootstrap: Bootstrap = None, data: Data = None, json: Json = False) -> None:
    """Show one dead letter whole."""
    settings = settings_of(data, bootstrap=bootstrap)
    told_as = describe(asyncio.run(_one(settings, _place(settings, place))))
    if json:
        print_json(told_as)
        return
    print_lines([f"{name}: {value}" for name, value in told_as.items() if name != "headers"])
    for header in told_as["headers"]:
        print_lines([f"header {header['name']}: {header.get('value', header.get('value_base64'))}"])


@app.command()
def replay(
    place: Annotated[
        str | None,
        typer.Argument(help="Where it lies, as `dlq list` shows it.", metavar="TOPIC/PARTITION/OFFSET"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Send all dead letters again.")] = False,
    reason: Annotated[
        str | None, typer.Option(help="With --all: only those with this reason.", metavar="REASON")
    ] = None,
    bootstrap: Bootstrap = None,
    data: Data = None,
) -> None:
    """Send dead letters again.

    They go to the topic they came from, as they were received.
    The dead letters stay where they are. What was decided before is decided once, so a repeat is harmless.
    """
    if (place is None) != everything:
        raise Refused("Name one dead letter as TOPIC/PARTITION/OFFSET, or all of them with --all.")
    if reason is not None and (place is not None or reason not in DEAD_REASONS):
        raise Refused(f"--reason goes with --all and is one of {', '.join(DEAD_REASONS)}.")
    settings = settings_of(data, bootstrap=bootstrap)
    wanted = _Wanted(_place(settings, place) if place else None, reason)
    sent, left_out = asyncio.run(_replay(settings, wanted))
    told(f"Sent {counted(sent, 'dead letter')} again.")
    if left_out:
        raise Refused(
            f"Left out {counted(len(left_out), 'dead letter')}, the first because {left_out[0]}.", FAILED
        )


class _Place(Struct, frozen=True):
    """A record's place."""

    topic: str
    partition: int
    offset: int


class _Wanted(Struct, frozen=True):
    """Which dead letters: one, or all with a reason."""

    place: _Place | None
    reason: str | None


def _inputs(settings: "Settings") -> tuple[str, ...]:
    return settings.topics.inputs


def _topics(settings: "Settings", topic: str | None = None) -> list[str]:
    """The dead-letter topics, or the one that is named by itself or by its source."""
    known = {source: settings.topics.dlq_of(source) for source in _inputs(settings)}
    if topic is None:
        return list(known.values())
    if topic in known:
        return [known[topic]]
    if topic in known.values():
        return [topic]
    raise Refused(f"{topic} is no topic with dead letters: {', '.join(known.values())} are.")


def _place(settings: "Settings", text: str) -> _Place:
    topic, *numbers = text.rsplit("/", 2)
    if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        raise Refused(
            f"{text} is no place of a dead letter: write TOPIC/PARTITION/OFFSET as `dlq list` shows it."
        )
    if topic not in _topics(settings):
        raise Refused(f"{topic} is no topic with dead letters: {', '.join(_topics(settings))} are.")
    return _Place(topic, int(numbers[0]), int(numbers[1]))


async def _newest(settings: "Settings", topics: Sequence[str], limit: int) -> list[Record]:
    from router.cli.kafka import opened_cluster

    kept: dict[TopicPartition, deque[Record]] = {}
    async with opened_cluster(settings) as cluster:
        for place in await cluster.partitions(topics):
            kept[place] = deque(maxlen=limit)
            async for record in cluster.stored([place]):
                kept[place].append(record)
    found = [record for records in kept.values() for record in records]
    return sorted(found, key=lambda record: record.timestamp, reverse=True)[:limit]


async def _one(settings: "Settings", place: _Place) -> Record:
    from router.cli.kafka import opened_cluster

    async with opened_cluster(settings) as cluster:
        return await _read(cluster, place)


async def _read(cluster: "Cluster", place: _Place) -> Record:
    from aiokafka import TopicPartition

    partition = TopicPartition(place.topic, place.partition)
    if partition in await cluster.partitions([place.topic]):
        async for record in cluster.stored([partition], since=place.offset):
            if record.offset == place.offset:
                return record
            break
    raise Refused(
        f"There is no dead letter at {place.topic}/{place.partition}/{place.offset}:"
        " `feedback-router dlq list` shows where they lie.",
        FAILED,
    )


async def _replay(settings: "Settings", wanted: _Wanted) -> tuple[int, list[str]]:
    """How many were sent again, and why others were not."""
    from router.cli.kafka import opened_cluster
    from router.cli.sending import opened_outlet

    left_out: list[str] = []
    async with opened_cluster(settings) as cluster:
        targets = sorted({place.topic for place in await cluster.partitions(_inputs(settings))})
        async with opened_outlet(settings, cluster, targets) as outlet:
            async for record in _chosen(cluster, settings, wanted):
                try:
                    await outlet.take(_again(record, targets))
                except NotADeadLetter as problem:
                    left_out.append(str(problem))
            await outlet.flush()
            return outlet.sent, left_out


async def _chosen(cluster: "Cluster", settings: "Settings", wanted: _Wanted) -> AsyncIterator[Record]:
    if wanted.place is not None:
        yield await _read(cluster, wanted.place)
        return
    async for record in cluster.stored(await cluster.partitions(_topics(settings))):
        if wanted.reason in (None, describe(record)["reason"]):
            yield record


def _again(record: Record, targets: Sequence[str]) -> "Message":
    """What to publish again. Raises `NotADeadLetter`, also where it would go to a topic that is not read here."""
    from router.model.record import Message

    written = describe(record)["timestamp"]
    # Preferences without a time are as old as their record: sent again, they must not overrule what was said since.
    known = written is not None and 0 < written <= datetime.now(UTC).timestamp() * 1000
    message = Message(*original(record), timestamp=written if known else None)
    if message.topic not in targets:
        place = f"{record.topic}/{record.partition}/{record.offset}"
        raise NotADeadLetter(f"{place} names the topic {message.topic}, which this service does not read")
    return message


def _when(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
