"""Every figure against a value that was computed elsewhere, to 1e-4 of the unit it is shown in."""

from math import sqrt

import pytest

from router.scores.charts import Baseline, Period, ewma_chart, laney_chart, share_baseline
from router.scores.correlation import correlation_interval
from router.scores.interval import finite_population
from router.scores.mean import mean_difference, mean_interval, moments
from router.scores.mix import Mix, Stratum, mix_effect
from router.scores.needed import mean_needed, nps_needed, share_needed
from router.scores.nps import adjusted_nps, nps_difference, nps_interval, nps_point
from router.scores.quantiles import z_quantile
from router.scores.representativeness import (
    Asked,
    representativeness,
    standardised_mean_difference,
    standardised_share_difference,
)
from router.scores.several import adjusted_p
from router.scores.share import share_difference, share_interval

SEVEN = (1, 7)
POINTS = range(1, 8)
BEFORE = (3, 2, 4, 6, 15, 40, 30)
AFTER = (6, 6, 8, 10, 20, 30, 20)


def near(*figures: float) -> object:
    return pytest.approx(figures, rel=0, abs=1e-4)


def test_z() -> None:
    assert z_quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize(
    ("groups", "point", "interval"),
    [
        ((2, 3, 5), 30, (-19.0506, 65.2045)),
        ((0, 0, 10), 100, (47.5036, 100)),
        ((1, 1, 8), 70, (14.7317, 92.9606)),
        ((30, 30, 60), 25, (9.7700, 39.0105)),
        ((67, 79, 154), 29, (19.6219, 37.8039)),
    ],
)
def test_nps(groups: tuple[int, int, int], point: float, interval: tuple[float, float]) -> None:
    assert nps_point(*groups) == pytest.approx(point, abs=1e-4)
    assert tuple(nps_interval(*groups)) == near(*interval)


def test_the_centre_of_nps() -> None:
    assert adjusted_nps(2, 3, 5) == near(23.0769, 21.4940)


def test_a_difference_of_nps() -> None:
    found = nps_difference((30, 30, 60), (20, 30, 70))
    assert (found.point, sum(found.interval) / 2) == near(16.6667, 16.2602)
    assert tuple(found.interval) == near(-3.6012, 36.1215)
    assert (found.statistic, found.p) == near(1.6046, 0.10858)


@pytest.mark.parametrize(
    ("positives", "n", "interval"),
    [
        (8, 10, (49.0162, 94.3318)),
        (10, 10, (72.2467, 100)),
        (0, 5, (0, 43.4482)),
        (45, 50, (78.6398, 95.6524)),
        (160, 200, (73.9145, 84.9548)),
    ],
)
def test_a_share(positives: int, n: int, interval: tuple[float, float]) -> None:
    assert tuple(100 * end for end in share_interval(positives, n)) == near(*interval)


@pytest.mark.parametrize(
    ("first", "second", "interval"),
    [
        ((45, 50), (38, 50), (-28.5551, 0.9397)),
        ((8, 10), (9, 10), (-23.6225, 42.0536)),
        ((160, 200), (120, 200), (-28.5080, -11.0671)),
    ],
)
def test_a_difference_of_shares(
    first: tuple[int, int], second: tuple[int, int], interval: tuple[float, float]
) -> None:
    assert tuple(100 * end for end in share_difference(first, second).interval) == near(*interval)


@pytest.mark.parametrize(
    ("counts", "point", "interval"),
    [
        ((0, 0, 1, 1, 2, 3, 3), 5.6, (4.4213, 6.2454)),
        ((0, 0, 0, 0, 0, 0, 10), 7, (5.7101, 7)),
        (BEFORE, 5.68, (5.3643, 5.9298)),
    ],
)
def test_a_mean(counts: tuple[int, ...], point: float, interval: tuple[float, float]) -> None:
    found = moments(counts, POINTS)
    assert found.mean == pytest.approx(point, abs=1e-4)
    assert tuple(mean_interval(found, SEVEN)) == near(*interval)


