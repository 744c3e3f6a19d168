"""One request: who asks, in which language, about which days, and of what."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec.structs import replace
from starlette.requests import Request

from router.console.console import Console
from router.console.filters import Filters
from router.console.problems import NotAllowed
from router.console.speech import translated
from router.insights.periods import today
from router.insights.rule_book import RuleBook
from router.model.access import AuditEntry, Person, Role
from router.rules.ruleset import RuleSet
from router.words.voice import PLAIN, Language, Voice

_LONGEST: Final = 500


class Visit:
    """What a page knows of a request. `form` holds what was sent with an action, `path` what stands in the address."""

    def __init__(
        self,
        console: Console,
        request: Request,
        person: Person,
        voice: Voice,
        book: RuleBook,
        *,
        signs_out: bool = True,
    ) -> None:
        self.console = console
        self.request = request
        self.person = person
        self.voice = voice
        self.book = book
        self.signs_out = signs_out
        self.form: Mapping[str, str] = {}
        self.now: datetime = console.now()
        self.today = today(self.now, voice.zone)
        self.filters = Filters()
        self.path: Mapping[str, str] = request.path_params
        self.noted: AuditEntry | None = None

    @property
    def rules(self) -> RuleSet:
        """The rules in force."""
        return self.book.now

    @property
    def language(self) -> Language:
        """The language that the page speaks."""
        return self.voice.language

    @property
    def telling(self) -> Voice:
        """How sentences within data are told: as on the page, but JSON is English, in UTC, as that of commands."""
        return PLAIN if self.request.url.path.startswith("/api/") else self.voice

    def t(self, english: str, **parts: object) -> str:
        """A text of the console in the language of the page, with its parts filled in."""
        return translated(self.language, english, parts)

    def asked(self, name: str) -> str | None:
        """A parameter of this page alone; None where it is missing or empty."""
        return self.filters.others.get(name) or None

    def choices(self) -> dict[str, list[str]]:
        """What the picker offers: the surveys, journeys, steps and channels that the rules in force know."""
        rules, journey = self.rules, self.filters.journey
        maps = rules.maps if journey not in rules.maps else {journey: rules.maps[journey]}
        return {
            "survey": sorted(rules.surveys),
            "journey": sorted(rules.maps),
            "step": sorted({step for one in maps.values() for step in one.definition.steps}),
            "channel": sorted(rules.channels),
        }

    def require(self, role: Role) -> None:
        """Raises `NotAllowed` unless the person has the role: for a part of a page that not everybody may see."""
        if not self.person.may(role):
            raise NotAllowed(role)

    async def note(
        self,
        action: str,
        about: str = "",
        *,
        customer: str | None = None,
        before: str = "",
        after: str = "",
        why: str = "",
    ) -> None:
        """Writes to the audit what is about to be done. An action that is refused afterwards gets an entry that says so.

        A customer is named by a keyed hash. `before` and `after` must hold no answers and no addresses.
        """
        hashed = self.console.hashes.customer(customer)[0].hex() if customer is not None else ""
        person = self.person
        way = f"{person.way} {person.token}".rstrip()
        entry = AuditEntry(self.console.now(), person.id, way, action, about, hashed, before, after, why)
        await self.console.store.access.note(entry)
        self.noted = entry

    async def note_refused(self, error: Exception, *, expected: bool) -> None:
        """Writes that what was noted last was refused, or failed."""
        if self.noted is not None:
            # What is told of a customer names the customer.
            because = type(error).__name__ if self.noted.customer or not expected else str(error)[:_LONGEST]
            refused = replace(self.noted, at=self.console.now(), refused=because)
            await self.console.store.access.note(refused)
