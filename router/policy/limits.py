"""Contact limits and quotas: what counts, whether one more fits, and when it would."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from router.model.customer import Invitation
from router.model.invitation_states import COUNTED_STATES, LAPSE_AFTER
from router.model.keys import as_key
from router.model.ledger import QuotaKey
from router.model.policy import LONGEST, Limit, Policy, Quota
from router.policy.calendar import next_period, period_name
from router.policy.candidate import Candidate, Standing
from router.policy.comparing import compared_value
from router.policy.hours import own_zone
from router.policy.windows import first_allowed, fullest


def in_scope(limit: Limit | Quota, candidate: Candidate) -> bool:
    """Whether a limit or quota speaks about this candidate."""
    return (
        limit.survey in (None, candidate.survey.name)
        and limit.metric in (None, candidate.survey.metric)
        and limit.channel in (None, candidate.channel)
        and limit.journey in (None, candidate.rule.journey)
        and (limit.same is None or compared_value(candidate, limit.same) is not None)
    )


def standings(candidate: Candidate) -> list[Standing]:
    """Where the candidate stands with each limit in scope."""
    if candidate.standings is None:
        # One that counts by its answer counts later than it was released.
        oldest = (candidate.due or candidate.now) - candidate.policy.longest_window - LAPSE_AFTER
        counted = [
            invitation
            for invitation in candidate.customer.invitations
            if invitation.at > oldest
            and invitation.state in COUNTED_STATES
            and invitation.id != candidate.itself
            and invitation.id not in candidate.displaced
            and (invitation.kind != "reminder" or candidate.policy.reminders_count)
        ]
        candidate.standings = [
            counting(limit, compared_value(candidate, limit.same) if limit.same else None, counted)
            for limit in candidate.policy.limits
            if in_scope(limit, candidate)
        ]
    return candidate.standings


def counting(limit: Limit, value: str | None, candidates: list[Invitation]) -> Standing:
    """The invitations that a limit counts, with the value of its `same` attribute, and when they count."""
    invitations, moments = [], []
    for invitation in candidates:
        if (
            limit.survey in (None, invitation.survey)
            and limit.metric in (None, invitation.metric)
            and limit.channel in (None, invitation.channel)
            and limit.journey in (None, invitation.journey)
            and (limit.same is None or _is_key(invitation.attributes.get(limit.same), value))
            and (moment := counted_at(invitation, limit)) is not None
        ):
            invitations.append(invitation)
            moments.append(moment)
    return Standing(limit, invitations, sorted(moments))


def _is_key(stored: str | None, value: str | None) -> bool:
    """Whether a stored value is of a key. One stored before keys were made is spelt as it was sent."""
    return stored is not None and (stored == value or as_key(stored) == value)


def counted_at(invitation: Invitation, limit: Limit) -> datetime | None:
    """When one invitation counts, None where it does not: it is one contact, so the rest period runs from its latest moment."""
    if limit.clock == ("invited",):
        return invitation.at
    clocks = {
        "invited": invitation.at,
        "delivered": invitation.delivered_at,
        "answered": invitation.answered_at,
    }
    return max((time for clock in limit.clock if (time := clocks[clock])), default=None)


def usage(standing: Standing, policy: Policy, at: datetime) -> int:
    """How many invitations the fullest window or the period would hold, one at `at` included."""
    per = standing.limit.per
    if isinstance(per, timedelta):
        return fullest(standing.moments, at, per)
    zone, moments = own_zone(policy), standing.moments
    name = period_name(per, at, zone)
    near = moments[bisect_left(moments, at - LONGEST[per]) : bisect_right(moments, at + LONGEST[per])]
    return 1 + sum(period_name(per, moment, zone) == name for moment in near)


def eligible(standing: Standing, policy: Policy, at: datetime) -> datetime:
    """The first moment from `at` on at which the limit allows the candidate."""
    limit = standing.limit
    if isinstance(limit.per, timedelta):
        return first_allowed(standing.moments, at, limit.per, limit.max)
    while usage(standing, policy, at) > limit.max:
        at = next_period(limit.per, at, own_zone(policy))
    return at


def eligible_again(candidate: Candidate, at: datetime) -> datetime:
    """The first moment from `at` on at which every contact limit allows an invitation."""
    limits = standings(candidate)
    # A moment that one limit allows may lie in a full window of another: until all allow the same.
    while True:
        later = max((eligible(standing, candidate.policy, at) for standing in limits), default=at)
        if later == at:
            return at
        at = later


def quota_keys(policy: Policy, invitation: Invitation) -> list[QuotaKey]:
    """The counters that an invitation adds to. A reminder asks nobody anew."""
    if invitation.kind == "reminder":
        return []
    zone = own_zone(policy)
    return [
        QuotaKey(quota.id, value or "", name)
        for quota in policy.quotas
        if quota.survey in (None, invitation.survey)
        and quota.metric in (None, invitation.metric)
        and quota.channel in (None, invitation.channel)
        and quota.journey in (None, invitation.journey)
        for value in [as_key(invitation.attributes.get(quota.same)) if quota.same else None]
        if quota.same is None or value is not None
        for name in [period_name(quota.per, invitation.due_at or invitation.at, zone)]
    ]


def quota_places(policy: Policy, invitations: Iterable[Invitation]) -> Counter[QuotaKey]:
    """How many places these invitations take in each counter."""
    return Counter(key for entry in invitations for key in quota_keys(policy, entry))
