"""The policy: limits, quotas, hours, consent. One for the whole rule set."""

from datetime import time, timedelta
from functools import cached_property
from typing import Any, Final, Literal

from msgspec import Struct

from router.model.customer_signals import CustomerSignal
from router.model.rules import Condition

ContactClock = Literal["invited", "delivered", "answered"]
CalendarPeriod = Literal["calendar_day", "calendar_week", "calendar_month", "calendar_year"]
Period = timedelta | CalendarPeriod

AttributeKind = Literal["any", "text", "number", "date"]
AttributeValues = AttributeKind | tuple[str | int | float | bool, ...]
"""What an attribute holds: a kind of value, or the values that there are."""

LONGEST: Final[dict[CalendarPeriod, timedelta]] = {
    "calendar_day": timedelta(days=2),
    "calendar_week": timedelta(days=8),
    "calendar_month": timedelta(days=32),
    "calendar_year": timedelta(days=367),
}
"""The most that a calendar period lasts anywhere: clock changes make days longer, and zones give up whole days."""


class Limit(Struct, frozen=True):
    """At most `max` invitations `per` period to one customer, for a scope; None in a scope means all.

    `same` names a field of the interaction, its journey or the customer: only invitations with the same value count.
    """

    id: str
    max: int
    per: Period
    survey: str | None = None
    metric: str | None = None
    channel: str | None = None
    journey: str | None = None
    same: str | None = None
    clock: tuple[ContactClock, ...] = ("invited",)
    on_limit: Literal["drop", "defer"] = "drop"
    up_to: timedelta | None = None


class Quota(Struct, frozen=True):
    """At most `max` invitations per calendar period across customers, optionally for the same attribute."""

    id: str
    max: int
    per: CalendarPeriod
    survey: str | None = None
    metric: str | None = None
    channel: str | None = None
    journey: str | None = None
    same: str | None = None


class RateCap(Struct, frozen=True):
    """At most `max` invitations `per` span leave for the sender, evenly spread; None in the scope means all.

    It holds back and never refuses: what comes due all at once goes out one after the other.
    """

    id: str
    max: int
    per: timedelta
    survey: str | None = None
    channel: str | None = None

    @property
    def interval(self) -> timedelta:
        """The time between two invitations at the full rate."""
        return self.per / self.max


class SpecialDay(Struct, frozen=True):
    """A day with hours of its own: of one `year`, or of every year (None).

    Business hours are open, quiet hours are quiet from `start` to `end`; None: as that day begins or ends otherwise.
    Both None: closed, or quiet, the whole day.
    """

    month: int
    day: int
    year: int | None = None
    start: time | None = None
    end: time | None = None
    name: str | None = None


class WeekdayHours(Struct, frozen=True):
    """The hours of a weekday (Monday 0) that differ from the others; `start` and `end` as of a special day."""

    weekday: int
    start: time | None = None
    end: time | None = None


