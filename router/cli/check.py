"""`check`: every problem of a rule set at once."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from router.cli import came_in, completing
from router.cli.faults import FAILED, Refused
from router.cli.options import Data, RulesHere
from router.cli.output import console, print_json
from router.model.signs import printable

if TYPE_CHECKING:
    from router.authoring.language.load import CheckedRules

Format = Literal["text", "json", "github", "sarif"]


def check(  # noqa: PLR0913 - options of a command
    rules: RulesHere = None,
    form: Annotated[
        Format,
        typer.Option("--format", help="Output for people, programs, GitHub annotations or code scanning."),
    ] = "text",
    strict: Annotated[bool, typer.Option("--strict", help="Treat warnings as errors.")] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            help="Print the documentation of a code, such as R017, and exit.",
            metavar="CODE",
            autocompletion=completing.codes,
        ),
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(
            help="Also compare with a file of CloudEvents, one per line; `-` is standard input.",
            metavar="FILE|-",
        ),
    ] = None,
    journal: Annotated[
        bool, typer.Option("--journal", help="Also compare with the interactions in the journal.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(help=f"How far back, with --journal; else {came_in.SINCE}.", metavar=came_in.SINCE),
    ] = None,
    data: Data = None,
) -> int:
    """Check a rule set.

    Reports all problems of all files, each with its position, a code and a hint. With --events or --journal
    it also reports types, channels, attributes and values that nothing of what came in has, with the nearest
    one that came and how often. Exit code 1: there is an error, or a warning with --strict.
    """
    if explain is not None:
        _explain(explain)
        return 0
    from router.authoring.checks.came_in import check_came_in
    from router.authoring.checks.never import check_past
    from router.authoring.language.load import check_directory
    from router.cli.opening import rules_here

    if events is not None and journal:
        raise Refused("Choose one of --events and --journal.")
    if since is not None and not journal:
        raise Refused("--since says how far back the journal is read: add --journal.")
    directory = rules_here(rules)
    further = [check_past(datetime.now(UTC))]
    if events is not None:
        further.append(check_came_in(came_in.of_events(events)))
    elif journal:
        further.append(check_came_in(came_in.of_journal(since or came_in.SINCE, data)))
    checked = check_directory(directory, further)
    _print(checked, form)
    counted = checked.problems if strict else checked.errors
    return FAILED if counted else 0


def _explain(code: str) -> None:
    from router.authoring.codes import CODES
    from router.authoring.language.pages import page

    if code.upper() not in CODES:
        raise Refused(f"There is no code {printable(code)}: they run from {min(CODES)} to {max(CODES)}.")
    print(page(code.upper()), end="")


def _print(checked: "CheckedRules", form: Format) -> None:
    from router.cli import check_formats

    if form == "json":
        print_json(check_formats.as_json(checked))
    elif form == "sarif":
        print_json(check_formats.as_sarif(checked))
    elif form == "github":
        for line in check_formats.as_github(checked):
            print(printable(line))
    else:
        out = console()
        for line in check_formats.as_text(checked):
            out.print(printable(line), markup=False, soft_wrap=True)
