"""The same interactions through two rule sets side by side, compared as they come."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from router.authoring.comparison.differences import Differences, Occasion
from router.authoring.comparison.effect import Effect
from router.authoring.comparison.tally import LOST, EffectTally
from router.decide import tells
from router.decide.batch import Changed, Decided
from router.decide.simulation import Happened, Simulation
from router.model.customer import Customer, Invitation
from router.model.decision import Decision
from router.model.interaction import Interaction
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from router.words.voice import PLAIN, Voice

_NOTHING = Decision("no_survey", "no_rule_matched")
"""What a side makes of the end of a journey that no rule of its set waits for, or of the day of a schedule it lacks."""


class _Step(Struct, frozen=True):
    """What one side came to: the decision on the interaction, if there was one, and all that happened besides."""

    decided: Decided | None
    happened: Happened

    @property
    def expiries(self) -> dict[UUID, Decided]:
        """The decisions that time alone brought about."""
        return {entry.key: entry for entry in self.happened.decided if entry is not self.decided}

    def planned_by(self, decided: Decided | None) -> tuple[Invitation, ...]:
        """The invitations that an interaction planned, in the order that they were chosen."""
        if decided is None or not decided.decision.asking:
            return ()
        return tuple(entry.invitation for entry in self.happened.planned if entry.decided is decided)


class RuleSetComparison:
    """Takes interactions one by one, each with the clock it is decided at, and tells the effect in the end.

    `lead_in` takes what happened before the time looked at: it is decided by the rules before alone and not
    counted, and the rules after begin with what came of it, as they would on the day they are published.
    """

    def __init__(
        self, before: RuleSet, after: RuleSet, fields: tuple[str, ...] = (), voice: Voice = PLAIN
    ) -> None:
        self._rules = (before, after)
        self._before = Simulation(InForce(before))
        self._sides: tuple[Simulation, Simulation] | None = None
        self._carried: frozenset[UUID] = frozenset()
        self._fields = fields
        self._tally = EffectTally(fields)
        self._differences = Differences(before, after, voice)
        self._last: datetime | None = None

    def lead_in(self, interaction: Interaction, now: datetime, *, owned: bool = False) -> None:
        """Takes an interaction of before the time looked at."""
        self._before.take(interaction, now, owned=owned)
        self._before.drained()

    def take(self, interaction: Interaction, now: datetime, *, owned: bool = False) -> None:
        """Takes an interaction that counts. `owned`: it names its customer, whatever it is about."""
        if not any(tells(interaction, rules) for rules in self._rules):
            return
        first, second = self._opened(now)
        one, other = (side.take(interaction, now, owned=owned) for side in (first, second))
        self.passed(now)
        names = {name for decided in (one, other) if (name := decided.interaction.customer_id)}
        self._tally.interaction(names, interaction.time)
        self._note(now, (_Step(one, first.drained()), _Step(other, second.drained())))

    def passed(self, now: datetime) -> None:
        """Time went on up to `now` with nothing to be decided."""
        self._last = now if self._last is None else max(self._last, now)

    def finish(self) -> Effect:
        """Settles what came due up to the last interaction, and sums up."""
        if self._last is not None:
            sides = self._opened(self._last)
            for side in sides:
                side.settle(self._last)
            self._note(self._last, (_Step(None, sides[0].drained()), _Step(None, sides[1].drained())))
        return self._tally.effect(self._differences.examples(), self._differences.count)

    def _opened(self, now: datetime) -> tuple[Simulation, Simulation]:
        """Both sides, which part at `now`. What was planned before is counted on neither."""
        if self._sides is None:
            if any(rules.schedules for rules in self._rules):
                # The days before they part came by the rules before, also to those who are not looked at now.
                self._before.settle(now)
                self._before.drained()
            self._carried = frozenset(self._before.invitations)
            self._sides = (self._before, self._before.under(InForce(self._rules[1]), now))
        return self._sides

    def _note(self, now: datetime, steps: tuple[_Step, _Step]) -> None:
        """Counts what both sides planned and withdrew, and keeps where they differ."""
        self._share(now, steps)
        for side, step in enumerate(steps):
            for decided in step.happened.decided:
                self._tally.decided(side, decided.decision)
            if step.decided is not None and step.decided.decision.reason == "duplicate":
                self._tally.decided(side, step.decided.decision)
            for planned in step.happened.planned:
                known = self._opened(now)[side].customers.get(planned.customer_id) if self._fields else None
                self._tally.planned(side, planned, known)
            for changed in step.happened.changed:
                if UUID(changed.change.invitation.id) not in self._carried:
                    self._tally.changed(side, changed)
        for pair in _pairs(steps):
            self._decided(steps, pair)
        for side, step in enumerate(steps):
            for changed in step.happened.changed:
                self._withdrawn(now, steps, side, changed)

    def _share(self, now: datetime, steps: tuple[_Step, _Step]) -> None:
        """Keeps the states that are equal on both sides once."""
        first, second = (side.bodies for side in self._opened(now))
        for name in steps[0].happened.customers & steps[1].happened.customers:
            if first[name] == second[name]:
                second[name] = first[name]

    def _decided(self, steps: tuple[_Step, _Step], pair: tuple[Decided | None, Decided | None]) -> None:
        plans = (steps[0].planned_by(pair[0]), steps[1].planned_by(pair[1]))
        about = pair[0] if pair[0] is not None and pair[0].interaction.customer_id else pair[1] or pair[0]
        if about is None or plans == ((), ()):
            return
        states = tuple(one.before if one else about.before for one in pair)
        decisions = tuple(one.decision if one else _NOTHING for one in pair)
        occasion = Occasion(
            about.interaction, about.now, (states[0], states[1]), (decisions[0], decisions[1])
        )
        self._differences.decided(occasion, *plans)

    def _withdrawn(self, now: datetime, steps: tuple[_Step, _Step], side: int, changed: Changed) -> None:
        """Notes an invitation that came to nothing on one side and stands on the other."""
        invitation, name = changed.change.invitation, changed.customer_id
        if invitation.state not in LOST or invitation.kind != "invitation":
            return
        found = [one.customers.get(name) or Customer(name) for one in self._opened(now)]
        if all(entry.id != invitation.id for entry in found[1 - side].invitations):
            return
        decided = [step.decided for step in steps]
        meant = all(one is not None and one.interaction.customer_id == name for one in decided)
        about = decided[side] if meant else None
        decisions = [one.decision if meant and one is not None else _NOTHING for one in decided]
        occasion = Occasion(
            about.interaction if about else None,
            now,
            (found[0], found[1]),
            (decisions[0], decisions[1]),
        )
        self._differences.withdrawn(occasion, side, changed.change)


def _pairs(steps: tuple[_Step, _Step]) -> Iterator[tuple[Decided | None, Decided | None]]:
    """What both sides decided on the same, in the order of time; None where only one met it."""
    first, second = (step.expiries for step in steps)
    for key in sorted(first.keys() | second.keys()):
        yield first.get(key), second.get(key)
    yield steps[0].decided, steps[1].decided
