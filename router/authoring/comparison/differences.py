"""Where two rule sets part: every kind of difference counted, a few of each kept to be told as examples."""

from collections.abc import Iterator
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

EXAMPLES: Final = 10
_KEPT: Final = 2
_KINDS: Final = 1_000
"""Kinds that examples are kept of; further ones are only counted."""

Kind = tuple[int, str, str, str, str]


class Met(Struct, frozen=True):
    """What both sides stood before: the interaction (None when invitations come due), the clock, the customer's states."""

    interaction: Interaction | None
    now: datetime
    states: tuple[Customer, Customer]
    decisions: tuple[Decision, Decision]


class _Found(Struct):
    """All differences of one kind."""

    count: int
    cases: list[Case]


class Differences:
    """Finds the differences that a customer would notice; `count` is the number of decisions that differ so."""

    def __init__(self, before: RuleSet, after: RuleSet) -> None:
        self._rules = (before, after)
        self._kinds: dict[Kind, _Found] = {}
        self.count = 0

    def decided(self, met: Met, before: Invitation | None, after: Invitation | None) -> None:
        """Notes an interaction where only one side asks, or both ask something else, elsewhere or at another time."""
        if (before is None and after is None) or _ask(before) == _ask(after):
            return
        self.count += 1
        kind = (_weight(before, after), *_shape(met.decisions[0]), *_shape(met.decisions[1]))
        self._add(kind, met, None)

    def withdrawn(self, met: Met, side: int, change: Change) -> None:
        """Notes an invitation that one side withdrew while it stands on the other."""
        reason = change.reason or change.invitation.state
        verdict = gate_sentence(change.verdict) if change.verdict is not None else None
        withdrawal = Withdrawal(side, change.before, reason, verdict)
        kind = (4, f"withdrawn {side}", change.before.rule, reason, "")
        self._add(kind, met, withdrawal)

    def examples(self) -> tuple[Example, ...]:
        """The most telling ones: of the weightiest and most frequent kinds, one of each before a second of any."""
        found = sorted(self._kinds.items(), key=lambda entry: (-entry[0][0] * entry[1].count, entry[0]))
        chosen = list(_in_turn([one.cases for _, one in found]))[:EXAMPLES]
        counts = {id(case): one.count for _, one in found for case in one.cases}
        return tuple(example(case, self._rules, counts[id(case)]) for case in chosen)

    def _add(self, kind: Kind, met: Met, withdrawal: Withdrawal | None) -> None:
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = _Found(0, [])
        found.count += 1
        case = Case(met.interaction, met.now, met.states, met.decisions, withdrawal)
        if len(self._kinds) <= _KINDS:
            _keep(found.cases, case)


def _keep(cases: list[Case], case: Case) -> None:
    """Keeps the first few of different customers, rather those where nothing earlier differs."""
    if any(one.states[0].id == case.states[0].id for one in cases):
        return
    if len(cases) < _KEPT:
        cases.append(case)
        return
    if case.direct:
        indirect = next((number for number, one in enumerate(cases) if not one.direct), None)
        if indirect is not None:
            cases[indirect] = case


def _in_turn(lists: list[list[Case]]) -> Iterator[Case]:
    for number in range(_KEPT):
        yield from (
            sorted(cases, key=lambda case: not case.direct)[number] for cases in lists if number < len(cases)
        )


def _ask(invitation: Invitation | None) -> tuple[object, ...] | None:
    if invitation is None:
        return None
    return (invitation.rule, invitation.survey, invitation.channel, invitation.at)


def _weight(before: Invitation | None, after: Invitation | None) -> int:
    """How much a difference tells: asked or not most, the time least."""
    if before is None or after is None:
        return 4
    if (before.rule, before.survey) != (after.rule, after.survey):
        return 3
    return 2 if before.channel != after.channel else 1


def _shape(decision: Decision) -> tuple[str, str]:
    return (decision.reason, f"{decision.rule} {decision.survey} {decision.channel}")
