"""Answers to expect: by hand, and what is not known."""

import pytest

from router.scores.expected import expected_answers, most_needed
from router.scores.share import share_interval


def test_what_a_change_needs_at_most_is_the_formula_with_the_largest_variance() -> None:
    # 2 variance (1.96 + 0.84)^2 / difference^2: variance 1 for NPS in ones, 1/4 for a share, (4/2)^2 on a scale of 1 to 5.
    assert most_needed("nps", (0, 10)) == pytest.approx(2 * 7.84 / 0.1**2, abs=1)
    assert most_needed("top_box", (1, 5)) == pytest.approx(2 * 0.25 * 7.84 / 0.05**2, abs=1)
    assert most_needed("mean", (1, 5)) == pytest.approx(2 * 4 * 7.84 / 0.3**2, abs=1)


def test_the_range_is_that_of_the_share() -> None:
    found = expected_answers("nps", 200, 30, 20, "nps", (0, 10))
    interval = share_interval(30, 200)
    assert found.share == (interval.low, interval.high)
    assert found.in_30_days == (32, 62)
    assert found.days_needed is not None
    least, most = found.days_needed
    assert most is not None
    assert least == pytest.approx(1568 / (10 * interval.high), abs=1)
    assert most == pytest.approx(1568 / (10 * interval.low), abs=1)


def test_nobody_answered_has_an_end_on_one_side_only() -> None:
    found = expected_answers("nps", 100, 0, 20, "nps", (0, 10))
    assert found.in_30_days is not None
    assert found.in_30_days[0] == 0
    assert found.days_needed is not None
    assert found.days_needed[1] is None


@pytest.mark.parametrize(("sent", "days"), [(29, 100.0), (200, 6.9), (0, 0.0)])
def test_too_little_says_nothing(sent: int, days: float) -> None:
    found = expected_answers("ces", sent, 0, days, "mean", (1, 5))
    assert (found.share, found.in_30_days, found.days_needed) == (None, None, None)
    assert found.needed > 600
