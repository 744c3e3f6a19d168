"""`diff`: what changed between two rule sets, and what the change would have done."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer
from msgspec import Struct

from router.cli.faults import FAILED, Refused
from router.cli.opening import opened_reading, settings_of
from router.cli.options import AsArrived, By, Columns, Data, Json, fields_of
from router.cli.output import print_json, progress, told
from router.cli.rule_sides import Side, opened_sides
from router.cli.voices import Lang, Zone, voice
from router.model.spelling import counted
from router.words.voice import Language, Voice

if TYPE_CHECKING:
    from router.authoring.comparison import Effect, RuleSetChange, Threshold

_SINCE: Final = "30d"
Events = Annotated[
    str | None,
    typer.Option(
        help="Compare on a file of CloudEvents, one per line; `-` is standard input.", metavar="FILE|-"
    ),
]
Journal = Annotated[bool, typer.Option("--journal", help="Compare on the interactions in the journal.")]
Since = Annotated[
    str | None, typer.Option(help=f"How far back, with --journal; else {_SINCE}.", metavar="30d")
]
FailIf = Annotated[
    list[str] | None,
    typer.Option(help="Exit with 1 beyond a threshold, such as 'invitations > +20%'.", metavar="BOUND"),
]
Html = Annotated[Path | None, typer.Option(help="Write the report as an HTML page.", metavar="FILE")]


class DiffReport(Struct, frozen=True):
    """What the command tells. `tripped` are the lines of the thresholds that the effect goes beyond."""

    before: str
    after: str
    changes: "list[RuleSetChange]"
    effect: "Effect | None" = None
    tripped: tuple[str, ...] = ()


def diff(  # noqa: PLR0913 - options of a command
    before: Annotated[str, typer.Argument(help="Directory or revision number.", metavar="A")],
    after: Annotated[str, typer.Argument(help="Directory or revision number to compare with.", metavar="B")],
    events: Events = None,
    journal: Journal = False,
    since: Since = None,
    fail_if: FailIf = None,
    html: Html = None,
    columns: Columns = None,
    as_arrived: AsArrived = False,
    by: By = None,
    lang: Lang = None,
    zone: Zone = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Compare two rule sets.

    With --events or --journal, both decide the same interactions. The report covers invitations, customers,
    refusals, and examples with their reasons.
    """
    _fit(events, since, columns, journal=journal, as_arrived=as_arrived, counted=bool(by))
    if events is None and not journal and (fail_if or html is not None):
        raise Refused("--fail-if and --html need something to try the rules on: add --events or --journal.")
    told = _Told(fields_of(by), lang, zone, json)
    span = _span(since or _SINCE)
    sides = asyncio.run(opened_sides((before, after), data))
    bounds = _bounds(fail_if or [], sides)
    found = None
    if events is not None:
        found = _of_log(sides, events, told, as_arrived=as_arrived, columns=columns)
    elif journal:
        found = asyncio.run(_of_journal(sides, datetime.now(UTC) - span, told, data))
    report = _report(sides, found, bounds)
    if html is not None:
        _write_page(html, report, told.voice(sides))
    _print(report, told.voice(sides), as_json=json)
    if report.tripped:
        raise Refused("\n".join(report.tripped), FAILED)


class _Told(NamedTuple):
    """What is counted besides, and how it is told; JSON is English, in UTC, and so is a page that is written with it."""

    fields: tuple[str, ...]
    lang: Language | None
    zone: str | None
    json: bool

    def voice(self, sides: tuple[Side, Side]) -> Voice:
        """How it is told: by the zone that was asked for, else that of the policy of the rules after."""
        return voice(self.lang, self.zone, sides[1].rules.policy, json=self.json)


