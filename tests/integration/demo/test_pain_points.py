"""The planted pain points are found, and no others: of one month here, of 20 by the program."""

from tests.demonstrations.pain_points import found, wrong


def test_a_month_has_the_planted_pain_points_and_no_others() -> None:
    assert wrong(found(seed=1)) == []