class Hours(Struct, frozen=True):
    """Allowed sending hours: weekdays (Monday 0), from and to local time, public holidays left out.

    `holidays` are countries (`NL`) and parts of one (`DE-BY`). `holidays_of` names the attribute of the customer that
    says in whose country; where that is known, its holidays hold instead. A special day goes before the holidays.
    """

    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start: time = time(0)
    end: time = time(0)
    holidays: tuple[str, ...] = ()
    holidays_of: str | None = None
    weekdays: tuple[WeekdayHours, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()


class QuietHours(Struct, frozen=True):
    """Local hours in which nothing is sent; may pass midnight. The ends differ. Holidays are quiet the whole day.

    Each day is quiet before its `end` and from its `start` on, where `start` is the later one.
    """

    start: time
    end: time
    holidays: tuple[str, ...] = ()
    holidays_of: str | None = None
    weekdays: tuple[WeekdayHours, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()


class NeverAskWhile(Struct, frozen=True):
    """Conditions of which each on its own forbids to ask, whatever the rule; those named in `exceptions` ask all the same."""

    conditions: tuple[Condition, ...]
    exceptions: tuple[str, ...] = ()


class Fact(Struct, frozen=True):
    """What a text may name: the field that says it. `personal`: it is about a person, and meant to be in texts."""

    field: str
    personal: bool = False


class Target(Struct, frozen=True):
    """The score that a survey should have, over one journey and step or all (None).

    `at_least` or, where lower is better, `at_most`: points of NPS, on the survey's scale, or a share from 0 to 1, as
    `measure` says. One of the two is None. Without a measure it is that of NPS, else the mean.
    """

    survey: str
    measure: Literal["nps", "mean", "top_box"] | None = None
    journey: str | None = None
    step: str | None = None
    at_least: float | None = None
    at_most: float | None = None


class ScoreSettings(Struct, frozen=True):
    """How responses are counted and told.

    `by` are the fields (of the interaction, its journey or the customer) that scores and coverage are counted by, one at
    a time; those of `people` are persons, never shown under 10 answers. `drivers` are numeric attributes that effort is
    compared with, beside the effort signals of journeys. `outcomes` are the interaction types that the hold-out report
    looks for, within `outcomes_within`. Under `least` answers there is no score, under `enough` it is indicative.
    `smallest` are the smallest changes that matter: points of NPS, of a mean, a share from 0 to 1.
    """

    by: tuple[str, ...] = ()
    people: tuple[str, ...] = ("agent_id",)
    drivers: tuple[str, ...] = ()
    comments: Literal["keep", "drop"] = "keep"
    outcomes: tuple[str, ...] = ()
    outcomes_within: timedelta = timedelta(days=30)
    least: int = 10
    enough: int = 30
    smallest_nps: float = 10.0
    smallest_mean: float = 0.3
    smallest_share: float = 0.05


class Policy(Struct, frozen=True, dict=True):
    """Everything that holds for all rules. `zone` is used where the customer's is unknown.

    `locales_promised` are those every survey has a text in. `channels` and `types` list what there is, `types`
    besides those that journeys name; empty: anything goes. `attributes` are those that there are by field, as
    `event.amount` and `customer.segment`; without any of the one or the other, anything goes there. `suppressed_by` maps an interaction type to the
    suppression that it means, `consent_given_by` and `consent_withdrawn_by` are types that say yes or no to the
    interaction's channel. `facts` are what texts of surveys may name.
    """

    limits: tuple[Limit, ...] = ()
    quotas: tuple[Quota, ...] = ()
    quiet_hours: QuietHours | None = None
    business_hours: Hours | None = None
    zone: str = "UTC"
    zone_of_customer: bool = True
    locale_otherwise: str | None = None
    hold_out: float = 0.0
    unknown_consent: Literal["refuse", "allow"] = "refuse"
    recipient_required: bool = False
    reminders_count: bool = False
    rate_caps: tuple[RateCap, ...] = ()
    suppressed_by: dict[str, str] = {}
    consent_given_by: tuple[str, ...] = ()
    consent_withdrawn_by: tuple[str, ...] = ()
    salt: str = ""
    locales_promised: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    scores: ScoreSettings = ScoreSettings()
    targets: tuple[Target, ...] = ()
    attributes: dict[str, AttributeValues] = {}
    never_ask_while: NeverAskWhile | None = None
    customer_signals: dict[str, CustomerSignal] = {}
    facts: dict[str, Fact] = {}

    @cached_property
    def longest_window(self) -> timedelta:
        """How far back an invitation can still count for any limit: the longest window or calendar period."""
        spans = (
            limit.per if isinstance(limit.per, timedelta) else LONGEST[limit.per] for limit in self.limits
        )
        return max(spans, default=timedelta())

    @cached_property
    def holidays_of(self) -> str | None:
        """The attribute of a customer that says whose holidays hold; None: the same hold for everybody."""
        kept = (self.quiet_hours, self.business_hours)
        return next((one.holidays_of for one in kept if one is not None and one.holidays_of), None)

    @cached_property
    def worked_out(self) -> dict[Any, Any]:
        """What others have worked out of this policy and look up again: no part of its meaning."""
        return {}

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """The fields that limits and quotas with `same` compare, in order."""
        limits, quotas = (entry.same for entry in self.limits), (entry.same for entry in self.quotas)
        return tuple(sorted({same for same in (*limits, *quotas) if same}))
