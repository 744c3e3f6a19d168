"""What must hold in the run: the limits, quotas, hours and shares, as the rule set says and the audit checks them."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

SALT: Final = "all-at-once"
HOLD_OUT: Final = 0.1
SAMPLES: Final[Mapping[str, float]] = {"csat-after-call": 0.7}
"""By rule, the share of customers that it may ask."""

BUSINESS_RULES: Final = frozenset({"csat-after-visit"})
"""Rules that send within business hours only."""

EXPIRES: Final[Mapping[str, int]] = {
    "nps-after-order": 60,
    "nps-after-abandoned-order": 60,
    "ces-after-case": 90,
    "ces-after-chat": 30,
    "csat-after-call": 40,
    "csat-after-visit": 600,
}
"""By rule, seconds after the interaction in which it may send."""

JOURNEYS: Final[Mapping[str, str | None]] = {
    "nps-after-order": "order",
    "nps-after-abandoned-order": "order",
    "ces-after-case": "case",
    "ces-after-chat": None,
    "csat-after-call": None,
    "csat-after-visit": None,
}
"""By rule, the journey that it waits for."""

INSTANCES: Final[Mapping[str, str]] = {"order": "order_id", "case": "case_id"}
"""By journey, the attribute that tells two passes apart."""

PURPOSES: Final[Mapping[str, str]] = {"nps": "research"}
"""By survey, the purpose that its consent is asked for."""

CANCEL_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "nps-after-order": ("order.returned",),
    "nps-after-abandoned-order": ("order.returned",),
    "ces-after-case": ("case.reopened",),
    "ces-after-chat": (),
    "csat-after-call": (),
    "csat-after-visit": (),
}
"""By rule, the interactions that take its invitations back, beside the last of all, which takes all back."""

LAST: Final = "account.closed"
"""The interaction after which a customer is asked no more: it ends what is planned and what is not delivered."""

SUPPRESSED_BY: Final[Mapping[str, str]] = {
    "customer.unsubscribed": "opted_out",
    LAST: "opted_out",
    "dispute.opened": "legal_hold",
}


class Scope(Struct, frozen=True):
    """Which invitations a limit or a quota speaks about; None: all."""

    survey: str | None = None
    metric: str | None = None
    channel: str | None = None
    journey: str | None = None
    same: str | None = None


class ContactLimit(Struct, frozen=True):
    """At most `max` invitations to a customer in `seconds`, or in a calendar day where that is None."""

    id: str
    max: int
    seconds: int | None
    scope: Scope = Scope()
    answered: bool = False
    otherwise: str = "on_limit: drop"


class DayQuota(Struct, frozen=True):
    """At most `max` invitations of all customers in a calendar day."""

    id: str
    max: int
    scope: Scope


LIMITS: Final = (
    ContactLimit("any-survey", 4, 6, otherwise="on_limit: defer, up_to: 20s"),
    ContactLimit("own-nps", 1, 8, Scope(survey="nps"), answered=True),
    ContactLimit("own-chat", 2, 5, Scope(survey="ces-chat"), otherwise="on_limit: defer, up_to: 10s"),
    ContactLimit("effort", 2, 4, Scope(metric="ces")),
    ContactLimit("by-email", 2, 5, Scope(channel="email"), otherwise="on_limit: defer, up_to: 10s"),
    ContactLimit("about-cases", 2, 7, Scope(journey="case")),
    ContactLimit("same-agent", 1, 12, Scope(same="agent_id")),
    ContactLimit("a-day", 60, None),
)

QUOTAS: Final = (
    DayQuota("by-shift", 90, Scope(same="shift")),
    DayQuota("texts-by-branch", 12, Scope(channel="sms", same="branch")),
    DayQuota("visits-by-branch", 25, Scope(survey="csat-visit", same="branch")),
    DayQuota("calls", 300, Scope(survey="csat-call")),
)


class Pace(Struct, frozen=True):
    """At most `max` invitations on a channel leave in `seconds`."""

    id: str
    max: int
    seconds: int
    channel: str


PACE: Final = Pace("texts-pace", 40, 2, "sms")


class Hours(Struct, frozen=True):
    """The hours of one run: zones whose clocks stand about noon, a quiet time in it, and when business opens.

    `home` is the policy's zone and that of customers who named none. `quiet` and `opens` are local times.
    """

    home: str
    away: str
    quiet: tuple[time, time]
    opens: time

    def is_quiet(self, at: datetime, zone: str) -> bool:
        """Whether a moment is quiet there."""
        local = _local(at, zone)
        return self.quiet[0] <= local < self.quiet[1]

    def is_business(self, at: datetime, zone: str) -> bool:
        """Whether business is open there at a moment."""
        return self.opens <= _local(at, zone) < CLOSES


CLOSES: Final = time(17)


def hours(quiet_from: datetime, quiet_to: datetime) -> Hours:
    """The hours of a run: quiet between these whole minutes at home, where business opens at the end of them."""
    west = quiet_from.astimezone(UTC).hour - 12
    home = ZoneInfo(_zone(west))
    begin, end = (moment.astimezone(home).time() for moment in (quiet_from, quiet_to))
    return Hours(home.key, _zone(west - 2), (begin, end), end)


def whole_minute(at: datetime, *, later: float = 0) -> datetime:
    """The first whole minute at least so many seconds later; with none, the minute that it is."""
    moved = at + timedelta(seconds=later)
    begun = moved.replace(second=0, microsecond=0)
    return begun + timedelta(minutes=1) if later and begun < moved else begun


def _zone(west: int) -> str:
    return f"Etc/GMT{west:+d}" if west else "Etc/UTC"


def _local(at: datetime, zone: str) -> time:
    return at.astimezone(ZoneInfo(zone)).time()
