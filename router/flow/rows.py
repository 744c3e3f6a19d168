"""What the store has to write for a batch: each value as its row."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import convert

from router.decide import next_by_itself, next_moment
from router.decide.asked import asked_context
from router.decide.batch import Batch, Changed, Decided, Planned, ShadowDecision
from router.decide.coverage_cells import coverage_changes
from router.model.customer import Invitation
from router.model.encoding import encode_decision, encode_interaction, encode_json, encode_state
from router.model.invitation_states import ASKED, LAPSE_AFTER
from router.model.ledger import (
    Changes,
    InvitationChange,
    InvitationRow,
    JournalRow,
    QuotaKey,
    StateRow,
    StoredState,
)
from router.model.revision import ShadowDifference
from router.rules.ruleset import RuleSet

Addresses = Mapping[tuple[str, UUID], dict[str, str]]
"""By customer and key of an interaction that planned an invitation, the addresses that it brought."""


def changes_of(
    batch: Batch, stored: Mapping[str, StoredState], counts: Mapping[QuotaKey, int], addresses: Addresses
) -> Changes:
    """What the store has to write for a batch; `stored` and `counts` are what was loaded."""
    changed = list(batch.changed.values())
    return Changes(
        states=[_state_row(name, batch, stored) for name in batch.touched],
        journal=[_journal_row(decided) for decided in batch.decided],
        planned=[
            _invitation_row(planned, batch.rules.of(planned.customer_id), addresses)
            for planned in batch.planned
        ]
        + [
            cancellation_row(entry, batch.rules.of(entry.customer_id).revision)
            for entry in changed
            if entry.withdrawn
        ],
        changed=[_change_row(entry) for entry in changed],
        counts={key: count for key, count in batch.counts.items() if counts.get(key) != count},
        coverage=coverage_changes(batch),
    )


def _state_row(name: str, batch: Batch, stored: Mapping[str, StoredState]) -> StateRow:
    customer, rules, known = batch.customers[name], batch.rules.of(name), stored.get(name)
    wake_at = None
    if batch.event_time:
        wake_at = next_moment(customer, rules)
    elif found := next_by_itself(customer, rules):
        # What is due is found by its invitation.
        wake_at = found[0]
    version = known.version if known else 0
    # Where no schedule has looked yet, the walk through the customers still has to.
    scheduled_by = rules.scheduled_by if customer.dates is not None else None
    return StateRow(name, version, encode_state(customer), wake_at, scheduled_by)


def _journal_row(decided: Decided) -> JournalRow:
    interaction, decision = decided.interaction, decided.decision
    return JournalRow(
        interaction.customer_id,
        decided.key,
        decided.seq,
        interaction.time,
        decided.now,
        interaction.id,
        decision.revision,
        decision.reason,
        encode_decision(decision),
        encode_interaction(interaction),
        encode_json(decided.covered) if decided.covered is not None else None,
    )


def difference_row(difference: ShadowDecision) -> ShadowDifference:
    """Where a shadow rule set would have decided otherwise."""
    decided = difference.decided
    return ShadowDifference(
        shadow=difference.shadow.revision,
        customer_id=decided.interaction.customer_id,
        key=decided.key,
        at=decided.now,
        live_verdict=encode_decision(decided.decision),
        shadow_verdict=encode_decision(difference.shadow),
    )


def _invitation_row(planned: Planned, rules: RuleSet, addresses: Addresses) -> InvitationRow:
    invitation, context = planned.invitation, asked_context(planned, rules)
    given = addresses.get((planned.customer_id, planned.key)) if planned.decided else None
    return InvitationRow(
        customer_id=planned.customer_id,
        id=convert(invitation.id, UUID),
        key=convert(invitation.id, UUID) if planned.besides else planned.key,
        rule=invitation.rule,
        survey=invitation.survey,
        metric=invitation.metric,
        channel=invitation.channel,
        state="planned",
        due_at=invitation.at,
        planned_at=planned.now,
        revision=planned.revision,
        body=encode_json(invitation),
        recipient=encode_json(given).decode() if given else None,
        kind=invitation.kind,
        root=convert(invitation.root_id, UUID),
        keep_recipient=planned.keep_recipient,
        next_at=invitation.at,
        context=encode_json(context) if context else None,
    )


def cancellation_row(changed: Changed, revision: int) -> InvitationRow:
    """The word to the sender that an invitation is withdrawn: it leaves the way invitations do, at once."""
    invitation = changed.change.invitation
    at = changed.changed_at
    return InvitationRow(
        customer_id=changed.customer_id,
        id=uuid5(UUID(invitation.id), "cancellation"),
        key=UUID(invitation.id),
        rule=invitation.rule,
        survey=invitation.survey,
        metric=invitation.metric,
        channel=invitation.channel,
        state="queued",
        due_at=at,
        planned_at=at,
        revision=revision,
        body=encode_json(invitation),
        kind="cancellation",
        root=UUID(invitation.root_id),
        next_at=at,
    )


def _change_row(changed: Changed) -> InvitationChange:
    invitation = changed.change.invitation
    moved = invitation.state == "planned"
    return InvitationChange(
        customer_id=changed.customer_id,
        id=convert(invitation.id, UUID),
        state=invitation.state,
        reason=changed.change.reason,
        at=changed.at,
        seq=changed.seq,
        due_at=invitation.at if moved else None,
        next_at=_next_at(invitation),
        changed_at=changed.changed_at,
        channel=invitation.channel,
    )


def _next_at(invitation: Invitation) -> datetime | None:
    """When the dispatcher has to look at an invitation: due, to be published, or without an answer for too long."""
    if invitation.state in ("planned", "queued"):
        return invitation.at
    return invitation.at + LAPSE_AFTER if invitation.state in ASKED else None
