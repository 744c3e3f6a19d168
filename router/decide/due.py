"""The second decision: when an invitation is due, on the customer's state as it is then."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from router.decide.choose import first_refusal
from router.model.customer import Customer, Invitation
from router.model.decision import Reason, Verdict
from router.model.invitation_states import InvitationState
from router.model.journey import Journey
from router.model.rules import Condition
from router.policy.candidate import Candidate
from router.policy.gates import DUE_GATES
from router.ruleset import RuleSet
from router.ruleset.evaluate import first_failure, in_words
from router.ruleset.facts import Facts


class Change(Struct, frozen=True):
    """A planned invitation's new state: queued (released to the sender), moved, or ended with a reason."""

    before: Invitation
    invitation: Invitation
    reason: Reason | None = None
    verdict: Verdict | None = None


def recheck(
    customer: Customer, invitation: Invitation, rules: RuleSet, at: datetime
) -> tuple[Customer, Change]:
    """Checks a planned invitation of the customer again at the clock `at`, on or after its due time."""
    change = _verdict(customer, invitation, rules, at)
    return with_change(customer, change), change


def with_change(customer: Customer, change: Change) -> Customer:
    """The customer after a planned invitation changed; an ended one is forgotten, for it counts no more."""
    changed = change.invitation
    kept = tuple(
        changed if invitation.id == changed.id else invitation
        for invitation in customer.invitations
        if invitation.id != changed.id or changed.state in ("planned", "queued")
    )
    return replace(customer, seq=customer.seq + 1, invitations=kept)


def ended(
    invitation: Invitation, state: InvitationState, reason: Reason, verdict: Verdict | None = None
) -> Change:
    """An invitation that comes to nothing."""
    return Change(invitation, replace(invitation, state=state, interaction=None), reason, verdict)


def _verdict(customer: Customer, invitation: Invitation, rules: RuleSet, at: datetime) -> Change:
    entry = rules.rules.get(invitation.rule)
    survey = rules.surveys.get(invitation.survey)
    if invitation.expires_at is not None and at >= invitation.expires_at:
        return ended(invitation, "expired", "expired")
    if entry is None or survey is None or not entry.rule.enabled or invitation.interaction is None:
        return ended(invitation, "cancelled", "rule_inactive")
    journey = _journey(customer, invitation)
    facts = Facts(invitation.interaction, customer, journey, rules.open_journeys(at))
    candidate = Candidate(
        rule=entry.rule,
        survey=survey,
        policy=rules.policy,
        interaction=invitation.interaction,
        customer=customer,
        now=at,
        due=at,
        journey=journey,
        contrary=contrary_words(entry.rule.unless, facts),
        itself=invitation.id,
    )
    refusal = first_refusal(candidate, DUE_GATES)
    if refusal is not None:
        return ended(invitation, "cancelled", refusal.reason or "rule_inactive", refusal)
    due = candidate.allowed_from(at)
    if due is None or (invitation.expires_at is not None and due >= invitation.expires_at):
        return ended(invitation, "expired", "no_allowed_time")
    if due > at:
        return Change(invitation, replace(invitation, at=due))
    queued = replace(invitation, state="queued", at=at, interaction=None, channel=candidate.channel)
    return Change(invitation, queued)


def contrary_words(unless: Condition | None, facts: Facts) -> str | None:
    """The words of an `unless` block that holds; None where it does not."""
    if unless is None or first_failure(unless, facts) is not None:
        return None
    return in_words(unless)


def _journey(customer: Customer, invitation: Invitation) -> Journey | None:
    """The pass that the invitation is about, as it stands now."""
    for journey in customer.journeys:
        if journey.name == invitation.journey and journey.instance == invitation.instance:
            return journey
    return None


def advance(customer: Customer, rules: RuleSet, now: datetime) -> tuple[Customer, list[Change]]:
    """Settles what came due up to `now` on the event-time clock, each at its own due time, in order.

    What is due at the very moment of an interaction goes before it.
    """
    changes: list[Change] = []
    while (invitation := _next_due(customer, now)) is not None:
        customer, change = recheck(customer, invitation, rules, invitation.at)
        changes.append(change)
    return customer, changes


def _next_due(customer: Customer, now: datetime) -> Invitation | None:
    due = [entry for entry in customer.invitations if entry.state == "planned" and entry.at <= now]
    return min(due, key=lambda entry: (entry.at, entry.id)) if due else None
