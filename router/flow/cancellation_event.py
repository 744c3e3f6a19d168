"""The word to the survey sender that an invitation must not go out any more: a CloudEvent, structured mode."""

from typing import Final, Literal

from msgspec import Struct

from router.flow.invitation_event import Id, Moment
from router.model.customer import Invitation
from router.model.interaction import OWN_SOURCE
from router.model.ledger import DueRow

CANCELLED_TYPE: Final = "feedback.invitation.cancelled.v1"


class CancellationData(Struct, frozen=True):
    """Which message is taken back: its id, and the invitation that it is or follows."""

    message_id: Id
    invitation_id: Id
    customer_id: Id
    channel: str | None
    rule: str
    revision: int


class InvitationCancelled(Struct, frozen=True):
    """`feedback.invitation.cancelled.v1`: do not send this any more. It may overtake what it takes back."""

    id: Id
    time: Moment
    subject: Id
    data: CancellationData
    specversion: Literal["1.0"]
    type: Literal["feedback.invitation.cancelled.v1"]
    source: str
    datacontenttype: Literal["application/json"]


def cancelled(invitation: Invitation, row: DueRow) -> InvitationCancelled:
    """The event for an invitation that was withdrawn; `row` is the cancellation's."""
    return InvitationCancelled(
        id=row.id,
        time=row.due_at,
        subject=row.customer_id,
        data=CancellationData(
            message_id=invitation.id,
            invitation_id=invitation.root_id,
            customer_id=row.customer_id,
            channel=invitation.channel,
            rule=invitation.rule,
            revision=row.revision,
        ),
        specversion="1.0",
        type=CANCELLED_TYPE,
        source=OWN_SOURCE,
        datacontenttype="application/json",
    )
