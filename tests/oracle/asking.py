"""One candidate: what the contact limits count for it, and the verdict of each gate, worked out the long way."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from router.model.customer import Customer, Invitation
from router.model.decision import Verdict
from router.model.interaction import Interaction
from router.model.ledger import QuotaKey
from router.model.policy import Limit, Policy, Quota
from router.model.rules import Rule
from router.model.survey import Survey
from router.policy.spans import in_words
from tests.oracle.moments import (
    country,
    drawn,
    earliest,
    first_open,
    most_in_a_span,
    period,
    period_after,
    zone_for,
)
from tests.oracle.reading import tongue

Verdicts = list[Verdict]
LIMIT_GATES = ("own_survey_limit", "shared_limit", "attribute_limit")


@dataclass(frozen=True)
class Ask:
    """A candidate for a survey at the moment `due`; `without` are the invitations that no limit counts."""

    rule: Rule
    survey: Survey
    policy: Policy
    interaction: Interaction
    customer: Customer
    now: datetime
    due: datetime | None
    counts: Mapping[QuotaKey, int]
    contrary: str | None = None
    forbidden: str | None = None
    outranked_by: str | None = None
    rechecked: bool = False
    without: frozenset[str] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return zone_for(self.policy, self.customer.profile.zone)

    @property
    def business(self) -> bool:
        return self.rule.within == "business_hours"

    @property
    def expires_at(self) -> datetime | None:
        return None if self.rule.expires is None else self.interaction.time + self.rule.expires

    @property
    def at(self) -> datetime:
        return self.now if self.due is None else self.due

    @cached_property
    def agreed(self) -> list[str]:
        willing = {"yes", "unknown"} if self.policy.unknown_consent == "allow" else {"yes"}
        return [name for name in self.rule.channels if self.said(name) in willing]

    def said(self, channel: str) -> str:
        """What the customer said of a channel, for the survey's purpose: the newest word that covers it."""
        profile, own = self.customer.profile, "/".join(filter(None, (channel, self.survey.purpose)))
        if "unclear" in profile.suppressed:
            return "unclear"
        if profile.consent.get(own) is False:
            return "no"
        long_ago = datetime(1, 1, 1, tzinfo=UTC)
        words = [
            (profile.said.get(f"consent/{key}", long_ago), len(key), "yes" if yes else "no")
            for key, yes in profile.consent.items()
            if key in (own, channel)
        ]
        words += [(long_ago, 0, "unknown")] + ([(profile.unclear, 0, "unclear")] if profile.unclear else [])
        return max(words)[2]

    @cached_property
    def reachable(self) -> list[str]:
        given = self.interaction.recipient
        return [name for name in self.agreed if given.get(name) or not self.policy.recipient_required]

    @property
    def channel(self) -> str | None:
        return self.reachable[0] if self.reachable else None

    @property
    def locale(self) -> str | None:
        wanted = tongue(self.customer.profile.locale) or tongue(self.interaction.locale)
        chain = [wanted, wanted.split("-")[0]] if wanted else []
        return next((one for one in [*chain, self.policy.locale_otherwise] if one in self.survey.texts), None)

    def first_allowed_hour(self, at: datetime) -> datetime | None:
        """The first moment from `at` on that the customer's hours allow."""
        home = country(self.customer.profile.attributes.get("country"))
        return first_open(at, self.policy, self.zone, home, business=self.business)

    def concerned(self, entry: Limit | Quota) -> bool:
        """Whether a limit or quota speaks about this candidate."""
        pairs = [
            (entry.survey, self.survey.name),
            (entry.metric, self.survey.metric),
            (entry.channel, self.channel),
            (entry.journey, self.rule.journey),
        ]
        if any(wanted is not None and wanted != own for wanted, own in pairs):
            return False
        return entry.same is None or self.same(entry.same) is not None

    def same(self, attribute: str) -> str | None:
        """The value of an attribute that limits compare, as text."""
        return spelled(self.interaction.attributes.get(attribute))

    def counted(self, limit: Limit) -> list[tuple[datetime, Invitation]]:
        """The invitations that a limit counts, each at the latest moment of the limit's clocks."""
        found = []
        for invitation in self.customer.invitations:
            scope = [
                (limit.survey, invitation.survey),
                (limit.metric, invitation.metric),
                (limit.channel, invitation.channel),
                (limit.journey, invitation.journey),
                (self.same(limit.same) if limit.same else None, invitation.attributes.get(limit.same or "")),
            ]
            clocks = {
                "invited": invitation.at,
                "delivered": invitation.delivered_at,
                "answered": invitation.answered_at,
            }
            moments = [moment for clock in limit.clock if (moment := clocks[clock]) is not None]
            asked = (
                invitation.state in ("planned", "queued", "sent", "withdrawn")
                and invitation.id not in self.without
            )
            if asked and moments and all(wanted is None or wanted == own for wanted, own in scope):
                found.append((max(moments), invitation))
        return found

    def used(self, limit: Limit, at: datetime) -> int:
        """How many the limit would hold with one at `at`."""
        times = [moment for moment, _ in self.counted(limit)]
        if isinstance(limit.per, timedelta):
            return most_in_a_span(times, at, limit.per)
        zone = ZoneInfo(self.policy.zone)
        own = period(limit.per, at, zone)
        return 1 + len([one for one in times if period(limit.per, one, zone) == own])

    @cached_property
    def limits(self) -> list[Limit]:
        return [limit for limit in self.policy.limits if self.concerned(limit)]

    def refusing(self, at: datetime) -> list[Limit]:
        """The limits that refuse an invitation at a moment."""
        return [limit for limit in self.limits if self.used(limit, at) > limit.max]

    def relieved(self, at: datetime) -> list[datetime]:
        """Every moment from `at` on at which some limit may begin to allow again."""
        found = [at]
        for limit in self.limits:
            moments = [moment for moment, _ in self.counted(limit)]
            if isinstance(limit.per, timedelta):
                found += [moment + limit.per for moment in moments]
            else:
                zone = ZoneInfo(self.policy.zone)
                found += [period_after(limit.per, max(moment, at), zone) for moment in moments]
        return [moment for moment in found if moment >= at]

    def eligible_again(self, at: datetime) -> datetime | None:
        """The first moment from `at` on at which no limit refuses."""
        return earliest(self.relieved(at), lambda moment: not self.refusing(moment))


