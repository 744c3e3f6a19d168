"""The journal of one customer through the pure core again, so that every decision can be explained."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.decide import Explanation, decide, explain
from router.insights.past_invitations import PastInvitations
from router.insights.rule_book import RuleBook
from router.model.customer import Customer
from router.model.decision import Decision
from router.model.encoding import decode_decision, decode_interaction, decode_invitation
from router.model.interaction import RESPONSE_TYPE, Interaction, named_invitation
from router.model.ledger import (
    QUESTIONS,
    ROW_KINDS,
    InvitationView,
    JournalRow,
    QuotaKey,
    RowKind,
    StoredState,
)
from router.model.responses import ResponseRow
from router.rules.ruleset import RuleSet

MOST_INVITATIONS = 100_000
"""More than a customer can get in a lifetime."""


class JournalReader(Protocol):
    """The reads that the insights need of a store."""

    async def journal_by_interaction(self, interaction_id: str, limit: int = 20) -> list[JournalRow]:
        """Journal rows of all interactions with this id, whatever their source."""

    async def journal_of(self, customer_id: str) -> list[JournalRow]:
        """All that was decided about one customer, in the order it was."""

    async def invitation(self, id: UUID) -> InvitationView | None:  # noqa: A002 - the word of the model
        """The invitation with this id."""

    async def invitations(
        self,
        *,
        customer_id: str | None = None,
        kinds: Sequence[RowKind] = QUESTIONS,
        limit: int = 50,
        newest_first: bool = True,
    ) -> list[InvitationView]:
        """The customer's invitations of these kinds by the time they were planned."""

    async def customer(self, customer_id: str) -> StoredState | None:
        """The encoded state of one customer."""

    async def responses_of(self, customer_id: str) -> list[ResponseRow]:
        """The responses of one customer, in the order they were given."""


class PlannedBesides(Struct, frozen=True):
    """An invitation that was planned besides: the decision on it, what followed it, and the response that stands."""

    decision: Decision
    view: InvitationView
    followed: tuple[InvitationView, ...]
    response: ResponseRow | None = None


class ReplayedEntry(Struct, frozen=True):
    """One journaled interaction and the customer as it was right before it.

    `decision` is the journaled one. `planned` is the invitation it planned, `followed` what followed that, `also` those
    planned besides, `ended` those that it cancelled or displaced. `counts` holds the quota counters that left no place. `response` is the one
    that stands for the invitation that it planned or, where it is an answer, answered.
    """

    row: JournalRow
    interaction: Interaction
    decision: Decision
    before: Customer
    counts: Mapping[QuotaKey, int]
    planned: InvitationView | None = None
    ended: tuple[InvitationView, ...] = ()
    followed: tuple[InvitationView, ...] = ()
    response: ResponseRow | None = None
    also: tuple[PlannedBesides, ...] = ()

    def explained(self, rules: RuleSet) -> Explanation:
        """The decision computed again by these rules, with the trace of every rule and gate."""
        return explain(self.interaction, self.before, rules, self.row.now, counts=self.counts)

    def same(self, replayed: Decision) -> bool:
        """Whether a decision computed again is the journaled one."""
        # Times and actual values may differ: of moved invitations only the last move is stored.
        journaled, again = (
            [(one.outcome, one.reason, one.rule) for one in (decision, *decision.also)]
            for decision in (self.decision, replayed)
        )
        return journaled == again


async def all_invitations(store: JournalReader, customer_id: str) -> list[InvitationView]:
    """All that the customer was ever to get, cancellations too, in the order it was planned."""
    return await store.invitations(
        customer_id=customer_id, kinds=ROW_KINDS, limit=MOST_INVITATIONS, newest_first=False
    )


async def replay(store: JournalReader, customer_id: str, rules: RuleBook) -> list[ReplayedEntry]:
    """The customer's journal, each entry with the customer before it. Raises what `store` raises.

    Journeys and preferences are folded again by the rules of each revision; invitations are those that were really planned, each
    as it stood then. What interactions without a customer came to is no history: there it is empty.
    """
    # Nobody's interactions share the empty id, but not a history: each was decided by itself.
    if not customer_id:
        return []
    rows = await store.journal_of(customer_id)
    await rules.read(row.revision for row in rows)
    views = await all_invitations(store, customer_id)
    past = PastInvitations(views)
    invitations = {view.id: view.root or view.id for view in views}
    responses = {one.invitation_id: one for one in await store.responses_of(customer_id)}
    customer, entries = Customer(customer_id), []
    for row in rows:
        before = past.dispatched(customer, row.seq, rules)
        planned, rule_set = past.planned_by(row.key), rules.by(row.revision)
        entry = _entry(row, before, planned, rule_set)
        answered = named_invitation(entry.interaction) if entry.interaction.type == RESPONSE_TYPE else None
        about = planned.id if planned is not None else invitations.get(answered) if answered else None
        response = responses.get(about) if about is not None else None
        ended, followed = past.ended_by(row.seq), past.followed(planned)
        also = tuple(
            PlannedBesides(decision, view, past.followed(view), responses.get(view.id))
            for decision in entry.decision.also
            if (view := past.named(decision.invitation_id)) is not None
        )
        entries.append(replace(entry, ended=ended, followed=followed, response=response, also=also))
        folded = decide(entry.interaction, before, rule_set, row.now, counts=entry.counts)
        views_planned = [*([planned] if planned else []), *(one.view for one in also)]
        customer = past.after(before, folded, row, views_planned)
    return entries


def without_customer(row: JournalRow, rules: RuleBook) -> ReplayedEntry:
    """An interaction without a customer: nothing came before it."""
    return _entry(row, Customer(row.customer_id), None, rules.by(row.revision))


def _entry(
    row: JournalRow, before: Customer, planned: InvitationView | None, rules: RuleSet
) -> ReplayedEntry:
    decision = decode_decision(row.verdict)
    interaction = _with_addresses(decode_interaction(row.body), decision, planned, rules)
    counts: Mapping[QuotaKey, int] = {
        QuotaKey(quota, value, period): used for quota, value, period, used in decision.used_up
    }
    if decision.gate == "quota" and not decision.used_up:
        counts = _CountOfRefusal(decision)
    return ReplayedEntry(row, interaction, decision, before, counts, planned)


def _with_addresses(
    interaction: Interaction, decision: Decision, planned: InvitationView | None, rules: RuleSet
) -> Interaction:
    """The interaction with its channels marked as known, where its row is of an earlier version.

    Those kept no hashes of addresses, so what was not refused for want of one is taken to have had them.
    """
    if interaction.recipient:
        return interaction
    if not rules.policy.recipient_required or decision.reason == "no_reachable_channel":
        return interaction
    facts = decode_invitation(planned.body).interaction if planned else None
    if facts is not None:
        return replace(interaction, recipient=facts.recipient)
    channels = [channel for entry in rules.index.rules for channel in entry.rule.channels]
    return replace(interaction, recipient=dict.fromkeys(channels, "known"))


class _CountOfRefusal(Mapping[QuotaKey, int]):
    """The counter of the quota that refused, as decisions of earlier versions have it: for any value and period."""

    def __init__(self, decision: Decision) -> None:
        refused = decision.gate == "quota" and isinstance(decision.actual, int)
        self._quota = str(decision.limit).partition(":")[0] if refused else ""
        self._used = int(decision.actual) if refused else 0

    def __getitem__(self, key: QuotaKey) -> int:
        if key.quota != self._quota:
            raise KeyError(key)
        return self._used

    def __iter__(self) -> Iterator[QuotaKey]:
        return iter(())

    def __len__(self) -> int:
        return 0
