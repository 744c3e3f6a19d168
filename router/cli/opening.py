"""Settings and stores for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from router.settings import Settings
    from router.store import Reading


def settings_of(
    data: Path | None = None, rules: Path | None = None, bootstrap: str | None = None
) -> "Settings":
    """The settings, with what the command line gives before the environment. Raises `SettingsError`."""
    from router.settings import load_settings

    given: dict[str, Any] = {"data": data, "rules": rules}
    given = {name: value for name, value in given.items() if value is not None}
    if bootstrap is not None:
        given["kafka"] = {"bootstrap": bootstrap}
    return load_settings(**given)


@asynccontextmanager
async def opened_reading(settings: "Settings") -> AsyncIterator["Reading"]:
    """The store's answers. Raises `StoreUnavailable` or `SchemaOutdated`."""
    from router.store import SqlStore

    store = await SqlStore.open(settings.database_url, lanes=1)
    try:
        await store.check()
        yield store.reading
    finally:
        await store.close()