def spelled(value: object) -> str | None:
    """How a value is told apart from others, whatever producer sent it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return str(value).strip() or None if isinstance(value, str) else None


def gate_of(limit: Limit) -> str:
    if limit.same is not None:
        return "attribute_limit"
    return "shared_limit" if limit.survey is None else "own_survey_limit"


def verdicts(ask: Ask) -> Verdicts:
    """Gates 3 and 6 to 19 in their order, each evaluated whatever the others say."""
    return [_age(ask), _active(ask), *_person(ask), *_draws(ask), *_limits(ask), _quota(ask), *_last(ask)]


def refusal(ask: Ask) -> Verdict | None:
    """The first gate that refuses; at due time age, activity and priority are not asked again."""
    asked = [
        one for one in verdicts(ask) if not ask.rechecked or one.gate not in ("age", "active", "priority")
    ]
    return next((one for one in asked if not one.passed), None)


def _age(ask: Ask) -> Verdict:
    old, limit = ask.now - ask.interaction.time, ask.rule.max_age
    words = None if limit is None else in_words(limit)
    if limit is not None and old > limit:
        return Verdict("age", False, "too_old", in_words(old), words)
    return Verdict("age", True, None, in_words(old), words)


def _active(ask: Ask) -> Verdict:
    rule, time = ask.rule, ask.interaction.time
    again = rule.active_from if rule.active_from is not None and time < rule.active_from else None
    if not rule.enabled:
        return Verdict("active", False, "rule_inactive", "switched off", eligible_again_at=again)
    if again is not None:
        return Verdict("active", False, "rule_inactive", "before its active time", eligible_again_at=again)
    if rule.active_until is not None and not time < rule.active_until:
        return Verdict("active", False, "rule_inactive", "after its active time")
    return Verdict("active", True)


def _person(ask: Ask) -> Verdicts:
    profile, policy = ask.customer.profile, ask.policy
    consent = {name: ask.said(name) for name in ask.rule.channels}
    refusal = "preferences_unclear" if "unclear" in consent.values() else "no_consent"
    forbidden = [entry for entry in profile.suppressed if entry != "unclear"]
    unknown = "allowed" if policy.unknown_consent == "allow" else "refused"
    needed = "an address for an agreed channel" if policy.recipient_required else "an agreed channel"
    said = profile.locale or ask.interaction.locale
    unread = f"unknown: {said!r} is no language tag" if said else "unknown"
    wanted = tongue(profile.locale) or tongue(ask.interaction.locale) or unread
    return [
        _contrary(ask),
        Verdict(
            "suppression",
            not forbidden,
            "suppressed" if forbidden else None,
            ", ".join(forbidden) or None,
        ),
        Verdict(
            "consent",
            ask.agreed != [],
            None if ask.agreed else refusal,  # type: ignore[arg-type]
            consent,
            f"yes for one channel, unknown is {unknown}",
        ),
        Verdict(
            "channel",
            ask.channel is not None,
            None if ask.channel else "no_reachable_channel",
            ask.channel or "none",
            needed,
        ),
        Verdict(
            "text",
            ask.locale is not None,
            None if ask.locale else "missing_text",
            wanted,
            sorted(ask.survey.texts),
        ),
    ]


def _contrary(ask: Ask) -> Verdict:
    """The policy forbids before the rule excludes; of an exception what holds is told all the same."""
    guard = ask.policy.never_ask_while
    spared = guard is not None and ask.rule.id in guard.exceptions
    if ask.forbidden and not spared:
        return Verdict("contrary", False, "never_ask_while", ask.forbidden)
    if ask.contrary:
        return Verdict("contrary", False, "contrary_condition", ask.contrary)
    return Verdict("contrary", True, None, ask.forbidden, "never_ask_while" if guard else None)


def _draws(ask: Ask) -> Verdicts:
    policy, rule, name = ask.policy, ask.rule, ask.customer.id
    out, month = policy.hold_out, period("calendar_month", ask.interaction.time, ZoneInfo(policy.zone))
    held = drawn(policy, "hold_out", "", name)
    taken = drawn(policy, f"sample:{rule.id}", month, name)
    return [
        Verdict("hold_out", held >= out, None if held >= out else "hold_out", round(held, 6), out)
        if out > 0
        else Verdict("hold_out", True),
        Verdict(
            "sample",
            taken < rule.sample,
            None if taken < rule.sample else "not_sampled",
            round(taken, 6),
            rule.sample,
        )
        if rule.sample < 1
        else Verdict("sample", True),
    ]


def _limits(ask: Ask) -> Verdicts:
    found = []
    for gate in LIMIT_GATES:
        verdict = Verdict(gate, True)  # type: ignore[arg-type]
        for limit in ask.limits:
            if gate_of(limit) == gate and verdict.passed:
                per = in_words(limit.per) if isinstance(limit.per, timedelta) else limit.per.replace("_", " ")
                used, words = ask.used(limit, ask.at) - 1, f"{limit.id}: {limit.max} per {per}"
                verdict = Verdict(gate, True, None, used, words)  # type: ignore[arg-type]
                if used >= limit.max:
                    again = ask.eligible_again(ask.at)
                    verdict = Verdict(gate, False, gate, used, words, again)  # type: ignore[arg-type]
        found.append(verdict)
    return found


def _quota(ask: Ask) -> Verdict:
    zone, verdict = ZoneInfo(ask.policy.zone), Verdict("quota", True)
    for quota in ask.policy.quotas if not ask.rechecked else ():
        if not ask.concerned(quota):
            continue
        value = ask.same(quota.same) or "" if quota.same else ""
        name = period(quota.per, ask.at, zone)
        used = ask.counts.get(QuotaKey(quota.id, value, name), 0)
        gone = [one for one in ask.customer.invitations if one.id in ask.without]
        used -= sum(QuotaKey(quota.id, value, name) in places(ask.policy, one) for one in gone)
        words = f"{quota.id}: {quota.max} per {quota.per}"
        if used >= quota.max:
            return Verdict("quota", False, "quota", used, words, period_after(quota.per, ask.at, zone))
        verdict = Verdict("quota", True, None, used, words)
    return verdict


def places(policy: Policy, one: Invitation) -> list[QuotaKey]:
    """The places that an invitation takes in quotas: in the period of the time that it was due first."""
    zone, found = ZoneInfo(policy.zone), []
    for quota in policy.quotas:
        scope = {key: getattr(quota, key) for key in ("survey", "metric", "channel", "journey")}
        within = all(wanted is None or getattr(one, key) == wanted for key, wanted in scope.items())
        if within and (quota.same is None or quota.same in one.attributes):
            value = one.attributes[quota.same] if quota.same else ""
            found.append(QuotaKey(quota.id, value, period(quota.per, one.due_at or one.at, zone)))
    return found


def _last(ask: Ask) -> Verdicts:
    by, due, end = ask.outranked_by, ask.due, ask.expires_at
    tried = "also" if ask.rule.also else by
    sendable = due is not None and (end is None or due < end)
    return [
        Verdict("priority", by is None, None if by is None else "outranked", tried, ask.rule.priority),
        Verdict("hours", sendable, None if sendable else "no_allowed_time", due, end),
    ]
