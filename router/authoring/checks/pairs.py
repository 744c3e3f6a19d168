"""Rules held against each other: one that can never win, and two that only their ids put in order."""

from collections.abc import Callable

from router.authoring.language.context import context, of_journey
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.masks import Masks
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import implies, satisfiable
from router.model.rules import All, Condition, Not, Position, Rule

MAX_TRIED = 20
"""Other rules that one rule is compared with in full, of those that the masks leave."""

MAX_COMPARISONS = 20_000
"""Full comparisons of each kind in one check; in a set that needs more, some pairs are not told."""


def check_pairs(definitions: Definitions, problems: Problems) -> None:
    """R083, R084: a rule that never wins, and equal priorities where both can match."""
    faulty = problems.faulty([rule.node for rule in definitions.rules])
    sound = [
        rule
        for number, rule in enumerate(definitions.rules)
        if number not in faulty and rule.definition.enabled
    ]
    ranked = sorted(sound, key=lambda rule: (-rule.definition.priority, rule.definition.id))
    entries = [_Ranked(rule, definitions) for rule in ranked]
    masks = Masks([entry.matches for entry in entries])
    winners, rivals = _PairSearch(entries), _PairSearch(entries)
    equal: dict[int, int] = {}
    for rank, entry in enumerate(entries):
        higher = (1 << rank) - 1
        winner = winners.first(masks.covering(rank) & higher, entry.never_beats)
        if winner is not None:
            message = f"rule {winner.rule.id!r} is tried first and takes all that this rule matches"
            hint = f"see {winner.placed.position}: narrow it, or raise this `priority`"
            problems.add("R083", entry.place(), message, hint)
        same = equal.get(entry.rule.priority, 0)
        rival = None if winner else rivals.first(masks.overlapping(rank) & same, entry.overlaps)
        if rival is not None:
            message = f"rule {rival.rule.id!r} has the same priority and can match the same interaction"
            problems.add(
                "R084", entry.place(), message, f"see {rival.placed.position}: say which comes first"
            )
        equal[entry.rule.priority] = same | 1 << rank


class _Ranked:
    """A rule with all that must hold for it to match, journey fields named after their journey."""

    def __init__(self, placed: Placed[Rule], definitions: Definitions) -> None:
        self.placed = placed
        self.rule = placed.definition
        guard = definitions.policy.policy.never_ask_while
        # Whether it asks where the policy forbids all others to.
        self.unguarded = guard is None or self.rule.id in guard.exceptions
        whole = All((*context(self.rule, definitions), *_parts(self.rule.when)))
        self.matches = of_journey(whole, self.rule.journey)
        spared = of_journey(self.rule.unless, self.rule.journey) if self.rule.unless else None
        self.asks = All((self.matches, Not(spared))) if spared else self.matches

    def place(self) -> Position:
        """Where its priority stands, or else its id."""
        node = self.placed.node.find("priority") or self.placed.node.find("id") or self.placed.node
        return node.position

    def never_beats(self, other: "_Ranked") -> bool:
        """Whether the other, tried before, asks under no stricter terms about all that this one matches."""
        return (
            _no_stricter(other.rule, self.rule)
            and (other.unguarded or not self.unguarded)
            and implies(self.matches, other.asks)
        )

    def overlaps(self, other: "_Ranked") -> bool:
        """Whether one interaction can match both, at a time when both are active."""
        mine, theirs = self.rule, other.rule
        if mine.active_until and theirs.active_from and mine.active_until <= theirs.active_from:
            return False
        if theirs.active_until and mine.active_from and theirs.active_until <= mine.active_from:
            return False
        return satisfiable(self.asks, other.asks, lists=False) is True


class _PairSearch:
    """Full comparisons of one kind, as many as a check may make."""

    def __init__(self, entries: list[_Ranked]) -> None:
        self.entries = entries
        self.left = MAX_COMPARISONS

    def first(self, mask: int, fits: Callable[[_Ranked], bool]) -> _Ranked | None:
        """The highest ranked entry of the mask that fits, where only so many are tried."""
        tried = 0
        while mask and tried < MAX_TRIED and self.left:
            lowest = mask & -mask
            entry = self.entries[lowest.bit_length() - 1]
            tried, self.left = tried + 1, self.left - 1
            if fits(entry):
                return entry
            mask ^= lowest
        return None


def _no_stricter(first: Rule, then: Rule) -> bool:
    """Whether the gates let the first pass wherever they let the other pass, which is not tried then."""
    return (
        not first.also
        and not then.also
        and first.survey == then.survey
        and set(first.channels) >= set(then.channels)
        and first.sample >= 1
        and first.active_from is None
        and first.active_until is None
        and (first.max_age is None or (then.max_age is not None and first.max_age >= then.max_age))
        and (first.expires is None or (then.expires is not None and first.expires >= then.expires))
        and (first.within is None or first.within == then.within)
        and first.delay <= then.delay
    )


def _parts(condition: Condition) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, All) else (condition,)
