"""The hold-out report in the terminal."""

from typing import Final

from router.cli.output import print_lines
from router.cli.tables import print_table
from router.insights.hold_out import GroupOutcome, HoldOutReport, Outcome
from router.pages.hold_out_page import sentences
from router.words.figures import percent, points
from router.words.hold_out import effect_words, words
from router.words.reports import heads, say
from router.words.voice import Language

_COLUMNS: Final = (
    "what happened",
    "never asked",
    "may be asked",
    "difference",
    "from",
    "to",
    "verdict",
    "hold out",
)


def print_report(report: HoldOutReport, period: str, language: Language) -> None:
    """Sentences and a table."""
    print_lines([*sentences(report, period, language), ""])
    rows = [_row(one, language) for one in report.outcomes]
    columns = heads(language, _COLUMNS)
    print_table(words(language, "title"), columns, rows, whole=(columns[0], columns[6]))
    print_lines([words(language, "caution")])


def _row(one: Outcome, language: Language) -> tuple[object, ...]:
    needed = "" if one.needed is None else f"{one.needed:,}"
    ends = [points(value, language) for value in (one.difference, one.low, one.high)]
    return (
        one.type,
        _share(one.held_out, language),
        _share(one.askable, language),
        *ends,
        effect_words(language, one.effect),
        needed,
    )


def _share(group: GroupOutcome, language: Language) -> str:
    if group.share is None:
        return "-"
    ends = {"low": percent(group.low), "high": percent(group.high)}
    return say(language, "{point} ({low} to {high})", point=percent(group.share), **ends)
