"""The second decision: when an invitation is due, on the customer's state as it is then."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from msgspec.structs import replace

from router.decide.change import Change, ended, without
from router.decide.choose import first_refusal
from router.decide.following import released, reminder_after, rule_of
from router.decide.occasions import next_by_itself
from router.model.customer import Customer, Invitation
from router.model.interaction import Interaction
from router.model.ledger import QuotaKey
from router.model.rules import Condition
from router.policy.candidate import Candidate
from router.policy.hours import allowed, customer_zone
from router.rules.evaluate import first_failure, in_words
from router.rules.facts import Facts
from router.rules.ruleset import RuleSet


def recheck(
    customer: Customer, invitation: Invitation, rules: RuleSet, at: datetime, counts: Mapping[QuotaKey, int]
) -> tuple[Customer, Change]:
    """Checks a planned invitation of the customer again at the clock `at`, on or after its due time.

    `counts` are the quota counters as they stand.
    """
    change = _verdict(customer, invitation, rules, at, counts)
    return with_change(customer, change), change


def confirm(
    customer: Customer,
    invitation: Invitation,
    about: Interaction | None,
    rules: RuleSet,
    at: datetime,
    counts: Mapping[QuotaKey, int],
) -> tuple[Change, ...]:
    """Checks a released invitation again that has not left: its sender was held up since. Nothing: it waits.

    `about` is the interaction that it is about. It goes out on its channel or not at all, and then counts from `at`.
    Refused, it is withdrawn, for it may have left after all; its reminder is cancelled.
    """
    asked = replace(invitation, state="planned", interaction=about)
    change = _verdict(customer, asked, rules, at, counts, only=invitation.channel)
    if change.invitation.state == "queued":
        return (Change(invitation, replace(invitation, at=at)),)
    if change.reason is None:
        return ()
    reason = change.reason
    return (
        ended(invitation, "withdraw", reason, change.verdict),
        *(
            ended(entry, "cancel", reason)
            for entry in customer.invitations
            if entry.kind == "reminder" and entry.state == "planned" and entry.root_id == invitation.root_id
        ),
    )


def with_change(customer: Customer, change: Change) -> Customer:
    """The customer after an invitation changed, with what is planned because of it."""
    invitations = without(customer.invitations, [change])
    if change.followed_by is not None:
        invitations = (*invitations, change.followed_by)
    return replace(customer, seq=customer.seq + 1, invitations=invitations)


def _verdict(
    customer: Customer,
    invitation: Invitation,
    rules: RuleSet,
    at: datetime,
    counts: Mapping[QuotaKey, int],
    *,
    only: str | None = None,
) -> Change:
    """What becomes of it; `only` is the one channel that may be taken."""
    entry = rules.rules.get(invitation.rule)
    survey = rules.surveys.get(invitation.survey)
    if invitation.expires_at is not None and at >= invitation.expires_at:
        return ended(invitation, "expire", "expired")
    rule = rule_of(invitation, entry.rule) if entry else None
    if rule is None or survey is None or not rule.enabled or invitation.interaction is None:
        return ended(invitation, "cancel", "rule_inactive")
    rule = replace(rule, channels=(only,)) if only else rule
    # The pass that the invitation is about, as it stands now.
    journey = customer.journey(invitation.journey, invitation.instance)
    facts = Facts(invitation.interaction, customer, journey, rules, at)
    candidate = Candidate(
        rule=rule,
        survey=survey,
        policy=rules.policy,
        interaction=invitation.interaction,
        customer=customer,
        now=at,
        due=at,
        journey=journey,
        contrary=contrary_words(rule.unless, facts),
        forbidden=rules.forbidden(facts),
        itself=invitation.id,
        counts=counts,
        compared=invitation.attributes,
    )
    gates = rules.gates[rule.id]
    refusal = first_refusal(candidate, gates.reminder if invitation.kind == "reminder" else gates.due)
    if refusal is not None:
        return ended(invitation, "cancel", refusal.reason or "rule_inactive", refusal)
    return _released(candidate, invitation, at)


def _released(candidate: Candidate, invitation: Invitation, at: datetime) -> Change:
    """The invitation released, or moved into allowed hours."""
    due = candidate.allowed_from(at)
    if due is None or (invitation.expires_at is not None and due >= invitation.expires_at):
        return ended(invitation, "expire", "no_allowed_time")
    if due > at:
        return Change(invitation, _moved(invitation, due))
    queued = released(invitation, candidate.rule, candidate.channel, at)
    return Change(invitation, queued, followed_by=reminder_after(queued, invitation, candidate.rule))


def held_back(customer: Customer, invitation: Invitation, rules: RuleSet, until: datetime) -> Change:
    """A planned invitation moved to the moment that a rate cap has given it, or to the next allowed one after."""
    zone = customer_zone(rules.policy, customer.profile.zone)
    entry = rules.rules.get(invitation.rule)
    business = entry is not None and entry.rule.within == "business_hours"
    at = allowed(until, rules.policy, zone, business=business, attributes=customer.profile.attributes)
    if at is None or (invitation.expires_at is not None and at >= invitation.expires_at):
        return ended(invitation, "expire", "no_allowed_time")
    return Change(invitation, replace(_moved(invitation, at), slot=at if at == until else None))


def _moved(invitation: Invitation, at: datetime) -> Invitation:
    """The invitation due later. The quotas go on counting it where it was planned first."""
    return replace(invitation, at=at, due_at=invitation.due_at or invitation.at)


def contrary_words(unless: Condition | None, facts: Facts) -> str | None:
    """The words of an `unless` block that holds; None where it does not."""
    if unless is None or first_failure(unless, facts) is not None:
        return None
    return in_words(unless)


def advance(
    customer: Customer, rules: RuleSet, now: datetime, counts: Mapping[QuotaKey, int]
) -> Iterator[tuple[Customer, Change]]:
    """Settles what came due up to `now` on the event-time clock, each at its own due time, in order.

    What is due at the very moment of an interaction goes before it. Between two of them `counts` may be brought up
    to date.
    """
    while (invitation := _next_due(customer, now)) is not None:
        customer, change = recheck(customer, invitation, rules, invitation.at, counts)
        yield customer, change


def next_moment(customer: Customer, rules: RuleSet) -> datetime | None:
    """When time alone changes something next: an invitation is due, or an interaction comes by itself; None: never."""
    first = min((entry.at for entry in customer.invitations if entry.state == "planned"), default=None)
    found = next_by_itself(customer, rules)
    if found is None or (first is not None and first <= found[0]):
        return first
    return found[0]


def _next_due(customer: Customer, now: datetime) -> Invitation | None:
    due = [entry for entry in customer.invitations if entry.state == "planned" and entry.at <= now]
    return min(due, key=lambda entry: (entry.at, entry.id)) if due else None
