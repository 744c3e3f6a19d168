"""Settings and stores for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from router.cli.output import told

if TYPE_CHECKING:
    from router.insights import RuleBook
    from router.settings import Settings
    from router.store import Reading, SqlStore

MOST_REVISIONS = 50
"""Earlier revisions that explanations are made with; older decisions are told by the rules of now."""


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


def rule_texts(directory: Path) -> dict[str, bytes]:
    """The rule files of a directory by path; files that are left out are told. Raises `InvalidRules`."""
    from router.ruleset.directory import read_files
    from router.ruleset.problems import Problems

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


async def rule_book(store: "SqlStore", settings: "Settings") -> "RuleBook":
    """The published rule sets; the directory's where none was published. Raises `InvalidRules`."""
    from router.insights import RuleBook
    from router.publishing import rules_of
    from router.ruleset import load_directory

    course = await store.revisions.course()
    if course is None:
        return RuleBook(load_directory(settings.rules_directory))
    numbers = {entry.number for entry in await store.revisions.revisions(MOST_REVISIONS) if entry.author}
    earlier = {number: rules_of(await store.revisions.revision(number)) for number in sorted(numbers)}
    return RuleBook(earlier[course.live], earlier)
