"""Reasons and what led to them, in sentences for somebody who has not read the rules."""

from datetime import datetime
from typing import Final

from router.model.decision import Decision, Reason
from router.model.encoding import decode_invitation
from router.model.interaction import PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
from router.model.journey import Move
from router.model.ledger import InvitationView

REASONS: Final[dict[Reason, str]] = {
    "invited": "A rule matched and nothing spoke against asking.",
    "duplicate": "The same interaction had been decided before; it is decided only once.",
    "no_customer": "The interaction names no customer, so there is nobody to ask.",
    "too_old": "The interaction was heard of too late to ask about it.",
    "step_not_recognised": "No journey and no rule knows this type of interaction.",
    "step_repeated": "The journey was at this step already; rules look at the entering of a step.",
    "late": "The journey had moved on to a later moment before this interaction was heard of.",
    "no_transition": "The interaction did not bring the journey to another step.",
    "no_rule_matched": "No rule asks about what happened here.",
    "rule_inactive": "The rule is switched off, or not in its active time.",
    "contrary_condition": "Something holds that the rule names as a reason not to ask.",
    "suppressed": "The customer must not be contacted.",
    "no_consent": "The customer has not agreed to be asked on any channel of the rule.",
    "preferences_unclear": "Something was said about asking the customer that could not be understood.",
    "no_reachable_channel": "No address is known for a channel the customer agreed to.",
    "missing_text": "The survey has no text in the customer's language.",
    "hold_out": "The customer belongs to the share of customers who are never asked.",
    "not_sampled": "Only a share of the customers is asked by this rule, and this one was not drawn.",
    "own_survey_limit": "The customer got this survey too recently.",
    "shared_limit": "The customer was asked, or is about to be asked, too recently.",
    "attribute_limit": "The customer was asked about the same subject too recently.",
    "quota": "Enough customers are asked in this period.",
    "outranked": "Another rule of higher priority was chosen for the same interaction.",
    "no_allowed_time": "No allowed hour was left before the question would have lost its worth.",
    "preferences_recorded": "The customer's preferences were noted; that is nothing to ask about.",
    "delivery_recorded": "The sender told what became of an invitation; that is nothing to ask about.",
    "answer_recorded": "The customer answered an invitation; that is nothing to ask about.",
    "report_ignored": "The report is repeated, out of date or about an invitation that ended; it changes nothing.",
    "unknown_invitation": "It is about an invitation that is not known.",
    "answer_too_late": "The answer came after the invitation could be answered.",
    "cancelled_by_event": "Something happened that makes the question out of place.",
    "displaced": "A more important question took its place.",
    "expired": "It was not sent before it lost its worth.",
    "undeliverable": "It could not be delivered.",
    "answered": "It was answered before.",
    "not_answered": "It was not answered in time.",
}
"""What every reason means, whatever the case."""

_NEEDED: Final = {
    "locale": ("language", "a tag such as nl or pt-BR"),
    "zone": ("time zone", "a name such as Europe/Amsterdam"),
}
"""The members of preferences that may be unreadable, and the form that is needed."""

_AGAIN: Final[dict[Reason, str]] = {
    "suppressed": "The customer may be asked when the do-not-contact is lifted.",
    "no_consent": "The customer may be asked after agreeing to a channel.",
    "preferences_unclear": "The customer may be asked when the same is said again in words that can be understood.",
    "no_reachable_channel": "The customer may be asked when an interaction brings an address.",
    "missing_text": "The customer may be asked when the survey has a text in that language.",
    "hold_out": "The customer is not asked as long as the policy holds out this share.",
    "not_sampled": "The draw is made anew each calendar month.",
    "contrary_condition": "The customer may be asked about a later interaction, when that no longer holds.",
}
_STATES: Final = {
    "planned": "It is planned for {due}.",
    "queued": "It was due and is on its way to the sender since {at}.",
    "sent": "It was handed to the sender at {at}.",
    "accepted": "It was handed to the sender at {at}, who has accepted it.",
    "delivered": "It was handed to the sender at {at} and delivered.",
    "opened": "It was handed to the sender at {at} and opened.",
    "clicked": "It was handed to the sender at {at}, and its link was followed.",
    "started": "It was handed to the sender at {at}, and the customer began to answer.",
    "answered": "It was handed to the sender at {at} and answered.",
    "unanswered": "It was handed to the sender at {at} and not answered in time.",
    "withdrawn": "It was handed to the sender at {at} and withdrawn before it was delivered.",
    "bounced": "It was handed to the sender at {at} and could not be delivered.",
    "cancelled": "It was cancelled at {at} and not sent.",
    "displaced": "It gave way to another question at {at} and was not sent.",
    "expired": "It expired at {at} and was not sent.",
}
_CANCELLATIONS: Final = {
    "queued": "It is on its way to the sender since {due}.",
    "sent": "The sender was told at {due} that the question is out of place.",
}
"""A cancellation is never planned: it leaves at once."""


