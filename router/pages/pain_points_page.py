"""Pain points as one page: sentences, and each difference drawn with its interval."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup
from msgspec.structs import asdict

from router.pages import frame
from router.pages.charts import Scale
from router.pages.frame import Column, Linked, folded, heading, paragraph, table, text, unlinked
from router.pages.pain_point_words import (
    TOO_FEW,
    by_when,
    sentences,
    survey_words,
    told,
    too_few_rows,
    with_interval,
)
from router.words.coverage import where_words
from router.words.reports import and_more, say
from router.words.scores import figure
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.pain_points import HeldAgainst, SurveyPainPoints

_NUMBERS: Final = ("difference", "score", "rest", "n", "touchpoints")

MOST_ROWS: Final = 500
"""So many rows a table has at most; `--csv` has all."""

_READING: Final = (
    "Each step on a channel is held against all other answers to the same survey. Of the pain points named, one in twenty is"
    " none, on average. They are sorted by certain harm: the least that the difference is, times the touchpoints that had the"
    " step."
)


def page(found: Sequence["SurveyPainPoints"], period: str, language: Language) -> str:
    """The page as HTML. `period` says which days it is about."""
    first = [heading(told(found, language), 1), paragraph(by_when(period, language), soft=True)]
    return frame.page(say(language, "Pain points"), [*first, *body(found, language)], language)


def body(found: Sequence["SurveyPainPoints"], language: Language, linked: Linked = unlinked) -> list[Markup]:
    """All below the title: how to read it, and the places of each survey. Places and counts are `linked`."""
    parts = [paragraph(say(language, _READING), soft=True)] if found else []
    for one in found:
        parts += [
            heading(survey_words(one, found, language)),
            *map(paragraph, sentences(one, language)),
            _places(say(language, "Pain points"), one, one.found, language, linked),
            folded(
                say(language, "Not worse by more than chance"),
                _places("", one, one.not_more_than_chance, language, linked),
            ),
            folded(say(language, "Too few answers to tell"), _few(one, language)),
        ]
    return parts


def _few(one: "SurveyPainPoints", language: Language) -> Markup:
    columns = [Column(say(language, name), "number" if name == "n" else "name") for name in TOO_FEW]
    rows = too_few_rows(one, language)
    return table("", columns, rows[:MOST_ROWS]) + _left_out(len(rows), language)


def _left_out(rows: int, language: Language) -> Markup:
    left = rows - MOST_ROWS
    return paragraph(and_more(language, left, "CSV"), soft=True) if left > 0 else Markup("")


def _places(
    title: str, one: "SurveyPainPoints", held: Sequence["HeldAgainst"], language: Language, linked: Linked
) -> Markup:
    shown = held[:MOST_ROWS]
    most = max((abs(end) for place in shown for end in place.interval), default=0.0) or 1.0
    rows = []
    for place in shown:
        low, high = (figure(one.measure, end, signed=True, language=language) for end in place.interval)
        where = asdict(place.place)
        rows.append(
            [
                linked(where_words(where, language), where),
                _difference(place, Scale(-most, most), language),
                say(
                    language,
                    "{point} ({low} to {high})",
                    point=figure(one.measure, place.difference, signed=True, language=language),
                    low=low,
                    high=high,
                ),
                with_interval(one.measure, place.score, place.score_interval, language),
                figure(one.measure, place.rest),
                linked(f"{place.n:,}", {"survey": one.question.survey, **where}),
                f"{place.volume:,}",
            ]
        )
    columns = [
        Column(say(language, "step and channel"), "name"),
        Column(say(language, "worse or better"), "drawing"),
        *(Column(say(language, name), "number") for name in _NUMBERS),
    ]
    return table(title, columns, rows) + _left_out(len(held), language)


def _difference(held: "HeldAgainst", scale: Scale, language: Language) -> Markup:
    """A difference with its interval, and a line where there is none."""
    low, high = held.interval
    ends = {"low": f"{low:+.2f}", "high": f"{high:+.2f}"}
    words = say(language, "{point}, from {low} to {high}", point=f"{held.difference:+.2f}", **ends)
    return _DIFFERENCE.format(
        label=text(words), zero=scale.percent(0), low=scale.percent(low), high=scale.percent(high),
        point=scale.percent(held.difference),
    )  # fmt: skip


_DIFFERENCE: Final = Markup(
    '<svg role="img" aria-label="{label}"><line class="cut" x1="{zero}" x2="{zero}" y1="0" y2="22"/>'
    '<line class="whisker" x1="{low}" x2="{high}" y1="11" y2="11"/>'
    '<circle class="dot" cx="{point}" cy="11" r="4.5"/></svg>'
)
