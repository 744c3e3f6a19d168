"""The gates in their order. Each decides about a candidate and explains that with a verdict; none knows another.

Gates 1, 2, 4 and 5 speak about the interaction as a whole (`router.decide` asks them); the others about one
candidate. Gate 19 moves the time and refuses only where no allowed moment is left before `expires`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any, Literal

from router.model.customer import Invitation
from router.model.decision import Reason, Verdict
from router.model.fields import wanted_language
from router.model.interaction import Interaction
from router.model.ledger import QuotaKey
from router.model.policy import Limit, Policy
from router.model.rules import Rule
from router.model.zones import zone_name
from router.policy.calendar import next_period, period_name
from router.policy.candidate import Candidate, suppressions, unsuppressed
from router.policy.candidate import agreed as said
from router.policy.comparing import compared_value
from router.policy.draw import draw
from router.policy.hours import own_zone
from router.policy.limits import eligible_again, in_scope, quota_keys, standings, usage

LimitGate = Literal["own_survey_limit", "shared_limit", "attribute_limit"]
Passes = Callable[[Candidate], bool]


class GateCheck:
    """One check of a candidate. `passes` decides; called, it explains with a verdict, which costs more.

    `can_refuse` tells whether it can refuse anybody at all under a rule and a policy.
    """

    def __init__(
        self,
        explain: Callable[[Candidate], Verdict],
        passes: Passes | None,
        can_refuse: Callable[[Rule, Policy], bool],
    ) -> None:
        self.__name__ = explain.__name__
        self.__doc__ = explain.__doc__
        self._explain = explain
        self.passes = passes or (lambda candidate: explain(candidate).passed)
        self.can_refuse = can_refuse

    def __call__(self, candidate: Candidate) -> Verdict:
        """Why the candidate passes or is refused: the actual value, the limit, and when it would pass."""
        return self._explain(candidate)


def _gate(
    passes: Passes | None = None, *, where: Callable[[Rule, Policy], bool] = lambda _rule, _policy: True
) -> Callable[[Callable[[Candidate], Verdict]], GateCheck]:
    """Makes a gate of the function that explains it; without `passes` the verdict is what decides."""
    return lambda explain: GateCheck(explain, passes, where)


def duplicate(seen: bool) -> Verdict:
    """1: an interaction is decided once; its source and id say which it is."""
    return Verdict("duplicate", not seen, "duplicate" if seen else None)


def customer(interaction: Interaction) -> Verdict:
    """2: somebody must be there to ask."""
    known = bool(interaction.customer_id)
    return Verdict("customer", known, None if known else "no_customer")


def _young(candidate: Candidate) -> bool:
    limit = candidate.rule.max_age
    return limit is None or candidate.now - candidate.interaction.time <= limit


@_gate(_young, where=lambda rule, _: rule.max_age is not None)
def age(candidate: Candidate) -> Verdict:
    """3: an interaction older than the rule's `max_age` corrects history and sends nothing."""
    limit, passed = candidate.rule.max_age, _young(candidate)
    old = in_words(candidate.now - candidate.interaction.time)
    reason: Reason | None = None if passed else "too_old"
    return Verdict("age", passed, reason, old, None if limit is None else in_words(limit))


def _may_be_inactive(rule: Rule, _policy: Policy) -> bool:
    return not rule.enabled or rule.active_from is not None or rule.active_until is not None


@_gate(where=_may_be_inactive)
def active(candidate: Candidate) -> Verdict:
    """6: the rule is switched on, and the interaction lies in its active time."""
    rule, time = candidate.rule, candidate.interaction.time
    early = rule.active_from is not None and time < rule.active_from
    late = rule.active_until is not None and time >= rule.active_until
    if rule.enabled and not early and not late:
        return Verdict("active", True)
    actual = (
        "switched off" if not rule.enabled else "before its active time" if early else "after its active time"
    )
    return Verdict(
        "active", False, "rule_inactive", actual, eligible_again_at=rule.active_from if early else None
    )


@_gate(lambda candidate: candidate.contrary is None, where=lambda rule, _: rule.unless is not None)
def contrary(candidate: Candidate) -> Verdict:
    """7: nothing that the rule names under `unless` holds."""
    passed = candidate.contrary is None
    return Verdict("contrary", passed, None if passed else "contrary_condition", candidate.contrary)


def _unsuppressed(candidate: Candidate) -> bool:
    if not candidate.customer.profile.suppressed:
        return True
    return not suppressions(candidate, None) and (
        not candidate.rule.channels or bool(unsuppressed(candidate))
    )


@_gate(_unsuppressed)
def suppression(candidate: Candidate) -> Verdict:
    """8: no hard do-not-contact stands against the customer, or against every channel of the rule."""
    found = suppressions(candidate, None)
    if not found and candidate.rule.channels and not unsuppressed(candidate):
        found = sorted(
            {entry for channel in candidate.rule.channels for entry in suppressions(candidate, channel)}
        )
    words = ", ".join(entry.partition("//")[0] for entry in found)
    return Verdict("suppression", not found, "suppressed" if found else None, words or None)


