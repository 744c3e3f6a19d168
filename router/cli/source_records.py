"""`sources counts` and `sources replay`: what became of the records that vendors sent, and having them read again."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Bootstrap, Data, Json, JudgedBy, Since, Until
from router.cli.output import print_json, print_lines, told
from router.cli.tables import print_table
from router.model.spelling import counted
from router.pages import asked_days as dates

if TYPE_CHECKING:
    from pathlib import Path

    from router.insights.sources import SourceFigures
    from router.service.source_replay import SourceReplayed
    from router.settings import Settings


def counts(
    since: Since = None, until: Until = None, rules: JudgedBy = None, data: Data = None, json: Json = False
) -> None:
    """Show how many records of each source were mapped, passed over, or became dead letters, and why.

    Counted by the service as it reads, to the hour, and kept for 90 days. What is read again is counted again.
    """
    found, days = asyncio.run(_figures(settings_of(data), rules, (since, until)))
    if json:
        print_json(found)
        return
    if not found:
        print_lines(["The rule set has no sources: a source is a file that opens with `source:`."])
        return
    columns = ["source", "topic", "mapped", "skipped", "dead letters", "last record"]
    rows = [
        [one.source, one.topic, one.mapped, one.skipped, one.dead_letters, one.last_record_at]
        for one in found
    ]
    print_table(f"Records of sources, {days}", columns, rows)
    reasons = [
        [one.source, why.outcome.replace("_", " "), why.why, why.records] for one in found for why in one.why
    ]
    if reasons:
        print_table("Why", ["source", "outcome", "why", "records"], reasons)


def replay(
    source: Annotated[str, typer.Argument(help="A source of the rules in force.", metavar="SOURCE")],
    since: Annotated[
        str,
        typer.Option(
            help="From which time on, by the records' own timestamps: 6h, 3d, or 2026-11-27T08:00:00+01:00.",
            metavar="TIME",
        ),
    ],
    trial: Annotated[bool, typer.Option("--dry-run", help="Map and count, and decide nothing.")] = False,
    bootstrap: Bootstrap = None,
    data: Data = None,
    json: Json = False,
) -> int:
    """Read a source's records again, and map them by the rules in force.

    What an earlier mapping passed over, failed on or did not know has its effect now, with the revision that mapped it. What was
    decided before is a repeat and changes nothing. The topic stays as it is; workers may go on meanwhile.
    Exit code 1: some of the records cannot be mapped still.
    """
    now = datetime.now(UTC)
    done = asyncio.run(
        _replayed(settings_of(data, bootstrap=bootstrap), source, _moment(since, now), trial=trial)
    )
    if json:
        print_json(done)
    elif trial:
        told(
            f"Read {counted(done.records, 'record')} of {source}: {counted(done.decided, 'interaction')}"
            f" would be decided unless known, {done.skipped:,} passed over, {done.unmapped:,} cannot be mapped."
        )
    else:
        told(
            f"Read {counted(done.records, 'record')} of {source}: {counted(done.decided, 'interaction')} decided now,"
            f" {done.known:,} known before, {done.skipped:,} passed over, {done.unmapped:,} cannot be mapped."
        )
    if done.because is not None and not json:
        told(f"The first that cannot be mapped: {done.because}")
    return FAILED if done.unmapped else 0


async def _replayed(settings: "Settings", source: str, since: datetime, *, trial: bool) -> "SourceReplayed":
    from router.service.source_replay import replay_source

    async with opened_store(settings) as store:
        return await replay_source(store, settings, source, since, trial=trial)


def _moment(text: str, now: datetime) -> datetime:
    """`6h` before now, or a time with its offset. Raises `Refused`."""
    from router.authoring.language.amounts import duration

    span = duration(text)
    try:
        moment = datetime.fromisoformat(text) if span is None else now - span
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(
            f"--since {text} is no time: write how long ago, such as 6h or 3d, or 2026-11-27T08:00:00+01:00."
        )
    return moment


async def _figures(
    settings: "Settings", given: "Path | None", period: tuple[str | None, str | None]
) -> "tuple[list[SourceFigures], str]":
    from router.insights.periods import today
    from router.insights.sources import sources
    from router.policy.hours import own_zone
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        rules = (await rule_book(store, settings, given)).now
        zone = own_zone(rules.policy)
        days = dates.days(*period, today(datetime.now(UTC), zone))
        found = await sources(store.source_counts, rules.sources.values(), days, zone)
        return found, days.words(rules.policy.zone)
