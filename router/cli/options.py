"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Final

import typer

from router.cli.faults import Refused

MOST_FIELDS: Final = 5
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AsArrived = Annotated[
    bool,
    typer.Option("--as-arrived", help="Decide in the order of the lines, without sorting by time."),
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns",
        help="Read the events from CSV: time=Date,customer=Client,type=Kind, or a YAML file with these.",
        metavar="COLUMNS|FILE",
    ),
]
Data = Annotated[
    Path | None, typer.Option(help="Data directory of the embedded broker and SQLite.", metavar="DIRECTORY")
]
Rules = Annotated[
    Path | None,
    typer.Option(help="Rules directory, used until a revision is published.", metavar="DIRECTORY"),
]
JudgedBy = Annotated[
    Path | None,
    typer.Option(
        "--rules", help="Use this rules directory instead of the rules in force.", metavar="DIRECTORY"
    ),
]
RulesHere = Annotated[
    Path | None,
    typer.Argument(
        help="Rules directory; default: ROUTER_RULES, ./rules, or the rules shipped.", metavar="RULES"
    ),
]
Bootstrap = Annotated[
    str | None,
    typer.Option(
        help="Bootstrap servers; default: the settings, or else the running embedded broker.",
        metavar="HOST:PORT",
    ),
]
MaxRows = Annotated[int, typer.Option(min=1, max=100_000, help="Maximum number of rows.", metavar="COUNT")]
Since = Annotated[
    str | None,
    typer.Option(help="First day, or how many days up to the last: 2026-09-01, 30d, 4w.", metavar="DATE|30d"),
]
Until = Annotated[
    str | None, typer.Option(help="Last day, included; default: today, in the policy's zone.", metavar="DATE")
]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV instead of a table.")]
HtmlPage = Annotated[Path | None, typer.Option("--html", help="Write a page as well.", metavar="FILE")]
Survey = Annotated[str | None, typer.Option(help="Only this survey.", metavar="NAME")]
Journey = Annotated[str | None, typer.Option(help="Only this journey.", metavar="NAME")]
Step = Annotated[str | None, typer.Option(help="Only this step.", metavar="NAME")]
Channel = Annotated[str | None, typer.Option(help="Only interactions on this channel.", metavar="NAME")]


By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        help="Count by a field as well, such as agent_id, channel or customer.segment. Repeatable.",
        metavar="FIELD",
    ),
]


def fields_of(by: list[str] | None) -> tuple[str, ...]:
    """The fields to count by. Raises `Refused` where there are too many, or one is none."""
    fields = tuple(dict.fromkeys(by or ()))
    if len(fields) > MOST_FIELDS:
        raise Refused(f"--by takes {MOST_FIELDS} fields at most.")
    for field in fields:
        if not field.strip() or field.startswith("journey."):
            raise Refused(
                f"--by {field} is no field of an interaction or a customer: write agent_id, channel or customer.segment."
            )
    return fields


def one_output(*, csv: bool, json: bool) -> None:
    """Raises `Refused` where both want the standard output."""
    if csv and json:
        raise Refused("--json and --csv both want the standard output: choose one.")
