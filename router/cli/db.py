"""`db`: the database's schema."""

import asyncio
from typing import TYPE_CHECKING

import typer

from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json
from router.cli.output import print_json, print_lines

if TYPE_CHECKING:
    from router.settings import Settings

app = typer.Typer(help="Bring the database up to date.", no_args_is_help=True)


@app.command()
def upgrade(data: Data = None) -> None:
    """Bring the database to the newest schema.

    Harmless where it is there already.
    """
    from router.store import upgrade as upgraded

    settings = settings_of(data)
    applied = asyncio.run(upgraded(settings.database_url))
    print_lines([f"Applied: {', '.join(applied)}" if applied else "The database has the newest schema."])


@app.command()
def current(data: Data = None, json: Json = False) -> None:
    """Show which schema the database has.

    The exit code is 1 where it is not the newest one.
    """
    from router.store import current as standing

    settings = settings_of(data)
    at, newest = asyncio.run(standing(settings.database_url))
    if json:
        print_json({"current": at, "newest": newest})
    else:
        print_lines([f"The database is at {at or 'no schema yet'}; the newest is {newest}."])
    asyncio.run(_require_newest(settings))


async def _require_newest(settings: "Settings") -> None:
    async with opened_store(settings):
        pass
