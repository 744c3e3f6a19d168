"""Days and periods as they are written on the command line."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from router.insights.periods import Days, begins, today
from router.pages.asked_days import compared, days, period
from router.pages.wrong_question import WrongQuestion

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, None, Days(None, TODAY)),
        ("2026-09-01", "2026-09-30", Days(date(2026, 9, 1), date(2026, 9, 30))),
        ("30d", None, Days(date(2026, 10, 29), TODAY)),
        ("4w", "2026-02-28", Days(date(2026, 2, 1), date(2026, 2, 28))),
        ("1d", None, Days(TODAY, TODAY)),
    ],
)
def test_the_first_and_the_last_day_count(since: str | None, until: str | None, wanted: Days) -> None:
    assert days(since, until, TODAY) == wanted


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("yesterday", None, "write it as 2026-09-01"),
        ("2026-02-30", None, "no day"),
        ("12h", None, "write it as 30d or 4w"),
        ("0d", None, "no whole days"),
        ("2026-09-02", "2026-09-01", "turn them round"),
        ("0001-01-01", None, "too far away"),
        (None, "9999-12-31", "too far away"),
    ],
)
def test_days_that_cannot_be_say_how_to_write_them(since: str | None, until: str | None, said: str) -> None:
    with pytest.raises(WrongQuestion, match=said):
        days(since, until, TODAY)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", (2026, 1, 1), (2026, 12, 31)),
        ("2026-Q3", (2026, 7, 1), (2026, 9, 30)),
        ("2024-02", (2024, 2, 1), (2024, 2, 29)),
        ("2026-W53", (2026, 12, 28), (2027, 1, 3)),
        ("2026-09-01..2026-09-02", (2026, 9, 1), (2026, 9, 2)),
    ],
)
def test_a_period_by_its_name(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert period(text) == Days(date(*first), date(*last))


@pytest.mark.parametrize("text", ["2026-13", "2025-W53", "2026-W60", "2026-09-31..2026-10-01"])
def test_a_period_that_there_is_not(text: str) -> None:
    with pytest.raises(WrongQuestion):
        period(text)


def test_the_days_before_are_as_many_and_a_long_day_is_one() -> None:
    clocks_change = Days(date(2026, 10, 25), date(2026, 10, 31))
    assert clocks_change.before == Days(date(2026, 10, 18), date(2026, 10, 24))
    assert Days(None, TODAY).before is None
    amsterdam = ZoneInfo("Europe/Amsterdam")
    night = begins(date(2026, 10, 25), amsterdam), begins(date(2026, 10, 26), amsterdam)
    assert (night[1] - night[0]).total_seconds() == 25 * 3600
    assert today(night[1], amsterdam) == date(2026, 10, 26)


def test_days_are_told_with_their_zone() -> None:
    september = Days(date(2026, 9, 1), date(2026, 9, 30))
    assert september.words("Europe/Amsterdam") == "1 September to 30 September 2026, days in Europe/Amsterdam"
    assert (
        Days(date(2025, 12, 1), date(2026, 1, 2)).words("UTC")
        == "1 December 2025 to 2 January 2026, days in UTC"
    )
    assert Days(None, TODAY).words("UTC") == "up to 27 November 2026, days in UTC"
    assert Days(TODAY, TODAY).words("UTC") == "27 November 2026, a day in UTC"


def test_what_is_no_comparison_is_told_with_the_ways_to_say_it() -> None:
    with pytest.raises(WrongQuestion, match="compared with 'lately': it is neither `previous` nor a date"):
        compared(Days(None, date(2026, 9, 30)), "lately", "a date")
