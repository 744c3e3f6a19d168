"""A row of a score report in a few sentences."""

from router.insights.score_report import ScoreReport, ScoreRow
from router.scores.comparison import higher_is_better
from router.scores.question import Measure, Question, buckets
from router.words.reports import blocked_words
from router.words.scores import answers_words, figure, measure_name, words
from router.words.voice import Language


def name_of(question: Question, measure: Measure, language: Language = "en") -> str:
    """How the measure of a question is called."""
    best = buckets(question)["top_box"] if measure == "top_box" else range(0)
    return measure_name(question.metric, measure, best, language)


def row_sentences(report: ScoreReport, row: ScoreRow, language: Language = "en") -> list[str]:
    """The score with its interval, what it is good for, how many answered, and what changed."""
    name, answers = name_of(row.question, row.measure, language), answers_words(language, row.n)
    if row.point is None:
        said = [words(language, "too few", name=name, answers=answers, least=report.least)]
    else:
        point, low, high = (figure(row.measure, value) for value in (row.point, row.low, row.high))
        said = [words(language, "score", name=name, point=point, answers=answers, low=low, high=high)]
        if row.evidence == "indicative":
            said.append(words(language, "indicative", firm=report.enough))
        if not higher_is_better(row.question, row.measure):
            said.append(words(language, "lower"))
    said += _change(row, language)
    of = row.answered_of
    if of is not None:
        shares = {
            name: "-" if one.share is None else figure("top_box", one.share)
            for name, one in (("sent", of.sent), ("reached", of.reached), ("had_step", of.had_step))
        }
        said.append(words(language, "coverage", **shares))
    return said


def _change(row: ScoreRow, language: Language) -> list[str]:
    change = row.change
    if change is None:
        return []
    if change.verdict is None:
        return [words(language, "not compared", why=blocked_words(language, change.blocked or ""))]
    smallest = figure(row.measure, change.smallest).removesuffix(" %")
    if change.difference is None:
        return [words(language, "too few to tell", more=f"{change.more_needed:,}", smallest=smallest)]
    difference, low, high, rate, mix = (
        figure(row.measure, value, signed=True, language=language)
        for value in (change.difference, change.low, change.high, change.rate, change.mix)
    )
    parts = {
        "difference": difference,
        "low": low,
        "high": high,
        "more": change.more_needed,
        "smallest": smallest,
    }
    return [words(language, change.verdict, **parts), words(language, "mix", rate=rate, mix=mix)]
