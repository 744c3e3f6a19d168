"""A survey that a matching rule proposes, with all that the gates look at."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from router.model.customer import Customer, Invitation
from router.model.fields import wanted_language
from router.model.interaction import Interaction
from router.model.journey import Journey
from router.model.ledger import QuotaKey
from router.model.policy import Limit, Policy
from router.model.preferences import UNCLEAR
from router.model.rules import Rule
from router.model.survey import Survey
from router.policy.consent import ConsentAnswer, answer
from router.policy.hours import allowed, customer_zone, open_days
from router.policy.open_days import OpenDays
from router.policy.suppressions import standing_against


class Standing(Struct, frozen=True):
    """A limit that speaks about a candidate, with the invitations it counts and, in order, when they count."""

    limit: Limit
    invitations: list[Invitation]
    moments: list[datetime]


class Candidate(Struct):
    """One candidate at one moment.

    `due` is the moment the invitation is meant for, None where no allowed hour is left; `contrary` the words
    of an `unless` block that holds, `forbidden` those of a condition of the policy's `never_ask_while`, an exception
    or not; `outranked_by` the rule that was chosen before this one; `itself` the
    invitation that is being checked again at its due time and `displaced` those that would go: no limit counts
    them. `counts` are the quota counters as they stood before the interaction, `freed` the invitations that it took back
    and `planned` those that it planned already, which the customer has. `consented` are the rule's channels that the customer agreed to, `reachable` those of them with an address
    where the policy needs one, `channel` the first of these; `compared` are the values of `same` fields that the
    invitation was planned with; `standings` where the candidate stands with the limits, once somebody asked (`limits.standings`); `keys`
    the values of `same` fields that were asked for (`comparing.compared_value`).
    """

    rule: Rule
    survey: Survey
    policy: Policy
    interaction: Interaction
    customer: Customer
    now: datetime
    due: datetime | None
    journey: Journey | None = None
    contrary: str | None = None
    forbidden: str | None = None
    outranked_by: str | None = None
    itself: str | None = None
    displaced: frozenset[str] = frozenset()
    freed: Sequence[Invitation] = ()
    planned: Sequence[Invitation] = ()
    counts: Mapping[QuotaKey, int] = {}
    consented: Sequence[str] = ()
    reachable: Sequence[str] = ()
    channel: str | None = None
    compared: Mapping[str, str] = {}
    standings: list[Standing] | None = None
    keys: dict[str, str | None] = {}

    def __post_init__(self) -> None:
        self.consented = _consented(self)
        self.reachable = _reachable(self)
        self.channel = self.reachable[0] if self.reachable else None

    @property
    def zone(self) -> tzinfo:
        """The zone that the customer's hours are read in."""
        return customer_zone(self.policy, self.customer.profile.zone)

    @property
    def expires_at(self) -> datetime | None:
        """When the invitation is worth nothing any more."""
        return self.interaction.time + self.rule.expires if self.rule.expires else None

    @property
    def locale(self) -> str | None:
        """The locale of the text the customer would get."""
        wanted = wanted_language(self.customer, self.interaction)
        return self.survey.locale_for(wanted, self.policy.locale_otherwise)

    @property
    def open_days(self) -> OpenDays | None:
        """The open hours of the customer's days; None where every hour is one."""
        policy, business = self.policy, self.rule.within == "business_hours"
        if policy.quiet_hours is None and (not business or policy.business_hours is None):
            return None
        return open_days(policy, self.customer.profile.attributes, business=business)

    def in_place_of(self, displaced: frozenset[str]) -> "Candidate":
        """The same candidate if these planned invitations went."""
        return replace(self, displaced=displaced, standings=None)

    def allowed_from(self, at: datetime) -> datetime | None:
        """The first moment from `at` on that the customer's hours allow."""
        return allowed(
            at,
            self.policy,
            self.zone,
            business=self.rule.within == "business_hours",
            attributes=self.customer.profile.attributes,
        )


def agreed(candidate: Candidate, channel: str) -> ConsentAnswer:
    """What the customer said about a channel, as far as it concerns the survey's purpose."""
    return answer(candidate.customer.profile, channel, candidate.survey.purpose)


def suppressions(candidate: Candidate, channel: str | None) -> list[str]:
    """What forbids to ask the customer on a channel; None: on any."""
    suppressed = [entry for entry in candidate.customer.profile.suppressed if entry != UNCLEAR]
    if not suppressed:
        return []
    addresses = candidate.interaction.known_by(channel) if channel else ()
    return standing_against(suppressed, channel, candidate.survey.purpose, addresses)


def unsuppressed(candidate: Candidate) -> Sequence[str]:
    """The rule's channels that no suppression stands against."""
    if not candidate.customer.profile.suppressed:
        return candidate.rule.channels
    return [channel for channel in candidate.rule.channels if not suppressions(candidate, channel)]


def _consented(candidate: Candidate) -> Sequence[str]:
    """One that is suppressed only where all of them are."""
    channels = unsuppressed(candidate) or candidate.rule.channels
    yes = ("yes", "unknown") if candidate.policy.unknown_consent == "allow" else ("yes",)
    return [channel for channel in channels if agreed(candidate, channel) in yes]


def _reachable(candidate: Candidate) -> Sequence[str]:
    if not candidate.policy.recipient_required:
        return candidate.consented
    return [channel for channel in candidate.consented if any(candidate.interaction.known_by(channel)[:1])]
