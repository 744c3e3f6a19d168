"""The differences between two rule sets: every kind counted, a few of each kept as examples."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from router.authoring.comparison.effect import Example
from router.authoring.comparison.reasons_why import Case, Withdrawal, example
from router.decide import Change
from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet
from router.words.gates import gate_sentence
from router.words.voice import PLAIN, Voice

EXAMPLES: Final = 10
_KEPT: Final = 2
_KINDS: Final = 1_000
"""Kinds that examples are kept of; further ones are only counted."""

Asked = tuple[Invitation, ...]
"""What one side planned about an interaction."""

DifferenceKind = tuple[int, str, str, str, str]


class Occasion(Struct, frozen=True):
    """The situation that both sides decided in: the interaction (None when invitations come due), the clock, the customer's states."""

    interaction: Interaction | None
    now: datetime
    states: tuple[Customer, Customer]
    decisions: tuple[Decision, Decision]


class _OfKind(Struct):
    """All differences of one kind."""

    count: int
    cases: list[Case]


class Differences:
    """Finds the differences that a customer would notice; `count` is the number of decisions that differ so."""

    def __init__(self, before: RuleSet, after: RuleSet, voice: Voice = PLAIN) -> None:
        self._rules, self._voice = (before, after), voice
        self._kinds: dict[DifferenceKind, _OfKind] = {}
        self.count = 0

    def decided(self, occasion: Occasion, before: Asked, after: Asked) -> None:
        """Notes an interaction where only one side asks, or both ask something else, elsewhere or at another time."""
        if _asks(before) == _asks(after):
            return
        self.count += 1
        # The weight says how much a difference matters to the customer: asked or not most, the time least.
        if len(before) != len(after):
            weight = 4
        elif [(one.rule, one.survey) for one in before] != [(one.rule, one.survey) for one in after]:
            weight = 3
        else:
            weight = 2 if [one.channel for one in before] != [one.channel for one in after] else 1
        kind = (weight, *_shape(occasion.decisions[0]), *_shape(occasion.decisions[1]))
        self._add(kind, occasion, None)

    def withdrawn(self, occasion: Occasion, side: int, change: Change) -> None:
        """Notes an invitation that one side withdrew while it stands on the other."""
        reason = change.reason or change.invitation.state
        verdict = gate_sentence(change.verdict, self._voice) if change.verdict is not None else None
        withdrawal = Withdrawal(side, change.before, reason, verdict)
        kind = (4, f"withdrawn {side}", change.before.rule, reason, "")
        self._add(kind, occasion, withdrawal)

    def examples(self) -> tuple[Example, ...]:
        """The most telling ones: of the weightiest and most frequent kinds, one of each before a second of any."""
        by_weight = sorted(self._kinds.items(), key=lambda item: (-item[0][0] * item[1].count, item[0]))
        kinds = [of_kind for _, of_kind in by_weight]
        lists = [sorted(of_kind.cases, key=lambda case: not case.direct) for of_kind in kinds]
        in_turn = [cases[number] for number in range(_KEPT) for cases in lists if number < len(cases)]
        chosen = in_turn[:EXAMPLES]
        counts = {id(case): of_kind.count for of_kind in kinds for case in of_kind.cases}
        return tuple(example(case, self._rules, counts[id(case)]) for case in chosen)

    def _add(self, kind: DifferenceKind, occasion: Occasion, withdrawal: Withdrawal | None) -> None:
        """Counts the difference; keeps the first few of different customers, rather where nothing earlier differs."""
        of_kind = self._kinds.get(kind)
        if of_kind is None:
            of_kind = self._kinds[kind] = _OfKind(0, [])
        of_kind.count += 1
        case = Case(
            occasion.interaction, occasion.now, occasion.states, occasion.decisions, withdrawal, self._voice
        )
        cases = of_kind.cases
        if len(self._kinds) > _KINDS or any(one.states[0].id == case.states[0].id for one in cases):
            return
        if len(cases) < _KEPT:
            cases.append(case)
            return
        indirect = next((number for number, one in enumerate(cases) if not one.direct), None)
        if case.direct and indirect is not None:
            cases[indirect] = case


def _asks(asked: Asked) -> list[tuple[object, ...]]:
    return [(one.rule, one.survey, one.channel, one.at) for one in asked]


def _shape(decision: Decision) -> tuple[str, str]:
    parts = (decision, *decision.also)
    return (decision.reason, " ".join(f"{one.rule} {one.survey} {one.channel}" for one in parts))
