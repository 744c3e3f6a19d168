"""Settings and stores for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from router.cli.faults import FAILED, Refused
from router.cli.output import told

if TYPE_CHECKING:
    from router.insights import RuleBook
    from router.rules.ruleset import RuleSet
    from router.settings import Settings
    from router.store import Reading, SqlStore


def settings_of(
    data: Path | None = None, rules: Path | None = None, bootstrap: str | None = None
) -> "Settings":
    """The settings, with what the command line gives before the environment. Raises `SettingsError`."""
    from router.settings import load_settings

    options: dict[str, Any] = {"data": data, "rules": rules}
    overrides = {name: value for name, value in options.items() if value is not None}
    if bootstrap is not None:
        overrides["kafka"] = {"bootstrap": bootstrap}
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


async def rule_book(store: "SqlStore", given: Path | None, customer: str = "") -> "RuleBook":
    """The rules in force, for the customer where one is named, and through the store those that decided earlier.

    In force is what `--rules` names; else what is published; else the directory that `ROUTER_RULES` names; else what a
    service loaded last; else `./rules`, else the rules shipped. Raises `InvalidRules` and `Refused`.
    """
    from router.authoring.language.load import load_directory
    from router.authoring.packing import UnreadableContent
    from router.authoring.publishing import rules_of
    from router.insights import RuleBook
    from router.rules.in_force import InForce
    from router.store.revisions import NoSuchRevision

    async def fetch(number: int) -> "RuleSet | None":
        try:
            return rules_of(await store.revisions.revision(number))
        except (NoSuchRevision, UnreadableContent):
            return None

    async def in_force(number: int) -> "RuleSet":
        rules = await fetch(number)
        if rules is None:
            raise Refused(
                f"Revision {number}, which is in force, cannot be read by this program: name a directory with --rules.",
                FAILED,
            )
        return rules

    async def directory(path: Path) -> "RuleSet":
        rules = load_directory(path)
        rules.revision = await store.revisions.number_of(rules.sha256) or 0
        return rules

    if given is not None:
        return RuleBook(await directory(given), f"the rules of {given}", judging=True)
    settings = settings_of()
    course = None if settings.watch_rules else await store.revisions.course()
    if course is not None:
        live, rollout = await in_force(course.live), None
        if course.rollout is not None and customer:
            rollout = await in_force(course.rollout)
        return RuleBook(InForce(live, rollout, course.share).of(customer), fetch=fetch)
    if settings.rules is None and (last := await store.revisions.last_loaded()) is not None:
        return RuleBook(await in_force(last.number), fetch=fetch)
    here = settings.rules_directory
    return RuleBook(await directory(here), f"the rules of {here}", fetch)


def rules_here(given: Path | None) -> Path:
    """The directory of rules for a command without a database: as given, else `ROUTER_RULES`, `./rules` or those shipped.

    Where it was not given, it is told which it is.
    """
    if given is not None:
        return given
    directory = settings_of().rules_directory
    told(f"The rules are those of {directory}.")
    return directory
