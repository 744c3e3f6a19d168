"""Pain points as one page: sentences, and each difference drawn with its interval."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import asdict

from router.cli.pages import frame
from router.cli.pages.charts import Scale
from router.cli.pages.frame import Column, Markup, folded, heading, paragraph, table, text
from router.cli.pain_point_words import (
    TOO_FEW,
    sentences,
    survey_words,
    told,
    too_few_rows,
    with_interval,
)
from router.words.coverage import where_words
from router.words.scores import figure
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.pain_points import HeldAgainst, SurveyPainPoints

_HELD: Final = (
    Column("step and channel", "name"),
    Column("worse or better", "drawing"),
    *(Column(name, "number") for name in ("difference", "score", "rest", "n", "touchpoints")),
)

MOST_ROWS: Final = 500
"""So many rows a table has at most; `--csv` has all."""

_READING: Final = (
    "Each step on a channel is held against all other answers to the same survey. Of the pain points named, one in twenty is"
    " none, on average. They are sorted by certain harm: the least that the difference is, times the touchpoints that had the"
    " step."
)


def page(found: Sequence["SurveyPainPoints"], period: str, language: Language) -> Markup:
    """The page as HTML. `period` says which days it is about."""
    parts = [
        heading(told(found, language), 1),
        paragraph(f"{period[0].upper()}{period[1:]}, by when it happened.", soft=True),
        paragraph(_READING, soft=True) if found else "",
    ]
    for one in found:
        parts += [
            heading(survey_words(one, found, language)),
            *map(paragraph, sentences(one, language)),
            _places("Pain points", one, one.found, language),
            folded("Not worse by more than chance", _places("", one, one.not_more_than_chance, language)),
            folded("Too few answers to tell", _few(one)),
        ]
    return frame.page("Pain points", parts)


def _few(one: "SurveyPainPoints") -> Markup:
    columns = [Column(name, "number" if name == "n" else "name") for name in TOO_FEW]
    return table("", columns, too_few_rows(one)[:MOST_ROWS])


def _places(title: str, one: "SurveyPainPoints", held: Sequence["HeldAgainst"], language: Language) -> Markup:
    shown = held[:MOST_ROWS]
    most = max((abs(end) for place in shown for end in place.interval), default=0.0) or 1.0
    rows = []
    for place in shown:
        low, high = (figure(one.measure, end, signed=True) for end in place.interval)
        rows.append(
            [
                where_words(asdict(place.place), language),
                _difference(place, Scale(-most, most)),
                f"{figure(one.measure, place.difference, signed=True)} ({low} to {high})",
                with_interval(one.measure, place.score, place.score_interval),
                figure(one.measure, place.rest),
                f"{place.n:,}",
                f"{place.volume:,}",
            ]
        )
    left = len(held) - len(shown)
    more = paragraph(f"And {left:,} more: --csv has all.", soft=True) if left else ""
    return table(title, _HELD, rows) + more


def _difference(held: "HeldAgainst", scale: Scale) -> Markup:
    """A difference with its interval, and a line where there is none."""
    low, high = held.interval
    words = f"{held.difference:+.2f}, from {low:+.2f} to {high:+.2f}"
    zero = f"{scale.at(0):.2f}%"
    return (
        f'<svg role="img" aria-label="{text(words)}"><line class="cut" x1="{zero}" x2="{zero}" y1="0" y2="22"/>'
        f'<line class="whisker" x1="{scale.at(low):.2f}%" x2="{scale.at(high):.2f}%" y1="11" y2="11"/>'
        f'<circle class="dot" cx="{scale.at(held.difference):.2f}%" cy="11" r="4.5"/></svg>'
    )
