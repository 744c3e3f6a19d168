"""Settings and stores for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from router.cli.output import told

if TYPE_CHECKING:
    from router.settings import Settings
    from router.store import Reading, SqlStore


def settings_of(
    data: Path | None = None,
    rules: Path | None = None,
    bootstrap: str | None = None,
    console: dict[str, Any] | None = None,
) -> "Settings":
    """The settings, with what the command line gives before the environment. Raises `SettingsError`."""
    from router.settings import load_settings

    options: dict[str, Any] = {"data": data, "rules": rules}
    overrides = {name: value for name, value in options.items() if value is not None}
    if bootstrap is not None:
        overrides["kafka"] = {"bootstrap": bootstrap}
    if console:
        overrides["console"] = console
    return load_settings(**overrides)


def rule_texts(directory: Path) -> dict[str, bytes]:
    """The rule files of a directory by path; files that are left out are told. Raises `InvalidRules`."""
    from router.authoring.language.directory import read_files
    from router.authoring.language.problems import Problems

    problems = Problems()
    texts = read_files(directory, problems)
    problems.raise_if_any()
    for left_out in problems.ordered():
        told(str(left_out))
    return texts


@asynccontextmanager
async def opened_store(settings: "Settings") -> AsyncIterator["SqlStore"]:
    """The store, once it answers. Raises `StoreUnavailable` or `SchemaOutdated`."""
    from router.store import SqlStore

    store = await SqlStore.open(settings.database_url, lanes=1)
    try:
        await store.check()
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def opened_reading(settings: "Settings") -> AsyncIterator["Reading"]:
    """The store's answers. Raises `StoreUnavailable` or `SchemaOutdated`."""
    async with opened_store(settings) as store:
        yield store.reading


def rules_here(given: Path | None) -> Path:
    """The directory of rules for a command without a database: as given, else `ROUTER_RULES`, `./rules` or those shipped.

    Where it was not given, it is told which it is.
    """
    if given is not None:
        return given
    directory = settings_of().rules_directory
    told(f"The rules are those of {directory}.")
    return directory
