"""The drivers in the terminal."""

from router.cli.output import print_lines
from router.cli.tables import print_table
from router.insights.drivers import DriversReport
from router.pages.drivers_words import (
    BIN_COLUMNS,
    SIGNAL_COLUMNS,
    bin_row,
    headline,
    sentences,
    signal_row,
    survey_title,
)
from router.words.drivers import words
from router.words.reports import heads, say
from router.words.voice import Language


def print_report(report: DriversReport, days: str, language: Language) -> None:
    """Sentences, a table of the signals of each survey, and one of the bins of each signal."""
    print_lines([headline(report, days, language), ""])
    for survey in report.surveys:
        if not survey.drivers:
            continue
        rows = [signal_row(told, language) for told in survey.drivers]
        columns = heads(language, SIGNAL_COLUMNS)
        print_table(survey_title(survey, language), columns, rows, whole=columns[2:4])
        print_lines([line for told in survey.drivers for line in sentences(told, report.enough, language)])
        print_lines([""])
        for told in survey.drivers:
            title = say(language, "{survey} by {signal}", survey=survey.question.survey, signal=told.signal)
            bins = [bin_row(one, survey.measure, language) for one in told.bins]
            print_table(title, heads(language, BIN_COLUMNS), bins)
    if any(survey.drivers for survey in report.surveys):
        print_lines([words(language, "caution", least=report.least, enough=report.enough)])
