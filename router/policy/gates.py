"""The gates in their order. Each decides about a candidate and explains that with a verdict; none knows another.

Gates 1, 2, 4 and 5 speak about the interaction as a whole (`router.decide` asks them); the others about one
candidate. Gate 19 moves the time and refuses only where no allowed moment is left before `expires`.
"""

from collections.abc import Iterable
from typing import Any, Final

from router.model.decision import Reason, Verdict
from router.model.fields import member, wanted_language
from router.model.interaction import Interaction
from router.model.policy import Policy
from router.model.rules import Rule
from router.model.zones import zone_name
from router.policy.calendar import period_name
from router.policy.candidate import Candidate, suppressions, unsuppressed
from router.policy.candidate import agreed as said
from router.policy.draw import draw
from router.policy.gate_check import GateCheck, gate
from router.policy.hours import own_zone, passed_over
from router.policy.limit_gates import attribute_limit, own_survey_limit, quota, shared_limit
from router.policy.open_days import region_of
from router.policy.spans import in_words


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


@gate(_young, where=lambda rule, _: rule.max_age is not None)
def age(candidate: Candidate) -> Verdict:
    """3: an interaction older than the rule's `max_age` corrects history and sends nothing."""
    limit, passed = candidate.rule.max_age, _young(candidate)
    old = in_words(candidate.now - candidate.interaction.time)
    reason: Reason | None = None if passed else "too_old"
    return Verdict("age", passed, reason, old, None if limit is None else in_words(limit))


def _may_be_inactive(rule: Rule, _policy: Policy) -> bool:
    return not rule.enabled or rule.active_from is not None or rule.active_until is not None


@gate(where=_may_be_inactive)
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


def _is_exception(rule: Rule, policy: Policy) -> bool:
    return policy.never_ask_while is not None and rule.id in policy.never_ask_while.exceptions


def _nothing_against(candidate: Candidate) -> bool:
    return candidate.contrary is None and (
        candidate.forbidden is None or _is_exception(candidate.rule, candidate.policy)
    )


def _may_be_contrary(rule: Rule, policy: Policy) -> bool:
    guarded = policy.never_ask_while is not None and not _is_exception(rule, policy)
    return guarded or rule.unless is not None


@gate(_nothing_against, where=_may_be_contrary)
def contrary(candidate: Candidate) -> Verdict:
    """7: no condition of the policy's `never_ask_while` holds, nor what the rule names under `unless`.

    The policy's word goes first. Where it passes the rule as an exception, `actual` is what holds all the same.
    """
    forbidden, policy = candidate.forbidden, candidate.policy
    if forbidden is not None and not _is_exception(candidate.rule, policy):
        return Verdict("contrary", False, "never_ask_while", forbidden)
    if candidate.contrary is not None:
        return Verdict("contrary", False, "contrary_condition", candidate.contrary)
    return Verdict("contrary", True, None, forbidden, "never_ask_while" if policy.never_ask_while else None)


def _unsuppressed(candidate: Candidate) -> bool:
    if not candidate.customer.profile.suppressed:
        return True
    return not suppressions(candidate, None) and (
        not candidate.rule.channels or bool(unsuppressed(candidate))
    )


@gate(_unsuppressed)
def suppression(candidate: Candidate) -> Verdict:
    """8: no hard do-not-contact stands against the customer, or against every channel of the rule."""
    found = suppressions(candidate, None)
    if not found and candidate.rule.channels and not unsuppressed(candidate):
        found = sorted(
            {entry for channel in candidate.rule.channels for entry in suppressions(candidate, channel)}
        )
    words = ", ".join(entry.partition("//")[0] for entry in found)
    return Verdict("suppression", not found, "suppressed" if found else None, words or None)


@gate(lambda candidate: bool(candidate.consented))
def consent(candidate: Candidate) -> Verdict:
    """9: the customer agreed to at least one of the rule's channels. Unknown is no, unless the policy says so.

    Where something was said that could not be understood, what was agreed to before holds no more.
    """
    yes = candidate.consented
    actual = {channel: said(candidate, channel) for channel in candidate.rule.channels}
    limit = f"yes for one channel, unknown is {'allowed' if candidate.policy.unknown_consent == 'allow' else 'refused'}"
    reason: Reason = "preferences_unclear" if "unclear" in actual.values() else "no_consent"
    return Verdict("consent", bool(yes), None if yes else reason, actual, limit)