@_gate(lambda candidate: bool(candidate.consented))
def consent(candidate: Candidate) -> Verdict:
    """9: the customer agreed to at least one of the rule's channels. Unknown is no, unless the policy says so.

    Where something was said that could not be understood, what was agreed to before holds no more.
    """
    yes = candidate.consented
    actual = {channel: said(candidate, channel) for channel in candidate.rule.channels}
    limit = f"yes for one channel, unknown is {'allowed' if candidate.policy.unknown_consent == 'allow' else 'refused'}"
    reason: Reason = "preferences_unclear" if "unclear" in actual.values() else "no_consent"
    return Verdict("consent", bool(yes), None if yes else reason, actual, limit)


@_gate(lambda candidate: bool(candidate.reachable), where=lambda _, policy: policy.recipient_required)
def channel(candidate: Candidate) -> Verdict:
    """10: one of the agreed channels can be reached."""
    found = candidate.reachable
    needed = (
        "an address for an agreed channel" if candidate.policy.recipient_required else "an agreed channel"
    )
    return Verdict(
        "channel",
        bool(found),
        None if found else "no_reachable_channel",
        found[0] if found else "none",
        needed,
    )


@_gate(lambda candidate: candidate.locale is not None)
def text(candidate: Candidate) -> Verdict:
    """11: the survey has a text in the customer's language, or in the one the policy falls back to."""
    wanted = wanted_language(candidate.customer, candidate.interaction)
    if wanted is None:
        said = candidate.customer.profile.locale or candidate.interaction.locale
        wanted = f"unknown: {said[:60]!r} is no language tag" if said else "unknown"
    passed = candidate.locale is not None
    return Verdict("text", passed, None if passed else "missing_text", wanted, sorted(candidate.survey.texts))


@_gate(where=lambda _, policy: policy.hold_out > 0)
def hold_out(candidate: Candidate) -> Verdict:
    """12: the customer is not one of those who are never asked."""
    share = candidate.policy.hold_out
    if share <= 0:
        return Verdict("hold_out", True)
    number = draw(candidate.policy.salt, "hold_out", "", candidate.customer.id)
    passed = number >= share
    return Verdict("hold_out", passed, None if passed else "hold_out", round(number, 6), share)


@_gate(where=lambda rule, _: rule.sample < 1)
def sample(candidate: Candidate) -> Verdict:
    """13: the customer is in the rule's sample of this calendar month."""
    share = candidate.rule.sample
    if share >= 1:
        return Verdict("sample", True)
    zone = own_zone(candidate.policy)
    period = period_name("calendar_month", candidate.interaction.time, zone)
    number = draw(candidate.policy.salt, f"sample:{candidate.rule.id}", period, candidate.customer.id)
    passed = number < share
    return Verdict("sample", passed, None if passed else "not_sampled", round(number, 6), share)


def _limit_gate(gate: LimitGate) -> Callable[[Callable[[Candidate], Verdict]], GateCheck]:
    def passes(candidate: Candidate) -> bool:
        for standing in standings(candidate):
            limit = standing.limit
            # Fewer than `max` cannot be too many, however close together.
            if len(standing.moments) >= limit.max and limit_gate(limit) == gate:
                used = usage(standing, candidate.policy, candidate.due or candidate.now)
                if used > limit.max:
                    return False
        return True

    return _gate(passes, where=lambda _, policy: any(limit_gate(limit) == gate for limit in policy.limits))


@_limit_gate("own_survey_limit")
def own_survey_limit(candidate: Candidate) -> Verdict:
    """14: the limits on this survey alone."""
    return _limits(candidate, "own_survey_limit")


@_limit_gate("shared_limit")
def shared_limit(candidate: Candidate) -> Verdict:
    """15: the limits that several surveys share."""
    return _limits(candidate, "shared_limit")


@_limit_gate("attribute_limit")
def attribute_limit(candidate: Candidate) -> Verdict:
    """16: the limits about the same agent, branch or product."""
    return _limits(candidate, "attribute_limit")


@_gate(where=lambda _, policy: bool(policy.quotas))
def quota(candidate: Candidate) -> Verdict:
    """17: the quotas across customers, in the calendar period of the due time.

    One that is checked again needs places only where it has none yet: in the quotas of another channel. What the
    interaction takes back, or what is displaced for it, has left its places.
    """
    zone, itself = own_zone(candidate.policy), _rechecked(candidate)
    if itself is not None and itself.kind == "reminder":
        return Verdict("quota", True)
    held = quota_keys(candidate.policy, itself) if itself else []
    due = (itself.due_at or itself.at) if itself else candidate.due or candidate.now
    freed = _freed(candidate)
    actual, limit = None, None
    for entry in candidate.policy.quotas:
        if not in_scope(entry, candidate):
            continue
        value = (compared_value(candidate, entry.same) or "") if entry.same else ""
        key = QuotaKey(entry.id, value, period_name(entry.per, due, zone))
        if key in held:
            continue
        used = max(candidate.counts.get(key, 0) - freed.get(key, 0), 0)
        actual, limit = used, f"{entry.id}: {entry.max} per {entry.per}"
        if used >= entry.max:
            again = next_period(entry.per, due, zone)
            return Verdict("quota", False, "quota", used, limit, again)
    return Verdict("quota", True, None, actual, limit)


