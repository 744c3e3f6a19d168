"""Hours: business hours that rules need, and whether quiet hours leave any of them."""

from datetime import datetime, time
from typing import Final

from msgspec.structs import replace

from router.authoring.language.definitions import Definitions
from router.authoring.language.problems import Problems
from router.policy.open_days import OpenDays

_ANY_MONDAY: Final = datetime(2028, 1, 3)  # noqa: DTZ001 - a local time
"""A leap year follows, in which every day that a file can name for each year occurs."""

_MORNING: Final = time(10)
_EVENING: Final = time(17)


def check_business_hours(definitions: Definitions, problems: Problems) -> None:
    """R076: a rule within business hours that the policy does not give."""
    if definitions.policy.values("business_hours"):
        return
    for rule in definitions.rules:
        if rule.definition.within == "business_hours":
            message = "`within: business_hours`, but the policy has none"
            problems.add("R076", rule.place("within"), message, "add `business_hours:` to the policy")


def check_hours_left(definitions: Definitions, problems: Problems) -> None:
    """R065: quiet hours that leave no hour of any day, holidays aside. R170: holidays of two attributes."""
    policy, place = definitions.policy.policy, definitions.policy.place
    quiet, business = policy.quiet_hours, policy.business_hours
    if quiet is not None:
        # With holidays of nobody: these never fill a year.
        silent = replace(quiet, holidays=(), holidays_of=None)
        working = replace(business, holidays=(), holidays_of=None) if business else None
        for hours, words in ((None, "any day"), (working, "the business hours")):
            if OpenDays(silent, hours).first_from(_ANY_MONDAY) is None:
                message = f"the quiet hours leave no hour of {words}"
                problems.add("R065", place("quiet_hours"), message, "leave an hour to send in")
                break
    attributes = {one.holidays_of for one in (quiet, business) if one is not None and one.holidays_of}
    if len(attributes) > 1:
        message = f"the customer's holidays are read from two attributes: {', '.join(sorted(attributes))}"
        problems.add("R170", place("quiet_hours", "holidays"), message, "name one attribute in both blocks")


def check_quiet_days(definitions: Definitions, problems: Problems) -> None:
    """R131: quiet hours that leave only the night."""
    quiet = definitions.policy.policy.quiet_hours
    place = definitions.policy.place("quiet_hours")
    if quiet is None or not quiet.start < quiet.end or problems.told(place):
        return
    if quiet.start <= _MORNING and quiet.end >= _EVENING:
        message = (
            f"nothing is sent from {quiet.start:%H:%M} to {quiet.end:%H:%M}: all questions go out at night"
        )
        hint = f'write `from: "{quiet.end:%H:%M}", to: "{quiet.start:%H:%M}"` where the night is meant'
        problems.add("R131", place, message, hint)
