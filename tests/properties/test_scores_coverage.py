"""How often intervals hold the truth, and how often nothing raises an alarm, in seeded simulations."""

from collections.abc import Callable
from functools import cache
from math import sqrt
from statistics import median
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from router.scores.answers import Answers
from router.scores.charts import BASELINE, Limits, Period, ewma_chart, share_baseline
from router.scores.customers import Customers
from router.scores.mean import mean_interval, moments
from router.scores.nps import nps_interval
from router.scores.pain_points import pain_points
from router.scores.quantiles import t_quantile
from router.scores.score import Enough, score
from router.scores.share import share_interval
from tests.unit.scores.questions import CES_2

RUNS = 2000
WORST = {10: 0.88, 20: 0.91, 50: 0.92, 200: 0.92}
TENTH = {10: 0.92, 50: 0.935, 200: 0.935}
"""The least coverage of any shape, and of all but a tenth of them, by the number of answers."""

Shape = NDArray[np.float64]
Ends = tuple[float, float]


def ces_shapes() -> list[Shape]:
    """Sixty: shares of 5 to 7 from 5 to 95 %, spread evenly, leaning to the ends, and with all of the top box on 7."""
    forms = [([1, 1, 1], [1, 1, 1, 1]), ([1, 3, 6], [1, 2, 3, 4]), ([0, 0, 1], [1, 1, 1, 1])]
    return [
        np.concatenate([(1 - share) * np.divide(low, sum(low)), share * np.divide(top, sum(top))])
        for share in np.linspace(0.05, 0.95, 20)
        for top, low in forms
    ]


def nps_shapes() -> list[Shape]:
    """Sixty: shares of promoters from 5 to 95 %, of the others a fifth, half and four fifths detractors, at least 5 %."""
    found = []
    for promoters in np.linspace(0.05, 0.95, 20):
        for part in (0.2, 0.5, 0.8):
            detractors = max(0.05, (1 - promoters) * part)
            found.append(np.array([detractors, max(0, 1 - promoters - detractors), promoters]))
    return [shape / shape.sum() for shape in found]


@cache
def nps_ends(*groups: int) -> Ends:
    return nps_interval(*groups)


@cache
def top_box_ends(*counts: int) -> Ends:
    return share_interval(sum(counts[4:]), sum(counts))


@cache
def mean_ends(*counts: int) -> Ends:
    return mean_interval(moments(counts, range(1, 8)), (1, 7))


@cache
def plain_ends(*counts: int) -> Ends:
    found = moments(counts, range(1, 8))
    reach = t_quantile(0.95, found.n - 1) * sqrt(found.variance / found.n)
    return found.mean - reach, found.mean + reach


def coverage(ends: Callable[..., Ends], shapes: list[Shape], worth: NDArray[Any], n: int) -> NDArray[Any]:
    """Of each shape, how many of so many groups of n answers have an interval that holds the truth."""
    chance = np.random.default_rng(n)
    found = []
    for shape in shapes:
        truth, held = float(shape @ worth), 0
        groups, times = np.unique(chance.multinomial(n, shape, RUNS), axis=0, return_counts=True)
        for group, many in zip(groups.tolist(), times.tolist(), strict=True):
            low, high = ends(*group)
            held += many * (low - 1e-9 <= truth <= high + 1e-9)
        found.append(held / RUNS)
    return np.array(found)


def is_kept(found: NDArray[Any], n: int) -> bool:
    return bool(found.min() >= WORST[n] and np.percentile(found, 10) >= TENTH.get(n, 0))


@pytest.mark.parametrize("n", WORST)
def test_intervals_hold_the_truth(n: int) -> None:
    scores = np.arange(1, 8)
    assert is_kept(coverage(nps_ends, nps_shapes(), np.array([-100, 0, 100]), n), n)
    assert is_kept(coverage(top_box_ends, ces_shapes(), scores > 4, n), n)
    assert is_kept(coverage(mean_ends, ces_shapes(), scores, n), n)


@pytest.mark.parametrize("n", [10, 20])
def test_the_plain_t_interval_fails_the_same(n: int) -> None:
    assert not is_kept(coverage(plain_ends, ces_shapes(), np.arange(1, 8), n), n)


def test_repeated_answers_would_make_intervals_too_sure() -> None:
    """Thirty customers, one to five answers each, most of them as their first one was."""
    chance = np.random.default_rng(30)
    shape = np.array([1, 1, 2, 3, 5, 8, 10]) / 30
    truth = float(shape @ np.arange(1, 8))
    held = {"naive": 0, "by customer": 0}
    for _ in range(500):
        given = []
        for customer, own in enumerate(chance.choice(range(1, 8), 30, p=shape).tolist()):
            others = chance.choice(range(1, 8), chance.integers(1, 6), p=shape)
            others[chance.random(len(others)) < 0.7] = own
            given += [(customer, grade) for grade in others.tolist()]
        answers = Answers.of(CES_2, [grade for _, grade in given])
        customers = Customers.of(CES_2, "mean", given)
        for name, who in (("naive", None), ("by customer", customers)):
            interval = score(answers, "mean", customers=who).interval
            assert interval is not None
            held[name] += interval.low <= truth <= interval.high
    assert held["naive"] / 500 < 0.85
    assert held["by customer"] / 500 > 0.91


def test_equal_segments_show_no_pain_points() -> None:
    """200 segments of 40 answers, all of one share of 80 %: in 1,000 runs at least 900 show none."""
    chance = np.random.default_rng(200)
    clean = 0
    for positives in chance.binomial(40, 0.8, (1000, 200)).tolist():
        cells = {cell: Answers(CES_2, (40 - top, 0, 0, 0, 0, 0, top)) for cell, top in enumerate(positives)}
        clean += not pain_points(cells, "top_box", enough=Enough()).found
    assert clean >= 900


def weeks(chance: np.random.Generator, share: float, many: int) -> list[Period]:
    return [Period(40, positives / 40) for positives in chance.binomial(40, share, many).tolist()]


def test_two_stable_years_raise_few_alarms() -> None:
    """Two years of weeks of 40 answers after half a year to learn from: one alarm or more in at most 20 %."""
    chance = np.random.default_rng(104)
    alarmed = 0
    for _ in range(1000):
        normal = share_baseline(weeks(chance, 0.8, BASELINE))
        alarmed += any(week.outside for week in ewma_chart(weeks(chance, 0.8, 104), normal))
    assert 20 <= alarmed <= 200


def test_a_drop_of_ten_points_is_found_in_five_weeks() -> None:
    chance = np.random.default_rng(5)

    def until_found(chart: list[Limits]) -> float:
        return next((week for week, at in enumerate(chart, start=1) if at.score < at.low), float("inf"))

    found = [
        until_found(ewma_chart(weeks(chance, 0.7, 52), share_baseline(weeks(chance, 0.8, BASELINE))))
        for _ in range(1000)
    ]
    assert median(found) <= 5