def test_a_difference_of_means() -> None:
    found = mean_difference(moments(BEFORE, POINTS), moments(AFTER, POINTS), SEVEN)
    assert (found.point, *found.interval) == near(-0.66, -1.1049, -0.2151)
    assert (found.statistic, found.degrees, found.p) == near(-2.9260, 190.4635, 0.003852)


def test_several_tests() -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    adjusted = [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057, 0.216, 0.216, 0.216]
    assert adjusted_p(p) == near(*adjusted)
    assert adjusted_p(p[::-1]) == near(*adjusted[::-1])
    assert adjusted_p([]) == []


def test_a_weekly_chart() -> None:
    weeks = [Period(40, positives / 40) for positives in (32, 30, 35, 28, 33, 31, 36, 29, 34, 30, 33, 27)]
    normal = share_baseline(weeks)
    chart = laney_chart(weeks, normal)
    assert (normal.centre, normal.extra) == near(0.7875, 1.588670)
    assert [(week.low, week.high) for week in chart] == [near(0.479231, 1)] * 12
    assert not any(week.outside for week in chart)


def test_a_moving_average() -> None:
    chart = ewma_chart([Period(1, 0)] * 200, Baseline(centre=0, deviation=1, extra=1))
    assert [chart[t - 1].high for t in (1, 2, 5, 200)] == near(0.6, 0.76837, 0.94479, 1)


def test_a_moving_average_around_a_centre_that_was_learnt() -> None:
    chart = ewma_chart([Period(1, 0)] * 200, Baseline(centre=0, deviation=1, extra=1, n=26))
    wanted = [
        sqrt(published**2 + (3 * (1 - 0.8**t)) ** 2 / 26)
        for t, published in ((1, 0.6), (5, 0.94479), (200, 1))
    ]
    assert [chart[t - 1].high for t in (1, 5, 200)] == near(*wanted)


def test_representativeness() -> None:
    found = representativeness([Asked(200, 30), Asked(200, 50), Asked(200, 80)])
    assert (found.naive, found.corrected, found.rate) == near(0.794520, 0.800643, 0.266667)
    assert 100 * found.worst_bias == pytest.approx(18.69, abs=5e-3)


def test_a_finite_population() -> None:
    assert finite_population(300, 1000) == pytest.approx(0.837079, abs=1e-4)


def test_a_correlation() -> None:
    interval = correlation_interval(-0.3, 100)
    assert interval is not None
    assert tuple(interval) == near(-0.47224, -0.10569)


def test_answers_needed() -> None:
    # 25 promoters less 25 detractors of 100: 50 points of variance; 2 * 0.5 * 7.84 / 0.1^2.
    assert nps_needed(25, 50, 25, 10) == pytest.approx(784)
    assert share_needed(0.8, 0.05) == pytest.approx(1003.52)
    assert mean_needed(moments((1, 0, 0, 0, 0, 0, 1), POINTS), 0.3) == pytest.approx(1568)


def test_a_change_taken_apart() -> None:
    # Half phone at 40 and half web at 60 become three quarters phone at 44 and a quarter web at 60: 50 becomes 48.
    found = mix_effect([Stratum(50, 40, 50, 40)] * 2)
    assert found == Mix(0, 0)
    found = mix_effect([Stratum(100, 40, 150, 44), Stratum(100, 60, 50, 60)])
    assert found == near(0.625 * 4, 0.25 * 42 - 0.25 * 60)
    assert sum(found) == pytest.approx(48 - 50)


def test_standardised_differences() -> None:
    assert standardised_share_difference(0.4, 0.5) == pytest.approx(0.1 / sqrt((0.24 + 0.25) / 2))
    first, second = moments((1, 1), (0, 2)), moments((1, 1), (1, 3))
    assert standardised_mean_difference(first, second) == pytest.approx(1 / sqrt(2))
