"""Scores against scipy and statsmodels, on 10,000 random inputs each; repeated answers and funnels on fewer."""

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from router.scores.answers import Answers
from router.scores.correlation import rank_correlation
from router.scores.customers import Customers
from router.scores.funnel import funnel
from router.scores.mean import mean_difference, mean_interval, moments
from router.scores.quantiles import t_quantile, two_sided_p, z_quantile
from router.scores.question import Measure, values
from router.scores.several import adjusted_p
from router.scores.share import share_difference, share_interval
from tests.unit.scores.questions import CES_2, NPS

MANY = 10_000
EXACT = {"rtol": 1e-9, "atol": 1e-9}
BY_HILL = {"rtol": 1e-5, "atol": 1e-9}
POINTS = range(1, 8)


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(20261127)


def shares(chance: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    n = np.ceil(10 ** chance.uniform(0, 5, MANY)).astype(int)
    return chance.binomial(n, chance.beta(0.5, 0.5, MANY)), n


def counts(chance: np.random.Generator, rows: int = MANY) -> NDArray[np.int64]:
    """Answers from 1 to 7, few and many, even and lopsided; at least two, not all alike."""
    n = np.ceil(10 ** chance.uniform(0.5, 4, 2 * rows)).astype(int)
    found = chance.multinomial(n, chance.dirichlet(np.full(7, 0.5), 2 * rows))
    return found[(found > 0).sum(axis=1) > 1][:rows]


def test_quantiles_and_tails(chance: np.random.Generator) -> None:
    confidence = chance.uniform(0.01, 0.9999, MANY)
    degrees = 10 ** chance.uniform(0, 6, MANY)
    degrees[::2] = np.ceil(degrees[::2])
    statistic = chance.standard_cauchy(MANY)
    ours = np.array(
        [
            (z_quantile(inside), t_quantile(inside, free), two_sided_p(at, free), two_sided_p(at))
            for inside, free, at in zip(
                confidence.tolist(), degrees.tolist(), statistic.tolist(), strict=True
            )
        ]
    )
    np.testing.assert_allclose(ours[:, 0], stats.norm.ppf((1 + confidence) / 2), **EXACT)
    np.testing.assert_allclose(ours[:, 1], stats.t.ppf((1 + confidence) / 2, degrees), **BY_HILL)
    np.testing.assert_allclose(ours[:, 2], 2 * stats.t.sf(abs(statistic), degrees), **EXACT)
    np.testing.assert_allclose(ours[:, 3], 2 * stats.norm.sf(abs(statistic)), **EXACT)


def test_shares(chance: np.random.Generator) -> None:
    positives, n = shares(chance)
    ours = np.array([share_interval(*pair) for pair in zip(positives.tolist(), n.tolist(), strict=True)])
    theirs = np.transpose(proportion_confint(positives, n, method="wilson"))
    np.testing.assert_allclose(ours, theirs, **EXACT)


def test_differences_of_shares(chance: np.random.Generator) -> None:
    (first, n_first), (second, n_second) = shares(chance), shares(chance)
    ours = [
        share_difference((a, b), (c, d))
        for a, b, c, d in zip(*(each.tolist() for each in (first, n_first, second, n_second)), strict=True)
    ]
    theirs = confint_proportions_2indep(second, n_second, first, n_first, method="newcomb", compare="diff")
    np.testing.assert_allclose([one.interval for one in ours], np.transpose(theirs), **EXACT)
    pooled = (first + second) / (n_first + n_second)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = (second / n_second - first / n_first) / np.sqrt(
            pooled * (1 - pooled) * (1 / n_first + 1 / n_second)
        )
    p = 2 * stats.norm.sf(abs(np.nan_to_num(statistic)))
    np.testing.assert_allclose([one.p for one in ours], p, **EXACT)


def test_means(chance: np.random.Generator) -> None:
    rows = counts(chance)
    ours = np.array([mean_interval(moments(row, POINTS), (1, 7)) for row in rows.tolist()])
    with_pseudo = rows + np.array([0, 0, 1, 0, 1, 0, 0])
    theirs = np.array(
        [DescrStatsW(np.arange(1, 8), weights=row).tconfint_mean() for row in with_pseudo]
    ).clip(1, 7)
    np.testing.assert_allclose(ours, theirs, **BY_HILL)


def test_differences_of_means(chance: np.random.Generator) -> None:
    rows, others = counts(chance), counts(chance)
    ours = [
        mean_difference(moments(one, POINTS), moments(other, POINTS), (1, 7))
        for one, other in zip(rows.tolist(), others.tolist(), strict=True)
    ]
    scores, found = np.arange(1, 8), []
    for one, other in zip(rows, others, strict=True):
        compared = CompareMeans(DescrStatsW(scores, weights=other), DescrStatsW(scores, weights=one))
        statistic, p, degrees = compared.ttest_ind(usevar="unequal")
        found.append((statistic, p, degrees, *compared.tconfint_diff(usevar="unequal")))
    theirs = np.array(found)
    np.testing.assert_allclose([(one.statistic, one.p, one.degrees) for one in ours], theirs[:, :3], **EXACT)
    whole = (abs(theirs[:, 3:]) < 6).all(axis=1)
    ends, wanted = np.array([one.interval for one in ours])[whole], theirs[whole, 3:]
    np.testing.assert_allclose(ends.mean(axis=1), wanted.mean(axis=1), **EXACT)
    np.testing.assert_allclose(np.ptp(ends, axis=1), np.ptp(wanted, axis=1), **BY_HILL)


def test_several_tests(chance: np.random.Generator) -> None:
    for _ in range(MANY):
        p = chance.beta(0.3, 1, chance.integers(1, 20)).round(2)
        theirs = multipletests(p, method="fdr_bh")[1]
        np.testing.assert_allclose(adjusted_p(p.tolist()), theirs, **EXACT)


def test_rank_correlations(chance: np.random.Generator) -> None:
    for n in range(4, 54):
        first, second = chance.integers(0, 6, (MANY // 50, n)), chance.integers(1, 8, (MANY // 50, n))
        one, other = (stats.zscore(stats.rankdata(side, axis=1), axis=1) for side in (first, second))
        for ours, theirs in zip(
            zip(first.tolist(), second.tolist(), strict=True), (one * other).mean(axis=1), strict=True
        ):
            found = rank_correlation(Counter(zip(*ours, strict=True)))
            if found is None:
                assert min(len(set(side)) for side in ours) == 1
            else:
                assert found.point == pytest.approx(theirs, abs=1e-9)


def test_repeated_answers(chance: np.random.Generator) -> None:
    asked: list[tuple[Measure, range]] = [("mean", range(1, 8)), ("nps", range(11))]
    for round_ in range(500):
        measure, scale = asked[round_ % 2]
        question = CES_2 if measure == "mean" else NPS
        n = int(chance.integers(5, 60))
        who, grades = chance.integers(0, 6, n), chance.integers(scale.start, scale.stop, n)
        ours = Customers.of(question, measure, zip(who.tolist(), grades.tolist(), strict=True))
        worth = np.array(values(question, measure))[grades - scale.start]
        fit = OLS(worth, np.ones(n)).fit(cov_type="cluster", cov_kwds={"groups": who})
        np.testing.assert_allclose(ours.standard_error, fit.bse[0], **EXACT)


def test_funnels_of_shares(chance: np.random.Generator) -> None:
    for n in chance.integers(1, 400, 100).tolist():
        hits = int(chance.integers(1, 100))
        (ours,) = funnel(Answers(CES_2, (100 - hits, 0, 0, 0, 0, 0, hits)), "top_box", [n])
        for ends, tail in ((ours.warning, 0.025), (ours.action, 0.001)):
            for end, at in zip(ends, (tail, 1 - tail), strict=True):
                total = stats.binom.ppf(at, n, hits / 100)
                upto, below = stats.binom.cdf([total, total - 1], n, hits / 100)
                expected = max(0.0, total - (upto - at) / (upto - below)) / n
                assert end == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("measure", "unit"), [("nps", 100), ("mean", 1)])
def test_funnels_of_sums(chance: np.random.Generator, measure: Measure, unit: int) -> None:
    """Against the distribution of the sum, added up one answer at a time."""
    question = NPS if measure == "nps" else CES_2
    given = chance.multinomial(500, chance.dirichlet(np.full(len(question.scores), 0.5)))
    worth = np.array(values(question, measure))
    one = np.bincount(worth - worth.min(), weights=given / 500)
    many = np.array([1.0])
    for n in range(1, 80):
        many = np.convolve(many, one)
        (ours,) = funnel(Answers(question, tuple(given.tolist())), measure, [n])
        upto = many.cumsum()
        for ends, tail in ((ours.warning, 0.025), (ours.action, 0.001)):
            for end, at in zip(ends, (tail, 1 - tail), strict=True):
                total = int(np.searchsorted(upto, at))
                between = (upto[total] - at) / many[total]
                expected = unit * (worth.min() + max(0.0, total - between) / n)
                assert end == pytest.approx(expected, abs=1e-7)
