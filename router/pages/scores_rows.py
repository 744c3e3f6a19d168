"""The rows of a score report as text and as numbers: the same for the terminal, the page and CSV."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from router.insights.score_report import ScoreReport, ScoreRow, TargetRow
from router.insights.score_sentences import name_of
from router.model.survey import Metric
from router.words.reports import blocked_words, say
from router.words.scores import figure
from router.words.voice import Language

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
Cell = Callable[[ScoreRow, Language], object]
SurveyName = Callable[[ScoreRow | TargetRow], str]


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


def survey_names(report: ScoreReport, language: Language) -> SurveyName:
    """How each row's survey is called: with its text and presentation where the report has more than one of them."""
    questions = {row.question for row in report.rows}
    questions |= {row.question for row in report.targets if row.question is not None}
    ways = Counter(question.survey for question in questions)

    def name(row: ScoreRow | TargetRow) -> str:
        question = row.question
        if question is None:
            return row.survey if isinstance(row, TargetRow) else ""
        if ways[question.survey] == 1:
            return question.survey
        faces = say(language, ", emoticons") if question.presentation == "emoticons" else ""
        return f"{question.survey}{say(language, ', text {version}', version=question.text_version)}{faces}"

    return name


def shown(row: ScoreRow | TargetRow, language: Language) -> str:
    """The score with its interval: `5.60 (4.42 to 6.25)`."""
    if row.point is None:
        return "-"
    point, low, high = (figure(row.measure or "", value) for value in (row.point, row.low, row.high))
    return say(language, "{point} ({low} to {high})", point=point, low=low, high=high)


def _spread(row: ScoreRow, _: Language) -> str:
    """How the answers are spread over the scale, as small bars from the lowest to the highest."""
    if row.distribution is None or not row.n:
        return ""
    most = max(row.distribution)
    # An answer that is there is seen.
    return "".join(_BLOCKS[-(-count * (len(_BLOCKS) - 1) // most)] for count in row.distribution)


def columns(report: ScoreReport, language: Language) -> list[tuple[str, Cell]]:
    """The columns for people by their English names, each with its text in a row. Every metric has one of its own."""
    name_of_survey = survey_names(report, language)
    told: list[tuple[str, Cell]] = [
        (name, lambda row, language, name=name: row.group[name] or say(language, "(none)"))  # type: ignore[misc]
        for name in report.by
    ]
    told.append(("survey", lambda row, _: name_of_survey(row)))
    told += [(metric.upper(), _of_metric(metric)) for metric in report.metrics]
    told.append(("n", lambda row, _: row.n))
    if report.per == "customer":
        told.append(
            ("effective n", lambda row, _: "" if row.effective_n is None else f"{row.effective_n:.1f}")
        )
    told.append(("answers", _spread))
    if report.compared is not None:
        told += _OF_A_CHANGE
    elif any(row.limits is not None for row in report.rows):
        told += _OF_A_FUNNEL
    elif any(row.week is not None for row in report.rows):
        told += _OF_A_WEEK
    if any(row.answered_of is not None for row in report.rows):
        told += _OF_ALL
    return [*told, ("verdict", lambda row, language: say(language, row.verdict))]


def _of_metric(metric: Metric) -> Cell:
    def told(row: ScoreRow, language: Language) -> str:
        if row.question.metric != metric:
            return ""
        measure = f"{name_of(row.question, row.measure, language).partition(', ')[2]} ".lstrip()
        return f"{measure}{shown(row, language)}"

    return told


def _share(place: str) -> Cell:
    def told(row: ScoreRow, language: Language) -> str:
        found = getattr(row.answered_of, place) if row.answered_of is not None else None
        if found is None or found.share is None:
            return ""
        return say(language, "{part} of {of}", part=f"{100 * found.share:.1f} %", of=f"{found.of:,}")

    return told


def _signed(*names: str) -> Cell:
    def told(row: ScoreRow, language: Language) -> str:
        if row.change is None or row.change.difference is None:
            return ""
        values = [
            figure(row.measure, getattr(row.change, name), signed=True, language=language) for name in names
        ]
        if len(values) == 1:
            return values[0]
        point, low, high = values
        return say(language, "{point} ({low} to {high})", point=point, low=low, high=high)

    return told


def _before(row: ScoreRow, language: Language) -> str:
    if row.change is None or row.change.blocked is not None:
        return "" if row.change is None else blocked_words(language, row.change.blocked or "")
    part = figure(row.measure, row.change.point) or "-"
    return say(language, "{part} of {of}", part=part, of=f"{row.change.n:,}")


def _between(part: str, low: str, high: str) -> Cell:
    def told(row: ScoreRow, language: Language) -> str:
        found = getattr(row, part)
        if found is None:
            return ""
        ends = {"low": getattr(found, low), "high": getattr(found, high)}
        return say(
            language, "{low} to {high}", **{end: figure(row.measure, value) for end, value in ends.items()}
        )

    return told


def _average(row: ScoreRow, _: Language) -> str:
    return "" if row.week is None else figure(row.measure, row.week.average)


def _more(row: ScoreRow, _: Language) -> object:
    if row.change is None or row.change.verdict != "too few to tell":
        return ""
    return f"{row.change.more_needed or 0:,}"


_OF_ALL: Final[list[tuple[str, Cell]]] = [
    ("of all sent", _share("sent")),
    ("of those reached", _share("reached")),
    ("of all who had the step", _share("had_step")),
]
_OF_A_CHANGE: Final[list[tuple[str, Cell]]] = [
    ("before", _before),
    ("difference", _signed("difference", "low", "high")),
    ("by scores", _signed("rate")),
    ("by mix", _signed("mix")),
    ("answers needed", _more),
]
_OF_A_FUNNEL: Final[list[tuple[str, Cell]]] = [
    ("95 % limits", _between("limits", "warning_low", "warning_high")),
    ("99.8 % limits", _between("limits", "action_low", "action_high")),
]
_OF_A_WEEK: Final[list[tuple[str, Cell]]] = [
    ("limits of the week", _between("week", "low", "high")),
    ("moving average", _average),
    ("its limits", _between("week", "average_low", "average_high")),
]


def target_cells(row: TargetRow, name: SurveyName, language: Language) -> Sequence[object]:
    """A target in the order of `TARGET_COLUMNS`."""
    least_or_most = "at most {bound}" if row.at_most else "at least {bound}"
    bound = say(language, least_or_most, bound=figure(row.measure or "mean", row.bound))
    return [
        name(row),
        row.journey or say(language, "all"),
        row.step or say(language, "all"),
        "" if row.measure is None else say(language, row.measure),
        bound,
        shown(row, language),
        row.n,
        say(language, row.verdict),
    ]


TARGET_COLUMNS: Final = ("survey", "journey", "step", "measure", "target", "score", "n", "verdict")
