"""Publishing rule sets: revisions that never change, and the course that says which of them decide."""

from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.language.load import load_texts
from router.authoring.packing import pack, unpack
from router.model.revision import Course, CourseAction, Revision
from router.rules.ruleset import RuleSet

WHOLE = 1.0


class Refusal(Exception):
    """A change of course that cannot be made. The text says what to do."""


class RevisionStore(Protocol):
    """What publishing needs of a store."""

    async def course(self) -> Course | None:
        """What is in force."""

    async def revision(self, number: int) -> Revision:
        """A published revision with its content."""

    async def add(self, sha256: str, content: bytes, author: str, message: str, at: datetime) -> int:
        """Stores a rule set; its number."""

    async def approve(self, number: int, by: str) -> None:
        """Notes an approval."""

    async def steer(self, course: Course) -> None:
        """Changes the course, unless somebody was faster."""


class Change(Struct, frozen=True):
    """Who changes the course, why and when."""

    author: str
    message: str
    at: datetime


class Publisher:
    """Changes the course. `since` is the course that the author has seen; a change made meanwhile is not overrun.

    Raises `CourseChanged` where somebody else was faster, `NoSuchRevision` and `Refusal`. With `four_eyes`, a
    revision goes live only after somebody else than its author approved it.
    """

    def __init__(self, store: RevisionStore, since: Course | None, *, four_eyes: bool = False) -> None:
        self._store = store
        self._since = since
        self._four_eyes = four_eyes

    async def propose(self, texts: dict[str, bytes], change: Change) -> int:
        """Stores a checked rule set as a revision without putting it in force; its number. Raises `InvalidRules`."""
        rules = load_texts(texts)
        return await self._store.add(
            rules.sha256, pack(texts, rules), change.author, change.message, change.at
        )

    async def live(self, number: int, change: Change, action: CourseAction = "publish") -> Course:
        """Puts a revision in force for everybody; ends a rollout and keeps a shadow."""
        revision = await self._ready(number)
        self._approved(revision)
        if self._since is not None and self._since.live == number and self._since.rollout is None:
            raise Refusal(f"revision {number} is in force already")
        return await self._steer(change, action, live=number, rollout=None, share=0.0)

    async def rollout(self, number: int, share: float, change: Change) -> Course:
        """Lets a revision decide for a share (0 to 1) of the customers; the whole share makes it live."""
        if share >= WHOLE:
            return await self.live(number, change, "rollout")
        live = self._live()
        self._approved(await self._ready(number))
        if live.live == number:
            raise Refusal(f"revision {number} decides for everybody already")
        return await self._steer(change, "rollout", rollout=number, share=share)

    async def shadow(self, number: int, change: Change) -> Course:
        """Evaluates a revision beside the one in force; it decides nothing."""
        self._live()
        await self._ready(number)
        return await self._steer(change, "shadow", shadow=number)

    async def end(self, what: CourseAction, change: Change) -> Course:
        """Ends a rollout (all customers go back to the live revision) or a shadow."""
        live = self._live()
        if what == "end_shadow":
            if live.shadow is None:
                raise Refusal("no revision runs as a shadow")
            return await self._steer(change, what, shadow=None)
        if live.rollout is None:
            raise Refusal("no revision is rolled out in part")
        return await self._steer(change, what, rollout=None, share=0.0)

    async def approve(self, number: int, by: str) -> None:
        """Approves a proposed revision. Raises `Refusal` where the author would approve it alone."""
        revision = await self._store.revision(number)
        if revision.author == by:
            raise Refusal(f"revision {number} is by {by}: somebody else has to approve it")
        await self._store.approve(number, by)

    async def _ready(self, number: int) -> Revision:
        """A revision that this program can load; the others must not come into force."""
        revision = await self._store.revision(number)
        unpack(revision.content or b"", number)
        return revision

    def _approved(self, revision: Revision) -> None:
        if self._four_eyes and (revision.approved_by is None or revision.approved_by == revision.author):
            raise Refusal(
                f"revision {revision.number} by {revision.author} needs the approval of somebody else:"
                f" `feedback-router approve {revision.number}`"
            )

    def _live(self) -> Course:
        if self._since is None:
            raise Refusal("nothing is published yet: `feedback-router publish RULES -m MESSAGE` first")
        return self._since

    async def _steer(self, change: Change, action: CourseAction, **changed: Any) -> Course:
        known = self._since or Course(0, 0, action, change.author, change.message, change.at)
        course = replace(
            known,
            seq=known.seq + 1,
            action=action,
            author=change.author,
            message=change.message,
            at=change.at,
            **changed,
        )
        if course.shadow in (course.live, course.rollout):
            course = replace(course, shadow=None)
        await self._store.steer(course)
        return course


def rules_of(revision: Revision) -> RuleSet:
    """The rule set of a published revision."""
    return unpack(revision.content or b"", revision.number)[1]
