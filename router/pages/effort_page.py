"""Effort as one page: each rate of each place with its interval drawn."""

from markupsafe import Markup

from router.insights.effort import RATES, RateRow
from router.pages.charts import Scale, interval_bar
from router.pages.effort_words import Told, by_dimension, place, sentences, share, title
from router.pages.frame import Column, heading, page, paragraph, table
from router.words.effort import rate_words, words
from router.words.figures import percent, points
from router.words.reports import named, say


def effort_page(told: Told) -> str:
    """The page: each rate of each place with its interval drawn, those of a dimension on one axis."""
    name = words(told.language, "title")
    parts = [heading(name, 1), *(paragraph(line) for line in sentences(told))]
    for dimension, rows in by_dimension(told.report):
        if dimension == "all":
            by_rate = [(rate_words(told.language, row.rate), row) for row in rows]
            parts += [heading(title(dimension, told.language)), _table(told, "rate", by_rate)]
            continue
        parts.append(heading(title(dimension, told.language)))
        for rate in RATES:
            own = [(place(row, told.language), row) for row in rows if row.rate == rate]
            if own:
                parts += [heading(rate_words(told.language, rate), 3), _table(told, dimension, own)]
    return page(name, parts, told.language)


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
