"""Pain points: steps and channels where customers are certainly less content than in the rest of the same survey."""

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Final, Protocol

from msgspec import Struct

from router.insights.questions import answers_of
from router.model.cells import (
    CoverageCount,
    CoverageDimension,
    Question,
    ScoreCounts,
    ScoreDimension,
    WantedCoverage,
    WantedScores,
)
from router.model.policy import ScoreSettings
from router.scores.answers import Answers
from router.scores.comparison import higher_is_better
from router.scores.interval import CONFIDENCE, Interval
from router.scores.pain_points import AgainstTheRest, pain_points
from router.scores.question import MEASURES, Measure
from router.scores.score import Enough, interval_of, point_of, score

FALSE_SHARE: Final = 0.05
"""Of the pain points named in a survey, at most this share are none, on average."""

_PLACES: Final[tuple[ScoreDimension, ...]] = ("journey", "step", "channel")


class StepOnChannel(Struct, frozen=True, order=True):
    """A cell: a step of a journey on a channel. Empty text stands for none."""

    journey: str
    step: str
    channel: str


class CellsReader(Protocol):
    """The reads that pain points need of a store."""

    async def scores(self, wanted: WantedScores, by: Sequence[ScoreDimension] = ()) -> list[ScoreCounts]:
        """The scores of each question, grouped by these dimensions, in their order."""

    async def coverage(
        self, wanted: WantedCoverage, by: Sequence[CoverageDimension] = ()
    ) -> list[CoverageCount]:
        """The touchpoints of each stage and reason, grouped by these dimensions, in their order."""


class HeldAgainst(Struct, frozen=True):
    """A place with `n` answers and its score with its interval, held against the rest of the survey.

    `difference` is place less rest, in the unit of the measure, with its interval; `p` is adjusted for the number of
    places. `volume` is how many touchpoints had the step. `certain_harm` is the end of the interval nearer to none, times
    volume; it is positive where the place is certainly worse.
    """

    place: StepOnChannel
    n: int
    score: float
    score_interval: Interval
    rest: float
    difference: float
    interval: Interval
    p: float
    volume: int
    certain_harm: float


class SurveyPainPoints(Struct, frozen=True):
    """The places of one question: pain points by certain harm, and those that are not more than chance by p.

    `score` is that of all answers, None where they are too few.
    `too_few` are the places with too few answers, with how many.
    """

    question: Question
    measure: Measure
    higher_is_better: bool
    answers: int
    score: float | None
    score_interval: Interval | None
    found: tuple[HeldAgainst, ...]
    not_more_than_chance: tuple[HeldAgainst, ...]
    too_few: tuple[tuple[StepOnChannel, int], ...]


async def survey_pain_points(
    cells: CellsReader, wanted: WantedScores, settings: ScoreSettings
) -> list[SurveyPainPoints]:
    """The pain points of each question that was asked, by how many answers it has. Raises what `cells` raises."""
    counts = await cells.scores(wanted, _PLACES)
    had = await cells.coverage(WantedCoverage(wanted.since, wanted.until), ("journey", "step", "channel"))
    return of_counts(counts, had, settings)


def of_counts(
    counts: Sequence[ScoreCounts], had: Sequence[CoverageCount], settings: ScoreSettings
) -> list[SurveyPainPoints]:
    """The same of scores and coverage by journey, step and channel."""
    volumes: dict[StepOnChannel, int] = {}
    for touched in had:
        if touched.stage == "had_step":
            place = StepOnChannel(*map(str, touched.group))
            volumes[place] = volumes.get(place, 0) + touched.count
    surveys: dict[Question, dict[StepOnChannel, Answers]] = {}
    for one in counts:
        places = surveys.setdefault(one.question, {})
        places[StepOnChannel(*map(str, one.group))] = answers_of(one)
    found = [_of_survey(question, places, volumes, settings) for question, places in surveys.items()]
    return sorted(found, key=lambda one: (-one.answers, one.question))


def _of_survey(
    question: Question,
    places: dict[StepOnChannel, Answers],
    volumes: dict[StepOnChannel, int],
    settings: ScoreSettings,
) -> SurveyPainPoints:
    measure = MEASURES[question.metric][0]
    whole = reduce(add, places.values())
    # A place without coverage, as of a rule without a journey, happens at least as often as it was answered.
    often = {place: max(answers.n, volumes.get(place, 0)) for place, answers in places.items()}
    enough = Enough(settings.least, settings.enough)
    overall = score(whole, measure, enough=enough)
    ranked = pain_points(
        places,
        measure,
        volumes=often,
        false_share=FALSE_SHARE,
        enough=enough,
    )

    def held(one: AgainstTheRest[StepOnChannel]) -> HeldAgainst:
        answers, difference = places[one.cell], one.difference
        return HeldAgainst(
            one.cell,
            one.n,
            point_of(answers, measure),
            interval_of(answers.counts, answers.question, measure, CONFIDENCE),
            point_of(whole - answers, measure),
            difference.point,
            difference.interval,
            one.p,
            one.volume,
            one.certain_harm,
        )

    return SurveyPainPoints(
        question,
        measure,
        higher_is_better(whole.question, measure),
        whole.n,
        overall.point,
        overall.interval,
        tuple(map(held, ranked.found)),
        tuple(map(held, ranked.not_more_than_chance)),
        tuple(sorted((place, places[place].n) for place in ranked.too_few)),
    )
