"""The drivers as sentences and rows: the same for the terminal, the page and CSV."""

from collections.abc import Iterator
from typing import Final

from router.cli.csv_rows import print_csv
from router.cli.output import print_lines
from router.cli.tables import print_table
from router.insights.drivers import DriversReport, RankLink, SignalBin, SignalDriver, SurveyDrivers
from router.scores.question import Measure
from router.scores.representativeness import NOTABLE
from router.words.drivers import link_words, words
from router.words.scores import figure
from router.words.voice import Language

SIGNAL_COLUMNS: Final = (
    "signal",
    "more of it",
    "within steps and channels",
    "over all",
    "mix",
    "n",
    "answered: mean",
    "not answered: mean",
    "difference",
)
BIN_COLUMNS: Final = ("value", "n", "score", "from", "to", "did not answer")
_CSV_COLUMNS: Final = (
    *("survey", "text_version", "measure", "signal", "link", "mix", "n"),
    *("within", "within_low", "within_high", "over_all", "over_all_low", "over_all_high"),
    *("low", "high", "answers", "score", "score_low", "score_high", "unanswered"),
)


def survey_title(survey: SurveyDrivers) -> str:
    """The survey, and its text and presentation where they are not the first and usual."""
    question = survey.question
    text = "" if question.text_version == "1" else f", text {question.text_version}"
    faces = ", emoticons" if question.presentation == "emoticons" else ""
    repeated = "" if survey.n == survey.effective_n else f", effective n {survey.effective_n:,.0f}"
    measure = survey.measure.replace("_", " ")
    return f"{question.survey}{text}{faces} ({measure}, {survey.n:,} answers{repeated})"


def headline(report: DriversReport, days: str, language: Language) -> str:
    """How many answers were looked at, of which days."""
    if not any(survey.drivers for survey in report.surveys):
        return words(language, "none", days=days)
    looked_at = sum(survey.n for survey in report.surveys)
    return words(
        language,
        "sampled" if report.sampled else "answers",
        n=report.answers if report.sampled else looked_at,
        looked_at=looked_at,
        days=days,
    )


def sentences(told: SignalDriver, enough: int, language: Language) -> Iterator[str]:
    """What a manager reads first."""
    link = link_words(language, told.link)
    if told.link.startswith("goes") and told.within is not None:
        yield words(language, "link", signal=told.signal, link=link, figure=correlation(told.within))
    else:
        yield words(language, "unclear", signal=told.signal, link=link)
    if told.mix:
        yield words(language, "mix", signal=told.signal, over_all=correlation(told.over_all))
    # Of a few who did not answer a difference says nothing.
    known = min(told.n, told.unanswered) >= enough
    if known and told.difference is not None and abs(told.difference) > NOTABLE:
        yield words(
            language,
            "silent",
            signal=told.signal,
            difference=f"{told.difference:+.2f}",
            unanswered=amount(told.unanswered_mean),
            answered=amount(told.mean),
        )


def signal_row(told: SignalDriver, language: Language) -> tuple[object, ...]:
    """A signal in the order of `SIGNAL_COLUMNS`."""
    return (
        told.signal,
        link_words(language, told.link),
        correlation(told.within),
        correlation(told.over_all),
        "mix" if told.mix else "",
        told.n,
        amount(told.mean),
        amount(told.unanswered_mean),
        "" if told.difference is None else f"{told.difference:+.2f} sd",
    )


def bin_row(one: SignalBin, measure: Measure) -> tuple[object, ...]:
    """A bin in the order of `BIN_COLUMNS`."""
    figures = [figure(measure, value) or "-" for value in (one.score, one.score_low, one.score_high)]
    return (values(one), one.n, *figures, one.unanswered)


def values(one: SignalBin) -> str:
    """The values that a bin holds: `2`, `3 to 5`."""
    return amount(one.low) if one.low == one.high else f"{amount(one.low)} to {amount(one.high)}"


def amount(value: float | None) -> str:
    """A value of a signal, to three digits; whole numbers as they are."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def correlation(found: RankLink | None) -> str:
    """A correlation with its interval: `-0.30 (-0.47 to -0.11)`."""
    if found is None:
        return "-"
    interval = "" if found.low is None else f" ({found.low:+.2f} to {found.high:+.2f})"
    return f"{found.point:+.2f}{interval}"


def print_report(report: DriversReport, days: str, language: Language) -> None:
    """Sentences, a table of the signals of each survey, and one of the bins of each signal."""
    print_lines([headline(report, days, language), ""])
    for survey in report.surveys:
        if not survey.drivers:
            continue
        rows = [signal_row(told, language) for told in survey.drivers]
        print_table(survey_title(survey), SIGNAL_COLUMNS, rows, whole=SIGNAL_COLUMNS[2:4])
        print_lines([line for told in survey.drivers for line in sentences(told, report.enough, language)])
        print_lines([""])
        for told in survey.drivers:
            title = f"{survey.question.survey} by {told.signal}"
            print_table(title, BIN_COLUMNS, [bin_row(one, survey.measure) for one in told.bins])
    if any(survey.drivers for survey in report.surveys):
        print_lines([words(language, "caution", least=report.least, enough=report.enough)])


def print_report_csv(report: DriversReport) -> None:
    """A row for each bin of each signal, nothing rounded."""
    rows: list[tuple[object, ...]] = []
    for survey in report.surveys:
        question = survey.question
        for told in survey.drivers:
            links = [
                value
                for link in (told.within, told.over_all)
                for value in ((link.point, link.low, link.high) if link else (None, None, None))
            ]
            mix = "mix" if told.mix else ""
            head = (
                question.survey,
                question.text_version,
                survey.measure,
                told.signal,
                told.link,
                mix,
                told.n,
            )
            rows += [
                (
                    *head,
                    *links,
                    one.low,
                    one.high,
                    one.n,
                    one.score,
                    one.score_low,
                    one.score_high,
                    one.unanswered,
                )
                for one in told.bins
            ]
    print_csv(_CSV_COLUMNS, rows)
