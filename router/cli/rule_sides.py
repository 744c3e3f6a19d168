"""Rule sets named on the command line: a directory, or the number of a published revision."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from router.cli.faults import Refused
from router.cli.opening import settings_of

if TYPE_CHECKING:
    from router.authoring.comparison.rule_tests import AnyTest
    from router.rules.ruleset import RuleSet
    from router.settings import Settings
    from router.store.revisions import Revisions


class Side(Struct, frozen=True):
    """A rule set with its tests, and the name to speak of it by."""

    name: str
    rules: "RuleSet"
    tests: "Sequence[AnyTest]"


async def opened_sides(names: tuple[str, str], data: Path | None = None) -> tuple[Side, Side]:
    """Both rule sets; a whole number is a revision, anything else a directory (`./12` for one of that name).

    Raises `Refused`, `InvalidRules`, and what the store raises.
    """
    before, after = names
    if not before.isdecimal() and not after.isdecimal():
        return _directory(before), _directory(after)
    from router.store import SqlStore

    settings: Settings = settings_of(data)
    store = await SqlStore.open(settings.database_url, lanes=1)
    try:
        await store.check()
        return await _side(before, store.revisions), await _side(after, store.revisions)
    finally:
        await store.close()


async def _side(name: str, revisions: "Revisions") -> Side:
    if not name.isdecimal():
        return await asyncio.to_thread(_directory, name)
    from router.authoring.language.load import check_texts
    from router.authoring.packing import UnreadableContent, unpack
    from router.store.revisions import NoSuchRevision

    number = int(name)
    try:
        revision = await revisions.revision(number)
        texts, rules = unpack(revision.content or b"", number)
    except (NoSuchRevision, UnreadableContent) as error:
        raise Refused(f"{str(error)[0].upper()}{str(error)[1:]}.") from None
    checked = check_texts(texts)
    return Side(f"revision {number} ({revision.message})", rules, checked.all_tests)


def _directory(name: str) -> Side:
    from router.authoring.language.load import check_directory
    from router.authoring.language.problems import InvalidRules

    checked = check_directory(Path(name))
    if checked.rules is None:
        raise InvalidRules(checked.errors)
    return Side(name, checked.rules, checked.all_tests)
