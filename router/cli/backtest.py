"""`backtest`: a log of interactions through a rule set, with neither broker nor database."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import FAILED, Refused
from router.cli.options import AsArrived, By, Columns, Json, fields_of
from router.cli.output import print_json, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from router.authoring.backtest import Backtest
    from router.cli.backtest_summary import BacktestTally, Summary
    from router.cli.decision_file import DecisionFile
    from router.cli.in_order import Log
    from router.cli.output import Bar


def backtest(
    rules: Annotated[Path, typer.Argument(help="Rules directory.", metavar="RULES")],
    events: Annotated[
        str,
        typer.Option(
            help="File of CloudEvents, one JSON object per line; `-` is standard input.", metavar="FILE|-"
        ),
    ],
    decisions: Annotated[
        Path | None,
        typer.Option(help="Write the decisions to a file, one JSON object per line.", metavar="OUT"),
    ] = None,
    columns: Columns = None,
    as_arrived: AsArrived = False,
    by: By = None,
    json: Json = False,
) -> None:
    """Decide a log of past interactions and print a summary.

    Needs no broker or database: the clock follows the log. The same log and rules give the same decisions,
    byte for byte. A log that is not sorted by time is sorted first. Unreadable lines are counted and
    skipped. Where the log has answers to what it asks, the summary says how many to expect.
    """
    from router.authoring.backtest import Backtest
    from router.authoring.language.load import load_directory
    from router.cli import decision_file, in_order
    from router.cli.backtest_summary import BacktestTally

    fields = fields_of(by)
    loaded = load_directory(rules)
    run = Backtest(loaded)
    with (
        in_order.opened(events, as_arrived=as_arrived, columns=columns) as log,
        decision_file.opened(decisions) as file,
        progress("deciding", log.source.size) as bar,
    ):
        tally = BacktestTally(loaded, fields)
        summary = _run(run, log, file, bar, tally)
        if file is not None:
            file.finish(run.finals)
    if not summary.interactions and summary.dead_letters.count:
        raise Refused(f"Nothing of {events} can be read: {summary.dead_letters.first[0]}", FAILED)
    if json:
        print_json(summary)
    else:
        from router.cli.backtest_summary import print_summary

        print_summary(summary)


def _run(
    run: "Backtest", log: "Log", file: "DecisionFile | None", bar: "Bar", tally: "BacktestTally"
) -> "Summary":
    from router.authoring.backtest import decision_line
    from router.flow.kafka_time import AHEAD

    for decided in run.run_numbered(_lines(run, log, tally, bar), datetime.now(UTC) + AHEAD):
        tally.take(decided)
        if file is not None:
            file.take(decision_line(decided))
    tally.take_dead(run.dead)
    return tally.summary(run, log)


def _lines(run: "Backtest", log: "Log", tally: "BacktestTally", bar: "Bar") -> "Iterator[tuple[int, bytes]]":
    """The lines; what could not be read is taken away as it comes, so that memory does not grow with it."""
    for block in log.blocks():
        for line in block:
            yield line.number, line.text
        tally.take_dead(run.dead)
        run.dead.clear()
        bar.at(block[-1].read)