def moment(at: datetime | None) -> str:
    """A time as people read it, in UTC."""
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "no known time"


def happened(interaction: Interaction) -> str:
    """What happened, when, to whom, where."""
    who = f"customer {interaction.customer_id}" if interaction.customer_id else "an unknown customer"
    where = f" ({interaction.channel})" if interaction.channel else ""
    if interaction.type == UNCLEAR_TYPE:
        return f"At {moment(interaction.time)}, {who} said something that could not be read."
    if interaction.type == PREFERENCES_TYPE:
        return f"At {moment(interaction.time)}, {who} said how they want to be asked."
    return f"At {moment(interaction.time)}, {interaction.type} for {who}{where}."


def move_sentence(move: Move) -> str:
    """What the interaction did to one journey."""
    journey = move.journey
    name = f"The journey {journey.name}" + (f" {journey.instance}" if journey.instance else "")
    stays = f"it stays at {journey.step}" if journey.step else "it has entered no step yet"
    if move.movement == "entered":
        return f"{name} entered the step {move.step}."
    if move.movement == "repeated":
        return f"{name} was at the step {move.step} already; the interaction is counted."
    if move.movement == "late":
        return f"{name} had moved on before: the interaction is counted, {stays}."
    return f"{name} takes note of the interaction; {stays}."


def decision_sentence(decision: Decision) -> str:
    """What was decided, and why."""
    meaning = REASONS[decision.reason]
    survey = f"{decision.survey} by {decision.channel}" if decision.channel else f"{decision.survey}"
    if decision.outcome == "invite":
        return f"The customer is asked {survey}, due {moment(decision.due_at)}, because of the rule {decision.rule}."
    if decision.outcome == "defer":
        return (
            f"The customer is asked {survey} later than the rule {decision.rule} wants: due {moment(decision.due_at)}."
            f" {meaning}{_held_against(decision)}"
        )
    if decision.reason in ("preferences_recorded", "preferences_unclear") and isinstance(
        decision.actual, dict
    ):
        unreadable = "".join(
            f" The {noun} {decision.actual[member]!r} cannot be read and counts as unknown; {form} is needed."
            for member, (noun, form) in _NEEDED.items()
            if member in decision.actual
        )
        return f"The customer is not asked. {meaning}{unreadable}"
    about = f" The rule {decision.rule} would have sent {decision.survey}." if decision.rule else ""
    return f"The customer is not asked. {meaning}{_held_against(decision)}{about}"


def _held_against(decision: Decision) -> str:
    if decision.gate not in ("own_survey_limit", "shared_limit", "attribute_limit", "quota"):
        return ""
    return f" The limit is {decision.limit}; {decision.actual} counted."


def again_sentence(decision: Decision, next_at: datetime | None) -> str:
    """When the customer may be asked next. `next_at` is when the limits allow it after an invitation."""
    if decision.eligible_again_at is not None:
        return f"The customer may be asked about such an interaction from {moment(decision.eligible_again_at)} on."
    if decision.invitation_id is not None and next_at is not None:
        return f"After this question, {decision.survey} may be sent again from {moment(next_at)} on."
    return _AGAIN.get(
        decision.reason, "The customer may be asked at the next interaction that a rule asks about."
    )


def invitation_sentence(view: InvitationView) -> str:
    """What became of an invitation or of what follows one, with its name."""
    if view.kind == "invitation":
        name = f"The invitation {view.id}"
    else:
        number = number_of(view)
        kind = f"Reminder {number}" if number is not None else f"The {view.kind}"
        by = f" by {view.channel}" if view.kind == "fallback" and view.channel else ""
        name = f"{kind} of the invitation {follows(view)}{by}, {view.id}"
    meaning = f" {REASONS[view.reason]}" if view.reason else ""
    return f"{name} ({view.survey}, rule {view.rule}): {became_sentence(view)}{meaning}"


def became_sentence(view: InvitationView) -> str:
    """What became of an invitation or of what follows one."""
    states = _CANCELLATIONS if view.kind == "cancellation" else _STATES
    became = states.get(view.state, _STATES[view.state])
    return became.format(due=moment(view.due_at), at=moment(view.settled_at or view.changed_at))


def kind_words(view: InvitationView) -> str:
    """What an invitation or follower is, in a word or two: `reminder 2`."""
    number = number_of(view)
    return view.kind if number is None else f"{view.kind} {number}"


def number_of(view: InvitationView) -> int | None:
    """Which reminder it is, counted from 1; None for anything else."""
    return decode_invitation(view.body).number if view.kind == "reminder" else None


def follows(view: InvitationView) -> str | None:
    """The id of the invitation that a reminder, fallback or cancellation follows; None for an invitation."""
    return str(view.root) if view.kind != "invitation" and view.root is not None else None
