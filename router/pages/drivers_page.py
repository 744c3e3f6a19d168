"""The drivers as a page: each signal with a drawing of the score by its values."""

from markupsafe import Markup

from router.insights.drivers import DriversReport, SignalDriver, SurveyDrivers
from router.pages.charts import Dot, Plot, Scale, interval_bar, plot
from router.pages.drivers_words import (
    BIN_COLUMNS,
    SIGNAL_COLUMNS,
    bin_row,
    headline,
    measure_words,
    sentences,
    signal_row,
    survey_title,
    values,
)
from router.pages.frame import Column, folded, heading, page, paragraph, table
from router.words.drivers import link_words, words
from router.words.reports import heads, say
from router.words.scores import figure
from router.words.voice import Language


def drivers_page(report: DriversReport, days: str, language: Language) -> str:
    """The whole page."""
    title = words(language, "title")
    parts = [heading(title, 1), paragraph(headline(report, days, language), soft=True)]
    for survey in report.surveys:
        if survey.drivers:
            parts += _survey(survey, report.enough, language)
    parts.append(paragraph(words(language, "caution", least=report.least, enough=report.enough), soft=True))
    return page(title, parts, language)


def _survey(survey: SurveyDrivers, enough: int, language: Language) -> list[Markup]:
    parts = [heading(survey_title(survey, language))]
    columns = [
        Column(say(language, "signal"), "name"),
        Column(say(language, "more of it")),
        Column(say(language, "-1 to 1, within steps and channels"), "drawing"),
        Column("n", "number"),
    ]
    parts.append(
        table(
            "",
            columns,
            [
                (told.signal, link_words(language, told.link), _link_bar(told, language), f"{told.n:,}")
                for told in survey.drivers
            ],
        )
    )
    numbers = [
        Column(name, "text" if at < 2 else "number")
        for at, name in enumerate(heads(language, SIGNAL_COLUMNS))
    ]
    rows = [[_number(cell) for cell in signal_row(told, language)] for told in survey.drivers]
    parts.append(folded(say(language, "All figures"), table("", numbers, rows)))
    for told in survey.drivers:
        parts.append(heading(told.signal, 3))
        parts += [paragraph(line) for line in sentences(told, enough, language)]
        parts.append(_bins_plot(survey, told, language))
        bins = [[_number(cell) for cell in bin_row(one, survey.measure, language)] for one in told.bins]
        columns = [
            Column(name, "text" if not at else "number")
            for at, name in enumerate(heads(language, BIN_COLUMNS))
        ]
        parts.append(folded(say(language, "Show as table"), table("", columns, bins)))
    return parts


def _number(cell: object) -> object:
    return f"{cell:,}" if isinstance(cell, int) else cell


def _link_bar(told: SignalDriver, language: Language) -> Markup:
    link = told.within or told.over_all
    if link is None or link.low is None or link.high is None:
        return Markup("")
    ends = {"low": f"{link.low:+.2f}", "high": f"{link.high:+.2f}"}
    label = say(language, "{point}, from {low} to {high}", point=f"{link.point:+.2f}", **ends)
    return interval_bar(Scale(-1, 1), link.low, link.high, link.point, label)


def _bins_plot(survey: SurveyDrivers, told: SignalDriver, language: Language) -> Markup:
    """The score of each bin with its interval, as high as the scale of the intervals shown."""
    shown = [(at, one) for at, one in enumerate(told.bins) if one.score is not None]
    if not shown:
        return Markup("")
    lows = [one.score_low for _, one in shown if one.score_low is not None]
    highs = [one.score_high for _, one in shown if one.score_high is not None]
    low, high = min(lows), max(highs)
    margin = (high - low) * 0.1 or 0.5
    up = Scale(low - margin, high + margin)
    ticks = [up.low + (up.high - up.low) * at / 4 for at in range(5)]
    dots = [
        Dot(
            at,
            one.score or 0.0,
            say(
                language,
                "{values}: {score} of {n} answers",
                values=values(one, language),
                score=figure(survey.measure, one.score),
                n=f"{one.n:,}",
            ),
            low=one.score_low,
            high=one.score_high,
        )
        for at, one in shown
    ]
    drawn = Plot(
        say(language, "{survey} by {signal}", survey=survey.question.survey, signal=told.signal),
        Scale(-0.5, len(told.bins) - 0.5),
        up,
        [(at, values(one, language)) for at, one in enumerate(told.bins)],
        [(tick, figure(survey.measure, tick)) for tick in ticks],
        dots=dots,
    )
    caption = say(
        language,
        "{survey}, {measure} with 95 % interval, by {signal}",
        survey=survey.question.survey,
        measure=measure_words(survey.measure, language),
        signal=told.signal,
    )
    return plot(drawn, caption)
