"""What comes back about an invitation: the sender's word on its delivery, the customer's answers."""

from datetime import datetime
from typing import Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from router.decide import coverage
from router.decide.cancelling import withdrawn_as_suppressed
from router.decide.change import Change, ended, without
from router.decide.following import fallback_after
from router.decide.preferences import said_when
from router.decide.sayings import suppressed, unclear_suppression
from router.model.customer import Customer, Invitation, Profile
from router.model.decision import Reason
from router.model.interaction import DELIVERY_TYPE, Interaction
from router.model.invitation_states import ASKED, LATE_ANSWERS, DeliveryStatus, after
from router.model.preferences import UNCLEAR, channel_name
from router.model.responses import Covered
from router.policy.suppressions import suppression
from router.rules.ruleset import RuleSet

_RECEIVED = ("delivered", "opened", "clicked", "started")


class Reported(Struct, frozen=True):
    """The customer after a report, what it changed, and the reason that the decision on it carries.

    `covered` is what it changed in the coverage.
    """

    customer: Customer
    changes: tuple[Change, ...]
    reason: Reason
    covered: Covered | None = None


def reported(interaction: Interaction, customer: Customer, rules: RuleSet, now: datetime) -> Reported:
    """Takes a delivery report or an answer. What is repeated, out of date or unknown changes nothing."""
    if interaction.type == DELIVERY_TYPE:
        return _delivery(interaction, customer, rules, now)
    return _answer(interaction, customer, now)


def _delivery(interaction: Interaction, customer: Customer, rules: RuleSet, now: datetime) -> Reported:
    status = cast("DeliveryStatus | Literal['unclear']", interaction.attributes.get("status"))
    named = _named(interaction, customer)
    asked = [entry for entry in named if entry.state in ASKED]
    told = asked[-1] if asked else named[-1] if named else None
    at = said_when(interaction, now)
    profile = _warned(customer.profile, status, _channel(told, interaction, rules), at)
    warned = profile is not customer.profile
    changes = _moved(told, status, interaction.time, rules, now) if told and status != UNCLEAR else ()
    if told and changes and changes[0].invitation.state == "bounced":
        profile = _suppressing(profile, "bounced", told.channel, at, told.address)
        changes += _stopped(customer, told, "undeliverable")
    after_all = _with(customer, profile, changes)
    if warned:
        withdrawn = withdrawn_as_suppressed(after_all, rules, now)
        # Whoever unsubscribes by a message, or complains of it, has got that one.
        withdrawn = tuple(change for change in withdrawn if told is None or change.before.id != told.id)
        after_all = replace(after_all, invitations=without(after_all.invitations, withdrawn))
        changes += withdrawn
    if status == UNCLEAR:
        return Reported(after_all, changes, "preferences_unclear")
    covered = None
    if told and changes:
        bounced = changes[0].invitation.id == told.id and changes[0].invitation.state == "bounced"
        covered = coverage.told(told, customer.invitations, after_all.invitations, bounced=bounced)
    told_something = changes or profile != customer.profile or (status == "soft_bounced" and asked)
    reason: Reason = "delivery_recorded" if told_something else "report_ignored"
    return Reported(after_all, changes, reason, covered)


def _moved(
    told: Invitation, status: DeliveryStatus, time: datetime, rules: RuleSet, now: datetime
) -> tuple[Change, ...]:
    """The invitation in the state that the report leads to; a bounced one is followed by another channel's."""
    state = after(told.state, status)
    delivered_at = told.delivered_at or (max(time, told.at) if status in _RECEIVED else None)
    if (state, delivered_at) == (told.state, told.delivered_at):
        return ()
    if state == "bounced":
        entry = rules.rules.get(told.rule)
        fallback = fallback_after(told, entry.rule, now) if entry else None
        return (Change(told, replace(told, state=state, interaction=None), "undeliverable", None, fallback),)
    interaction = None if delivered_at else told.interaction
    return (Change(told, replace(told, state=state, delivered_at=delivered_at, interaction=interaction)),)