AGREED_CHANNEL: Final = "an agreed channel"
"""What the gate `channel` needs where no address is needed."""


@gate(lambda candidate: bool(candidate.reachable), where=lambda _, policy: policy.recipient_required)
def channel(candidate: Candidate) -> Verdict:
    """10: one of the agreed channels can be reached."""
    found = candidate.reachable
    needed = "an address for an agreed channel" if candidate.policy.recipient_required else AGREED_CHANNEL
    return Verdict(
        "channel",
        bool(found),
        None if found else "no_reachable_channel",
        found[0] if found else "none",
        needed,
    )


@gate(lambda candidate: candidate.locale is not None)
def text(candidate: Candidate) -> Verdict:
    """11: the survey has a text in the customer's language, or in the one the policy falls back to."""
    wanted = wanted_language(candidate.customer, candidate.interaction)
    if wanted is None:
        said = candidate.customer.profile.locale or candidate.interaction.locale
        wanted = f"unknown: {said[:60]!r} is no language tag" if said else "unknown"
    passed = candidate.locale is not None
    return Verdict("text", passed, None if passed else "missing_text", wanted, sorted(candidate.survey.texts))


@gate(where=lambda _, policy: policy.hold_out > 0)
def hold_out(candidate: Candidate) -> Verdict:
    """12: the customer is not one of those who are never asked."""
    share = candidate.policy.hold_out
    if share <= 0:
        return Verdict("hold_out", True)
    number = draw(candidate.policy.salt, "hold_out", "", candidate.customer.id)
    passed = number >= share
    return Verdict("hold_out", passed, None if passed else "hold_out", round(number, 6), share)


@gate(where=lambda rule, _: rule.sample < 1)
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


@gate(where=lambda _, __: False)
def priority(candidate: Candidate) -> Verdict:
    """18: no candidate of a higher priority was chosen for the same interaction.

    Only an explanation asks: the first that passes is chosen, and none after it is tried but those with `also`.
    """
    by, rule = candidate.outranked_by, candidate.rule
    actual = "also" if rule.also else by
    return Verdict("priority", by is None, "outranked" if by else None, actual, rule.priority)


def _in_time(candidate: Candidate) -> bool:
    due, expires = candidate.due, candidate.expires_at
    return due is not None and (expires is None or due < expires)


@gate(_in_time)
def hours(candidate: Candidate) -> Verdict:
    """19: the moment lies in allowed hours, before `expires`. It was moved there if need be.

    `actual` says more than the moment where the customer's zone or country cannot be read, and the one used instead; and
    where it was moved over special days or holidays.
    """
    due, expires = candidate.due, candidate.expires_at
    passed = _in_time(candidate)
    told: dict[str, Any] = {}
    profile, policy = candidate.customer.profile, candidate.policy
    if policy.zone_of_customer and profile.zone and zone_name(profile.zone) is None:
        told |= {"unreadable_zone": profile.zone[:60], "zone": policy.zone}
    attribute = policy.holidays_of
    country = member(profile.attributes, attribute) if attribute else None
    if country is not None and region_of(country) is None:
        told |= {"unreadable_country": str(country)[:60]}
    if due is not None and (days := candidate.open_days) is not None:
        wanted = max(candidate.interaction.time + candidate.rule.delay, candidate.now)
        if over := passed_over(wanted, due, days, candidate.zone):
            told |= {"closed": list(over)}
    actual: Any = {"due": due, **told} if told else due
    return Verdict("hours", passed, None if passed else "no_allowed_time", actual, expires)


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

    def __init__(self, candidate: tuple[GateCheck, ...], policy: Policy) -> None:
        reminder = DUE_GATES if policy.reminders_count else REMINDER_GATES
        self.candidate = candidate
        self.due = tuple(gate for gate in candidate if gate in DUE_GATES)
        self.reminder = tuple(gate for gate in candidate if gate in reminder)


def gates_of(rules: Iterable[Rule], policy: Policy) -> dict[str, RuleGates]:
    """The gates that can refuse under each rule. Rules under which the same ones can share them."""
    shared: dict[tuple[GateCheck, ...], RuleGates] = {}
    found: dict[str, RuleGates] = {}
    for rule in rules:
        gates = tuple([gate for gate in CANDIDATE_GATES if gate.can_refuse(rule, policy)])
        if gates not in shared:
            shared[gates] = RuleGates(gates, policy)
        found[rule.id] = shared[gates]
    return found
