"""What goes to the survey sender: an invitation to ask, or the word that one is withdrawn."""

from typing import Final

import msgspec
from msgspec import Struct

from router.flow.cancellation_event import InvitationCancelled, cancelled
from router.flow.invitation_event import InvitationDue, Rendering, rendered
from router.model.customer import Customer, Invitation
from router.model.interaction import Interaction
from router.model.ledger import DueRow
from router.model.record import Message
from router.rules.ruleset import RuleSet

HEADERS: Final = (("content-type", b"application/cloudevents+json; charset=utf-8"),)


class Released(Struct, frozen=True):
    """An invitation that passed its check: who is asked what, about which interaction."""

    customer: Customer
    invitation: Invitation
    interaction: Interaction
    row: DueRow


class Withdrawn(Struct, frozen=True):
    """An invitation that the sender has and must not send any more."""

    invitation: Invitation
    row: DueRow


def message_of(entry: Released | Withdrawn, rules: RuleSet, topic: str, secret: bytes | None) -> Message:
    """The message for the sender. `secret` signs response tokens; None: there are none."""
    event: InvitationDue | InvitationCancelled
    if isinstance(entry, Withdrawn):
        event = cancelled(entry.invitation, entry.row)
    else:
        given = entry.row.recipient
        rendering = Rendering(
            survey=rules.surveys[entry.invitation.survey],
            policy=rules.policy,
            interaction=entry.interaction,
            recipients=msgspec.json.decode(given, type=dict[str, str]) if given else {},
            revision=entry.row.revision,
            secret=secret,
        )
        event = rendered(entry.customer, entry.invitation, rendering)
    return Message(topic, entry.row.customer_id.encode(), msgspec.json.encode(event), HEADERS)
