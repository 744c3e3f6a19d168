"""Days of the calendar in words, in English and Dutch."""

from datetime import date
from typing import Final

from router.words.voice import Language

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *("November", "December"),
    ),
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober"),
        *("november", "december"),
    ),
}
_WORDS: Final[dict[Language, dict[str, str]]] = {
    "en": {
        "up to": "up to {last}",
        "both": "{first} to {last}",
        "a day in": "{days}, a day in {zone}",
        "days in": "{days}, days in {zone}",
    },
    "nl": {
        "up to": "tot en met {last}",
        "both": "{first} tot en met {last}",
        "a day in": "{days}, een dag in {zone}",
        "days in": "{days}, dagen in {zone}",
    },
}


def period_words(first: date | None, last: date, language: Language = "en", zone: str | None = None) -> str:
    """`1 September to 30 September 2026`, and where a zone is given `, days in Europe/Amsterdam`; both days included."""
    told = _day(last, language)
    if first is None:
        told = _WORDS[language]["up to"].format(last=told)
    elif first != last:
        begun = _day(first, language, year=first.year != last.year)
        told = _WORDS[language]["both"].format(first=begun, last=told)
    if zone is None:
        return told
    return _WORDS[language]["a day in" if first == last else "days in"].format(days=told, zone=zone)


def _day(day: date, language: Language, *, year: bool = True) -> str:
    told = f"{day.day} {_MONTHS[language][day.month - 1]}"
    return f"{told} {day.year}" if year else told
