"""One thing that happened between one customer and the company."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, ValidationError, convert

from router.model.preferences import channel_name

PREFERENCES_TYPE: Final = "customer.preferences.v1"
"""The interaction type that carries consent, locale, time zone and customer attributes instead of an event."""

DELIVERY_TYPE: Final = "feedback.delivery.v1"
"""The interaction type of the sender's word on an invitation: its attributes are `invitation_id` and `status`."""

RESPONSE_TYPE: Final = "feedback.response.v1"
"""The interaction type of a customer's answers to an invitation, which its attribute `invitation_id` names."""

EXPIRY_TYPE: Final = "journey.expired"
"""The interaction type of a journey that was idle for too long. Made by this service, never read."""

ABOUT_INVITATIONS: Final = frozenset({DELIVERY_TYPE, RESPONSE_TYPE})
"""Interaction types that belong to the customer of the invitation that they name, whatever else they say."""

UNCLEAR_TYPE: Final = "customer.unclear"
"""The interaction type of something that could not be read and may have been a no: its attribute `of` is the type that
it was said to be, `members` are the members of preferences it named, `untimed` tells that it had no time. Made by this
service, never read."""

OWN_SOURCE: Final = "/feedback-router"


class Interaction(Struct, frozen=True, omit_defaults=True):
    """An interaction as the core sees it.

    `source` + `id` is the idempotency key; `time` is when it happened (aware, UTC). `customer_id` is empty
    when the event named none. `attributes` are the remaining members of the CloudEvent's `data`.
    `recipient` maps a channel to an address (personal data: never journaled, never logged). The core is given its
    keyed hash instead, and in `also_known` the hashes of other forms of it. `mapped_by` is the revision whose source made it of a
    vendor's record; None: it came as it is, or was stored before this was noted.
    """

    source: str
    id: str
    type: str
    time: datetime
    customer_id: str = ""
    channel: str | None = None
    locale: str | None = None
    attributes: dict[str, Any] = {}
    recipient: dict[str, str] = {}
    traceparent: str | None = None
    also_known: dict[str, tuple[str, ...]] = {}
    mapped_by: int | None = None

    def known_by(self, channel: str) -> tuple[str, ...]:
        """All that its address on a channel is known by; nothing where it brought none."""
        name = spelt(channel, self.recipient)
        return () if name is None else (self.recipient[name], *self.also_known.get(name, ()))


def spelt(channel: str, names: Iterable[str]) -> str | None:
    """The name among these that means a channel, whatever its capitals and the space around it; None: there is none.

    Of several it is the one that is written as the channel is, else the first.
    """
    if channel in names:
        return channel
    wanted = channel_name(channel)
    return next((name for name in names if channel_name(name) == wanted), None)


def named_invitation(interaction: Interaction) -> UUID | None:
    """The invitation that a delivery report or an answer is about; None for anything else, and where it names none."""
    if interaction.type not in ABOUT_INVITATIONS:
        return None
    try:
        # Half of what the constructor of UUID costs.
        return convert(interaction.attributes.get("invitation_id"), UUID)
    except ValidationError:
        return None
