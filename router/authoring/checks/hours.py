"""Hours: business hours that rules need, and whether quiet hours leave any of them."""

from datetime import time

from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems

_DAY = 24 * 60


def check_business_hours(definitions: Definitions, problems: Problems) -> None:
    """R076: a rule within business hours that the policy does not give."""
    if definitions.policy.values("business_hours"):
        return
    for rule in definitions.rules:
        if rule.definition.within == "business_hours":
            message = "`within: business_hours`, but the policy has none"
            problems.add("R076", rule.place("within"), message, "add `business_hours:` to the policy")


def check_hours_left(definitions: Definitions, problems: Problems) -> None:
    """R065: quiet hours that cover the business hours."""
    quiet, business = definitions.policy.policy.quiet_hours, definitions.policy.policy.business_hours
    if quiet is None or business is None:
        return
    start, end = _minute(quiet.start), _minute(quiet.end)
    silent = {minute % _DAY for minute in range(start, end if start < end else end + _DAY)}
    if silent.issuperset(range(_minute(business.start), _minute(business.end) or _DAY)):
        message = "the quiet hours cover all business hours"
        problems.add("R065", definitions.policy.place("quiet_hours"), message, "leave an hour to send in")


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
