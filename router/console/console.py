"""What all pages work with, opened once for the process."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from router.console.workbench import Workbench
from router.insights.rule_book import RuleBook
from router.model.keyed_hash import KeyedHash
from router.service.rule_watch import file_states
from router.service.rules_in_force import rule_book
from router.settings import Settings
from router.store import SqlStore


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Console:
    """The store and the settings of one process; `hashes` name customers in the audit. `now` is the time of day.

    Who reads much of the journal holds `reading_journal`, so that one page at a time does.
    """

    settings: Settings
    store: SqlStore
    hashes: KeyedHash
    now: Callable[[], datetime] = _now
    reading_journal: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)
    workbench: Workbench = field(default_factory=Workbench, init=False)
    _kept: tuple[object, RuleBook] | None = field(default=None, init=False)
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def rules(self) -> RuleBook:
        """The rules in force, as of every command; read again only where they changed.

        Raises `InvalidRules`, `UnreadableContent`, `StoreUnavailable` or `SchemaOutdated`.
        """
        async with self._reading:
            known_by = await self._known_by()
            if self._kept is None or self._kept[0] != known_by:
                self._kept = known_by, await rule_book(self.store, self.settings, None)
            return self._kept[1]

    async def _known_by(self) -> object:
        """What is another where other rules are in force."""
        settings, revisions = self.settings, self.store.revisions
        course = None if settings.watch_rules else await revisions.course()
        if course is not None:
            return course.seq
        if settings.rules is None and (loaded := await revisions.last_loaded()) is not None:
            return loaded.sha256
        return await asyncio.to_thread(file_states, settings.rules_directory)
