"""A log of interactions through the core alone: no broker, no database, on the event-time clock."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from router.batch import Batch, Decided, key_of
from router.decode import decode_line
from router.encoding import decode_state, encode_state
from router.in_force import InForce
from router.keyed_hash import IN_MEMORY, with_hashes
from router.model.customer import Customer
from router.model.decision import Outcome, Reason
from router.model.interaction import Interaction
from router.model.invitation_states import ASKED, InvitationState
from router.model.ledger import InstanceKey
from router.model.record import DeadLetter
from router.owners import resolved
from router.ruleset import RuleSet

Final = Literal["sent", "answered", "withdrawn", "bounced", "cancelled", "displaced", "expired"]
_FINALS: dict[InvitationState, Final] = {
    **dict.fromkeys(ASKED, "sent"),
    "answered": "answered",
    "withdrawn": "withdrawn",
    "bounced": "bounced",
    "cancelled": "cancelled",
    "displaced": "displaced",
    "expired": "expired",
}


class DecisionLine(Struct, frozen=True):
    """One decision as the backtest writes it. `final` is what became of its invitation by the end of the log."""

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
    final: Final | None = None


class Backtest:
    """Runs a log through a rule set. Afterwards `finals` tells what became of every planned invitation.

    `dead` holds the lines that could not be read; `last` is where the event-time clock stands. An invitation
    that is not yet due then has no final state. Between interactions customers are kept encoded and what was
    decided as hashes, so that a log of millions fits in memory.
    """

    def __init__(self, rules: RuleSet) -> None:
        self.finals: dict[str, Final] = {}
        self.dead: list[DeadLetter] = []
        self.last: datetime | None = None
        self._batch = Batch(InForce(rules), {}, set(), event_time=True)
        self._states: dict[str, bytes] = {}
        self._seen: set[bytes] = set()
        self._rules = rules
        self._owners: dict[InstanceKey, str] = {}
        self._invitations: dict[UUID, str] = {}

    def run(self, lines: Iterable[bytes], latest: datetime) -> Iterator[Decided]:
        """Decides every interaction of the lines in reading order. `latest` is the latest time accepted."""
        for number, line in enumerate(lines, start=1):
            decoded = decode_line(line, number, latest)
            if decoded.dead is not None:
                self.dead.append(decoded.dead)
            for interaction in decoded.interactions:
                self.last = interaction.time if self.last is None else max(self.last, interaction.time)
                yield from self._take(interaction, self.last)
        if self.last is not None:
            yield from self._settle(self.last)

    @property
    def customers(self) -> dict[str, Customer]:
        """The customers as the log left them."""
        return {name: decode_state(body) for name, body in self._states.items()}

    def _take(self, given: Interaction, now: datetime) -> list[Decided]:
        batch = self._batch
        (interaction,), _ = resolved(
            [with_hashes(given, IN_MEMORY)], self._rules, self._owners, self._invitations
        )
        name, key = interaction.customer_id, key_of(interaction)
        known = hashlib.blake2b(key.bytes + name.encode(), digest_size=16).digest()
        if known in self._seen:
            batch.seen.add((name, key))
        self._seen.add(known)
        body = self._states.get(name)
        batch.customers = {name: decode_state(body)} if body is not None else {}
        decided = batch.take(interaction, key, now)
        before = [entry for entry in batch.decided if entry is not decided]
        self._drain()
        return [*before, decided]

    def _settle(self, now: datetime) -> Iterator[Decided]:
        for name, body in list(self._states.items()):
            self._batch.customers = {name: decode_state(body)}
            self._batch.settle(now)
            yield from list(self._batch.decided)
            self._drain()

    def _drain(self) -> None:
        """Takes the state of the customer and what became of invitations; nothing else of the batch is wanted."""
        batch = self._batch
        for name in batch.touched:
            self._states[name] = encode_state(batch.customers[name])
        for name, changed in batch.changed.items():
            final = _FINALS.get(changed.change.invitation.state)
            if final is not None and changed.change.invitation.kind == "invitation":
                self.finals[name] = final
        for planned in batch.planned:
            self._invitations[UUID(planned.invitation.id)] = planned.customer_id
        for kept in (batch.touched, batch.changed, batch.decided, batch.planned, batch.seen):
            kept.clear()


def decision_line(decided: Decided, final: Final | None = None) -> DecisionLine:
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
    )
