"""The drivers as sentences and rows: the same for the terminal, the page and CSV."""

from collections.abc import Iterator
from typing import Final

from router.insights.drivers import DriversReport, RankLink, SignalBin, SignalDriver, SurveyDrivers
from router.pages.csv_table import Table
from router.scores.question import Measure
from router.scores.representativeness import NOTABLE
from router.words.drivers import link_words, words
from router.words.reports import say
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


def survey_title(survey: SurveyDrivers, language: Language) -> str:
    """The survey, and its text and presentation where they are not the first and usual."""
    question = survey.question
    version, effective = question.text_version, f"{survey.effective_n:,.0f}"
    told = "" if version == "1" else say(language, ", text {version}", version=version)
    faces = say(language, ", emoticons") if question.presentation == "emoticons" else ""
    repeated = "" if survey.n == survey.effective_n else say(language, ", effective n {n}", n=effective)
    measure = measure_words(survey.measure, language)
    answers = say(language, "{measure}, {n} answers", measure=measure, n=f"{survey.n:,}")
    return f"{question.survey}{told}{faces} ({answers}{repeated})"


def measure_words(measure: Measure, language: Language) -> str:
    """`mean`, `top box`."""
    return say(language, measure.replace("_", " "))


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
        yield words(
            language, "link", signal=told.signal, link=link, figure=correlation(told.within, language)
        )
    else:
        yield words(language, "unclear", signal=told.signal, link=link)
    if told.mix:
        yield words(language, "mix", signal=told.signal, over_all=correlation(told.over_all, language))
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
        correlation(told.within, language),
        correlation(told.over_all, language),
        say(language, "mix") if told.mix else "",
        told.n,
        amount(told.mean),
        amount(told.unanswered_mean),
        ""
        if told.difference is None
        else say(language, "{difference} sd", difference=f"{told.difference:+.2f}"),
    )


def bin_row(one: SignalBin, measure: Measure, language: Language) -> tuple[object, ...]:
    """A bin in the order of `BIN_COLUMNS`."""
    figures = [figure(measure, value) or "-" for value in (one.score, one.score_low, one.score_high)]
    return (values(one, language), one.n, *figures, one.unanswered)


def values(one: SignalBin, language: Language) -> str:
    """The values that a bin holds: `2`, `3 to 5`."""
    if one.low == one.high:
        return amount(one.low)
    return say(language, "{low} to {high}", low=amount(one.low), high=amount(one.high))


def amount(value: float | None) -> str:
    """A value of a signal, to three digits; whole numbers as they are."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"


def correlation(found: RankLink | None, language: Language) -> str:
    """A correlation with its interval: `-0.30 (-0.47 to -0.11)`."""
    if found is None:
        return "-"
    if found.low is None:
        return f"{found.point:+.2f}"
    ends = {"low": f"{found.low:+.2f}", "high": f"{found.high:+.2f}"}
    return say(language, "{point} ({low} to {high})", point=f"{found.point:+.2f}", **ends)


def csv_table(report: DriversReport) -> Table:
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
    return Table(_CSV_COLUMNS, rows)
