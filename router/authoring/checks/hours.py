"""Hours: business hours that rules need, and whether quiet hours leave any of them."""

from datetime import time

from router.authoring.language.parts import Parts
from router.authoring.language.problems import Problems
from router.model.policy import Hours, QuietHours

_DAY = 24 * 60


def check_business_hours(parts: Parts, problems: Problems) -> None:
    """R076: a rule within business hours that the policy does not give."""
    if parts.policy.values("business_hours"):
        return
    for rule in parts.rules:
        if rule.what.within == "business_hours":
            message = "`within: business_hours`, but the policy has none"
            problems.add("R076", rule.place("within"), message, "add `business_hours:` to the policy")


def check_hours_left(parts: Parts, problems: Problems) -> None:
    """R065: quiet hours that cover the business hours."""
    quiet, business = parts.policy.policy.quiet_hours, parts.policy.policy.business_hours
    if quiet and business and not _allowed(business) - _quiet(quiet):
        message = "the quiet hours cover all business hours"
        problems.add("R065", parts.policy.place("quiet_hours"), message, "leave an hour to send in")


def _allowed(hours: Hours) -> set[int]:
    return set(range(_minute(hours.start), _minute(hours.end) or _DAY))


def _quiet(hours: QuietHours) -> set[int]:
    start, end = _minute(hours.start), _minute(hours.end)
    return {minute % _DAY for minute in range(start, end if start < end else end + _DAY)}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
