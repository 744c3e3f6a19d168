"""Bringing a database to the newest schema, and asking where it stands. Alembic, configured here."""

import asyncio
from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from router.settings.own_files import own_directory, own_sqlite
from router.store.database import Database
from router.store.errors import SchemaOutdated, StoreUnavailable, is_contention

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_ATTEMPTS: Final = 100
_PAUSE: Final = 0.05
_UPGRADE_LOCK: Final = 0x66_65_65_64_62_61_63_6B


async def upgrade(url: str) -> list[str]:
    """Apply what is missing, in one transaction; names of what was applied. Two at once wait for each other.

    Creates the directory and the file of a SQLite database. Raises StoreUnavailable, and SchemaOutdated where the
    schema is newer than this program.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _upgraded(url)
        except OperationalError as error:
            # A new SQLite file that another one turns to its write-ahead log right now: SQLite does not wait for that.
            if not is_contention(error):
                raise
        await asyncio.sleep(_PAUSE)
    return await _upgraded(url)


async def _upgraded(url: str) -> list[str]:
    database = Database(url, connections=1, patient=True)
    if database.file is not None:
        _make_directory(database.file)
    applied: list[str] = []
    try:
        async with database.begin() as connection:
            if not database.is_sqlite:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
            _refuse_newer(database, await _revision(connection))
            await connection.run_sync(_upgrade, applied)
    finally:
        await database.close()
    return applied


async def current(url: str) -> tuple[str | None, str]:
    """The migration the database stands at (None: none yet) and the newest one. Raises StoreUnavailable."""
    database = Database(url, connections=1)
    try:
        return await revision_of(database), newest()
    finally:
        await database.close()


@cache
def newest() -> str:
    """The newest migration that this program knows."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise FileNotFoundError(f"no migrations in {_SCRIPTS}")
    return head


async def revision_of(database: Database) -> str | None:
    """The migration a database stands at; asking does not create a missing SQLite file."""
    if database.file is not None and not database.file.exists():
        return None
    async with database.connect() as connection:
        return await _revision(connection)


async def require_newest(database: Database) -> None:
    """Raise SchemaOutdated unless the database stands at the newest migration."""
    if database.file is not None and not database.file.exists():
        raise SchemaOutdated(
            f"{database.where} is not there: check --data and ROUTER_DATA;"
            " `feedback-router run` makes one, `feedback-router db upgrade` an empty one"
        )
    at, wanted = await revision_of(database), newest()
    if at == wanted:
        return
    _refuse_newer(database, at)
    place = "has no tables yet" if at is None else f"is at migration {at}, not {wanted}"
    raise SchemaOutdated(f"{database.where} {place}: run `feedback-router db upgrade`")


def _refuse_newer(database: Database, at: str | None) -> None:
    """Raise SchemaOutdated for a migration that this program does not know."""
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if at is not None and at not in known:
        raise SchemaOutdated(
            f"{database.where} is at migration {at!r}, which this program does not know (its newest is {newest()}): "
            "install the newer feedback-router, or name another database; `db upgrade` cannot go back"
        )


def _config(**attributes: object) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection, applied: list[str]) -> None:
    command.upgrade(_config(connection=connection, applied=applied), "head")


async def _revision(connection: AsyncConnection) -> str | None:
    return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


def _make_directory(file: Path) -> None:
    try:
        own_directory(file.parent)
        own_sqlite(file)
    except IsADirectoryError as error:
        raise StoreUnavailable(
            f"{file} is a directory and cannot be opened as a database: name a file in it"
        ) from error
    except OSError as error:
        raise StoreUnavailable(
            f"The directory {file.parent} cannot be made ({error.strerror}): choose one that is writable"
        ) from error
