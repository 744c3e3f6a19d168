"""In which language, and by which clock, something is told to a person."""

from datetime import UTC, date, datetime, tzinfo
from typing import Final, Literal

from msgspec import Struct

Language = Literal["en", "nl"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "nl")

_WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "nl": ("ma", "di", "wo", "do", "vr", "za", "zo"),
}
_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
}
_NO_TIME: Final[dict[Language, str]] = {"en": "no known time", "nl": "geen bekende tijd"}


def calendar_day(day: date, language: Language) -> str:
    """A day of the calendar with its name, as in `Mon 02 Mar`."""
    return f"{_WEEKDAYS[language][day.weekday()]} {day:%d} {_MONTHS[language][day.month - 1]}"


def short_day(day: date, language: Language) -> str:
    """A day of the calendar as an axis has it: `2 Mar`."""
    return f"{day.day} {_MONTHS[language][day.month - 1]}"


class Voice(Struct, frozen=True):
    """A language and a time zone. As it is made without either, it speaks as JSON does: English, in UTC."""

    language: Language = "en"
    zone: tzinfo = UTC

    def moment(self, at: datetime | None) -> str:
        """A time as people read it, with the short name of its zone: `2026-03-02 11:00 CET`."""
        return f"{self.clock(at)} {self.zone_at(at)}" if at else _NO_TIME[self.language]

    def clock(self, at: datetime) -> str:
        """A time without its zone, where a heading names that: `2026-03-02 11:00`."""
        return f"{at.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def weekday(self, at: datetime) -> str:
        """A time with its day of the week, as in `Mon 02 Mar 11:00`."""
        local = at.astimezone(self.zone)
        return f"{self.day(at)} {local:%H:%M}"

    def day(self, at: datetime) -> str:
        """A day with its name, as in `Mon 02 Mar`."""
        return calendar_day(at.astimezone(self.zone), self.language)

    def zone_at(self, at: datetime) -> str:
        """The short name of the zone at that time: `CET`, `CEST`, `UTC`; `UTC+03` where it has none."""
        local = at.astimezone(self.zone)
        name = local.tzname() or "UTC"
        return f"UTC{name}" if name[0] in "+-" else name

    def zone_name(self) -> str:
        """What the zone is called in the rules: `Europe/Amsterdam`."""
        return str(self.zone)


PLAIN: Final = Voice()
"""English and UTC, as JSON has it."""
