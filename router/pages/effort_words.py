"""The process rates as sentences and rows: the same for the terminal, the page and CSV."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final, NamedTuple

from router.insights.effort import EffortReport, RateRow
from router.pages.csv_table import Table
from router.words.effort import rate_words, words
from router.words.figures import percent, points
from router.words.reports import named, say
from router.words.voice import Language

_CSV_COLUMNS: Final = (
    *("dimension", "journey", "value", "rate", "n", "effective_n", "share", "low", "high", "evidence"),
    *(
        "n_before",
        "share_before",
        "difference",
        "difference_low",
        "difference_high",
        "p",
        "verdict",
        "more_needed",
    ),
)


class Told(NamedTuple):
    """A report with the days it is about, and those before, in words."""

    report: EffortReport
    period: str
    before: str
    language: Language


def sentences(told: Told) -> Iterator[str]:
    """What a manager reads: how much was looked at, what changed for certain, and what cannot be seen."""
    report, language = told.report, told.language
    if report.contacts:
        days = f"{report.wanted.within / timedelta(days=1):g}"
        journeys = ", ".join(report.journeys)
        yield words(language, "contacts", n=report.contacts, journeys=journeys, period=told.period, days=days)
    else:
        yield words(language, "none", signal=report.wanted.contacts, period=told.period)
    if told.before:
        yield words(language, "compared", before=told.before)
    for row in report.rows:
        if row.verdict in ("better", "worse"):
            yield words(
                language,
                row.verdict,
                place=place(row, language),
                rate=rate_words(language, row.rate),
                before=percent(row.before),
                now=percent(row.point),
                difference=points(row.difference, language),
                low=points(row.difference_low, language),
                high=points(row.difference_high, language),
            )
    if report.too_recent:
        yield words(language, "too recent", n=report.too_recent)
    if report.contacts and any(row.rate == "transfer" for row in report.rows):
        yield words(language, "transfers", share=percent(report.transfers_told / report.contacts))
    if report.without_contacts:
        unseen = ", ".join(report.without_contacts)
        yield words(language, "unseen", signal=report.wanted.contacts, journeys=unseen)
    if any(row.dimension not in ("all", "step", "channel") for row in report.rows):
        yield words(language, "people")


def place(row: RateRow, language: Language) -> str:
    """`complaint: handling`, `phone`, `all`."""
    if row.dimension == "all":
        return say(language, "all")
    name = row.value or say(language, "(none)")
    return f"{row.journey}: {name}" if row.journey else name


def share(point: float | None, low: float | None, high: float | None, language: Language) -> str:
    """A share with its interval; a dash where there are too few."""
    if point is None:
        return "-"
    ends = {"low": percent(low), "high": percent(high)}
    return say(language, "{point} ({low} to {high})", point=percent(point), **ends)


def by_dimension(report: EffortReport) -> list[tuple[str, list[RateRow]]]:
    """The rows of each dimension, as they come."""
    return [(name, list(rows)) for name, rows in groupby(report.rows, key=lambda row: row.dimension)]


def title(dimension: str, language: Language) -> str:
    """What stands over the rows of a dimension."""
    if dimension == "all":
        return say(language, "All contacts")
    return say(language, "By {names}", names=named(language, dimension))


def csv_table(report: EffortReport) -> Table:
    """A row for each place and rate, nothing rounded."""
    rows = [
        (
            *(
                row.dimension,
                row.journey,
                row.value,
                row.rate,
                row.n,
                row.effective_n,
                row.point,
                row.low,
                row.high,
            ),
            *(
                row.evidence,
                row.n_before,
                row.before,
                row.difference,
                row.difference_low,
                row.difference_high,
            ),
            *(row.p, row.verdict, row.more_needed),
        )
        for row in report.rows
    ]
    return Table(_CSV_COLUMNS, rows)
