"""Reasons and what led to them, in sentences for somebody who has not read the rules."""

from datetime import datetime
from typing import Final

from router.model.decision import Decision, Reason
from router.model.encoding import decode_invitation
from router.model.interaction import PREFERENCES_TYPE, UNCLEAR_TYPE, Interaction
from router.model.journey import Move
from router.model.ledger import InvitationView

REASONS: Final[dict[Reason, str]] = {
    "invited": "A rule matched, and every check was passed.",
    "duplicate": "This interaction was already decided; each is decided only once.",
    "no_customer": "The interaction names no customer, so there is nobody to ask.",
    "too_old": "The interaction arrived too late to ask about it.",
    "step_not_recognised": "No journey and no rule knows this type of interaction.",
    "step_repeated": "The journey was already at this step; rules apply when a step is entered.",
    "late": "The interaction arrived after the journey had moved on to a later step.",
    "no_transition": "The interaction did not move the journey to another step.",
    "no_rule_matched": "No rule asks for feedback here.",
    "rule_inactive": "The rule is switched off or outside its active period.",
    "contrary_condition": "An exclusion in the rule (`unless`) applies.",
    "never_ask_while": "The policy forbids to ask anybody in this situation.",
    "suppressed": "The customer is on the do-not-contact list.",
    "no_consent": "The customer has given no consent for any channel of the rule.",
    "preferences_unclear": "A recent message about this customer's consent could not be understood, so nobody asks until it is clear.",
    "no_reachable_channel": "There is no address for any channel the customer agreed to.",
    "missing_text": "The survey has no text in the customer's language.",
    "hold_out": "The customer is in the hold-out group, which is never asked.",
    "not_sampled": "The rule asks only a sample of customers, and this customer is not in it.",
    "own_survey_limit": "The customer received this survey too recently.",
    "shared_limit": "The customer was asked too recently, or is about to be asked.",
    "attribute_limit": "The customer was asked too recently about the same agent, branch or product.",
    "quota": "The quota for this period is used up.",
    "outranked": "A rule with a higher priority was chosen for the same interaction.",
    "no_allowed_time": "No allowed time was left before the question would expire.",
    "preferences_recorded": "The customer's preferences were recorded; there is nothing to ask about.",
    "delivery_recorded": "The delivery report was recorded; there is nothing to ask about.",
    "answer_recorded": "The customer's answer was recorded; there is nothing to ask about.",
    "report_ignored": "The report was a repeat, out of date, or about an invitation that had already ended, which stays as it is.",
    "unknown_invitation": "No invitation with this id is known.",
    "answer_too_late": "The answer came after the deadline for answering.",
    "cancelled_by_event": "A later event made the question inappropriate.",
    "displaced": "A more important question took its place.",
    "expired": "It expired before it could be sent.",
    "undeliverable": "It could not be delivered.",
    "answered": "The customer had already answered.",
    "not_answered": "It was not answered in time.",
}
"""What every reason means, whatever the case."""

_NEEDED: Final = {
    "locale": ("language", "a tag such as nl or pt-BR"),
    "zone": ("time zone", "a name such as Europe/Amsterdam"),
}
"""The members of preferences that may be unreadable, and the form that is needed."""

_AGAIN: Final[dict[Reason, str]] = {
    "suppressed": "The customer may be asked again once the do-not-contact entry is lifted.",
    "no_consent": "The customer may be asked after giving consent for a channel.",
    "preferences_unclear": "The customer may be asked once the same preference arrives again in a form that can be understood.",
    "no_reachable_channel": "The customer may be asked once an interaction brings an address.",
    "missing_text": "The customer may be asked once the survey has a text in that language.",
    "hold_out": "The customer is not asked while the policy holds out this share.",
    "not_sampled": "A new sample is drawn each calendar month.",
    "contrary_condition": "The customer may be asked about a later interaction, once the exclusion no longer applies.",
    "never_ask_while": "The customer may be asked about a later interaction, once the condition no longer holds.",
}
_STATES: Final = {
    "planned": "It is planned for {due}.",
    "queued": "It came due and has been on its way to the sender since {at}.",
    "sent": "It was handed to the sender at {at}.",
    "accepted": "It was handed to the sender at {at}, and the sender has accepted it.",
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
    "queued": "It has been on its way to the sender since {due}.",
    "sent": "The sender was told at {due} to withdraw the question.",
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
        return f"At {moment(interaction.time)}, {who} sent a message that could not be understood."
    if interaction.type == PREFERENCES_TYPE:
        return f"At {moment(interaction.time)}, {who} set their preferences for being asked."
    return f"At {moment(interaction.time)}, {interaction.type} for {who}{where}."


def move_sentence(move: Move) -> str:
    """What the interaction did to one journey."""
    journey = move.journey
    name = f"The journey {journey.name}" + (f" {journey.instance}" if journey.instance else "")
    stays = f"it stays at {journey.step}" if journey.step else "it has entered no step yet"
    if move.movement == "entered":
        return f"{name} entered the step {move.step}."
    if move.movement == "repeated":
        return f"{name} was already at the step {move.step}; the interaction is counted."
    if move.movement == "late":
        return f"{name} had already moved on: the interaction is counted, {stays}."
    return f"{name} records the interaction; {stays}."


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
        return (
            f"The customer may be asked about such an interaction from {moment(decision.eligible_again_at)}."
        )
    if decision.invitation_id is not None and next_at is not None:
        return f"After this question, {decision.survey} may be sent again from {moment(next_at)}."
    return _AGAIN.get(
        decision.reason, "The customer may be asked about the next interaction that a rule covers."
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
    # Of an unanswered one the state says the reason already.
    meaning = f" {REASONS[view.reason]}" if view.reason and view.state != "unanswered" else ""
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
    # The row has no column for it: nothing is ever looked up by it.
    return decode_invitation(view.body).number if view.kind == "reminder" else None


def follows(view: InvitationView) -> str | None:
    """The id of the invitation that a reminder, fallback or cancellation follows; None for an invitation."""
    return str(view.root) if view.kind != "invitation" and view.root is not None else None
