"""`cells`: the counts behind scores and coverage."""

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

import typer

from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json, JudgedBy
from router.cli.output import print_json, print_lines, progress
from router.model.cells import STAGES, CoverageCell, ScoreCell
from router.model.spelling import counted
from router.pages.asked_days import day

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from router.service.cell_rebuild import Rebuilt
    from router.settings import Settings

app = typer.Typer(help="Look after the counts behind scores and coverage.", no_args_is_help=True)

MOST_SHOWN: Final = 10
"""So many cells of each kind are shown at most."""

STEP: Final = 5_000
"""Changes that one transaction adds to their cells."""


@app.command("roll-up")
def roll_up(data: Data = None) -> None:
    """Add the changes that transactions appended to their cells.

    Dispatchers do this every few seconds; reports count changes all the same. Use it where none runs.
    """

    async def moved() -> int:
        async with opened_store(settings_of(data)) as store:
            done = 0
            while now := await store.run(lambda transaction: transaction.roll_up(STEP)):
                done += now
            return done

    print_lines([f"{counted(asyncio.run(moved()), 'change')} added to cells."])


@app.command()
def rebuild(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit code 1 where cells differ.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(help="First day to look at; default: all days that are kept whole.", metavar="DATE"),
    ] = None,
    rules: JudgedBy = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Count all cells anew, from the journal, the invitations and the responses.

    Finds nothing to change unless something was changed by hand. Workers may go on. Days of which
    something was deleted by age stay as they are.
    """
    first = day(since) if since is not None else None
    rebuilt = asyncio.run(_rebuilt(settings_of(data), rules, first, check=check))
    differing = len(rebuilt.coverage) + len(rebuilt.scores) + len(rebuilt.months)
    if json:
        print_json(
            {
                "interactions": rebuilt.interactions,
                "responses": rebuilt.responses,
                "coverage_since": rebuilt.coverage_since,
                "scores_since": rebuilt.scores_since,
                "coverage_cells": len(rebuilt.coverage),
                "score_cells": len(rebuilt.scores),
                "months": [f"{month:%Y-%m}" for month in rebuilt.months],
                "changed": bool(differing) and not check,
            }
        )
    else:
        print_lines(_told(rebuilt, check=check))
    if check and differing:
        raise typer.Exit(1)


async def _rebuilt(
    settings: "Settings", rules: "Path | None", since: "date | None", *, check: bool
) -> "Rebuilt":
    from router.policy.hours import own_zone
    from router.service.cell_rebuild import rebuild as rebuilt
    from router.service.rules_in_force import rule_book

    async with opened_store(settings) as store:
        zone = own_zone((await rule_book(store, settings, rules)).now.policy)
        with progress("counting", 100) as bar:
            return await rebuilt(
                store,
                zone,
                check=check,
                since=since,
                on_progress=lambda done, of: bar.at(100 * done // max(done, of, 1)),
            )


def _told(rebuilt: "Rebuilt", *, check: bool) -> list[str]:
    counts = f"{counted(rebuilt.interactions, 'interaction')} and {counted(rebuilt.responses, 'response')} counted."
    coverage, scores = rebuilt.coverage, rebuilt.scores
    did = "differ" if check else "differed and were changed"
    if not coverage and not scores:
        found = [] if rebuilt.months else ["All cells agree with them."]
    else:
        found = [f"{counted(len(coverage) + len(scores), 'cell')} {did}:"]
        found += [f"  {_coverage_words(cell)}" for cell in coverage[:MOST_SHOWN]]
        found += [f"  {_score_words(cell)}" for cell in scores[:MOST_SHOWN]]
        more = max(len(coverage) - MOST_SHOWN, 0) + max(len(scores) - MOST_SHOWN, 0)
        found += [f"  and {more} more"] if more else []
    if rebuilt.months:
        months = ", ".join(f"{month:%Y-%m}" for month in rebuilt.months)
        found.append(f"The sums of {counted(len(rebuilt.months), 'month')} {did}: {months}.")
    return [counts, *_left_alone(rebuilt), *found]


def _left_alone(rebuilt: "Rebuilt") -> list[str]:
    """What was not looked at, where that is anything."""
    found = []
    for name, since in (("coverage", rebuilt.coverage_since), ("scores", rebuilt.scores_since)):
        if since > type(since).min:
            until = "" if since == type(since).max else f" of days before {since}"
            found.append(
                f"Cells of {name}{until} stay as they are: what they were counted from is not kept whole."
            )
    return found


def _coverage_words(cell: CoverageCell) -> str:
    lacking = ", ".join(
        f"{stage} {count:+}" for stage, count in zip(STAGES, cell.counts, strict=True) if count
    )
    place = " ".join(
        part
        for part in (cell.journey, cell.step, cell.channel, cell.attribute, cell.value, cell.reason)
        if part
    )
    return f"{cell.day} {place}: {lacking}"


def _score_words(cell: ScoreCell) -> str:
    lacking = ", ".join(f"{cell.scale_low + at} {count:+}" for at, count in enumerate(cell.counts) if count)
    place = " ".join(
        part for part in (cell.journey, cell.step, cell.channel, cell.attribute, cell.value) if part
    )
    return f"{cell.day} ({cell.basis}) {cell.survey} {place}: {lacking}"
