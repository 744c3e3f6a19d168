"""Days and periods as people write them, on the command line and in an address."""

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from router.authoring.language.amounts import duration
from router.insights.periods import Days
from router.pages.wrong_question import WrongQuestion
from router.words.reports import say
from router.words.voice import Language

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_WEEK: Final = re.compile(r"(\d{4})-?[Ww](\d{1,2})")
_QUARTER: Final = re.compile(r"(\d{4})-?[Qq]([1-4])")
_YEAR: Final = re.compile(r"\d{4}")
_PREVIOUS: Final = timedelta(days=30)
"""How long the time is that is compared with the previous one, where no first day is given."""


def days(since: str | None, until: str | None, today: date) -> Days:
    """The days from one to another, both included, as they were written; `30d` are the last thirty. Raises `WrongQuestion`."""
    last = today if until is None else day(until)
    first = None
    if since is not None:
        span = _span(since)
        if span is not None and span > last - date.min:
            raise WrongQuestion(f"{since!r} goes back too far: name a day, such as 2026-09-01.")
        first = day(since) if span is None else last - span + timedelta(days=1)
    if first is not None and first > last:
        raise WrongQuestion(f"The first day ({first}) is after the last ({last}): turn them round.")
    return Days(first, last)


def day(text: str) -> date:
    """`2026-09-01` as a day. Raises `WrongQuestion`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise WrongQuestion(f"{text!r} is no day: write it as 2026-09-01.") from None
    # Room for the day after, and for as many days before.
    if not 1970 <= found.year < 9999:
        raise WrongQuestion(f"{text} is too far away: the years are 1970 to 9998.")
    return found


def period(text: str) -> Days | None:
    """`2026`, `2026-Q3`, `2026-09`, `2026-W40` or `2026-09-01..2026-09-30`; None where it is none. Raises `WrongQuestion`."""
    if ".." in text:
        first, _, last = text.partition("..")
        return days(first, last, date.max)
    try:
        if found := _MONTH.fullmatch(text):
            year, month = int(found[1]), int(found[2])
            return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        if found := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Days(monday, monday + timedelta(days=6))
        if found := _QUARTER.fullmatch(text):
            year, month = int(found[1]), 3 * int(found[2])
            return Days(date(year, month - 2, 1), date(year, month, monthrange(year, month)[1]))
        if _YEAR.fullmatch(text):
            return Days(date(int(text), 1, 1), date(int(text), 12, 31))
    except ValueError:
        raise WrongQuestion(f"{text!r} is no period: there is no such week or month.") from None
    return None


def compared(told: Days, compare: str, ways: str, language: Language = "en") -> tuple[Days, Days | None, str]:
    """The days that are told, those that they are held against, and these in words. Raises `WrongQuestion`.

    `ways` are what may be written beside `previous`, for the message.
    """
    if compare == "previous":
        told = told if told.first is not None else Days(told.last - _PREVIOUS + timedelta(days=1), told.last)
        return told, told.before, told.before.told(language) if told.before else ""
    if (other := period(compare)) is not None:
        if told.first is None or ((other.first or told.first) <= told.last and other.last >= told.first):
            raise WrongQuestion(
                f"The days that are told must not be among those of {compare}: say the first and the last."
            )
        return told, other, other.told(language)
    try:
        turn = day(compare)
    except WrongQuestion:
        raise WrongQuestion(
            f"Nothing can be compared with {compare!r}: it is neither `previous` nor {ways}."
        ) from None
    if turn > told.last or (told.first is not None and turn <= told.first):
        raise WrongQuestion(
            f"{turn} does not lie within the days that are told: choose the first before it, the last after it."
        )
    after = Days(turn, told.last)
    # Without a first day as many days before as after.
    before = after.before if told.first is None else Days(told.first, turn - timedelta(days=1))
    return after, before, say(language, "the days before {day}", day=turn)


def _span(text: str) -> timedelta | None:
    span = duration(text)
    if span is not None and (span < timedelta(days=1) or span % timedelta(days=1)):
        raise WrongQuestion(f"{text!r} are no whole days: write it as 30d or 4w.")
    return span
