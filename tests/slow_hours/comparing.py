"""The program's first allowed moment held against the slow one, for every minute."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from router.model.policy import Hours, Policy, QuietHours
from router.policy.hours import allowed
from tests.slow_hours.minutes import MINUTE, Wish, next_allowed, utc

NIGHT = (time(21), time(8))
WEEKDAYS = frozenset(range(5))
ZONES: dict[str, tuple[int, str | None]] = {
    "Europe/Amsterdam": (2026, "NL"),
    "America/New_York": (2026, "US"),
    "Australia/Lord_Howe": (2026, "AU-NSW"),
    "Asia/Kathmandu": (2026, None),
    # Gave up summer time in between.
    "Europe/Istanbul": (2015, "TR"),
    # Went over the date line: its 30 December 2011 does not exist.
    "Pacific/Apia": (2011, "WS"),
}
"""The year that two years begin with, and the region whose holidays hold."""


def wishes(region: str | None) -> list[Wish]:
    """Quiet nights, business hours, both, and ends that fall into the hour that a clock change skips or repeats."""
    return [
        Wish("quiet nights", NIGHT),
        Wish("business hours and holidays", None, (time(9), time(18)), WEEKDAYS, region),
        Wish("both", NIGHT, (time(7, 30), time(0)), WEEKDAYS, region),
        Wish("quiet until the skipped hour", (time(23), time(2, 30))),
        Wish(
            "open in the repeated hour",
            (time(12), time(13)),
            (time(1, 45), time(2, 15)),
            frozenset({0, 6}),
            region,
        ),
    ]


def policy_of(wish: Wish) -> Policy:
    """The wish as a policy says it."""
    quiet = QuietHours(*wish.quiet) if wish.quiet else None
    hours = (
        Hours(tuple(sorted(wish.days)), *wish.open, (wish.region,) if wish.region else ())
        if wish.open
        else None
    )
    return Policy(quiet_hours=quiet, business_hours=hours)


def differences(
    wish: Wish, zone_name: str, begin: datetime, minutes: int, *, lead: int = 30 * 24 * 60
) -> Iterator[str]:
    """Where the two differ. The slow one looks `lead` minutes further, for what is allowed after the end."""
    zone, policy = ZoneInfo(zone_name), policy_of(wish)
    slow = next_allowed(wish, zone, begin, minutes + lead)
    for number in range(minutes):
        at, ahead = begin + number * MINUTE, slow[number]
        found = allowed(at, policy, zone, business=wish.open is not None)
        if ahead is None or found != at + ahead * MINUTE:
            yield f"{zone_name}, {wish.name}: from {at} on {found}, not {ahead} minutes later"
        odd = at + timedelta(seconds=37)
        if number % 97 == 0:
            within = allowed(odd, policy, zone, business=wish.open is not None)
            if within != (odd if ahead == 0 else found):
                yield f"{zone_name}, {wish.name}: from {odd} on {within}"


def changes_of(zone_name: str, year: int) -> list[datetime]:
    """The hours of two years in which the zone's offset changes."""
    zone, found = ZoneInfo(zone_name), []
    at = utc(year)
    while at < utc(year + 2):
        if at.astimezone(zone).utcoffset() != (at + timedelta(hours=1)).astimezone(zone).utcoffset():
            found.append(at)
        at += timedelta(hours=1)
    return found
