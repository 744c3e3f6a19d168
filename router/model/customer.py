"""What is remembered of one customer: one compact value."""

from datetime import date, datetime
from typing import Any, Literal

from msgspec import Struct

from router.model.customer_signals import Occurred
from router.model.interaction import Interaction
from router.model.invitation_states import InvitationState
from router.model.journey import Journey
from router.model.past_journeys import PastJourneys, taken_out
from router.model.responses import Touchpoint

InvitationKind = Literal["invitation", "reminder", "fallback"]
"""A reminder asks again, a fallback asks on another channel because the first could not be reached."""


class Profile(Struct, frozen=True, omit_defaults=True):
    """Preferences of a customer.

    `consent` is by channel, or by `channel/purpose` for a survey's purpose; a channel missing from it is unknown, and
    `*` stands for all where consent was withdrawn without a channel.
    An entry of `suppressed` is a reason, for everything, or `reason/channel`, `reason/channel/purpose` or
    `reason/channel//address`, the address as its keyed hash; `unclear` is one that could not be understood.
    `said` tells when each of them was said: `locale`, `zone`, `consent/email`, `suppressed/opted_out`,
    `attributes/segment`; `consent` and `suppressed` themselves when they were last said as a whole, `forget` when
    everything became unknown. What was kept before there were times has none, and is older than whatever has one.
    `unclear` is when something about consent was said that could not be understood.
    """

    locale: str | None = None
    zone: str | None = None
    consent: dict[str, bool] = {}
    suppressed: tuple[str, ...] = ()
    attributes: dict[str, Any] = {}
    said: dict[str, datetime] = {}
    unclear: datetime | None = None


class Invitation(Struct, frozen=True, array_like=True):
    """One ask as the limits see it.

    `at` is the time it counts at: the due time while planned, then the time it was released.
    `interaction` and `expires_at` are kept for as long as it may have to be checked again.
    `attributes` holds the values that `same` limits compare. `root` is the invitation that a reminder or a
    fallback follows, `number` the reminder's, `tried` the channels that could not be reached before. `address` is the
    keyed hash of where it was sent, where that is known, `also_known` what that address is known by besides; `slot` the moment that a rate cap has given it.
    `due_at` is the first due time of one that was moved or released later, for the quotas, which count by it.
    `happened_at` is when the interaction happened that it is about; None: kept before that was remembered.
    `touchpoint` is where that was, for the coverage; None: kept before that was remembered, or no journey's step.
    `facts` are those that its texts name, as they were when it was planned; kept as long as `interaction`.
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
    kind: InvitationKind = "invitation"
    root: str | None = None
    number: int = 0
    tried: tuple[str, ...] = ()
    respond_by: datetime | None = None
    address: str | None = None
    slot: datetime | None = None
    due_at: datetime | None = None
    also_known: tuple[str, ...] = ()
    happened_at: datetime | None = None
    touchpoint: Touchpoint | None = None
    facts: dict[str, str] = {}

    @property
    def root_id(self) -> str:
        """The id of the invitation that this one is or follows: what answers and reports name."""
        return self.root or self.id


class Dates(Struct, frozen=True, array_like=True):
    """What the schedules of a rule set go by.

    `at` is the clock up to which they were looked at for the customer, `made` the latest day of each that was made or
    passed over, `entered` when a journey's step was entered last, for the steps that schedules count from.
    """

    at: datetime
    made: dict[str, date] = {}
    entered: dict[str, datetime] = {}


class Customer(Struct, frozen=True, array_like=True):
    """The state of one customer. `seq` counts the journal entries and dispatches folded into it.

    `live` are the passes of journeys that may go on by themselves, `past` those that have ended. `dates` is None where
    no schedule has looked at the customer yet. `occurred` is what the policy's signals of the customer count.
    """

    id: str
    seq: int = 0
    profile: Profile = Profile()
    live: tuple[Journey, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    past: tuple[PastJourneys, ...] = ()
    dates: Dates | None = None
    occurred: Occurred = {}

    @property
    def journeys(self) -> tuple[Journey, ...]:
        """All passes. Those of the past are decoded each time."""
        if not self.past:
            return self.live
        return (*self.live, *(journey for group in self.past for journey in group.passes()))

    def journey(self, name: str | None, instance: str | None) -> Journey | None:
        """The pass of a journey's instance."""
        for journey in self.live:
            if journey.name == name and journey.instance == instance:
                return journey
        return None if name is None or instance is None else taken_out(self.past, name, instance)[1]
