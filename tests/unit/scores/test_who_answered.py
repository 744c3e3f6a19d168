"""What goes together, and whether those who answered are like the others."""

from math import inf, isclose

import pytest

from router.scores.correlation import correlation_within, rank_correlation, signs_differ
from router.scores.mean import moments
from router.scores.quantiles import t_quantile, two_sided_p
from router.scores.representativeness import (
    Asked,
    representativeness,
    standardised_mean_difference,
    standardised_share_difference,
)


def test_a_perfect_order_has_no_interval() -> None:
    found = rank_correlation({(1, 7): 5, (2, 6): 5, (9, 1): 5})
    assert found is not None
    assert (found.point, found.interval, found.n) == (-1, None, 15)


@pytest.mark.parametrize("counts", [{}, {(1, 5): 3}, {(1, 5): 3, (1, 6): 3}, {(1, 5): 3, (2, 5): 3}])
def test_what_never_changes_goes_together_with_nothing(counts: dict[tuple[float, float], int]) -> None:
    assert rank_correlation(counts) is None


def test_the_mix_may_turn_a_correlation_round() -> None:
    # Within each step more transfers go with higher scores; the step with many transfers has the lower scores.
    easy = {(0, 5): 30, (1, 6): 30}
    hard = {(5, 1): 30, (6, 2): 30}
    pooled, within = rank_correlation(easy | hard), rank_correlation(easy)
    assert pooled is not None
    assert within is not None
    assert pooled.point < 0 < within.point
    assert signs_differ(pooled, within)
    assert not signs_differ(pooled, pooled)


def test_what_steps_have_in_common() -> None:
    one = rank_correlation({(0, 5): 30, (1, 6): 20, (1, 5): 10})
    other = rank_correlation({(0, 1): 300, (1, 2): 200, (1, 1): 100})
    assert one is not None
    assert other is not None
    both = correlation_within([one, None, other])
    assert both is not None
    assert both.point == pytest.approx(one.point)
    assert both.n == 660
    assert one.interval is not None
    assert other.interval is not None
    assert both.interval is not None
    assert one.interval.width > other.interval.width > both.interval.width
    assert correlation_within([None, rank_correlation({(0, 5): 30, (1, 6): 30})]) is None


def test_groups_that_answer_alike_are_representative() -> None:
    found = representativeness([Asked(1000, 200), Asked(500, 100), Asked(0, 0)])
    assert (found.corrected, found.rate, found.worst_bias) == (1, 0.2, 0)
    uneven = representativeness([Asked(1000, 205), Asked(1000, 195)])
    assert uneven.naive < uneven.corrected == 1


def test_small_groups_differ_by_chance() -> None:
    # Half and all of two: 0.0625 between the groups, as much by chance.
    found = representativeness([Asked(2, 1), Asked(2, 2)])
    assert (found.naive, found.corrected) == (0.5, 1)


def test_where_nobody_answers_nothing_is_known() -> None:
    assert representativeness([Asked(10, 0), Asked(20, 0)]).worst_bias == 1
    assert representativeness([Asked(1, 1), Asked(1, 0)]).worst_bias <= 1


def test_more_answers_than_were_asked_for_are_refused() -> None:
    with pytest.raises(ValueError, match="More answered"):
        representativeness([Asked(10, 11)])


def test_a_fact_that_parts_the_groups_is_an_infinite_difference() -> None:
    assert standardised_share_difference(1, 0) == -inf
    assert standardised_share_difference(1, 1) == 0
    assert standardised_mean_difference(moments((2,), (3,)), moments((2,), (4,))) == inf


@pytest.mark.parametrize("degrees", [1, 1.05, 1.5, 2, 2.2, 2.9999, 3, 4.5, 30, 1e6, inf])
@pytest.mark.parametrize("confidence", [0.1, 0.5, 0.9, 0.95, 0.998, 0.99999])
def test_the_quantile_of_t_is_where_its_tail_says(degrees: float, confidence: float) -> None:
    assert isclose(two_sided_p(t_quantile(confidence, degrees), degrees), 1 - confidence, rel_tol=2e-5)


def test_less_than_one_degree_of_freedom_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one degree"):
        t_quantile(0.95, 0.5)


def test_tails_at_their_ends() -> None:
    assert two_sided_p(0, 5) == 1
    assert two_sided_p(inf, 5) == 0
    assert two_sided_p(1e-200, 5) == 1
    assert 0 < two_sided_p(1e8, 1) < 1e-7
    assert two_sided_p(1e-8, 1e9) == pytest.approx(1)
