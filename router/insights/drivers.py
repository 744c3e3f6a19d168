"""Drivers: what goes together with the answers of each survey, and how those who did not answer fared."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from router.insights.questions import question_of
from router.model.cells import Question
from router.model.effort import AskedAt, CustomerCount, SignalCounts, WantedAnswers, three_digits
from router.model.encoding import decode_context
from router.model.policy import ScoreSettings
from router.model.responses import AskedContext
from router.scores.correlation import Correlation
from router.scores.customers import Customers
from router.scores.drivers import Driver, Link, Pairs, driver, in_bins
from router.scores.interval import Interval
from router.scores.mean import moments
from router.scores.question import MEASURES, Measure
from router.scores.representativeness import standardised_mean_difference
from router.scores.score import Enough

MOST: Final = 200_000
"""So many answers are looked at; of more, a sample of about so many."""

MOST_INVITATIONS: Final = 50_000
"""So many invitations are looked at for those who did not answer; of more, a sample of about so many."""


class EffortReader(Protocol):
    """The reads that drivers need of a store."""

    async def answers(self, wanted: WantedAnswers) -> int:
        """How many counted answers there are, whatever the share."""

    async def scores(self, wanted: WantedAnswers) -> dict[AskedAt, SignalCounts]:
        """The scores by the values of each signal."""

    async def customers(self, wanted: WantedAnswers) -> list[CustomerCount]:
        """How the answers to each question spread over customers."""

    async def unanswered(self, most: int, survey: str | None = None) -> list[bytes]:
        """The encoded contexts of invitations whose time passed without an answer."""


class RankLink(Struct, frozen=True):
    """A rank correlation over `n` answers, with its interval where there is one."""

    point: float
    low: float | None
    high: float | None
    n: int


class SignalBin(Struct, frozen=True):
    """The answers whose signal lies from `low` to `high`, both included, and how many did not answer there.

    `score` and its interval are in the unit of the measure, None where the answers are too few.
    """

    low: float
    high: float
    n: int
    score: float | None
    score_low: float | None
    score_high: float | None
    unanswered: int


class SignalDriver(Struct, frozen=True):
    """A signal beside the score; see `router.scores.drivers.Driver`.

    `mean` is that of the signal among those who answered, `unanswered_mean` among the `unanswered` who did not, and
    `difference` how far the latter lies above the former, in standard deviations; None where one cannot be told.
    """

    signal: str
    n: int
    link: Link
    mix: bool
    within: RankLink | None
    parts: int
    over_all: RankLink | None
    bins: tuple[SignalBin, ...]
    mean: float
    unanswered: int
    unanswered_mean: float | None
    difference: float | None


class SurveyDrivers(Struct, frozen=True):
    """The drivers of one question, those with a link first, the strongest before the others.

    `effective_n` is below `n` where customers answered repeatedly.
    """

    question: Question
    measure: Measure
    n: int
    effective_n: float
    drivers: tuple[SignalDriver, ...]


class DriversReport(Struct, frozen=True):
    """What goes together with the answers that were wanted.

    There are `answers` of them, of which a sample was taken where `sampled`; `least` and `enough` are what was asked of a
    score.
    """

    at: datetime
    wanted: WantedAnswers
    answers: int
    sampled: bool
    least: int
    enough: int
    surveys: tuple[SurveyDrivers, ...]


async def drivers(
    reader: EffortReader, wanted: WantedAnswers, settings: ScoreSettings, now: datetime
) -> DriversReport:
    """The report. Raises what the reader raises."""
    answers = await reader.answers(wanted)
    if answers > MOST:
        wanted = replace(wanted, share=MOST / answers)
    scores: dict[Question, dict[AskedAt, SignalCounts]] = defaultdict(dict)
    for place, signals in (await reader.scores(wanted)).items():
        scores[place.question][place] = signals
    spread: dict[Question, dict[tuple[int, int, int], int]] = defaultdict(dict)
    for one in await reader.customers(wanted):
        spread[one.question][one.answers, one.total, one.squares] = one.customers
    silent = _silent(await reader.unanswered(MOST_INVITATIONS, wanted.survey), wanted)
    enough = Enough(settings.least, settings.enough)
    surveys = tuple(
        _survey(question, scores[question], Customers(spread[question]), silent.get(question, {}), enough)
        for question in sorted(scores)
    )
    return DriversReport(now, wanted, answers, answers > MOST, settings.least, settings.enough, surveys)


def _silent(contexts: list[bytes], wanted: WantedAnswers) -> dict[Question, dict[str, Counter[float]]]:
    """The values of each signal among those who were asked each question and did not answer."""
    found: dict[Question, dict[str, Counter[float]]] = defaultdict(lambda: defaultdict(Counter))
    for context in map(decode_context, contexts):
        if _is_wanted(context, wanted):
            low, high = context.scale
            question = Question(
                context.survey, context.metric, low, high, context.polarity, context.text_version, context.presentation
            )  # fmt: skip
            for signal, value in context.effort.items():
                if (number := three_digits(value)) is not None:
                    found[question][signal][number] += 1
    return found


def _is_wanted(context: AskedContext, wanted: WantedAnswers) -> bool:
    return (
        wanted.survey in (None, context.survey)
        and wanted.journey in (None, context.journey)
        and wanted.step in (None, context.step)
        and wanted.channel in (None, context.channel)
        and (wanted.since is None or context.happened_at >= wanted.since)
        and (wanted.until is None or context.happened_at < wanted.until)
    )


def _survey(
    question: Question,
    places: Mapping[AskedAt, SignalCounts],
    customers: Customers,
    silent: Mapping[str, Counter[float]],
    enough: Enough,
) -> SurveyDrivers:
    asked = question_of(question)
    measure, n = MEASURES[asked.metric][0], customers.sums[0]
    each_says = customers.effective_n / n
    found = []
    for signal in sorted({signal for signals in places.values() for signal in signals}):
        parts = [signals[signal] for signals in places.values() if signals.get(signal)]
        if parts:
            told = driver(parts, asked, measure, each_says=each_says, enough=enough)
            found.append(_signal(signal, told, parts, silent.get(signal, Counter())))
    found.sort(key=_strength)
    return SurveyDrivers(question, measure, n, customers.effective_n, tuple(found))


def _signal(signal: str, told: Driver, parts: Sequence[Pairs], others: Counter[float]) -> SignalDriver:
    values: Counter[float] = Counter()
    for pairs in parts:
        for (value, _), count in pairs.items():
            values[value] += count
    answered = moments(list(values.values()), list(values))
    silent = moments(list(others.values()), list(others)) if others else None
    both = silent is not None and min(answered.n, silent.n) > 1
    counts = in_bins([(one.low, one.high) for one in told.bins], others)
    return SignalDriver(
        signal,
        told.n,
        told.link,
        told.mix,
        _rank_link(told.within),
        told.parts,
        _rank_link(told.over_all),
        tuple(
            SignalBin(one.low, one.high, one.n, one.point, *_ends(one.interval), count)
            for one, count in zip(told.bins, counts, strict=True)
        ),
        answered.mean,
        others.total(),
        silent.mean if silent else None,
        standardised_mean_difference(answered, silent) if silent and both else None,
    )


def _rank_link(found: Correlation | None) -> RankLink | None:
    return None if found is None else RankLink(found.point, *_ends(found.interval), found.n)


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (interval.low, interval.high)


def _strength(told: SignalDriver) -> tuple[bool, float]:
    """Links that are certain first, by the end of the interval that is nearer to none."""
    link = told.within or told.over_all
    certain = told.link.startswith("goes")
    if link is None or link.low is None or link.high is None:
        return not certain, 0.0
    return not certain, -min(abs(link.low), abs(link.high)) if certain else -abs(link.point)
