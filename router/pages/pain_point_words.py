"""The sentences and rows of pain points that the terminal and the page have in common."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec.structs import asdict

from router.insights.questions import question_of
from router.scores.question import buckets
from router.words.pain_points import how_many, lower_is_better, pain_point_sentence
from router.words.reports import say
from router.words.scores import answers_words, figure, measure_name
from router.words.voice import Language

if TYPE_CHECKING:
    from router.insights.pain_points import HeldAgainst, SurveyPainPoints
    from router.scores.interval import Interval

HELD: Final = (
    *("journey", "step", "channel", "n", "score", "rest", "difference", "between"),
    *("p", "touchpoints"),
)
TOO_FEW: Final = ("journey", "step", "channel", "n")

MOST_SENTENCES: Final = 5
"""So many pain points of a survey are told in sentences; tables have all."""


def told(found: Sequence["SurveyPainPoints"], language: Language) -> str:
    """The headline: how many pain points there are."""
    points = sum(len(one.found) for one in found)
    tested = points + sum(len(one.not_more_than_chance) for one in found)
    return how_many(points, tested, sum(one.answers for one in found), language)


def survey_words(one: "SurveyPainPoints", found: Sequence["SurveyPainPoints"], language: Language) -> str:
    """The survey with its figure over all answers and how many they are, and its text where there are several."""
    question = one.question
    alike = [other.question for other in found if other.question.survey == question.survey]
    name = question.survey
    if len({other.text_version for other in alike}) > 1:
        name += say(language, ", text {version}", version=question.text_version)
    if question.presentation != "likert":
        name += f", {question.presentation}"
    best = buckets(question_of(question)).get("top_box", range(0))
    measure = measure_name(question.metric, one.measure, best, language)
    score = (
        f" {with_interval(one.measure, one.score, one.score_interval, language)}"
        if one.score_interval
        else ""
    )
    said = f"{name}: {measure}{score}, {answers_words(language, one.answers)}."
    return said if one.higher_is_better else f"{said} {lower_is_better(language)}"


def sentences(one: "SurveyPainPoints", language: Language) -> list[str]:
    """A sentence for each of the first pain points."""
    return [
        pain_point_sentence(
            asdict(held.place),
            figure(one.measure, held.score),
            figure(one.measure, held.rest),
            figure(one.measure, certain_part(held), signed=True, language=language).lstrip("+-"),
            held.volume,
            language,
        )
        for held in one.found[:MOST_SENTENCES]
    ]


def certain_part(held: "HeldAgainst") -> float:
    """The end of the interval that is nearer to no difference."""
    return min(held.interval, key=abs)


def held_rows(
    one: "SurveyPainPoints", held: Sequence["HeldAgainst"], language: Language
) -> list[list[object]]:
    """The rows of places in the order of `HELD`."""
    rows: list[list[object]] = []
    for place in held:
        low, high = (figure(one.measure, end, signed=True, language=language) for end in place.interval)
        rows.append(
            [
                *(name or say(language, "(none)") for name in asdict(place.place).values()),
                place.n,
                with_interval(one.measure, place.score, place.score_interval, language),
                figure(one.measure, place.rest),
                figure(one.measure, place.difference, signed=True, language=language),
                say(language, "{low} to {high}", low=low, high=high),
                "< 0.001" if place.p < 0.001 else f"{place.p:.3f}",
                place.volume,
            ]
        )
    return rows


def with_interval(measure: str, score: float | None, interval: "Interval", language: Language) -> str:
    """A score as it is shown: `3.75 (3.41 to 4.04)`."""
    low, high = (figure(measure, end) for end in interval)
    return say(language, "{point} ({low} to {high})", point=figure(measure, score), low=low, high=high)


def too_few_rows(one: "SurveyPainPoints", language: Language) -> list[list[object]]:
    """The places with too few answers, in the order of `TOO_FEW`."""
    return [
        [*(name or say(language, "(none)") for name in asdict(place).values()), n] for place, n in one.too_few
    ]


def by_when(period: str, language: Language) -> str:
    """Of which days the answers are, and by when."""
    return say(language, "{period}, by when it happened.", period=f"{period[0].upper()}{period[1:]}")
