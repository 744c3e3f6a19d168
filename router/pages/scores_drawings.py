"""Scores drawn: intervals on one scale, charts by week with their band, funnel plots of people."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import date
from itertools import groupby
from math import ceil, floor, log10
from typing import Final, Literal, NamedTuple

from markupsafe import Markup

from router.insights.score_report import ScoreReport, ScoreRow
from router.insights.score_sentences import name_of
from router.insights.weeks import LEAST_WEEKS, scale_of
from router.pages.charts import Band, Dot, Line, Mark, Plot, Scale, interval_bar, plot
from router.pages.frame import Column, Linked, heading, table, unlinked
from router.pages.scores_rows import (
    SurveyName,
    shown,
)
from router.scores.question import Measure, Question
from router.words.reports import named, say
from router.words.scores import figure
from router.words.voice import Language, short_day

_TICKS: Final = 4
_WEEKS: Final = (
    "Dots are weeks with their intervals; those beyond the band are more than chance. The line is the moving average,"
    " which sees small shifts that last; the dashed lines are its limits."
)
_FUNNEL: Final = (
    "Each dot is one of them, by the number of answers. Within the solid lines lie 95 of 100 by chance alone, within the"
    " dashed ones 998 of 1,000. Who lies inside does not differ from the others, as far as one can tell: this is no ranking."
)


class How(NamedTuple):
    """How things are drawn: in which language, what surveys are called, where values lead, under headings of which level.

    `changes` are marks on charts by week, by the day's ordinal: a revision of the rules.
    """

    language: Language
    name: SurveyName
    linked: Linked = unlinked
    changes: Sequence[Mark] = ()
    level: Literal[2, 3] = 2


def drawn(report: ScoreReport, how: How) -> list[Markup]:
    """A drawing for each thing that may stand on one axis: never two metrics, nor two scales."""
    if "week" in report.by:
        # A new text goes on in the same drawing, behind a line.
        charts = (_weeks(rows, how) for rows in _apart(report.rows, "week", _axis))
        return [one for one in charts if one]
    if report.people is not None:
        people = report.people
        plots = (_funnel(rows, people, how) for rows in _apart(report.rows, people, lambda row: row.question))
        return [one for one in plots if one]
    return [_intervals(rows, how) for rows in _apart(report.rows, None, _axis)]


def _axis(row: ScoreRow) -> Hashable:
    question = row.question
    return question.survey, row.measure, question.scale, question.polarity, question.presentation


def _apart(
    rows: Sequence[ScoreRow], along: str | None, axis: Callable[[ScoreRow], Hashable]
) -> list[list[ScoreRow]]:
    """The rows of each drawing. Groups that differ in more than `along` have drawings of their own; None: all in one."""
    drawings: dict[Hashable, list[ScoreRow]] = defaultdict(list)
    for row in rows:
        others = tuple(value for name, value in row.group.items() if along not in (None, name))
        drawings[axis(row), others].append(row)
    return list(drawings.values())


def _intervals(rows: Sequence[ScoreRow], how: How) -> Markup:
    """A line for each row on one scale, with its figures beside it."""
    language, name = how.language, how.name
    scale = _scale(rows[0].question, rows[0].measure)
    low, high = (figure(rows[0].measure, end) for end in scale)
    ends = say(language, "{low} to {high}", low=low, high=high)
    kinds = [
        Column("", "name"),
        Column(ends, "drawing"),
        Column(say(language, "score")),
        Column("n", "number"),
        Column(""),
    ]
    cells = [
        [
            how.linked(
                ", ".join([*(value or say(language, "(none)") for value in row.group.values()), name(row)]),
                {"survey": row.question.survey, **row.group},
            ),
            ""
            if row.point is None
            else interval_bar(scale, row.low or 0, row.high or 0, row.point, shown(row, language)),
            shown(row, language),
            f"{row.n:,}",
            say(language, row.verdict),
        ]
        for row in rows
    ]
    return table(_name(rows[0], language), kinds, cells, how.level)


def _name(row: ScoreRow, language: Language) -> str:
    return f"{name_of(row.question, row.measure, language)}: {row.question.survey}"


def _weeks(rows: Sequence[ScoreRow], how: How) -> Markup:
    """A chart by week; nothing where no week has answers enough for a score."""
    if all(row.point is None for row in rows):
        return Markup("")
    language, name = how.language, how.name
    rows = sorted(rows, key=lambda row: row.group["week"])
    days = [date.fromisoformat(row.group["week"]).toordinal() for row in rows]
    values = [(day, row) for day, row in zip(days, rows, strict=True)]
    measure, title = (
        rows[0].measure,
        ", ".join([_name(rows[0], language), *_others(rows[0], "week", language)]),
    )
    bands, lines = [], []
    marks = [mark for mark in how.changes if days[0] - 3.5 <= mark.across <= days[-1] + 3.5]
    for number, (_, alike) in enumerate(groupby(values, key=lambda one: one[1].question)):
        stretch = list(alike)
        if number:
            marks.append(Mark(stretch[0][0] - 3.5, name(stretch[0][1])))
        charted = [(day, row.week) for day, row in stretch if row.week is not None]
        bands.append(
            Band([(day, week.low) for day, week in charted], [(day, week.high) for day, week in charted])
        )
        lines += [
            Line([(day, week.centre) for day, week in charted], "centre"),
            Line([(day, week.average_low) for day, week in charted], "limit far"),
            Line([(day, week.average_high) for day, week in charted], "limit far"),
            Line([(day, week.average) for day, week in charted]),
        ]
    dots = [
        Dot(
            day, row.point, f"{row.group['week']}: {shown(row, language)}, n {row.n:,}", row.week is not None and row.week.outside,
            row.low, row.high,
        )
        for day, row in values
        if row.point is not None
    ]  # fmt: skip
    seen = [value for band in bands for line in band for _, value in line]
    seen += [end for dot in dots for end in (dot.low or dot.up, dot.high or dot.up)]
    up = _around(seen, _scale(rows[0].question, measure))
    steps = range(0, len(days), max(1, len(days) // _TICKS))
    drawn = Plot(
        say(language, "{title}, by week: {weeks} weeks", title=title, weeks=len(rows)),
        Scale(days[0] - 3.5, days[-1] + 3.5), up,
        [(days[step], short_day(date.fromordinal(days[step]), language)) for step in steps], _ticks(up, measure),
        [line for line in lines if len(line.places) > 1], [band for band in bands if len(band.low) > 1], dots, marks,
    )  # fmt: skip
    caption = say(language, _WEEKS)
    if not any(row.week for row in rows):
        caption += f" {say(language, 'Limits are known from {weeks} weeks on.', weeks=LEAST_WEEKS)}"
    return heading(title, how.level) + plot(drawn, caption)


def _funnel(rows: Sequence[ScoreRow], people: str, how: How) -> Markup:
    language, name = how.language, how.name
    limited = sorted(
        ((row.n, row, row.limits, row.point) for row in rows if row.limits and row.point is not None),
        key=lambda one: one[0],
    )
    if not limited:
        return Markup("")
    measure, question = rows[0].measure, rows[0].question
    asked = f"{name_of(question, measure, language)}: {name(rows[0])}"
    title = ", ".join(
        [
            say(language, "{title}, by {what}", title=asked, what=named(language, people)),
            *_others(rows[0], people, language),
        ]
    )
    outer = [
        [(n, limits.action_low) for n, _, limits, _ in limited],
        [(n, limits.action_high) for n, _, limits, _ in limited],
    ]
    inner = [
        [(n, limits.warning_low) for n, _, limits, _ in limited],
        [(n, limits.warning_high) for n, _, limits, _ in limited],
    ]
    most = limited[-1][0]
    centre = [(n, limited[0][2].overall) for n in (0, most * 1.05)]
    dots = [
        Dot(
            n,
            point,
            f"{row.group[people] or say(language, '(none)')}: {shown(row, language)}, n {n:,}",
            limits.lies != "within chance",
        )
        for n, row, limits, point in limited
    ]
    up = _around(
        [value for line in (*outer, *inner) for _, value in line] + [dot.up for dot in dots],
        _scale(question, measure),
    )
    across = Scale(0, most * 1.05)
    drawn = Plot(
        say(
            language, "{title}: {out} of {dots} beyond the 95 % limits", title=title, dots=len(dots),
            out=sum(dot.out for dot in dots),
        ),
        across, up, [(most * part / _TICKS, f"{most * part / _TICKS:,.0f}") for part in range(_TICKS + 1)],
        _ticks(up, measure),
        [Line(centre, "centre"), *(Line(line, "limit") for line in inner), *(Line(line, "limit far") for line in outer)],
        [Band(*inner)], dots,
    )  # fmt: skip
    return heading(title, how.level) + plot(drawn, say(language, _FUNNEL))


def _others(row: ScoreRow, along: str, language: Language) -> list[str]:
    return [value or say(language, "(none)") for name, value in row.group.items() if name != along]


def _scale(question: Question, measure: Measure) -> Scale:
    return Scale(*scale_of(question, measure))


def _around(values: Sequence[float], whole: Scale) -> Scale:
    """The part of the scale that holds all values, with some room, so that what is close together can be told apart."""
    low, high = min(values), max(values)
    room = (whole.high - whole.low) / 20
    return Scale(max(whole.low, low - room), min(whole.high, high + room))


def _ticks(up: Scale, measure: Measure) -> list[tuple[float, str]]:
    # Round steps: 1, 2 or 5 of some size.
    rough = (up.high - up.low) / _TICKS
    size = 10.0 ** floor(log10(rough))
    step = next(size * times for times in (1, 2, 5, 10) if size * times >= rough)
    first, last = ceil(up.low / step), floor(up.high / step)
    return [(place * step, figure(measure, place * step)) for place in range(first, last + 1)]
