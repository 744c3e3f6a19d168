"""What the shell completes beyond names of commands and options: only what costs a moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import typer

Offered = Iterator[tuple[str, str]]
"""Words to choose from, each with its meaning."""


def codes(incomplete: str) -> Offered:
    """Codes of problems in rules."""
    from router.authoring.codes import CODES

    return ((code, entry.title) for code, entry in CODES.items() if code.startswith(incomplete.upper()))


def revisions(ctx: typer.Context, incomplete: str) -> Offered:
    """Numbers of revisions, the newest first, where they are in a SQLite file: a server may take its time."""
    from router.cli.opening import settings_of
    from router.settings import SettingsError

    try:
        # By hand, for loading a driver takes longer than a completion may.
        scheme, _, place = settings_of(ctx.params.get("data")).database_url.partition(":///")
        file = place.partition("?")[0]
        if not scheme.startswith("sqlite") or not file:
            return
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=1)) as database:
            query = "SELECT number, message FROM revisions ORDER BY number DESC LIMIT 50"
            found = database.execute(query).fetchall()
    except (SettingsError, sqlite3.Error):
        return
    for number, message in found:
        if str(number).startswith(incomplete):
            yield str(number), message or "loaded from a directory"
