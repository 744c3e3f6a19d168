"""Journeys guessed from a log: what tells passes apart, which types are their steps, in which order, where they end."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import combinations
from typing import Final

from msgspec import Struct

from router.authoring.drafting.tally import AttributeTally, LogTally

MOST_STEPS: Final = 40

_OWN: Final = 0.95
"""Of the values of what tells passes apart, so many are of one customer each."""

_FEWEST_VALUES: Final = 3
_TOGETHER: Final = 1.3
"""So many interactions share a value at least, on average."""

_FORWARD: Final = 0.8
_ENDS: Final = 0.98
_CARRIES: Final = 0.5
_QUIET: Final = 0.99
_SURE: Final = (0.98, 100)
_LIKELY: Final = (0.9, 30)

_TELLS_APART: Final = re.compile(
    r"(?:^|[_.-])(?:id|nr|no|number|nummer|ref|reference|key|code)$|(?:Id|Nr|Number)$"
)
_PERSON: Final = re.compile(
    r"agent|employee|advis|handler|engineer|resource|operator|medewerker|behandelaar|monteur", re.IGNORECASE
)
_CONTACT: Final = re.compile(r"call|chat|mail|message|contact|bericht|gesprek", re.IGNORECASE)
_REOPENS: Final = re.compile(r"re-?open|heropen", re.IGNORECASE)


class Sureness(Struct, frozen=True):
    """How sure a guess is: the share of those that agree with it, and of how many."""

    share: float
    of: int

    @property
    def words(self) -> str:
        """`sure`, `likely` or `a guess`."""
        for words, (share, of) in (("sure", _SURE), ("likely", _LIKELY)):
            if self.share >= share and self.of >= of:
                return words
        return "a guess"


class StepGuess(Struct, frozen=True):
    """A step: its type, in how many passes it was, how sure its place behind the steps before it is.

    `place` is None for one that belongs nowhere in particular; `ends` tells how often it came last.
    """

    type: str
    passes: int
    place: Sureness | None
    ends: Sureness
    reopens: bool

    @property
    def ends_it(self) -> bool:
        """Whether it seems to end the journey."""
        return self.place is not None and self.ends.share >= _ENDS and self.ends.words != "a guess"


class JourneyGuess(Struct, frozen=True):
    """A journey: the attribute that tells passes apart, its passes, its steps in order, and what else it may keep.

    `own`: how many of the passes are of one customer each. `quiet_days`: nearly all pauses are shorter. `people`: the
    attribute that seems to name who helped; `contacts`: the types that seem to be contacts.
    """

    instance: str
    passes: int
    own: Sureness
    steps: tuple[StepGuess, ...]
    quiet_days: int
    people: str | None
    contacts: tuple[str, ...]


def journey_guesses(tally: LogTally) -> list[JourneyGuess]:
    """The journeys that a log seems to hold, those with most interactions first."""
    candidates = {name: one for name, one in tally.attributes.items() if _tells_apart(tally, name, one)}
    # Values that are no keys, and those beyond what is remembered, are not followed.
    followed = {
        name: {type_ for value in one.values.values() for type_ in value.firsts}
        for name, one in candidates.items()
    }
    types: dict[str, list[str]] = defaultdict(list)
    for type_, seen in tally.types.items():
        carried = [
            name
            for name in candidates
            if type_ in followed[name] and seen.attributes[name] >= _CARRIES * seen.count
        ]
        if carried:
            # The one that more of them have; of equals the one with more values, which tells more passes apart.
            best = max(carried, key=lambda name: (seen.attributes[name], len(candidates[name].values), name))
            types[best].append(type_)
    found = [_journey(tally, name, candidates[name], set(own)) for name, own in types.items() if len(own) > 1]
    return sorted(found, key=lambda guess: (-guess.passes, guess.instance))


def _tells_apart(tally: LogTally, name: str, found: AttributeTally) -> bool:
    """Whether an attribute may be what tells two passes of one customer apart: a case, an order."""
    values = found.values.values()
    if len(values) < _FEWEST_VALUES or _PERSON.search(name):
        return False
    together = sum(value.count for value in values) / len(values)
    own = sum(not value.shared for value in values) / len(values)
    if own < _OWN or together < _TOGETHER or not any(len(value.firsts) > 1 for value in values):
        return False
    # What is the same for a customer every time is a name or an address of theirs, unless it is called a number.
    customers = {value.customer for value in values if value.customer}
    return _TELLS_APART.search(name) is not None or len(values) > 1.2 * len(customers)


def _journey(tally: LogTally, name: str, found: AttributeTally, types: set[str]) -> JourneyGuess:
    values = [value for value in found.values.values() if not types.isdisjoint(value.firsts)]
    passes, lasts = Counter[str](), Counter[str]()
    ranks: defaultdict[str, float] = defaultdict(float)
    before = Counter[tuple[str, str]]()
    for value in values:
        order = sorted((type_ for type_ in value.firsts if type_ in types), key=lambda one: value.firsts[one])
        passes.update(order)
        lasts[value.last_type] += 1
        for rank, type_ in enumerate(order):
            ranks[type_] += rank / max(len(order) - 1, 1)
        before.update(combinations(order[:MOST_STEPS], 2))
    steps = _in_order(Counter({one: passes[one] for one in types}), ranks, lasts, before)
    own = Sureness(sum(not value.shared for value in values) / len(values), len(values))
    return JourneyGuess(
        name, len(values), own, steps, _quiet_days(found.gaps), _people(tally, types), _contacts(types, found)
    )


def _in_order(
    passes: Counter[str],
    ranks: Mapping[str, float],
    lasts: Counter[str],
    before: Counter[tuple[str, str]],
) -> tuple[StepGuess, ...]:
    """The steps: those that nearly always come behind the ones before them, then those with no place of their own.

    What is frequent is placed first: of two that contradict each other the rare one has no place.
    """
    ranked: dict[str, tuple[float, str]] = {}
    for type_, count in passes.most_common(MOST_STEPS):
        rank = (ranks[type_] / count, type_)
        # Each pair, the one first that comes first on average. What is out of place towards one other has no place.
        pairs = [(one, type_) if there < rank else (type_, one) for one, there in ranked.items()]
        if not _REOPENS.search(type_) and all(_share(before, *pair) >= _FORWARD for pair in pairs):
            ranked[type_] = rank
    placed = sorted(ranked, key=lambda one: ranked[one])
    steps = []
    for number, type_ in enumerate(placed):
        forward = sum(before[one, type_] for one in placed[:number])
        both = forward + sum(before[type_, one] for one in placed[:number])
        place = Sureness(forward / both, both) if both else Sureness(1.0, passes[type_])
        steps.append(_step(type_, passes[type_], lasts[type_], place))
    others = [type_ for type_, _ in passes.most_common(MOST_STEPS) if type_ not in ranked]
    return (*steps, *(_step(type_, passes[type_], lasts[type_], None) for type_ in others))


def _step(type_: str, passes: int, lasts: int, place: Sureness | None) -> StepGuess:
    reopens = _REOPENS.search(type_) is not None
    return StepGuess(type_, passes, place, Sureness(lasts / passes, passes), reopens)


def _share(before: Counter[tuple[str, str]], first: str, second: str) -> float:
    both = before[first, second] + before[second, first]
    return before[first, second] / both if both else 1.0


def _quiet_days(gaps: Counter[int]) -> int:
    """So many days that nearly all pauses are shorter than half of it."""
    total, seen = gaps.total(), 0
    for days, count in sorted(gaps.items()):
        seen += count
        if seen >= _QUIET * total:
            return min(max(2 * (days + 1), 7), 730)
    return 60


def _people(tally: LogTally, types: set[str]) -> str | None:
    """The attribute that seems to name who helped: called so, and with many customers each."""
    counts = {
        name: sum(tally.types[type_].attributes[name] for type_ in types)
        for name in tally.attributes
        if _PERSON.search(name)
    }
    best = max(counts, key=lambda name: (counts[name], name), default=None)
    return best if best is not None and counts[best] else None


def _contacts(types: set[str], found: AttributeTally) -> tuple[str, ...]:
    return tuple(sorted(type_ for type_ in types if _CONTACT.search(type_) and found.repeats[type_]))