def _channel(told: Invitation | None, interaction: Interaction, rules: RuleSet) -> str | None:
    """The channel that a report is about; None: nobody can tell, so that what it says holds for all."""
    if told is not None:
        return told.channel
    channel = channel_name(interaction.channel or "")
    return channel if channel in rules.channels else None


def _warned(
    profile: Profile, status: DeliveryStatus | Literal["unclear"], channel: str | None, at: datetime
) -> Profile:
    """The profile after an opt-out, a complaint or something that may be one, which holds whatever is still known of the invitation."""
    if status == UNCLEAR:
        return unclear_suppression(profile, at)
    if status == "complained":
        return _suppressing(profile, "complained", None, at)
    return _suppressing(profile, "opted_out", channel, at) if status == "unsubscribed" else profile


def _suppressing(
    profile: Profile, reason: str, channel: str | None, at: datetime, address: str | None = None
) -> Profile:
    return suppressed(profile, suppression(reason, channel, None, address if channel else None), at)


def _answer(interaction: Interaction, customer: Customer, now: datetime) -> Reported:
    named = _named(interaction, customer)
    if not named:
        return Reported(_with(customer, customer.profile, ()), (), "report_ignored")
    ask = next((entry for entry in reversed(named) if entry.state in ASKED), named[-1])
    if _too_late(ask, interaction.time, now):
        return Reported(_with(customer, customer.profile, ()), (), "answer_too_late")
    changes = tuple(
        Change(entry, _answered(entry, interaction.time))
        for entry in named
        if entry.state not in ("planned", "answered") and entry.answered_at is None
    )
    changes += _stopped(customer, ask, "answered") if changes else ()
    reason: Reason = "answer_recorded" if changes else "report_ignored"
    after_all = _with(customer, customer.profile, changes)
    covered = coverage.told(ask, customer.invitations, after_all.invitations, bounced=False)
    return Reported(after_all, changes, reason, covered)


def _answered(ask: Invitation, time: datetime) -> Invitation:
    """An ask with the time of its answer; one that was withdrawn stays so, for the customer to see."""
    at = max(time, ask.at)
    return replace(
        ask,
        state=after(ask.state, "answer"),
        answered_at=at,
        delivered_at=ask.delivered_at or at,
        interaction=None,
    )


def _too_late(ask: Invitation, time: datetime, now: datetime) -> bool:
    respond_by = ask.respond_by
    return respond_by is not None and (time > respond_by or now > respond_by + LATE_ANSWERS)


def _named(interaction: Interaction, customer: Customer) -> list[Invitation]:
    """The asks that a report speaks about: the one it names, or all that belong to that invitation."""
    name = interaction.attributes.get("invitation_id")
    if interaction.type == DELIVERY_TYPE:
        exact = [entry for entry in customer.invitations if entry.id == name and entry.state != "planned"]
        if exact:
            return exact
    root = next((entry.root_id for entry in customer.invitations if entry.id == name), name)
    asks = [entry for entry in customer.invitations if entry.root_id == root and entry.state != "planned"]
    return sorted(asks, key=lambda entry: entry.at)


def _stopped(customer: Customer, told: Invitation, reason: Reason) -> tuple[Change, ...]:
    """What was planned to follow an invitation, cancelled."""
    return tuple(
        ended(entry, "cancel", reason)
        for entry in customer.invitations
        if entry.state == "planned" and entry.kind != "invitation" and entry.root_id == told.root_id
    )


def _with(customer: Customer, profile: Profile, changes: tuple[Change, ...]) -> Customer:
    planned = tuple(change.followed_by for change in changes if change.followed_by is not None)
    invitations = (*without(customer.invitations, changes), *planned)
    return Customer(
        customer.id,
        customer.seq + 1,
        profile,
        customer.live,
        invitations,
        customer.past,
        customer.dates,
        customer.occurred,
    )
