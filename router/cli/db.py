"""`db`: the database's schema."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from router.cli.faults import Refused
from router.cli.opening import opened_store, settings_of
from router.cli.options import Data, Json
from router.cli.output import print_json, print_lines, told

if TYPE_CHECKING:
    from router.settings import Settings

app = typer.Typer(help="Manage the database schema and its secret.", no_args_is_help=True)


@app.command()
def upgrade(data: Data = None) -> None:
    """Migrate the database to the newest schema.

    Safe to repeat.
    """
    from router.store import upgrade as upgraded

    settings = settings_of(data)
    applied = asyncio.run(upgraded(settings.database_url))
    print_lines(
        ["Applied:", *(f"  {step}" for step in applied)]
        if applied
        else ["The database has the newest schema."]
    )


@app.command()
def current(data: Data = None, json: Json = False) -> None:
    """Show the schema version of the database.

    Exit code 1: it is not the newest.
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


@app.command("new-secret")
def new_secret(
    yes: Annotated[bool, typer.Option("--yes", help="Confirm that the previous secret is lost.")] = False,
    data: Data = None,
) -> None:
    """Replace a lost token secret.

    Stop all roles first. Addresses that bounced and customers who were erased are no longer recognised and
    are asked like any others, and outstanding response tokens become void. To rotate a secret that is not
    lost, use ROUTER_FORMER_TOKEN_SECRETS: nothing is forgotten.
    """
    if not yes:
        raise Refused(
            "Addresses that bounced and customers who were erased would not be known again:"
            " write --yes if the former secret is lost."
        )
    other = asyncio.run(_begin_anew(settings_of(data)))
    told(
        "The database goes on with the present secret alone; hashes of others are not known again."
        if other
        else "The database was used with the present secret alone already."
    )


async def _begin_anew(settings: "Settings") -> bool:
    from router.service.known_secret import begin_anew
    from router.service.secret import keyed_hash

    async with opened_store(settings) as store:
        return await begin_anew(store, keyed_hash(settings), datetime.now(UTC))
