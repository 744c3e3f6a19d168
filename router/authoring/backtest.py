"""A log of interactions through the core alone: no broker, no database, on the event-time clock."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from router.decide import tells
from router.decide.batch import Decided
from router.decide.simulation import Happened, Simulation
from router.decode import decode_line
from router.model.customer import Customer, InvitationKind
from router.model.decision import Decision, Outcome, Reason
from router.model.interaction import Interaction
from router.model.invitation_states import ASKED, InvitationState
from router.model.record import DeadLetter
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet

FinalState = Literal["sent", "answered", "withdrawn", "bounced", "cancelled", "displaced", "expired"]
_FINAL_STATES: dict[InvitationState, FinalState] = {
    **dict.fromkeys(ASKED, "sent"),
    "answered": "answered",
    "withdrawn": "withdrawn",
    "bounced": "bounced",
    "cancelled": "cancelled",
    "displaced": "displaced",
    "expired": "expired",
}


class DecisionLine(Struct, frozen=True):
    """One decision as the backtest writes it. `final` is what became of its invitation by the end of the log.

    `also` is there only where something was planned besides.
    """

    source: str
    id: str
    customer_id: str
    type: str
    time: datetime
    journey: str | None
    instance: str | None
    step: str | None
    outcome: Outcome
    reason: Reason
    rule: str | None
    survey: str | None
    metric: str | None
    due_at: datetime | None
    eligible_again_at: datetime | None
    invitation_id: str | None
    final: FinalState | None = None
    also: "tuple[AlsoPlanned, ...] | UnsetType" = UNSET


class AlsoPlanned(Struct, frozen=True):
    """What was planned besides about the interaction of a line; these members mean what they mean there."""

    outcome: Outcome
    reason: Reason
    rule: str | None
    survey: str | None
    metric: str | None
    due_at: datetime | None
    invitation_id: str | None
    final: FinalState | None = None


class Follower(Struct, frozen=True):
    """A reminder or a fallback. `final` is what became of it by the end of the log; None: nothing yet."""

    rule: str
    survey: str
    kind: InvitationKind
    final: FinalState | None = None


class Backtest:
    """Runs a log through a rule set. Afterwards `finals` tells what became of every planned invitation.

    `followers` are the reminders and fallbacks by their ids, which are no further invitations.
    `dead` holds the lines that could not be read; `last` is where the event-time clock stands. An invitation
    that is not yet due then has no final state.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.finals: dict[str, FinalState] = {}
        self.followers: dict[str, Follower] = {}
        self.dead: list[DeadLetter] = []
        self.last: datetime | None = None
        self._rules = rules
        self._simulation = Simulation(InForce(rules))

    def run(self, lines: Iterable[bytes], latest: datetime) -> Iterator[Decided]:
        """Decides every interaction of the lines in reading order. `latest` is the latest time accepted."""
        yield from self.run_numbered(enumerate(lines, start=1), latest)

    def run_numbered(self, lines: Iterable[tuple[int, bytes]], latest: datetime) -> Iterator[Decided]:
        """As `run`, of lines that bring their numbers."""
        for number, line in lines:
            decoded = decode_line(line, number, latest)
            if decoded.dead is not None:
                self.dead.append(decoded.dead)
            for interaction in decoded.interactions:
                if tells(interaction, self._rules):
                    yield from self._take(interaction)
        if self.last is not None:
            self._simulation.settle(self.last)
            yield from self._drained().decided

    @property
    def customers(self) -> Mapping[str, Customer]:
        """The customers as the log left them."""
        return self._simulation.customers

    def _take(self, interaction: Interaction) -> list[Decided]:
        """The decision on an interaction, after those that time alone brought about before it."""
        self.last = interaction.time if self.last is None else max(self.last, interaction.time)
        decided = self._simulation.take(interaction, self.last)
        return [*(entry for entry in self._drained().decided if entry is not decided), decided]

    def _drained(self) -> Happened:
        happened = self._simulation.drained()
        planned = (entry.invitation for entry in happened.planned)
        for invitation in (*planned, *(entry.change.invitation for entry in happened.changed)):
            final = _FINAL_STATES.get(invitation.state)
            if invitation.kind != "invitation":
                follower = Follower(invitation.rule, invitation.survey, invitation.kind, final)
                self.followers[invitation.id] = follower
            elif final is not None:
                self.finals[invitation.id] = final
        return happened


def decision_line(decided: Decided, final: FinalState | None = None) -> DecisionLine:
    """A decided interaction as one line of output."""
    interaction, decision = decided.interaction, decided.decision
    return DecisionLine(
        source=interaction.source,
        id=interaction.id,
        customer_id=interaction.customer_id,
        type=interaction.type,
        time=interaction.time,
        journey=decision.journey,
        instance=decision.instance,
        step=decision.step,
        outcome=decision.outcome,
        reason=decision.reason,
        rule=decision.rule,
        survey=decision.survey,
        metric=decision.metric,
        due_at=decision.due_at,
        eligible_again_at=decision.eligible_again_at,
        invitation_id=decision.invitation_id,
        final=final,
        also=tuple(map(_also_planned, decision.also)) or UNSET,
    )


def _also_planned(decision: Decision) -> AlsoPlanned:
    return AlsoPlanned(
        decision.outcome,
        decision.reason,
        decision.rule,
        decision.survey,
        decision.metric,
        decision.due_at,
        decision.invitation_id,
    )


def with_finals(line: DecisionLine, finals: Mapping[str, FinalState]) -> DecisionLine:
    """The line with what became of its invitations."""
    also = line.also
    if also is not UNSET:
        also = tuple(replace(one, final=finals.get(one.invitation_id or "")) for one in also)
    return replace(line, final=finals.get(line.invitation_id or ""), also=also)
