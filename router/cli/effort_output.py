"""The process rates in the terminal."""

from itertools import groupby
from typing import Final

from router.cli.output import print_lines
from router.cli.tables import print_table
from router.insights.effort import RATES, RateRow
from router.pages.effort_words import Told, by_dimension, place, sentences, share, title
from router.words.effort import rate_words
from router.words.figures import percent, points
from router.words.reports import heads, named, say
from router.words.voice import Language


def _plain_rows(rows: list[RateRow], language: Language) -> list[tuple[object, ...]]:
    """A row for each place: its contacts, and each rate with its interval."""
    found = []
    for name, own in groupby(rows, key=lambda row: place(row, language)):
        rates = {row.rate: row for row in own}
        shares = [
            share(row.point, row.low, row.high, language) if (row := rates.get(rate)) else ""
            for rate in RATES
        ]
        contacts = rates["repeat_contact"].n if "repeat_contact" in rates else 0
        found.append((name, contacts, *shares))
    return found


def _change_row(row: RateRow, language: Language) -> tuple[object, ...]:
    difference = "-"
    if row.difference is not None:
        point, low, high = (
            points(value, language) for value in (row.difference, row.difference_low, row.difference_high)
        )
        difference = say(language, "{point} ({low} to {high})", point=point, low=low, high=high)
    needed = f"{row.more_needed:,}" if row.more_needed else ""
    before, now = (
        say(language, "{part} of {of}", part=percent(value) or "-", of=f"{n:,}")
        for value, n in ((row.before, row.n_before), (row.point, row.n))
    )
    verdict = say(language, row.verdict) if row.verdict else ""
    return (place(row, language), rate_words(language, row.rate), before, now, difference, verdict, needed)


_CHANGE_COLUMNS: Final = ("rate", "before", "now", "difference", "verdict", "needed")


def print_report(told: Told) -> None:
    """Sentences, and a table for each dimension."""
    report, language = told.report, told.language
    print_lines([*sentences(told), ""])
    for dimension, rows in by_dimension(report):
        told_of = title(dimension, language)
        if told.before:
            changes = [_change_row(row, language) for row in rows]
            print_table(told_of, (named(language, dimension), *heads(language, _CHANGE_COLUMNS)), changes)
        else:
            columns = (
                named(language, dimension),
                say(language, "contacts"),
                *(rate_words(language, rate) for rate in RATES),
            )
            print_table(told_of, columns, _plain_rows(rows, language))