def _fit(
    events: str | None,
    since: str | None,
    columns: str | None,
    *,
    journal: bool,
    as_arrived: bool,
    counted: bool,
) -> None:
    """Raises `Refused` where options need others, or exclude them."""
    if events is not None and journal:
        raise Refused("Choose one of --events and --journal.")
    if counted and events is None and not journal:
        raise Refused(
            "--by counts the invitations that the rules would have sent: add --events or --journal."
        )
    if as_arrived and events is None:
        raise Refused("--as-arrived says in which order the lines of --events are decided: add --events.")
    if columns is not None and events is None:
        raise Refused("--columns says what the columns of --events mean: add --events.")
    if since is not None and not journal:
        raise Refused("--since says how far back the journal is read: add --journal.")


def _report(sides: tuple[Side, Side], effect: "Effect | None", bounds: "list[Threshold]") -> DiffReport:
    from router.authoring.comparison import changes

    before, after = sides
    changed = changes(before.rules, after.rules, before.tests, after.tests)
    lines = [bound.tripped(effect) for bound in bounds] if effect is not None else []
    return DiffReport(before.name, after.name, changed, effect, tuple(line for line in lines if line))


def _print(report: DiffReport, speaking: Voice, *, as_json: bool) -> None:
    from router.cli.diff_output import print_changes, print_effect

    if as_json:
        print_json(report)
        return
    print_changes(report.before, report.after, report.changes, speaking.language)
    if report.effect is not None:
        print_effect(report.effect, speaking)


def _write_page(path: Path, report: DiffReport, speaking: Voice) -> None:
    from router.cli.page_files import write_page
    from router.pages.diff_page import page

    if report.effect is not None:
        write_page(path, page(report.before, report.after, report.changes, report.effect, speaking))


def _span(text: str) -> timedelta:
    from router.authoring.language.amounts import duration

    span = duration(text)
    if span is None:
        raise Refused(f"{text!r} is no duration: write it as 30d, 2w or 12h.")
    return span


def _bounds(texts: list[str], sides: tuple[Side, Side]) -> "list[Threshold]":
    from router.authoring.comparison import WrongThreshold, threshold

    try:
        return [threshold(text, sides[0].rules, sides[1].rules) for text in texts]
    except WrongThreshold as wrong:
        raise Refused(str(wrong)) from None


def _of_log(
    sides: tuple[Side, Side],
    events: str,
    told_by: "_Told",
    *,
    as_arrived: bool,
    columns: str | None,
) -> "Effect":
    from router.authoring.comparison import RuleSetComparison
    from router.authoring.comparison.log import LogComparison
    from router.cli import in_order
    from router.flow.kafka_time import AHEAD

    comparison = RuleSetComparison(sides[0].rules, sides[1].rules, told_by.fields, told_by.voice(sides))
    fed = LogComparison(comparison, datetime.now(UTC) + AHEAD)
    dead, first = 0, ""
    with (
        in_order.opened(events, as_arrived=as_arrived, columns=columns) as log,
        progress("deciding twice", log.source.size) as bar,
    ):
        for block in log.blocks():
            fed.take((line.number, line.text) for line in block)
            if fed.dead and not first:
                first = f"line {fed.dead[0].record.offset}: {fed.dead[0].reason}: {fed.dead[0].detail}"
            dead += len(fed.dead)
            # Not kept: memory must not grow with what cannot be read.
            fed.dead.clear()
            bar.at(block[-1].read)
        effect = comparison.finish()
    if dead and not effect.interactions:
        raise Refused(f"Nothing of {events} can be read: {first}", FAILED)
    if dead:
        left = "was" if dead == 1 else "were"
        told(f"{counted(dead, 'line')} of {events} cannot be read and {left} left out; the first: {first}")
    return effect


async def _of_journal(
    sides: tuple[Side, Side], since: datetime, told_by: "_Told", data: Path | None
) -> "Effect":
    from router.authoring.comparison import effect
    from router.authoring.comparison.journal import lead_in

    before, after = (side.rules for side in sides)
    start = since - lead_in(before, after)
    total = int((datetime.now(UTC) - start).total_seconds())
    async with opened_reading(settings_of(data)) as reading:
        with progress("deciding twice", total) as bar:

            def at(moment: datetime) -> None:
                bar.at(max(int((moment - start).total_seconds()), 0))

            return await effect(reading, before, after, since, at, told_by.fields, told_by.voice(sides))
