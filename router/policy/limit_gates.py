"""The gates that count: contact limits and quotas, 14 to 17."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Literal

from router.model.customer import Invitation
from router.model.decision import Verdict
from router.model.ledger import QuotaKey
from router.model.policy import Limit
from router.policy.calendar import next_period, period_name
from router.policy.candidate import Candidate
from router.policy.comparing import compared_value
from router.policy.gate_check import GateCheck, gate
from router.policy.hours import own_zone
from router.policy.limits import eligible_again, in_scope, quota_keys, quota_places, standings, usage
from router.policy.spans import in_words

LimitGate = Literal["own_survey_limit", "shared_limit", "attribute_limit"]


def _limit_gate(name: LimitGate) -> Callable[[Callable[[Candidate], Verdict]], GateCheck]:
    def passes(candidate: Candidate) -> bool:
        for standing in standings(candidate):
            limit = standing.limit
            # Fewer than `max` cannot be too many, however close together.
            if len(standing.moments) >= limit.max and limit_gate(limit) == name:
                used = usage(standing, candidate.policy, candidate.due or candidate.now)
                if used > limit.max:
                    return False
        return True

    return gate(passes, where=lambda _, policy: any(limit_gate(limit) == name for limit in policy.limits))


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


@gate(where=lambda _, policy: bool(policy.quotas))
def quota(candidate: Candidate) -> Verdict:
    """17: the quotas across customers, in the calendar period of the due time.

    One that is checked again needs places only where it has none yet: in the quotas of another channel. What the
    interaction takes back, or what is displaced for it, has left its places; what it planned before has taken some.
    """
    zone, itself = own_zone(candidate.policy), _rechecked(candidate)
    if itself is not None and itself.kind == "reminder":
        return Verdict("quota", True)
    held = quota_keys(candidate.policy, itself) if itself else []
    due = (itself.due_at or itself.at) if itself else candidate.due or candidate.now
    freed = _freed(candidate)
    taken = quota_places(candidate.policy, candidate.planned) if candidate.planned else {}
    actual, limit = None, None
    for entry in candidate.policy.quotas:
        if not in_scope(entry, candidate):
            continue
        value = (compared_value(candidate, entry.same) or "") if entry.same else ""
        key = QuotaKey(entry.id, value, period_name(entry.per, due, zone))
        if key in held:
            continue
        used = max(candidate.counts.get(key, 0) - freed.get(key, 0), 0) + taken.get(key, 0)
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
    return quota_places(candidate.policy, gone)


def _rechecked(candidate: Candidate) -> Invitation | None:
    """The invitation that is being checked again, as it was planned; None: a new one."""
    if candidate.itself is None:
        return None
    return next((entry for entry in candidate.customer.invitations if entry.id == candidate.itself), None)


def limit_gate(limit: Limit) -> LimitGate:
    """The gate that a contact limit belongs to."""
    if limit.same is not None:
        return "attribute_limit"
    return "own_survey_limit" if limit.survey is not None else "shared_limit"


def _limits(candidate: Candidate, name: LimitGate) -> Verdict:
    """The first limit of a gate that refuses; else the last one looked at, with how much of it is used."""
    at = candidate.due or candidate.now
    verdict = Verdict(name, True)
    for standing in standings(candidate):
        limit = standing.limit
        if limit_gate(limit) != name:
            continue
        used = usage(standing, candidate.policy, at) - 1
        shown = f"{limit.id}: {limit.max} per {period_in_words(limit)}"
        if used >= limit.max:
            return Verdict(name, False, name, used, shown, eligible_again(candidate, at))
        verdict = Verdict(name, True, None, used, shown)
    return verdict


def period_in_words(limit: Limit) -> str:
    """`30d`, or the calendar period's name."""
    return in_words(limit.per) if isinstance(limit.per, timedelta) else limit.per.replace("_", " ")
