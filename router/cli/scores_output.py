"""A score report in the terminal, and as CSV."""

from typing import Final

from router.cli.output import print_lines
from router.cli.tables import print_table
from router.insights.score_report import ScoreReport
from router.insights.score_sentences import row_sentences
from router.pages.scores_rows import TARGET_COLUMNS, about, columns, survey_names, target_cells
from router.words.reports import heads, named, say
from router.words.voice import Language

_MOST_IN_SENTENCES: Final = 3
"""So many rows are told in sentences below the table; of more, a table says it better."""


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
