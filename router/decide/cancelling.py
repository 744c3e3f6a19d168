"""What an interaction takes back: planned invitations, and those at the sender that nobody has received yet."""

from collections.abc import Iterable
from datetime import datetime

from router.decide.change import Change, ended
from router.model.customer import Customer, Invitation
from router.model.decision import Reason
from router.model.interaction import Interaction
from router.model.invitation_states import after
from router.model.keys import as_key
from router.model.preferences import UNCLEAR
from router.policy.suppressions import standing_against
from router.rules.ruleset import RuleSet


def cancelled(
    interaction: Interaction, invitations: Iterable[Invitation], rules: RuleSet, now: datetime
) -> tuple[Change, ...]:
    """The invitations that the interaction takes back, by their rules' `cancel_on`.

    One that happened before what an invitation is about says nothing against it.
    """
    if interaction.type not in rules.cancelling:
        return ()
    return tuple(
        change
        for invitation in invitations
        if _cancels(interaction, invitation, rules)
        and (change := taken_back(invitation, "cancelled_by_event", now)) is not None
    )


def withdrawn_as_suppressed(customer: Customer, rules: RuleSet, now: datetime) -> tuple[Change, ...]:
    """What is at the sender and must not reach the customer any more, for a suppression stands against it now."""
    suppressed = customer.profile.suppressed
    changes: list[Change] = []
    for entry in customer.invitations:
        standing = standing_against(suppressed, entry.channel, _purpose(entry, rules), _addresses(entry))
        if entry.state == "planned" or not standing:
            continue
        reason: Reason = "preferences_unclear" if standing == [UNCLEAR] else "suppressed"
        change = taken_back(entry, reason, now)
        changes += [change] if change is not None else []
    return tuple(changes)


def taken_back(invitation: Invitation, reason: Reason, now: datetime) -> Change | None:
    """A planned invitation cancelled, one that nobody has received yet withdrawn; None: it is too late for both."""
    if invitation.state == "planned":
        return ended(invitation, "cancel", reason)
    if invitation.state == "withdrawn" or after(invitation.state, "withdraw") != "withdrawn":
        return None
    if invitation.respond_by is None or now >= invitation.respond_by:
        return None
    return ended(invitation, "withdraw", reason)


def _cancels(interaction: Interaction, invitation: Invitation, rules: RuleSet) -> bool:
    """Whether it does, unless the interaction names another instance of the invitation's journey."""
    entry = rules.rules.get(invitation.rule)
    if entry is None or interaction.type not in entry.rule.cancel_on:
        return False
    kept = invitation.interaction
    about = invitation.happened_at or (kept.time if kept else None)
    if about is not None and interaction.time < about:
        return False
    journey_map = rules.maps.get(invitation.journey or "")
    instance = journey_map.instance_of(interaction) if journey_map else None
    return instance is None or invitation.instance is None or instance == as_key(invitation.instance)


def _addresses(invitation: Invitation) -> tuple[str, ...]:
    return (invitation.address, *invitation.also_known) if invitation.address else ()


def _purpose(invitation: Invitation, rules: RuleSet) -> str | None:
    survey = rules.surveys.get(invitation.survey)
    return survey.purpose if survey else None
