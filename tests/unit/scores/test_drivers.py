"""An effort signal beside the score: bins, links and the mix."""

from collections import Counter

import pytest

from router.scores.correlation import correlation_interval
from router.scores.drivers import cut, driver, in_bins
from router.scores.score import Enough
from tests.unit.scores.questions import CES_1, CES_2, NPS


def test_few_values_have_a_bin_each() -> None:
    assert cut({3: 1, 1: 5, 2: 2}) == [(1, 1), (2, 2), (3, 3)]


def test_many_values_are_parted_into_fifths_and_none_is_torn() -> None:
    assert cut(dict.fromkeys(range(10), 7)) == [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]
    heavy = dict.fromkeys(range(10), 1) | {0: 100}
    bins = cut(heavy)
    assert bins[0] == (0, 0)
    assert bins[-1][1] == 9
    assert [low for low, _ in bins] == sorted(low for low, _ in bins)
    assert all(low <= high for low, high in bins)


@pytest.mark.parametrize("seed", range(20))
def test_every_value_is_in_exactly_one_bin(seed: int) -> None:
    values = {float(value): 1 + (value * seed) % 7 for value in range(0, 40, 1 + seed % 3)}
    bins = cut(values)
    assert len(bins) <= 6
    assert [sum(low <= value <= high for low, high in bins) for value in values] == [1] * len(values)
    assert sum(in_bins(bins, values)) == sum(values.values())
    assert in_bins(bins, values) == [
        sum(count for value, count in values.items() if low <= value <= high) for low, high in bins
    ]


def test_what_lies_between_or_beyond_has_a_bin() -> None:
    assert in_bins([(0, 0), (1, 1), (5, 9)], {-3: 1, 0.5: 2, 3: 4, 99: 8}) == [1, 2, 12]


def test_more_effort_and_lower_scores() -> None:
    pairs = Counter({(contacts, 7 - contacts): 40 for contacts in range(4)})
    pairs.update({(contacts, 4): 10 for contacts in range(4)})
    found = driver([pairs], CES_2, "mean")
    assert found.link == "goes together with worse answers"
    assert not found.mix
    assert [one.low for one in found.bins] == [0, 1, 2, 3]
    points = [one.point for one in found.bins]
    assert points == sorted(points, reverse=True)
    # Where lower is better the same answers are the better ones.
    assert driver([Counter({(0, 5): 50, (1, 1): 50, (0, 4): 5, (1, 2): 5})], CES_1, "mean").link == (
        "goes together with better answers"
    )


def test_where_the_parts_point_the_other_way_it_is_told_as_mix_and_goes_by_the_parts() -> None:
    easy = Counter({(0, 5): 30, (1, 6): 30, (0, 6): 5})
    hard = Counter({(5, 1): 30, (6, 2): 30, (5, 2): 5})
    found = driver([easy, hard], CES_2, "mean")
    assert found.mix
    assert found.over_all is not None
    assert found.over_all.point < 0
    assert found.link == "goes together with better answers"
    assert found.parts == 2


def test_nothing_and_too_few() -> None:
    level = Counter({(value, score): 300 for value in range(3) for score in range(11)})
    assert driver([level], NPS, "nps").link == "no clear link"
    assert driver([Counter({(0, 3): 4, (1, 9): 5})], NPS, "nps").link == "too few to tell"
    wide = Counter({(value, score): 2 for value in range(3) for score in range(11)})
    assert driver([wide], NPS, "nps").link == "too few to tell"
    # The same everywhere: there is nothing to go together with.
    assert driver([Counter({(1, 3): 40, (1, 9): 50})], NPS, "nps").link == "too few to tell"


def test_bins_with_too_few_answers_have_no_score() -> None:
    found = driver([Counter({(0, 9): 9, (1, 9): 20, (1, 3): 20})], NPS, "nps", enough=Enough(10, 30))
    assert [one.point is None for one in found.bins] == [True, False]
    assert [one.n for one in found.bins] == [9, 40]


def test_answers_of_the_same_customers_say_less() -> None:
    pairs = Counter({(0, 6): 40, (1, 4): 40, (0, 4): 20, (1, 6): 10})
    alone, repeated = driver([pairs], CES_2, "mean"), driver([pairs], CES_2, "mean", each_says=0.5)
    assert alone.over_all is not None
    assert repeated.over_all is not None
    assert repeated.over_all.interval == correlation_interval(alone.over_all.point, 55)
    assert repeated.over_all.point == alone.over_all.point
    for one, other in zip(alone.bins, repeated.bins, strict=True):
        assert one.interval is not None
        assert other.interval is not None
        assert one.point == other.point
        assert one.interval.width < other.interval.width
