"""A store's answers, kept in memory: what the worker would have written for a list of interactions."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from router.decide import recheck
from router.decide.batch import Batch, key_of
from router.decide.responses import answered, heard
from router.decode import decode_line
from router.flow.rows import changes_of
from router.model.customer import Customer
from router.model.encoding import decode_context, encode_state
from router.model.interaction import Interaction
from router.model.ledger import (
    QUESTIONS,
    Answerable,
    Ask,
    InvitationView,
    JournalRow,
    QuotaKey,
    RowKind,
    StoredState,
)
from router.model.responses import ResponseRow
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet

LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class KeptAnswers:
    """Satisfies `router.insights.JournalReader`; `take` and `dispatch` do what the worker and the relay do."""

    def __init__(self, rules: RuleSet, *, event_time: bool = True) -> None:
        self.rules = rules
        self.event_time = event_time
        self.states: dict[str, Customer] = {}
        self.rows: list[JournalRow] = []
        self.views: dict[UUID, InvitationView] = {}
        self.seen: set[tuple[str, UUID]] = set()
        self.counts: dict[QuotaKey, int] = {}
        self.responses: dict[tuple[str, UUID], ResponseRow] = {}
        self._watermark = datetime.min.replace(tzinfo=UTC)

    def take(self, interactions: Iterable[Interaction], now: datetime | None = None) -> None:
        batch = self._batch()
        for interaction in interactions:
            self._watermark = max(self._watermark, interaction.time)
            at = now or self._watermark
            batch.take(interaction, key_of(interaction), at)
        self._write(batch)

    def dispatch(self, now: datetime) -> None:
        batch = self._batch()
        for customer in list(self.states.values()):
            for invitation in customer.invitations:
                if invitation.state == "planned" and invitation.at <= now:
                    after, change = recheck(
                        batch.customers[customer.id], invitation, self.rules, now, batch.counts
                    )
                    batch.customers[customer.id] = after
                    batch.note(customer.id, [change], now, after.seq)
        self._write(batch)

    def _batch(self) -> Batch:
        return Batch(InForce(self.rules), self.states, self.seen, self.counts, event_time=self.event_time)

    def _write(self, batch: Batch) -> None:
        changes = changes_of(batch, {}, {}, {})
        answers = answered(batch)
        for one in heard(batch, answers, {named: self._answerable(*named) for named in answers}):
            self.responses[one.response.customer_id, one.response.invitation_id] = one.response
        self.rows += changes.journal
        for row in changes.planned:
            fields = {name: getattr(row, name) for name in row.__struct_fields__}
            self.views[row.id] = InvitationView(**fields)
        for change in changes.changed:
            view = self.views[change.id]
            self.views[change.id] = replace(
                view,
                state=change.state,
                reason=change.reason,
                settled_at=change.at if view.state == "planned" else view.settled_at,
                settled_seq=change.seq if view.state == "planned" else view.settled_seq,
                due_at=change.due_at or view.due_at,
            )

    def _answerable(self, customer_id: str, name: UUID) -> Answerable:
        root = (self.views[name].root or name) if name in self.views else name
        kin = [view for view in self.views.values() if view.root == root and view.kind in QUESTIONS]
        context = next((decode_context(view.context) for view in kin if view.context), None)
        asks = tuple(Ask(view.id, view.kind, view.state, view.channel, view.settled_at) for view in kin)
        return Answerable(customer_id, root, context, asks, self.responses.get((customer_id, root)))

    async def responses_of(self, customer_id: str) -> list[ResponseRow]:
        found = [one for one in self.responses.values() if one.customer_id == customer_id]
        return sorted(found, key=lambda one: one.answered_at)

    async def journal_by_interaction(self, interaction_id: str, limit: int = 20) -> list[JournalRow]:
        return [row for row in self.rows if row.interaction_id == interaction_id][:limit]

    async def journal_of(self, customer_id: str) -> list[JournalRow]:
        return sorted((row for row in self.rows if row.customer_id == customer_id), key=lambda row: row.seq)

    async def invitation(self, id: UUID) -> InvitationView | None:  # noqa: A002
        return self.views.get(id)

    async def invitations(
        self,
        *,
        customer_id: str | None = None,
        kinds: Sequence[RowKind] = QUESTIONS,
        limit: int = 50,
        newest_first: bool = True,
    ) -> list[InvitationView]:
        found = [view for view in self.views.values() if customer_id in (None, view.customer_id)]
        found = [view for view in found if view.kind in kinds]
        return sorted(found, key=lambda view: view.planned_at, reverse=newest_first)[:limit]

    async def customer(self, customer_id: str) -> StoredState | None:
        customer = self.states.get(customer_id)
        return StoredState(1, encode_state(customer)) if customer else None


def interactions_of(events: Iterable[object]) -> list[Interaction]:
    lines = (msgspec.json.encode(event) for event in events)
    decoded = (decode_line(line, number, LATEST) for number, line in enumerate(lines))
    return [interaction for one in decoded for interaction in one.interactions]
