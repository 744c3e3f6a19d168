"""Keeps the rule sets in force up to date: published revisions from the database, or a directory while developing."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import structlog

from router.authoring.language.beside import is_beside
from router.authoring.language.finding import found_files
from router.authoring.language.load import CheckedRules, check_directory, loaded
from router.authoring.language.problems import InvalidRules, Problems
from router.authoring.packing import UnreadableContent, pack, unpack
from router.model.revision import Course
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.store import SqlStore, StoreUnavailable
from router.store.revisions import NoSuchRevision
from router.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)

EVERY = 1.0
"""Seconds between two looks. A new course is in force within two of them."""

_TRIES = 5
"""How often a directory is read that changes while it is read; then as it is."""


FileStates = dict[str, tuple[int, ...]]


def file_states(directory: Path) -> FileStates:
    """What tells whether a rule file below a directory, or one that may lie beside it, is still the same, by path.

    What vanishes is left out. Where a link is led elsewhere, as by an update of a Kubernetes ConfigMap, the file is another one.
    """
    states: FileStates = {}
    found = found_files(directory, Problems())
    named = {file.path: file.real for file in found.rules}
    for path, real in (named | {one: one for one in found.others if is_beside(one.name)}).items():
        with suppress(OSError):
            facts = real.stat()
            states[str(path)] = facts.st_mtime_ns, facts.st_size, facts.st_dev, facts.st_ino
    return states


class RuleWatch:
    """Looks for a new course of revisions and hands the rule sets over, all or nothing.

    A set that does not load leaves those in force where they are; `trouble` then says why, until one loads.
    """

    def __init__(self, store: SqlStore, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._loaded: dict[int, RuleSet] = {}
        self._read: FileStates = {}
        self.seq = 0
        self.trouble: str | None = None

    async def published(self) -> InForce | None:
        """The rule sets of a course that is not in force yet; None where nothing changed or nothing was published."""
        course = await self._store.revisions.course()
        if course is None or course.seq == self.seq:
            return None
        try:
            in_force = await self._load(course)
        except (InvalidRules, UnreadableContent, NoSuchRevision) as error:
            self._refuse(f"revision {course.live} is not in force: {error}")
            return None
        self.seq, self.trouble = course.seq, None
        log.info(
            "rules_in_force",
            revision=course.live,
            rollout=course.rollout,
            share=course.share,
            shadow=course.shadow,
        )
        return in_force

    async def follow(self, use: Callable[[InForce], None]) -> None:
        """Hands over every new course until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                in_force = await self.published()
            except StoreUnavailable as error:
                log.warning("rules_not_looked_for", cause=str(error))
                continue
            if in_force is not None:
                use(in_force)

    async def directory(self, directory: Path) -> InForce:
        """The rule set of a directory, with a number of its own. Raises InvalidRules."""
        checked = await self._unchanging(directory)
        rules = loaded(checked)
        texts = {str(Path(name).relative_to(directory)): text for name, text in checked.texts.items()}
        content = await asyncio.to_thread(pack, texts, rules)
        rules.revision = await self._store.revisions.load(rules.sha256, content, datetime.now(UTC))
        for warning in checked.warnings:
            place = str(warning.position)
            log.warning("rules_warning", code=warning.code, place=place, message=warning.message)
        log.info("rules_loaded", revision=rules.revision, sha256=rules.sha256, rules=len(rules.rules))
        return InForce(rules)

    async def _unchanging(self, directory: Path) -> CheckedRules:
        """A reading of a directory that is not changed meanwhile: half of one and half of another is neither."""
        tries = 0
        while True:
            tries += 1
            # Before it is read: what changes while it is read is a change.
            self._read = await asyncio.to_thread(file_states, directory)
            checked = await asyncio.to_thread(check_directory, directory)
            if tries == _TRIES or await asyncio.to_thread(file_states, directory) == self._read:
                return checked

    async def follow_directory(self, directory: Path, use: Callable[[InForce], None]) -> None:
        """Hands over the directory's rule set whenever a file changed since it was read, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            if await asyncio.to_thread(file_states, directory) == self._read:
                continue
            try:
                use(await self.directory(directory))
            except InvalidRules as error:
                self._refuse(f"the rules of {directory} are not in force: {error}")
            except StoreUnavailable as error:
                log.warning("rules_not_looked_for", cause=str(error))
                self._read = {}
            else:
                self.trouble = None

    async def _load(self, course: Course) -> InForce:
        wanted = {number for number in (course.live, course.rollout, course.shadow) if number is not None}
        loaded: dict[int, RuleSet] = {}
        for number in sorted(wanted):
            if number in self._loaded:
                loaded[number] = self._loaded[number]
                continue
            revision = await self._store.revisions.revision(number)
            _, loaded[number] = await asyncio.to_thread(unpack, revision.content or b"", number)
        # What neither decides nor runs as a shadow any more is let go.
        self._loaded = loaded
        return InForce(
            loaded[course.live],
            loaded[course.rollout] if course.rollout is not None else None,
            course.share,
            loaded[course.shadow] if course.shadow is not None else None,
        )

    def _refuse(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._metrics.rules_refused()
            log.error("rules_refused", message=trouble)
