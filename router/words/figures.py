"""Figures as they are shown: rounded here and nowhere else."""

from typing import Final

from router.words.voice import Language

_POINTS: Final[dict[Language, str]] = {"en": "points", "nl": "punten"}


def percent(share: float | None, digits: int = 1) -> str:
    """A share from 0 to 1 as `12.3 %`; empty where there is none. Below the last digit it is `< 0.1 %`, never 0."""
    if share is None:
        return ""
    least = 10.0**-digits
    if 0 < 100 * share < least / 2:
        return f"< {least:g} %"
    return f"{100 * share:.{digits}f} %"


def points(difference: float | None, language: Language = "en") -> str:
    """A difference of shares: in points, for percentages of percentages mislead."""
    return "-" if difference is None else f"{100 * difference + 0.0:+.1f} {_POINTS[language]}"
