"""What is remembered of one customer: one compact value."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from router.model.interaction import Interaction
from router.model.journey import Journey

InvitationState = Literal["planned", "queued", "sent", "cancelled", "displaced", "expired"]
SUPPRESSIONS = ("opted_out", "bounced", "legal_hold", "erased")
"""Why a customer must not be contacted, whatever was agreed to."""

FINAL_STATES: frozenset[str] = frozenset({"sent", "cancelled", "displaced", "expired"})


class Profile(Struct, frozen=True, omit_defaults=True):
    """Preferences of a customer. A channel missing from `consent` is unknown."""

    locale: str | None = None
    zone: str | None = None
    consent: dict[str, bool] = {}
    suppressed: tuple[str, ...] = ()
    attributes: dict[str, Any] = {}


class Invitation(Struct, frozen=True, array_like=True):
    """One ask as the limits see it: planned, queued (released to the sender) or sent.

    `at` is the time it counts at: the due time while planned, then the time it was released.
    `interaction` and `expires_at` are kept while planned, for the check at due time.
    `attributes` holds the values that `same` limits compare.
    """

    id: str
    rule: str
    survey: str
    metric: str
    channel: str | None
    priority: int
    at: datetime
    state: InvitationState = "planned"
    journey: str | None = None
    instance: str | None = None
    step: str | None = None
    attributes: dict[str, str] = {}
    expires_at: datetime | None = None
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    interaction: Interaction | None = None


class Customer(Struct, frozen=True, array_like=True):
    """The state of one customer. `seq` counts the journal entries and dispatches folded into it."""

    id: str
    seq: int = 0
    profile: Profile = Profile()
    journeys: tuple[Journey, ...] = ()
    invitations: tuple[Invitation, ...] = ()
