"""A score: counted answers of one question, made into a point with all that must stand beside it."""

from typing import Final, Literal, NamedTuple

from router.scores.answers import Answers
from router.scores.customers import Customers
from router.scores.interval import CONFIDENCE, Interval, finite_population, shrunk
from router.scores.mean import mean_interval, moments
from router.scores.nps import nps_interval
from router.scores.question import UNITS, Measure, Question, buckets, values
from router.scores.share import share_interval

Evidence = Literal["too few", "indicative", "enough"]
Method = Literal["adjusted Wald", "Wilson", "adjusted t"]

METHODS: Final[dict[Measure, Method]] = {
    "nps": "adjusted Wald",
    "top_box": "Wilson",
    "mean": "adjusted t",
}
"""How the interval of each measure is made."""

_LEAST_OF_A_PERSON: Final = 10


class Enough(NamedTuple):
    """How little is too little: no score under `shown` answers, an indicative one under `firm`."""

    shown: int = 10
    firm: int = 30

    def of_a_person(self) -> "Enough":
        """For scores of people, such as agents: never shown under 10 answers, whatever is set."""
        return Enough(max(self.shown, _LEAST_OF_A_PERSON), max(self.firm, _LEAST_OF_A_PERSON))

    def evidence(self, n: int) -> Evidence:
        """What so many answers are good for."""
        if n < self.shown:
            return "too few"
        return "indicative" if n < self.firm else "enough"


ENOUGH: Final = Enough()
"""What holds where nothing is set."""


class Score(NamedTuple):
    """A measure of the answers to one question.

    `point` and `interval` are in the unit of the measure (see `Measure`), and None where the answers are too few.
    `effective_n` is below `n` where customers answered repeatedly. `distribution` counts each score of the scale,
    `buckets` each named part of it.
    """

    question: Question
    measure: Measure
    point: float | None
    interval: Interval | None
    n: int
    effective_n: float
    distribution: tuple[int, ...]
    buckets: dict[str, float]
    evidence: Evidence
    enough: Enough
    method: Method
    confidence: float


def score(
    answers: Answers,
    measure: Measure,
    *,
    customers: Customers | None = None,
    population: int | None = None,
    enough: Enough = ENOUGH,
    confidence: float = CONFIDENCE,
) -> Score:
    """Score the answers.

    `customers` are those who gave exactly these answers; where any gave two or more, the interval is that of the
    effective n (own: the published standard error, within the interval for few answers). `population` is how many
    customers there are in all, where the question is only what these said: never for a comparison, a target or an alert.
    """
    n, question = answers.n, answers.question
    effective = effective_n(answers, measure, customers)
    evidence = enough.evidence(n)
    point: float | None = None
    interval: Interval | None = None
    if n and evidence != "too few":
        point = point_of(answers, measure)
        interval = interval_of(scaled(answers, effective), question, measure, confidence)
        # The point of scaled counts is rounded otherwise: a hair may lie between the two.
        interval = interval.around(point, *interval)
        if population is not None:
            interval = shrunk(interval, point, finite_population(n, population))
    parts = {name: in_bucket(answers.counts, question, name) for name in buckets(question)}
    return Score(
        question, measure, point, interval, n, effective, answers.counts, parts, evidence, enough,
        METHODS[measure], confidence,
    )  # fmt: skip


def point_of(answers: Answers, measure: Measure) -> float:
    """The measure alone, however few the answers, but one at least: for sums and charts, not to be shown."""
    worth = values(answers.question, measure)
    total = sum(count * value for count, value in zip(answers.counts, worth, strict=True))
    return UNITS[measure] * total / answers.n


def effective_n(answers: Answers, measure: Measure, customers: Customers | None) -> float:
    """How many answers of different customers would say as much. Customers who gave others raise a ValueError."""
    if customers is None:
        return float(answers.n)
    worth = values(answers.question, measure)
    if customers.sums != (
        answers.n,
        sum(count * value for count, value in zip(answers.counts, worth, strict=True)),
        sum(count * value * value for count, value in zip(answers.counts, worth, strict=True)),
    ):
        raise ValueError("The customers did not give these answers, or are counted by another measure")
    return customers.effective_n


def scaled(answers: Answers, effective: float) -> tuple[float, ...]:
    """The counts as if there were only the effective answers, in the same proportions."""
    if effective == answers.n:
        return answers.counts
    weight = effective / answers.n
    return tuple(count * weight for count in answers.counts)


def in_bucket(counts: tuple[float, ...], question: Question, name: str) -> float:
    """How many of the counts are in a named part of the scale."""
    part, low = buckets(question)[name], question.scale[0]
    return sum(counts[part.start - low : part.stop - low])


def groups(counts: tuple[float, ...], question: Question) -> tuple[float, float, float]:
    """Detractors, passives and promoters."""
    detractors, promoters = (
        in_bucket(counts, question, "detractors"),
        in_bucket(counts, question, "promoters"),
    )
    return detractors, sum(counts) - detractors - promoters, promoters


def interval_of(
    counts: tuple[float, ...], question: Question, measure: Measure, confidence: float
) -> Interval:
    """The interval of a measure, from the counts of each score."""
    if measure == "nps":
        return nps_interval(*groups(counts, question), confidence)
    if measure == "top_box":
        return share_interval(in_bucket(counts, question, "top_box"), sum(counts), confidence)
    return mean_interval(moments(counts, question.scores), question.scale, confidence)
