"""The hold-out report as sentences, rows and a page."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from router.cli.csv_rows import print_csv
from router.cli.output import print_lines
from router.cli.pages.charts import Scale, interval_bar
from router.cli.pages.frame import Column, Markup, heading, page, paragraph, table, tiles
from router.cli.tables import print_table
from router.insights.hold_out import GroupOutcome, HoldOutReport, Outcome
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


def print_report(report: HoldOutReport, period: str, language: Language) -> None:
    """Sentences and a table."""
    print_lines([*sentences(report, period, language), ""])
    rows = [_row(one, language) for one in report.outcomes]
    columns = heads(language, _COLUMNS)
    print_table(words(language, "title"), columns, rows, whole=(columns[0], columns[6]))
    print_lines([words(language, "caution")])


def print_report_csv(report: HoldOutReport) -> None:
    """A row for each outcome, nothing rounded."""
    rows = [
        (
            *(one.type, report.held_out, one.held_out.customers, report.askable, one.askable.customers),
            *(one.difference, one.low, one.high, one.p, one.effect, one.needed),
        )
        for one in report.outcomes
    ]
    print_csv(_CSV_COLUMNS, rows)


def hold_out_page(report: HoldOutReport, period: str, language: Language) -> Markup:
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
