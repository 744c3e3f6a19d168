"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
AsArrived = Annotated[
    bool,
    typer.Option(
        "--as-arrived", help="Decide in the order of the lines, also what is not in order of time there."
    ),
]
Data = Annotated[
    Path | None, typer.Option(help="Data directory of the embedded default.", metavar="DIRECTORY")
]
Rules = Annotated[
    Path | None,
    typer.Option(help="Directory of the rule set, for as long as none is published.", metavar="DIRECTORY"),
]
JudgedBy = Annotated[
    Path | None,
    typer.Option(
        "--rules", help="Judge by this directory of rules instead of those in force.", metavar="DIRECTORY"
    ),
]
RulesHere = Annotated[
    Path | None,
    typer.Argument(
        help="Directory of the rule set; else ROUTER_RULES, ./rules, or the rules shipped.", metavar="RULES"
    ),
]
Bootstrap = Annotated[
    str | None,
    typer.Option(
        help="Kafka servers; else those set, else the embedded broker that is running.", metavar="HOST:PORT"
    ),
]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="Most rows to show.", metavar="COUNT")]
