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
from router.words.figures import percent
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
                place=place(row),
                rate=rate_words(language, row.rate),
                before=percent(row.before),
                now=percent(row.point),
                difference=points(row.difference),
                low=points(row.difference_low),
                high=points(row.difference_high),
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


def place(row: RateRow) -> str:
    """`complaint: handling`, `phone`, `all`."""
    if row.dimension == "all":
        return "all"
    name = row.value or "(none)"
    return f"{row.journey}: {name}" if row.journey else name


def points(difference: float | None) -> str:
    """A difference of shares: in points, for percentages of percentages mislead."""
    return "-" if difference is None else f"{100 * difference + 0.0:+.1f} points"


def share(point: float | None, low: float | None, high: float | None) -> str:
    """A share with its interval; a dash where there are too few."""
    return "-" if point is None else f"{percent(point)} ({percent(low)} to {percent(high)})"


def _by_dimension(report: EffortReport) -> list[tuple[str, list[RateRow]]]:
    return [(name, list(rows)) for name, rows in groupby(report.rows, key=lambda row: row.dimension)]


def _plain_rows(rows: list[RateRow]) -> list[tuple[object, ...]]:
    """A row for each place: its contacts, and each rate with its interval."""
    found = []
    for name, own in groupby(rows, key=place):
        rates = {row.rate: row for row in own}
        shares = [share(row.point, row.low, row.high) if (row := rates.get(rate)) else "" for rate in RATES]
        contacts = rates["repeat_contact"].n if "repeat_contact" in rates else 0
        found.append((name, contacts, *shares))
    return found


def _change_row(row: RateRow, language: Language) -> tuple[object, ...]:
    difference = "-"
    if row.difference is not None:
        ends = f"{points(row.difference_low)} to {points(row.difference_high)}"
        difference = f"{points(row.difference)} ({ends})"
    needed = f"{row.more_needed:,}" if row.more_needed else ""
    before, now = (
        f"{percent(value) or '-'} of {n:,}" for value, n in ((row.before, row.n_before), (row.point, row.n))
    )
    return (place(row), rate_words(language, row.rate), before, now, difference, row.verdict or "", needed)


_CHANGE_COLUMNS: Final = ("rate", "before", "now", "difference", "verdict", "needed")


def print_report(told: Told) -> None:
    """Sentences, and a table for each dimension."""
    report, language = told.report, told.language
    print_lines([*sentences(told), ""])
    for dimension, rows in _by_dimension(report):
        title = "All contacts" if dimension == "all" else f"By {dimension}"
        if told.before:
            changes = [_change_row(row, language) for row in rows]
            print_table(title, (dimension, *_CHANGE_COLUMNS), changes)
        else:
            columns = (dimension, "contacts", *(rate_words(language, rate) for rate in RATES))
            print_table(title, columns, _plain_rows(rows))


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
            named = [(rate_words(told.language, row.rate), row) for row in rows]
            parts += [heading("All contacts"), _table(told, "rate", named)]
            continue
        parts.append(heading(f"By {dimension}"))
        for rate in RATES:
            own = [(place(row), row) for row in rows if row.rate == rate]
            if own:
                parts += [heading(rate_words(told.language, rate), 3), _table(told, dimension, own)]
    return page(title, parts)


def _table(told: Told, what: str, rows: list[tuple[str, RateRow]]) -> Markup:
    columns = [
        Column(what, "name"),
        Column("0 % to 100 %", "drawing"),
        Column("share", "number"),
        Column("n", "number"),
    ]
    if told.before:
        columns += [Column("before", "number"), Column("difference", "number"), Column("verdict")]
    drawn: list[tuple[object, ...]] = []
    for name, row in rows:
        bar = ""
        if row.point is not None and row.low is not None and row.high is not None:
            label = share(row.point, row.low, row.high)
            bar = interval_bar(Scale(0, 1), row.low, row.high, row.point, label)
        change = (
            (percent(row.before) or "-", points(row.difference), row.verdict or "") if told.before else ()
        )
        drawn.append((name, bar, percent(row.point) or "-", f"{row.n:,}", *change))
    return table("", columns, drawn)
