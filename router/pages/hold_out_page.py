"""The hold-out report as sentences, as CSV and as one page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from router.insights.hold_out import HoldOutReport, Outcome
from router.pages.charts import Scale, interval_bar
from router.pages.csv_table import Table
from router.pages.frame import Column, heading, page, paragraph, table, tiles
from router.words.figures import percent, points
from router.words.hold_out import effect_words, words
from router.words.reports import say
from router.words.voice import Language

_CSV_COLUMNS: Final = (
    *("type", "held_out", "held_out_with", "askable", "askable_with"),
    *("difference", "low", "high", "p", "effect", "needed"),
)


def sentences(report: HoldOutReport, period: str, language: Language) -> Iterator[str]:
    """What a manager reads: whom it is about, and what became of them."""
    days = f"{report.wanted.within / timedelta(days=1):g}"
    groups = {"held_out": report.held_out, "askable": report.askable}
    yield words(language, "customers", share=percent(report.share), days=days, **groups)
    asked = report.asked / report.askable if report.askable else 0.0
    yield words(language, "period", period=period, asked=percent(asked))
    if report.unfinished or report.otherwise_drawn:
        yield words(
            language, "left out", unfinished=report.unfinished, otherwise=report.otherwise_drawn, days=days
        )
    for one in report.outcomes:
        yield outcome_sentence(one, report.smallest, language)


def outcome_sentence(one: Outcome, smallest: float, language: Language) -> str:
    """An outcome in a sentence."""
    if not one.held_out.customers and not one.askable.customers:
        return words(language, "never", type=one.type)
    return words(
        language,
        one.effect,
        type=one.type,
        difference=points(one.difference, language),
        low=points(one.low, language),
        high=points(one.high, language),
        smallest=points(smallest, language).lstrip("+"),
        needed="?" if one.needed is None else f"{one.needed:,}",
    )


def csv_table(report: HoldOutReport) -> Table:
    """A row for each outcome, nothing rounded."""
    rows = [
        (
            *(one.type, report.held_out, one.held_out.customers, report.askable, one.askable.customers),
            *(one.difference, one.low, one.high, one.p, one.effect, one.needed),
        )
        for one in report.outcomes
    ]
    return Table(_CSV_COLUMNS, rows)


def hold_out_page(report: HoldOutReport, period: str, language: Language) -> str:
    """The report as a page: the differences drawn on one axis, no difference in the middle."""
    title = words(language, "title")
    first, *more = sentences(report, period, language)
    reach = max((max(abs(one.low), abs(one.high)) for one in report.outcomes if one.low is not None and one.high is not None), default=1.0)  # fmt: skip
    scale = Scale(-reach, reach) if reach else Scale(-1, 1)
    drawn = [
        (
            one.type,
            percent(one.held_out.share) or "-",
            percent(one.askable.share) or "-",
            "" if one.difference is None else interval_bar(
                scale, one.low or 0.0, one.high or 0.0, one.difference, say(
                    language, "{low} to {high}", low=points(one.low, language), high=points(one.high, language)
                ),
            ),
            f"{points(one.difference, language)}: {effect_words(language, one.effect)}",
        )
        for one in report.outcomes
    ]  # fmt: skip
    columns = [
        Column(say(language, "what happened"), "name"),
        *(Column(say(language, name), "number") for name in ("never asked", "may be asked")),
        Column(
            say(language, "{low} to {high}", low=f"{100 * -reach:+.1f}", high=points(reach, language)),
            "drawing",
        ),
        Column(say(language, "difference")),
    ]
    figures = [
        (f"{report.held_out:,}", say(language, "never asked, by draw")),
        (f"{report.askable:,}", say(language, "may be asked")),
        (
            percent(report.asked / report.askable if report.askable else None) or "-",
            say(language, "of them planned for"),
        ),
    ]
    parts = [heading(title, 1), paragraph(first, soft=True), tiles(figures), table("", columns, drawn)]
    parts += [paragraph(line) for line in more]
    return page(title, [*parts, paragraph(words(language, "caution"), soft=True)], language)
