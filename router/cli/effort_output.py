"""The process rates as sentences, tables and a page."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Final, NamedTuple

from router.cli.csv_rows import print_csv
from router.cli.output import print_lines
from router.cli.pages.charts import Scale, interval_bar
from router.cli.pages.frame import Column, Markup, heading, page, paragraph, table
from router.cli.tables import print_table
from router.insights.effort import RATES, EffortReport, RateRow
from router.words.effort import rate_words, words
from router.words.figures import percent, points
from router.words.reports import heads, named, say
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


def _by_dimension(report: EffortReport) -> list[tuple[str, list[RateRow]]]:
    return [(name, list(rows)) for name, rows in groupby(report.rows, key=lambda row: row.dimension)]


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


def _title(dimension: str, language: Language) -> str:
    if dimension == "all":
        return say(language, "All contacts")
    return say(language, "By {names}", names=named(language, dimension))


def print_report(told: Told) -> None:
    """Sentences, and a table for each dimension."""
    report, language = told.report, told.language
    print_lines([*sentences(told), ""])
    for dimension, rows in _by_dimension(report):
        title = _title(dimension, language)
        if told.before:
            changes = [_change_row(row, language) for row in rows]
            print_table(title, (named(language, dimension), *heads(language, _CHANGE_COLUMNS)), changes)
        else:
            columns = (
                named(language, dimension),
                say(language, "contacts"),
                *(rate_words(language, rate) for rate in RATES),
            )
            print_table(title, columns, _plain_rows(rows, language))


def print_report_csv(report: EffortReport) -> None:
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
    print_csv(_CSV_COLUMNS, rows)


def effort_page(told: Told) -> str:
    """The page: each rate of each place with its interval drawn, those of a dimension on one axis."""
    title = words(told.language, "title")
    parts = [heading(title, 1), *(paragraph(line) for line in sentences(told))]
    for dimension, rows in _by_dimension(told.report):
        if dimension == "all":
            by_rate = [(rate_words(told.language, row.rate), row) for row in rows]
            parts += [heading(_title(dimension, told.language)), _table(told, "rate", by_rate)]
            continue
        parts.append(heading(_title(dimension, told.language)))
        for rate in RATES:
            own = [(place(row, told.language), row) for row in rows if row.rate == rate]
            if own:
                parts += [heading(rate_words(told.language, rate), 3), _table(told, dimension, own)]
    return page(title, parts, told.language)


def _table(told: Told, what: str, rows: list[tuple[str, RateRow]]) -> Markup:
    language = told.language
    columns = [
        Column(named(language, what), "name"),
        Column(say(language, "0 % to 100 %"), "drawing"),
        Column(say(language, "share"), "number"),
        Column(say(language, "n"), "number"),
    ]
    if told.before:
        columns += [Column(say(language, name), "number") for name in ("before", "difference")]
        columns.append(Column(say(language, "verdict")))
    drawn: list[tuple[object, ...]] = []
    for name, row in rows:
        bar = ""
        if row.point is not None and row.low is not None and row.high is not None:
            label = share(row.point, row.low, row.high, language)
            bar = interval_bar(Scale(0, 1), row.low, row.high, row.point, label)
        verdict = say(language, row.verdict) if row.verdict else ""
        change = (
            (percent(row.before) or "-", points(row.difference, language), verdict) if told.before else ()
        )
        drawn.append((name, bar, percent(row.point) or "-", f"{row.n:,}", *change))
    return table("", columns, drawn)
