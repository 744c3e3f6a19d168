"""A score report in the terminal, and as CSV."""

from typing import Final

from router.cli.csv_rows import print_csv
from router.cli.output import print_lines
from router.cli.scores_rows import TARGET_COLUMNS, columns, survey_names, target_cells
from router.cli.tables import print_table
from router.insights.score_report import ScoreReport, ScoreRow
from router.insights.score_sentences import row_sentences
from router.model.cells import MOST_SCORES
from router.model.survey import Metric
from router.words.reports import heads, named, say
from router.words.voice import Language

_MOST_IN_SENTENCES: Final = 3
"""So many rows are told in sentences below the table; of more, a table says it better."""

_METRICS: Final[tuple[Metric, ...]] = ("ces", "nps", "csat")


def about(report: ScoreReport, language: Language) -> list[str]:
    """Of which days, by when, compared with what, and how little is too little."""
    happened = "Scores, {period}, by when it happened."
    answered = "Scores, {period}, by when it was answered."
    by_when = happened if report.basis == "happened" else answered
    lines = [say(language, by_when, period=report.period(language))]
    if report.compared is not None:
        lines.append(say(language, "Compared with {compared}.", compared=report.compared))
    least = "Under {least} answers no score is shown; under {enough} it is indicative."
    return [*lines, say(language, least, least=report.least, enough=report.enough)]


def print_report(report: ScoreReport, language: Language) -> None:
    """What it is about, a table, a few sentences, and the targets of the policy."""
    print_lines([" ".join(about(report, language)), ""])
    told = columns(report, language)
    rows = [[cell(row, language) for _, cell in told] for row in report.rows]
    print_table(say(language, "Scores"), [named(language, name) for name, _ in told], rows)
    if 0 < len(report.rows) <= _MOST_IN_SENTENCES:
        print_lines([" ".join(row_sentences(report, row, language)) for row in report.rows] + [""])
    if not report.rows and report.targets:
        print_lines([""])
    if report.targets:
        name = survey_names(report, language)
        targets = [target_cells(row, name, language) for row in report.targets]
        print_table(say(language, "Targets"), heads(language, TARGET_COLUMNS), targets)


def print_report_csv(report: ScoreReport) -> None:
    """A line for each row, nothing rounded. The figures of each metric have columns of their own."""
    names = [
        *report.by, "survey", "metric", "text_version", "presentation", "measure",
        *(f"{metric}{part}" for metric in _METRICS for part in ("", "_low", "_high")),
        "n", "effective_n", *(f"answers_{place}" for place in range(MOST_SCORES)),
        *_OF_ALL, *_LIMITS, *_WEEK, *_CHANGE, "evidence", "verdict",
    ]  # fmt: skip
    print_csv(names, [_csv_cells(report, row) for row in report.rows])


_OF_ALL: Final = ("answered", "sent", "reached", "had_step")
_LIMITS: Final = ("overall", "warning_low", "warning_high", "action_low", "action_high")
_WEEK: Final = ("centre", "week_low", "week_high", "average", "average_low", "average_high")
_CHANGE: Final = (
    *("n_before", "before", "difference", "difference_low", "difference_high", "p"),
    *("more_needed", "rate", "mix"),
)


def _csv_cells(report: ScoreReport, row: ScoreRow) -> list[object]:
    question, of, limits, week, change = row.question, row.answered_of, row.limits, row.week, row.change
    cells: list[object] = [row.group[name] for name in report.by]
    cells += [question.survey, question.metric, question.text_version, question.presentation, row.measure]
    for metric in _METRICS:
        cells += [row.point, row.low, row.high] if question.metric == metric else [None] * 3
    counts = dict(zip(question.scores, row.distribution or (), strict=bool(row.distribution)))
    cells += [row.n, row.effective_n, *(counts.get(place) for place in range(MOST_SCORES))]
    cells += [of.sent.answered, of.sent.of, of.reached.of, of.had_step.of] if of else [None] * len(_OF_ALL)
    cells += [getattr(limits, name) for name in _LIMITS] if limits else [None] * len(_LIMITS)
    cells += (
        [week.centre, week.low, week.high, week.average, week.average_low, week.average_high]
        if week
        else [None] * len(_WEEK)
    )
    cells += (
        [
            *(change.n, change.point, change.difference, change.low, change.high, change.p),
            *(change.more_needed, change.rate, change.mix),
        ]
        if change
        else [None] * len(_CHANGE)
    )
    return [*cells, row.evidence, row.verdict]