def _freed(candidate: Candidate) -> Mapping[QuotaKey, int]:
    """The places in quotas that invitations leave because of the interaction."""
    if not candidate.freed and not candidate.displaced:
        return {}
    gone = [*candidate.freed]
    if candidate.displaced:
        gone += [entry for entry in candidate.customer.invitations if entry.id in candidate.displaced]
    return Counter(key for entry in gone for key in quota_keys(candidate.policy, entry))


def _rechecked(candidate: Candidate) -> Invitation | None:
    """The invitation that is being checked again, as it was planned; None: a new one."""
    if candidate.itself is None:
        return None
    return next((entry for entry in candidate.customer.invitations if entry.id == candidate.itself), None)


@_gate(where=lambda _, __: False)
def priority(candidate: Candidate) -> Verdict:
    """18: no candidate of a higher priority was chosen for the same interaction.

    Only an explanation asks: the first that passes is chosen, and none after it is tried.
    """
    by = candidate.outranked_by
    return Verdict("priority", by is None, "outranked" if by else None, by, candidate.rule.priority)


def _in_time(candidate: Candidate) -> bool:
    due, expires = candidate.due, candidate.expires_at
    return due is not None and (expires is None or due < expires)


@_gate(_in_time)
def hours(candidate: Candidate) -> Verdict:
    """19: the moment lies in allowed hours, before `expires`. It was moved there if need be.

    Where the customer's zone cannot be read, `actual` says so: the moment, the zone, and the one used instead.
    """
    due, expires = candidate.due, candidate.expires_at
    passed = _in_time(candidate)
    said, policy = candidate.customer.profile.zone, candidate.policy
    unread = policy.zone_of_customer and said and zone_name(said) is None
    actual: Any = {"due": due, "unreadable_zone": said[:60], "zone": policy.zone} if said and unread else due
    return Verdict("hours", passed, None if passed else "no_allowed_time", actual, expires)


def limit_gate(limit: Limit) -> LimitGate:
    """The gate that a contact limit belongs to."""
    if limit.same is not None:
        return "attribute_limit"
    return "own_survey_limit" if limit.survey is not None else "shared_limit"


def _limits(candidate: Candidate, gate: LimitGate) -> Verdict:
    """The first limit of a gate that refuses; else the last one looked at, with how much of it is used."""
    at = candidate.due or candidate.now
    verdict = Verdict(gate, True)
    for standing in standings(candidate):
        limit = standing.limit
        if limit_gate(limit) != gate:
            continue
        used = usage(standing, candidate.policy, at) - 1
        shown = f"{limit.id}: {limit.max} per {period_in_words(limit)}"
        if used >= limit.max:
            return Verdict(gate, False, gate, used, shown, eligible_again(candidate, at))
        verdict = Verdict(gate, True, None, used, shown)
    return verdict


def period_in_words(limit: Limit) -> str:
    """`30d`, or the calendar period's name."""
    return in_words(limit.per) if isinstance(limit.per, timedelta) else limit.per.replace("_", " ")


@lru_cache(1024)
def in_words(span: timedelta) -> str:
    """A duration as it is written in rules: `1d2h`; nothing below zero."""
    seconds = max(int(span.total_seconds()), 0)
    parts = []
    for name, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return "".join(parts[:2]) or "0s"


CANDIDATE_GATES: tuple[GateCheck, ...] = (
    age,
    active,
    contrary,
    suppression,
    consent,
    channel,
    text,
    hold_out,
    sample,
    own_survey_limit,
    shared_limit,
    attribute_limit,
    quota,
    priority,
    hours,
)
"""Gates 3 and 6 to 19, in their order."""

DUE_GATES: tuple[GateCheck, ...] = tuple(
    gate for gate in CANDIDATE_GATES if gate not in (age, active, priority)
)
"""What is checked again when an invitation is due: 7 to 17 and the hours. Priority was settled by displacement."""

REMINDER_GATES: tuple[GateCheck, ...] = tuple(
    gate for gate in DUE_GATES if gate not in (own_survey_limit, shared_limit, attribute_limit)
)
"""What a reminder is checked against where reminders do not count towards limits."""


class RuleGates:
    """The gates that can refuse under a rule and a policy: a candidate, an invitation that is due, a reminder."""

    __slots__ = ("candidate", "due", "reminder")

    def __init__(self, rule: Rule, policy: Policy) -> None:
        self.candidate, self.due, self.reminder = (
            tuple(gate for gate in gates if gate.can_refuse(rule, policy))
            for gates in (CANDIDATE_GATES, DUE_GATES, DUE_GATES if policy.reminders_count else REMINDER_GATES)
        )
