"""The days of schedules against a plain reading that looks at every day; moments in every zone."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from router.model.schedules import MONTHS, Every, Schedule
from router.model.zones import certain_zone
from router.policy.due_dates import counted_from, moment_of, own_day

DAY = timedelta(days=1)
EVERY: st.SearchStrategy[Every] = st.sampled_from(["month", "quarter", "half_year", "year"])
DATES = st.dates(date(1990, 1, 1), date(2035, 12, 31))
ZONES = st.sampled_from(
    [
        "Europe/Amsterdam",
        "America/New_York",
        "Pacific/Apia",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
        "UTC",
    ]
)
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def anniversaries(start: date, months: int, last: date) -> list[date]:
    """Every period after the date, the day cut to the length of its month, one month after the other."""
    found, year, month, number = [], start.year, start.month, 0
    while date(year, month, 1) <= last:
        if number and number % months == 0:
            day = start.day
            while True:
                try:
                    found.append(date(year, month, day))
                    break
                except ValueError:
                    day -= 1
        year, month, number = (year, month + 1, number + 1) if month < 12 else (year + 1, 1, number + 1)
    return found


@given(DATES, EVERY, st.integers(-400, 400), DATES)
def test_counted_days_are_those_of_a_plain_reading(
    start: date, every: Every, offset: int, since: date
) -> None:
    schedule = Schedule("s", "t", attribute="start", every=every, offset=offset)
    last = max(start, since) + timedelta(days=900)
    plain = [day + timedelta(days=offset) for day in anniversaries(start, MONTHS[every], last)]
    found = counted_from(schedule, start, since)
    assert found is not None
    day, number = found
    assert day == next(one for one in plain if one >= since)
    assert plain[number - 1] == day


@given(DATES, st.integers(-1000, 1000), DATES)
def test_a_single_day_is_that_or_none(start: date, offset: int, since: date) -> None:
    found = counted_from(Schedule("s", "t", attribute="start", offset=offset), start, since)
    day = start + timedelta(days=offset)
    assert found == ((day, 0) if day >= since else None)


@given(EVERY, st.text(max_size=8), DATES)
def test_every_period_has_one_own_day(every: Every, customer: str, since: date) -> None:
    """Looked for from each day of two years, there is exactly one in each period."""
    months, found = MONTHS[every], []
    day = own_day(every, "s", "salt", customer, since)
    while day < since + timedelta(days=760):
        found.append(day)
        assert own_day(every, "s", "salt", customer, day) == day
        day = own_day(every, "s", "salt", customer, day + DAY)
    periods = [(one.year * 12 + one.month - 1) // months for one in found]
    assert periods == list(range(periods[0], periods[0] + len(periods)))
    assert periods[0] - (since.year * 12 + since.month - 1) // months in (0, 1)


@given(DATES, TIMES, TIMES, ZONES, st.text(max_size=8))
def test_a_moment_lies_in_the_hours_of_its_local_day(
    day: date, one: time, other: time, zone: str, customer: str
) -> None:
    begins, ends = sorted((one, other))
    schedule = Schedule("s", "t", every="year", begins=begins, ends=ends)
    found = moment_of(schedule, day, certain_zone(zone), "salt", customer)
    assert found == moment_of(schedule, day, certain_zone(zone), "salt", customer)
    assert found.tzinfo == UTC
    local = found.astimezone(certain_zone(zone)).replace(tzinfo=None)
    begin, end = datetime.combine(day, begins), datetime.combine(day, ends)
    if ends == time():
        end += DAY
    # Where the clocks skip these hours, or a whole day, it is the moment of the change.
    assert begin <= local <= max(end, begin) or local - end <= DAY + timedelta(hours=1)
