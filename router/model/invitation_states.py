"""The states of an invitation and what leads from one to another: a closed machine.

planned → queued → sent → accepted → delivered → opened → clicked → started → answered; what was released may skip
states, for senders tell what they know in any order. Every invitation ends in exactly one of `FINAL_STATES`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Literal, get_args

InvitationState = Literal[
    "planned",
    "queued",
    "sent",
    "accepted",
    "delivered",
    "opened",
    "clicked",
    "started",
    "answered",
    "unanswered",
    "withdrawn",
    "bounced",
    "cancelled",
    "displaced",
    "expired",
]

DeliveryStatus = Literal[
    "accepted",
    "delivered",
    "opened",
    "clicked",
    "started",
    "soft_bounced",
    "hard_bounced",
    "failed",
    "unsubscribed",
    "complained",
]
"""What the sender may tell of an invitation that it was given."""

Trigger = (
    DeliveryStatus
    | Literal["release", "publish", "answer", "lapse", "withdraw", "cancel", "displace", "expire"]
)

INVITATION_STATES: Final[tuple[InvitationState, ...]] = get_args(InvitationState)
DELIVERY_STATUSES: Final[tuple[DeliveryStatus, ...]] = get_args(DeliveryStatus)

RESPOND_WITHIN: Final = timedelta(days=14)
"""How long after its release an invitation may be answered."""

LATE_ANSWERS: Final = timedelta(days=1)
"""How late an answer that was given in time may arrive."""

LAPSE_AFTER: Final = RESPOND_WITHIN + 2 * LATE_ANSWERS
"""How long after its release an invitation without an answer ends."""

ASKED: Final[tuple[InvitationState, ...]] = (
    "queued",
    "sent",
    "accepted",
    "delivered",
    "opened",
    "clicked",
    "started",
)
"""Released and not ended, in the order of progress."""

WAITING_STATES: Final[frozenset[InvitationState]] = frozenset({"planned", "queued"})
"""What is still here: to be checked, or to be handed to the sender."""

OPEN_STATES: Final[frozenset[InvitationState]] = frozenset({"planned", *ASKED})
FINAL_STATES: Final[frozenset[InvitationState]] = frozenset(INVITATION_STATES) - OPEN_STATES

COUNTED_STATES: Final[frozenset[InvitationState]] = OPEN_STATES | {"answered", "unanswered", "withdrawn"}
"""What contact limits count. A withdrawn one may have reached the customer; a bounced one has not."""

PUBLISHED_STATES: Final[frozenset[InvitationState]] = frozenset(ASKED) - {"queued"} | {
    "answered",
    "unanswered",
    "withdrawn",
    "bounced",
}
"""What was handed to the sender."""

_UNDELIVERED: Final = ("queued", "sent", "accepted")
_PROGRESS: Final = ("accepted", "delivered", "opened", "clicked", "started")

RELEASED_STATES: Final[frozenset[InvitationState]] = PUBLISHED_STATES | {"queued"}
"""What passed its check at due time."""


def _released(state: InvitationState) -> dict[Trigger, InvitationState]:
    """What can become of an invitation that was released. Progress never goes back."""
    rank = ASKED.index(state)
    found: dict[Trigger, InvitationState] = {
        status: status for status in _PROGRESS if ASKED.index(status) > rank
    }
    found |= {"answer": "answered", "lapse": "unanswered"}
    if state in _UNDELIVERED:
        found |= {"withdraw": "withdrawn"}
    if state in (*_UNDELIVERED, "delivered"):
        # A mail server may take a message first and return it later.
        found |= {"hard_bounced": "bounced", "failed": "bounced"}
    return found


TRANSITIONS: Final[Mapping[InvitationState, Mapping[Trigger, InvitationState]]] = {
    "planned": {
        "release": "queued",
        "cancel": "cancelled",
        "displace": "displaced",
        "expire": "expired",
    },
    **{state: _released(state) for state in ASKED},
    "queued": {"publish": "sent", **_released("queued")},
}
"""From each state that is not final, what each trigger leads to. What is not named changes nothing."""


def after(state: InvitationState, trigger: Trigger) -> InvitationState:
    """The state that follows; the same one where the trigger says nothing new in it."""
    return TRANSITIONS.get(state, {}).get(trigger, state)
