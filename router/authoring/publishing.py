"""Publishing rule sets: revisions that never change, and the course that says which of them decide.

Whoever publishes, by whatever surface, comes by here: a set is checked, its own tests pass, and its effect on the journal
is known before it can be stored.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from unicodedata import normalize

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.comparison import Effect, effect
from router.authoring.comparison.journal import JournalInOrder
from router.authoring.language.load import load_texts
from router.authoring.language.load_tests import load_alert_tests, load_source_tests, load_tests
from router.authoring.packing import pack, unpack
from router.authoring.ruletest import alert_reports, judged, source_reports
from router.model.revision import Course, CourseAction, Revision
from router.rules.ruleset import RuleSet
from router.words.voice import PLAIN, Voice

WHOLE: Final = 1.0
LONGEST_MESSAGE: Final = 500
EFFECT_OVER: Final = timedelta(days=30)
"""How much of the journal a set is tried on before it is published."""

_NAMED: Final = 5


class ChangeRefused(Exception):
    """A change of course that cannot be made. The text says what to do."""


class NoMessage(ChangeRefused):
    """A change without a reason, or with one that nobody will read."""


class FailingTests(ChangeRefused):
    """A rule set that fails tests of its own; names them."""

    def __init__(self, failed: list[str], tests: int) -> None:
        super().__init__(
            f"Not published: {len(failed)} of {tests} test{'s' if tests != 1 else ''} failed"
            f" ({'; '.join(failed[:_NAMED])}). `feedback-router test RULES` shows why."
        )


class RevisionStore(Protocol):
    """What publishing needs of a store."""

    async def course(self) -> Course | None:
        """What is in force."""

    async def revision(self, number: int) -> Revision:
        """A published revision with its content."""

    async def last_loaded(self) -> Revision | None:
        """What a service read last from a directory."""

    async def add(self, sha256: str, content: bytes, author: str, message: str, at: datetime) -> int:
        """Stores a rule set; its number."""

    async def approve(self, number: int, by: str) -> None:
        """Notes an approval."""

    async def steer(self, course: Course) -> None:
        """Changes the course, unless somebody was faster."""


class Authorship(Struct, frozen=True):
    """Who changes the course, why and when. Raises `NoMessage`."""

    author: str
    message: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.message.strip() or len(self.message) > LONGEST_MESSAGE:
            raise NoMessage(f"Say why with -m MESSAGE, in at most {LONGEST_MESSAGE} characters.")


class Draft(Struct, frozen=True):
    """A rule set that loads and passes its own `tests` (how many), with its effect on the last days of the journal.

    `against` is the revision that decides; None: there is none, and so no effect. `fault` names what kept the effect from
    being computed.
    """

    texts: dict[str, bytes]
    rules: RuleSet
    tests: int
    against: int | None = None
    effect: Effect | None = None
    fault: str | None = None


class Publisher:
    """Changes the course. `since` is the course that the author has seen; a later change is not undone unseen.

    Raises `CourseChanged` where somebody else was faster, `NoSuchRevision` and `ChangeRefused`. With `four_eyes`, a
    revision goes live only after somebody else than its author approved it.
    """

    def __init__(
        self, store: RevisionStore, journal: JournalInOrder, since: Course | None, *, four_eyes: bool = False
    ) -> None:
        self._store = store
        self._journal = journal
        self._since = since
        self._four_eyes = four_eyes

    async def draft(self, texts: dict[str, bytes], now: datetime) -> Draft:
        """The rule set of these files, ready to be proposed. Raises `InvalidRules` and `FailingTests`."""
        return await self.with_effect(tested(texts), now)

    async def with_effect(
        self,
        draft: Draft,
        now: datetime,
        progress: Callable[[datetime], None] = lambda _at: None,
        voice: Voice = PLAIN,
    ) -> Draft:
        """A draft with its effect on the journal against what decides; `progress` is told the clock as it goes."""
        number = self._since.live if self._since is not None else await self._last_loaded()
        if number is None:
            return draft
        draft = replace(draft, against=number)
        try:
            before = rules_of(await self._store.revision(number))
            since = now - EFFECT_OVER
            found = await effect(self._journal, before, draft.rules, since, progress, voice=voice)
        except Exception as fault:  # noqa: BLE001 - a set that mends what is wrong must not be kept out by it
            return replace(draft, fault=type(fault).__name__)
        return replace(draft, effect=found)

    async def propose(self, draft: Draft, by: Authorship) -> int:
        """Stores a draft as a revision without putting it in force; its number."""
        content = pack(draft.texts, draft.rules)
        return await self._store.add(draft.rules.sha256, content, by.author, by.message, by.at)

    async def live(self, number: int, by: Authorship, action: CourseAction = "publish") -> Course:
        """Puts a revision in force for everybody; ends a rollout and keeps a shadow."""
        revision = await self._ready(number)
        self._approved(revision)
        if self._since is not None and self._since.live == number and self._since.rollout is None:
            raise ChangeRefused(f"revision {number} is in force already")
        return await self._steer(by, action, live=number, rollout=None, share=0.0)

    async def rollout(self, number: int, share: float, by: Authorship) -> Course:
        """Lets a revision decide for a share (above 0, up to 1) of the customers; the whole share makes it live."""
        if not 0 < share <= WHOLE:
            raise ChangeRefused(f"{share:.0%} is no share of the customers: give one above 0%, up to 100%")
        if share == WHOLE:
            return await self.live(number, by, "rollout")
        live = self._live()
        self._approved(await self._ready(number))
        if live.live == number:
            raise ChangeRefused(f"revision {number} decides for everybody already")
        return await self._steer(by, "rollout", rollout=number, share=share)

    async def shadow(self, number: int, by: Authorship) -> Course:
        """Evaluates a revision beside the one in force; it decides nothing."""
        self._live()
        await self._ready(number)
        return await self._steer(by, "shadow", shadow=number)

    async def end(self, what: CourseAction, by: Authorship) -> Course:
        """Ends a rollout (all customers go back to the live revision) or a shadow."""
        live = self._live()
        if what == "end_shadow":
            if live.shadow is None:
                raise ChangeRefused("no revision runs as a shadow")
            return await self._steer(by, what, shadow=None)
        if live.rollout is None:
            raise ChangeRefused("no revision is rolled out in part")
        return await self._steer(by, what, rollout=None, share=0.0)

    async def approve(self, number: int, by: Authorship, share: float = WHOLE) -> Course:
        """Approves a proposed revision and puts it in force, for everybody or for a share of the customers.

        Raises `ChangeRefused` where its author would approve it alone.
        """
        revision = await self._store.revision(number)
        if same_person(revision.author, by.author):
            raise ChangeRefused(f"revision {number} is by {by.author}: somebody else has to approve it")
        await self._store.approve(number, by.author)
        return await (self.live(number, by) if share == WHOLE else self.rollout(number, share, by))

    async def _last_loaded(self) -> int | None:
        """The revision that decides while nothing is published: what a service read last from a directory."""
        loaded = await self._store.last_loaded()
        return loaded.number if loaded is not None else None

    async def _ready(self, number: int) -> Revision:
        """A revision that this program can load; the others must not come into force."""
        revision = await self._store.revision(number)
        unpack(revision.content or b"", number)
        return revision

    def _approved(self, revision: Revision) -> None:
        by = revision.approved_by
        if not revision.author:
            return  # A service loaded it from a directory and decided by it: nobody proposed it.
        if self._four_eyes and (by is None or same_person(by, revision.author)):
            raise ChangeRefused(
                f"revision {revision.number} by {revision.author} needs the approval of somebody else:"
                f" `feedback-router approve {revision.number}`"
            )

    def _live(self) -> Course:
        if self._since is None:
            raise ChangeRefused("nothing is published yet: `feedback-router publish RULES -m MESSAGE` first")
        return self._since

    async def _steer(self, by: Authorship, action: CourseAction, **changed: Any) -> Course:
        known = self._since or Course(0, 0, action, by.author, by.message, by.at)
        course = replace(
            known,
            seq=known.seq + 1,
            action=action,
            author=by.author,
            message=by.message,
            at=by.at,
            **changed,
        )
        if course.shadow in (course.live, course.rollout):
            course = replace(course, shadow=None)
        await self._store.steer(course)
        return course


def tested(texts: dict[str, bytes]) -> Draft:
    """The rule set of these files, which loads and passes its own tests. Raises `InvalidRules` and `FailingTests`."""
    rules = load_texts(texts)
    judgements = list(judged(load_tests(texts, rules), rules))
    others = list(alert_reports(load_alert_tests(texts, rules.policy), rules))
    others += source_reports(load_source_tests(texts), rules.mappers)
    failed = [judgement.test.name for judgement in judgements if not judgement.passed]
    failed += [report.name for report in others if not report.passed]
    number = len(judgements) + len(others)
    if failed:
        raise FailingTests(failed, number)
    return Draft(texts, rules, number)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's: capitals and blanks make nobody somebody else."""
    first, second = ("".join(normalize("NFKC", name).casefold().split()) for name in (one, other))
    return first == second


def rules_of(revision: Revision) -> RuleSet:
    """The rule set of a published revision."""
    return unpack(revision.content or b"", revision.number)[1]
