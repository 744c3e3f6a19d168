"""Contact limits and quotas: what counts, whether one more fits, and when it would."""

from datetime import datetime, timedelta

from router.model.customer import Invitation
from router.model.ledger import QuotaKey
from router.model.policy import Limit, Policy, Quota
from router.policy.calendar import next_period, period_name
from router.policy.candidate import Candidate
from router.policy.hours import own_zone
from router.policy.windows import first_allowed, fullest

COUNTED = ("planned", "queued", "sent")


def instance_value(candidate: Candidate, attribute: str) -> str | None:
    """The candidate's value of a `same` attribute, as text; None where the interaction has none."""
    value = candidate.interaction.attributes.get(attribute)
    return None if value is None else str(value)


def in_scope(limit: Limit | Quota, candidate: Candidate) -> bool:
    """Whether a limit or quota speaks about this candidate."""
    return (
        limit.survey in (None, candidate.survey.name)
        and limit.metric in (None, candidate.survey.metric)
        and limit.channel in (None, candidate.channel)
        and limit.journey in (None, candidate.rule.journey)
        and (limit.same is None or instance_value(candidate, limit.same) is not None)
    )


def counted(limit: Limit, candidate: Candidate) -> list[Invitation]:
    """The customer's invitations that the limit counts for this candidate."""
    return [
        invitation
        for invitation in candidate.customer.invitations
        if invitation.state in COUNTED
        and invitation.id != candidate.itself
        and invitation.id not in candidate.displaced
        and limit.survey in (None, invitation.survey)
        and limit.metric in (None, invitation.metric)
        and limit.channel in (None, invitation.channel)
        and limit.journey in (None, invitation.journey)
        and (
            limit.same is None
            or invitation.attributes.get(limit.same) == instance_value(candidate, limit.same)
        )
    ]


def moments(limit: Limit, candidate: Candidate) -> list[datetime]:
    """When the counted invitations count, by the limit's clocks."""
    found: list[datetime] = []
    for invitation in counted(limit, candidate):
        clocks = {
            "invited": invitation.at,
            "delivered": invitation.delivered_at,
            "answered": invitation.answered_at,
        }
        times = {clocks[clock] for clock in limit.clock}
        # One invitation is one contact: it counts at its latest moment, so the rest period runs from there.
        known = [time for time in times if time is not None]
        if known:
            found.append(max(known))
    return found


def usage(limit: Limit, candidate: Candidate, at: datetime) -> int:
    """How many invitations the fullest window or the period would hold, one at `at` included."""
    times = moments(limit, candidate)
    if isinstance(limit.per, timedelta):
        return fullest(times, at, limit.per)
    zone = own_zone(candidate.policy)
    name = period_name(limit.per, at, zone)
    return 1 + sum(period_name(limit.per, time, zone) == name for time in times)


def eligible(limit: Limit, candidate: Candidate, at: datetime) -> datetime:
    """The first moment from `at` on at which the limit allows the candidate."""
    if isinstance(limit.per, timedelta):
        return first_allowed(moments(limit, candidate), at, limit.per, limit.max)
    while usage(limit, candidate, at) > limit.max:
        at = next_period(limit.per, at, own_zone(candidate.policy))
    return at


def eligible_again(candidate: Candidate, at: datetime) -> datetime:
    """The first moment from `at` on at which every contact limit allows an invitation."""
    limits = [limit for limit in candidate.policy.limits if in_scope(limit, candidate)]
    while True:
        later = max((eligible(limit, candidate, at) for limit in limits), default=at)
        if later == at:
            return at
        at = later


def quota_keys(policy: Policy, invitation: Invitation) -> list[QuotaKey]:
    """The counters that an invitation adds to."""
    zone = own_zone(policy)
    return [
        QuotaKey(quota.id, invitation.attributes.get(quota.same, "") if quota.same else "", name)
        for quota in policy.quotas
        if quota.survey in (None, invitation.survey)
        and quota.metric in (None, invitation.metric)
        and quota.channel in (None, invitation.channel)
        and quota.journey in (None, invitation.journey)
        and (quota.same is None or quota.same in invitation.attributes)
        for name in [period_name(quota.per, invitation.at, zone)]
    ]
