"""A score report as one page: sentences, a drawing for each metric with its band, and the tables."""

from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup

from router.insights.score_report import ScoreReport, ScoreRow
from router.insights.score_sentences import name_of, row_sentences
from router.pages import frame
from router.pages.charts import Mark
from router.pages.frame import Column, Linked, folded, heading, paragraph, table, unlinked
from router.pages.scores_drawings import How, drawn
from router.pages.scores_rows import (
    TARGET_COLUMNS,
    Cell,
    SurveyName,
    about,
    columns,
    survey_names,
    target_cells,
)
from router.words.figures import percent
from router.words.reports import named, say
from router.words.voice import Language

_MOST_SENTENCES: Final = 6
_MOST_PLOTS: Final = 20
_NUMBERS: Final = ("n", "effective n", "answers needed", "moving average")


def page(report: ScoreReport, language: Language = "en") -> str:
    """The page as HTML."""
    title = say(language, "Scores")
    first = [heading(title, 1), *(paragraph(line, soft=True) for line in about(report, language))]
    return frame.page(title, [*first, *body(report, language)], language)


def body(report: ScoreReport, language: Language) -> list[Markup]:
    """All below the title: sentences, drawings and their table, targets."""
    parts = []
    if not report.rows:
        parts.append(paragraph(say(language, "Nobody has answered in this period.")))
    if len(report.rows) <= _MOST_SENTENCES:
        parts += told(report, language)
    return [*parts, *drawings(report, language), targets_table(report, language)]


def told(report: ScoreReport, language: Language) -> list[Markup]:
    """Each row in sentences, under its name."""
    name = survey_names(report, language)
    parts = []
    for row in report.rows:
        parts.append(heading(title_of(row, name, language)))
        parts += [paragraph(sentence) for sentence in row_sentences(report, row, language)]
    return parts


def drawings(
    report: ScoreReport,
    language: Language,
    linked: Linked = unlinked,
    changes: Sequence[Mark] = (),
    level: Literal[2, 3] = 2,
) -> list[Markup]:
    """The drawings, and the same as a table. Names of groups and counts are `linked`.

    `changes` are marks on charts by week, by the day's ordinal: a revision of the rules. `level` is that of their headings.
    """
    parts = drawn(report, How(language, survey_names(report, language), linked, changes, level))
    if len(parts) > _MOST_PLOTS:
        parts[_MOST_PLOTS:] = [paragraph(_left(len(parts) - _MOST_PLOTS, language), soft=True)]
    return [*parts, folded(say(language, "Show as table"), _table(report, language, linked))]


def distribution(row: ScoreRow, language: Language) -> Markup:
    """How many gave each answer of the scale; nothing where there are too few to show."""
    if not row.n or row.distribution is None:
        return Markup("")
    most = max(row.distribution)
    rows = [
        [place, _BAR.format(f"{100 * count / most:.2f}%"), f"{count:,}", percent(count / row.n)]
        for place, count in zip(row.question.scores, row.distribution, strict=True)
    ]
    columns = [
        Column(say(language, "answer"), "number"),
        Column(say(language, "how often"), "drawing"),
        Column("n", "number"),
        Column(say(language, "share"), "number"),
    ]
    return table("", columns, rows)


_BAR: Final = Markup('<svg aria-hidden="true"><rect class="new" y="3" height="16" width="{}"/></svg>')


def targets_table(report: ScoreReport, language: Language) -> Markup:
    """The targets of the policy and whether they are met."""
    name = survey_names(report, language)
    targets = [target_cells(row, name, language) for row in report.targets]
    return table(say(language, "Targets"), _columns(TARGET_COLUMNS, language), targets)


def _table(report: ScoreReport, language: Language, linked: Linked) -> Markup:
    told = columns(report, language)

    def shown_cell(column: str, cell: Cell, row: ScoreRow) -> object:
        value = cell(row, language)
        if column in ("survey", "n"):
            return linked(value, {"survey": row.question.survey, **row.group})
        return linked(value, {column: row.group[column]}) if column in row.group else value

    rows = [[shown_cell(column, cell, row) for column, cell in told] for row in report.rows]
    return table("", _columns([name for name, _ in told], language), rows)


def _columns(names: Sequence[str], language: Language) -> list[Column]:
    return [Column(named(language, name), "number" if name in _NUMBERS else "whole") for name in names]


def _left(drawings: int, language: Language) -> str:
    if drawings == 1:
        return say(language, "1 further drawing left out: choose a survey, a journey or a step.")
    more = "{left} further drawings left out: choose a survey, a journey or a step."
    return say(language, more, left=drawings)


def title_of(row: ScoreRow, name: SurveyName, language: Language) -> str:
    """What is asked, of which survey, in which group."""
    group = [value or say(language, "(none)") for value in row.group.values()]
    return ", ".join([name_of(row.question, row.measure, language), name(row), *group])
