"""Local time: quiet hours, business hours, and the days on which clocks are changed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from router.model.policy import Hours, Policy, QuietHours
from router.model.zones import certain_zone, zone_named
from router.policy.calendar import instant, next_period, period_name
from router.policy.hours import allowed, customer_zone
from router.policy.open_days import public_holidays

AMSTERDAM, NEW_YORK, LORD_HOWE = map(
    certain_zone, ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe")
)
NIGHT = QuietHours(time(21), time(8))
OFFICE = Hours((0, 1, 2, 3, 4), time(9), time(18))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# zone, what the clocks show, the first moment they show it or, where they skip it, something later
INSTANTS = [
    (AMSTERDAM, "2026-03-28T02:30", "2026-03-28T01:30"),
    (AMSTERDAM, "2026-03-29T01:59", "2026-03-29T00:59"),
    (AMSTERDAM, "2026-03-29T02:00", "2026-03-29T01:00"),
    (AMSTERDAM, "2026-03-29T02:30", "2026-03-29T01:00"),
    (AMSTERDAM, "2026-03-29T03:00", "2026-03-29T01:00"),
    (AMSTERDAM, "2026-10-25T02:30", "2026-10-25T00:30"),
    (AMSTERDAM, "2026-10-25T03:00", "2026-10-25T02:00"),
    (NEW_YORK, "2026-03-08T02:30", "2026-03-08T07:00"),
    (NEW_YORK, "2026-03-08T03:00", "2026-03-08T07:00"),
    (NEW_YORK, "2026-11-01T01:30", "2026-11-01T05:30"),
    (NEW_YORK, "2026-11-01T02:00", "2026-11-01T07:00"),
    (LORD_HOWE, "2026-10-04T02:15", "2026-10-03T15:30"),
    (LORD_HOWE, "2026-10-04T02:30", "2026-10-03T15:30"),
    (LORD_HOWE, "2026-04-05T01:45", "2026-04-04T14:45"),
    (LORD_HOWE, "2026-04-05T02:00", "2026-04-04T15:30"),
]


@pytest.mark.parametrize(("zone", "shown", "expected"), INSTANTS)
def test_instant(zone: ZoneInfo, shown: str, expected: str) -> None:
    assert instant(datetime.fromisoformat(shown), zone) == utc(expected)


QUIET = [
    (AMSTERDAM, "2026-01-05T12:00", "2026-01-05T12:00"),
    (AMSTERDAM, "2026-01-05T20:00", "2026-01-06T07:00"),
    (AMSTERDAM, "2026-01-05T19:59", "2026-01-05T19:59"),
    (AMSTERDAM, "2026-01-06T06:59", "2026-01-06T07:00"),
    (AMSTERDAM, "2026-01-06T07:00", "2026-01-06T07:00"),
    (AMSTERDAM, "2026-03-28T22:00", "2026-03-29T06:00"),
    (AMSTERDAM, "2026-10-24T22:00", "2026-10-25T07:00"),
    (NEW_YORK, "2026-11-01T03:00", "2026-11-01T13:00"),
    (LORD_HOWE, "2026-10-03T12:00", "2026-10-03T21:00"),
]


@pytest.mark.parametrize(("zone", "asked", "expected"), QUIET)
def test_quiet_hours_past_midnight(zone: ZoneInfo, asked: str, expected: str) -> None:
    assert allowed(utc(asked), Policy(quiet_hours=NIGHT), zone, business=False) == utc(expected)


REPEATED = [
    ("2026-11-01T05:15", "2026-11-01T05:30"),
    ("2026-11-01T05:45", "2026-11-01T05:45"),
    ("2026-11-01T06:15", "2026-11-01T06:30"),
]


@pytest.mark.parametrize(("asked", "expected"), REPEATED)
def test_quiet_hours_that_end_in_a_repeated_hour_end_twice(asked: str, expected: str) -> None:
    policy = Policy(quiet_hours=QuietHours(time(21), time(1, 30)))
    assert allowed(utc(asked), policy, NEW_YORK, business=False) == utc(expected)


def test_quiet_hours_that_end_in_a_skipped_hour_end_at_the_change() -> None:
    policy = Policy(quiet_hours=QuietHours(time(21), time(2, 30)))
    assert allowed(utc("2026-03-29T00:15"), policy, AMSTERDAM, business=False) == utc("2026-03-29T01:00")


def test_quiet_hours_within_a_day() -> None:
    policy = Policy(quiet_hours=QuietHours(time(12), time(14)))
    found = [
        allowed(utc(f"2026-01-05T{hour}:00"), policy, ZoneInfo("UTC"), business=False)
        for hour in (11, 12, 13, 14)
    ]
    assert found == [utc(f"2026-01-05T{hour}:00") for hour in (11, 14, 14, 14)]


BUSINESS = [
    ("2026-01-05T08:00", "2026-01-05T08:00"),
    ("2026-01-05T07:59", "2026-01-05T08:00"),
    ("2026-01-05T17:00", "2026-01-06T08:00"),
    ("2026-01-09T17:00", "2026-01-12T08:00"),
    ("2026-01-10T12:00", "2026-01-12T08:00"),
]


@pytest.mark.parametrize(("asked", "expected"), BUSINESS)
def test_business_hours(asked: str, expected: str) -> None:
    policy = Policy(business_hours=OFFICE, quiet_hours=NIGHT)
    assert allowed(utc(asked), policy, AMSTERDAM, business=True) == utc(expected)


def test_business_hours_are_asked_for_by_the_rule() -> None:
    at = utc("2026-01-10T12:00")
    assert allowed(at, Policy(business_hours=OFFICE), AMSTERDAM, business=False) == at


def test_business_hours_leave_out_public_holidays() -> None:
    policy = Policy(business_hours=Hours((0, 1, 2, 3, 4), time(9), time(18), ("NL",)))
    assert allowed(utc("2026-12-24T18:00"), policy, AMSTERDAM, business=True) == utc("2026-12-28T08:00")
    assert "2026-08-15" in {day.isoformat() for day in public_holidays("DE-SL", 2026)}


def test_quiet_and_business_hours_hold_together() -> None:
    policy = Policy(business_hours=OFFICE, quiet_hours=QuietHours(time(17), time(10)))
    assert allowed(utc("2026-01-05T16:30"), policy, AMSTERDAM, business=True) == utc("2026-01-06T09:00")


def test_hours_that_never_come_are_none() -> None:
    policy = Policy(business_hours=OFFICE, quiet_hours=QuietHours(time(18), time(9, 0, 1)))
    assert allowed(utc("2026-01-05T12:00"), policy, ZoneInfo("UTC"), business=True) is not None
    never = Policy(business_hours=OFFICE, quiet_hours=QuietHours(time(9), time(18)))
    assert allowed(utc("2026-01-05T12:00"), never, ZoneInfo("UTC"), business=True) is None


def test_the_customers_zone_holds_where_it_is_known_and_wanted() -> None:
    policy = Policy(zone="Europe/Amsterdam")
    assert customer_zone(policy, "America/New_York") == NEW_YORK
    assert [customer_zone(policy, zone) for zone in (None, "", "Mars/Olympus", "../../etc/passwd")] == [
        AMSTERDAM
    ] * 4
    assert (
        customer_zone(Policy(zone="Europe/Amsterdam", zone_of_customer=False), "America/New_York")
        == AMSTERDAM
    )
    assert zone_named("a\0b") is None
    assert zone_named("x" * 10_000) is None


PERIODS = [
    ("calendar_year", "2026", "2026-12-31T23:00"),
    ("calendar_month", "2026-04", "2026-04-30T22:00"),
    ("calendar_week", "2026-W14", "2026-04-05T22:00"),
    ("calendar_day", "2026-04-01", "2026-04-01T22:00"),
]


@pytest.mark.parametrize(("period", "name", "following"), PERIODS)
def test_calendar_periods_are_those_of_the_zone(period: str, name: str, following: str) -> None:
    at = utc("2026-03-31T22:30")
    assert period_name(period, at, AMSTERDAM) == name  # type: ignore[arg-type]
    assert next_period(period, at, AMSTERDAM) == utc(following)  # type: ignore[arg-type]


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert period_name("calendar_week", utc("2027-01-01T12:00"), AMSTERDAM) == "2026-W53"
    assert (
        next_period("calendar_month", utc("2026-12-15T12:00"), AMSTERDAM) - utc("2026-12-31T23:00")
        == timedelta()
    )
