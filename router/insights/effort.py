"""Effort that nobody had to be asked about: how often customers contact again, are passed on, and change channels."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final, NamedTuple, get_args

from msgspec import Struct
from msgspec.structs import replace

from router.insights.by_customer import JournalByCustomer, customers
from router.insights.passes import ContactMap, Pass, contact_maps, passes_of
from router.model.policy import ScoreSettings
from router.rules.ruleset import RuleSet
from router.scores.comparison import Change
from router.scores.customers import Customers
from router.scores.rates import (
    HIGHER_IS_BETTER,
    Rate,
    RateChange,
    RateName,
    among_many,
    compare_rates,
    rate,
)
from router.scores.score import Enough, Evidence

RATES: Final[tuple[RateName, ...]] = get_args(RateName)

MOST_VALUES: Final = 10_000
"""So many values of an attribute have rows of their own; the others are put together."""

OTHERS: Final = "(others)"


class Span(Struct, frozen=True):
    """Contacts from `since` on and before `until`."""

    since: datetime
    until: datetime


class Wanted(Struct, frozen=True):
    """The contacts looked at: of a time and perhaps one before it, of a journey, step and channel (None: any).

    `within` is how long after a contact another one counts as a repeat of it. `contacts` and `transfers` are the names of
    the effort signals that say what is a contact and a transfer; `by` are attributes with rows of their own.
    """

    told: Span
    before: Span | None
    within: timedelta
    contacts: str = "contacts"
    transfers: str = "transfers"
    journey: str | None = None
    step: str | None = None
    channel: str | None = None
    by: tuple[str, ...] = ()


class Place(NamedTuple):
    """A row: all contacts (`all`), those of a `step` or `channel`, or those with a value of an attribute."""

    dimension: str
    journey: str
    value: str


class RateRow(Struct, frozen=True):
    """A rate of one place, in shares; see `router.scores.rates.Rate`.

    The change members where a time before is told; `p` is adjusted for the rates and places of the dimension.
    """

    dimension: str
    journey: str
    value: str
    rate: RateName
    n: int
    effective_n: float
    point: float | None
    low: float | None
    high: float | None
    evidence: Evidence
    n_before: int = 0
    before: float | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    p: float | None = None
    verdict: Change | None = None
    more_needed: int = 0


class EffortReport(Struct, frozen=True):
    """The rates of all places.

    `journeys` are those that count contacts, `without_contacts` those that do not and are not seen. `contacts` were
    looked at in the time told; of `too_recent` one cannot yet say whether another follows; `transfers_told` of the contacts
    said anything about transfers.
    """

    at: datetime
    wanted: Wanted
    least: int
    enough: int
    smallest: float
    journeys: tuple[str, ...]
    without_contacts: tuple[str, ...]
    contacts: int
    too_recent: int
    transfers_told: int
    rows: tuple[RateRow, ...]


async def effort(
    reader: JournalByCustomer,
    rules: RuleSet,
    wanted: Wanted,
    now: datetime,
    progress: Callable[[int], None] = lambda _rows: None,
) -> EffortReport:
    """The report, with the journal read customer by customer. Raises what the reader raises."""
    settings = rules.policy.scores
    maps = contact_maps(rules, wanted.contacts, wanted.transfers)
    looked_at = {name: one for name, one in maps.items() if wanted.journey in (None, name)}
    tally = Tally(wanted, looked_at, now)
    if looked_at:
        attributes = tuple(dict.fromkeys((*settings.people, *wanted.by)))
        first = min(span.since for span in (wanted.told, wanted.before) if span is not None)
        # A pass that was opened before is only known as such where it was active within the time it expires in.
        lead_in = max(one.journey_map.definition.expires for one in looked_at.values())
        since = None if first - datetime.min.replace(tzinfo=first.tzinfo) < lead_in else first - lead_in
        async for rows in customers(reader, since, progress):
            tally.take(passes_of(rows, rules, looked_at, attributes))
    return EffortReport(
        now,
        wanted,
        settings.least,
        settings.enough,
        settings.smallest_share,
        tuple(sorted(looked_at)),
        tuple(sorted(name for name in rules.maps if name not in maps and wanted.journey in (None, name))),
        tally.contacts,
        tally.too_recent,
        tally.transfers_told,
        tuple(tally.rows(settings)),
    )


class Tally:
    """Counts contacts by place and time, customer by customer."""

    def __init__(self, wanted: Wanted, maps: dict[str, ContactMap], now: datetime) -> None:
        self.wanted = wanted
        self.maps = maps
        self.now = now
        self.contacts = self.too_recent = self.transfers_told = 0
        # (place, rate, before?) -> (n, positives of a customer) -> customers
        self._found: dict[tuple[Place, RateName, bool], Counter[tuple[int, int]]] = defaultdict(Counter)
        self._values: dict[str, set[str]] = defaultdict(set)

    def take(self, passes: Sequence[Pass]) -> None:
        """Counts the contacts of one customer."""
        own: dict[tuple[Place, RateName, bool], list[int]] = defaultdict(lambda: [0, 0])
        for found in passes:
            for at, contact in enumerate(found.contacts):
                span = self._span(contact.time)
                if span is None or not self._is_wanted(contact.step, contact.channel):
                    continue
                told = span is self.wanted.told
                if contact.time + self.wanted.within > self.now:
                    self.too_recent += told
                    continue
                self.contacts += told
                self.transfers_told += told and contact.transfers_told
                places = self._places(found.journey, contact.step, contact.channel, contact.attributes)
                for name, positive in self._counted(found, at):
                    for place in places:
                        counts = own[place, name, not told]
                        counts[0] += 1
                        counts[1] += positive
        for key, (n, positives) in own.items():
            self._found[key][n, positives] += 1

    def rows(self, settings: ScoreSettings) -> Iterator[RateRow]:
        """A row for each place and rate, places by name: people are never ranked."""
        enough = Enough(settings.least, settings.enough)
        order = {"all": 0, "step": 1, "channel": 2}
        places = sorted(
            {place for place, _, _ in self._found},
            key=lambda place: (order.get(place.dimension, 3), *place),
        )
        for dimension, own in groupby(places, key=lambda place: place.dimension):
            which = enough.of_a_person() if dimension in settings.people else enough
            found = [(place, name, *self._sides(place, name, which)) for place in own for name in RATES]
            found = [one for one in found if one[2].n or one[3].n]
            if self.wanted.before is None:
                yield from (_row(place, name, told) for place, name, told, _ in found)
                continue
            smallest = settings.smallest_share
            changes = [
                compare_rates(before, told, smallest, higher_is_better=name in HIGHER_IS_BETTER)
                for _, name, told, before in found
            ]
            for (place, name, told, before), change in zip(found, among_many(changes, smallest), strict=True):
                yield _with_change(_row(place, name, told), before, change)

    def _sides(self, place: Place, name: RateName, enough: Enough) -> tuple[Rate, Rate]:
        told, before = (
            # What is 0 or 1 is its own square.
            Customers({(n, yes, yes): many for (n, yes), many in self._found[place, name, early].items()})
            for early in (False, True)
        )
        return rate(told, enough=enough), rate(before, enough=enough)

    def _span(self, at: datetime) -> Span | None:
        spans = (self.wanted.told, self.wanted.before)
        return next((span for span in spans if span is not None and span.since <= at < span.until), None)

    def _is_wanted(self, step: str, channel: str) -> bool:
        return self.wanted.step in (None, step) and self.wanted.channel in (None, channel)

    def _counted(self, found: Pass, at: int) -> Iterator[tuple[RateName, bool]]:
        """The rates that a contact counts in, and whether it is one of those."""
        contact, following = found.contacts[at], found.repeated(at, self.wanted.within)
        yield "repeat_contact", following is not None
        channels = {contact.channel, following.channel} if following is not None else set()
        yield "channel_switch", len(channels - {""}) == 2
        if self.maps[found.journey].transfers is not None:
            yield "transfer", contact.transferred
        if at == 0:
            yield "first_contact_resolution", found.resolved_at_first(self.wanted.within)

    def _places(self, journey: str, step: str, channel: str, attributes: dict[str, str]) -> list[Place]:
        places = [Place("all", "", ""), Place("step", journey, step), Place("channel", "", channel)]
        for name, value in attributes.items():
            known = self._values[name]
            if len(known) < MOST_VALUES:
                known.add(value)
            places.append(Place(name, "", value if value in known else OTHERS))
        return places


def _row(place: Place, name: RateName, told: Rate) -> RateRow:
    low, high = told.interval or (None, None)
    return RateRow(*place, name, told.n, told.effective_n, told.point, low, high, told.evidence)


def _with_change(row: RateRow, before: Rate, change: RateChange) -> RateRow:
    found = change.difference
    point, low, high = (found.point, *found.interval) if found else (None, None, None)
    return replace(
        row,
        n_before=before.n,
        before=before.point,
        difference=point,
        difference_low=low,
        difference_high=high,
        p=change.p,
        verdict=change.verdict,
        more_needed=change.more_needed,
    )
