"""Work on rules that takes longer than a page may: effects on the journal, computed beside, and verdicts kept for a while."""

import asyncio
from datetime import datetime
from hashlib import sha256
from threading import Thread
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from router.authoring.drafts import Texts, Verdict, verdict
from router.authoring.language.load import check_texts
from router.authoring.packing import unpack
from router.authoring.publishing import Draft, Publisher
from router.console.problems import Conflicting
from router.model.revision import Course, Revision
from router.rules.ruleset import RuleSet
from router.settings import Settings
from router.store import SqlStore
from router.words.voice import Language, Voice

_AT_ONCE: Final = 2
"""So many effects are computed at once: each keeps a core busy."""
_KEPT: Final = 20

Asked = tuple[str, int | None, Language]
"""Which effect: of the rules with this SHA-256, against this revision, told in this language."""


class EffectRun:
    """One effect that is being computed, or was. `share` says how far it is; `draft` has it once it is done."""

    def __init__(self, draft: Draft, course: Course | None, now: datetime, voice: Voice) -> None:
        self._draft, self._course, self._now, self._voice = draft, course, now, voice
        self._cancelled = False
        self._task: tuple[asyncio.AbstractEventLoop, asyncio.Task[Draft]] | None = None
        self._first: datetime | None = None
        self.share = 0.0
        self.draft: Draft | None = None
        self.running = True

    def run(self, settings: Settings) -> None:
        """Computes it, on connections of its own; returns when it is done or cancelled."""
        try:
            self.draft = asyncio.run(self._computed(settings))
        except asyncio.CancelledError:
            self._cancelled = True
        except Exception as fault:  # noqa: BLE001 - a set that mends what is wrong must not be kept out by it
            self.draft = Draft(
                self._draft.texts, self._draft.rules, self._draft.tests, fault=type(fault).__name__
            )
        finally:
            self.running = False

    def cancel(self) -> None:
        """Ends it soon, without a result."""
        self._cancelled = True
        if self._task is not None and self.running:
            loop, task = self._task
            loop.call_soon_threadsafe(task.cancel)

    async def _computed(self, settings: Settings) -> Draft:
        task = asyncio.current_task()
        if task is not None:
            self._task = asyncio.get_running_loop(), task
        store = await SqlStore.open(settings.database_url, lanes=1)
        try:
            publisher = Publisher(store.revisions, store.reading, self._course)
            return await publisher.with_effect(self._draft, self._now, self._goes_on, self._voice)
        finally:
            await store.close()

    def _goes_on(self, at: datetime) -> None:
        if self._cancelled:
            raise asyncio.CancelledError
        self._first = self._first or at
        whole = (self._now - self._first).total_seconds()
        self.share = min((at - self._first).total_seconds() / whole, 1.0) if whole > 0 else 1.0


class Side(Struct, frozen=True):
    """A revision with its files, by their paths below the rules, and what they hold; `tests` are all of them."""

    revision: Revision
    texts: Texts
    rules: RuleSet
    tests: list[Any]


class Workbench:
    """The effects and verdicts of one process."""

    def __init__(self) -> None:
        self._runs: dict[Asked, EffectRun] = {}
        self._sides: dict[tuple[int, str], Side] = {}
        self._verdicts: dict[tuple[bytes, Language, str], Verdict] = {}

    def effect(self, asked: Asked) -> EffectRun | None:
        """The effect that was asked for, if somebody began it and did not cancel it."""
        run = self._runs.get(asked)
        return run if run is not None and (run.running or run.draft is not None) else None

    def begin(
        self,
        settings: Settings,
        draft: Draft,
        course: Course | None,
        now: datetime,
        voice: Voice,
        against: int | None,
    ) -> EffectRun:
        """Begins to compute an effect, unless it is there. Raises `Conflicting` where too many are being computed."""
        asked = (draft.rules.sha256, against, voice.language)
        known = self.effect(asked)
        if known is not None:
            return known
        if sum(run.running for run in self._runs.values()) >= _AT_ONCE:
            raise Conflicting("Others compute effects just now: try again when one of them is done.")
        self._runs.pop(asked, None)
        while len(self._runs) >= _KEPT:
            self._runs.pop(next(key for key, run in self._runs.items() if not run.running))
        run = self._runs[asked] = EffectRun(draft, course, now, voice)
        Thread(target=run.run, args=(settings,), name="effect", daemon=True).start()
        return run

    async def side(self, revision: Revision) -> Side:
        """A revision, unpacked; kept, for its content never changes. Raises `UnreadableContent`."""
        key = (revision.number, revision.sha256)
        if key not in self._sides:
            found = await asyncio.to_thread(_unpacked, revision)
            while len(self._sides) >= _KEPT:
                self._sides.pop(next(iter(self._sides)))
            self._sides[key] = found
        return replace(self._sides[key], revision=revision)

    async def verdict(self, texts: Texts, now: datetime, voice: Voice) -> Verdict:
        """What is wrong with files and how their tests come out; kept, for the same is asked again and again."""
        digest = sha256()
        for name, text in sorted(texts.items()):
            digest.update(sha256(name.encode()).digest() + sha256(text).digest())
        key = (digest.digest(), voice.language, now.date().isoformat())
        if key not in self._verdicts:
            found = await asyncio.to_thread(verdict, texts, now, voice)
            while len(self._verdicts) >= _KEPT:
                self._verdicts.pop(next(iter(self._verdicts)))
            self._verdicts[key] = found
        return self._verdicts[key]


def _unpacked(revision: Revision) -> Side:
    texts, rules = unpack(revision.content or b"", revision.number)
    return Side(revision, texts, rules, check_texts(texts).all_tests)
