"""The weighted score, and why there is none."""

import pytest

from router.scores.answers import Answers
from router.scores.interval import Interval
from router.scores.nps import nps_interval
from router.scores.question import NotTogether
from router.scores.weighting import Unweighted, Weighted, weighted
from tests.unit.scores.questions import CES_2, NPS


def nps(detractors: int, promoters: int) -> Answers:
    return Answers(NPS, (detractors, *(0,) * 9, promoters))


def test_groups_weigh_by_how_many_had_the_step() -> None:
    found = weighted([(1000, nps(20, 80)), (1000, nps(30, 30))], "nps", smallest=5)
    assert isinstance(found, Weighted)
    # Halves of 60 and 0 are 30, where the answers say (110 - 50) / 160.
    assert found.point == pytest.approx(30)
    assert found.design_effect == pytest.approx(160 * (1 / 100 + 1 / 60) / 4)
    effective = 160 / found.design_effect
    assert found.interval == pytest.approx(nps_interval(0.35 * effective, 0, 0.65 * effective))
    assert isinstance(found.interval, Interval)


@pytest.mark.parametrize(
    ("groups", "smallest", "why"),
    [
        ([(1000, nps(20, 80)), (1000, nps(15, 14))], 1, "too few in a group"),
        ([(1000, nps(20, 80)), (1000, nps(50, 50))], 1, "groups answer alike"),
        ([(100, nps(20, 80)), (60, nps(30, 30))], 1, "groups answer alike"),
        ([(1000, nps(20, 180)), (1000, nps(20, 20))], 1, "weights too uneven"),
        ([(1000, nps(20, 80)), (1000, nps(30, 30))], None, "score not moved"),
    ],
)
def test_why_there_is_no_weighted_score(
    groups: list[tuple[int, Answers]], smallest: float | None, why: Unweighted
) -> None:
    assert weighted(groups, "nps", smallest=smallest) == why


def test_more_answers_than_had_the_step_are_refused() -> None:
    with pytest.raises(ValueError, match="More answered"):
        weighted([(99, nps(20, 80)), (200, nps(20, 80))], "nps")


def test_groups_of_two_questions_are_refused() -> None:
    with pytest.raises(NotTogether):
        weighted([(100, nps(20, 80)), (100, Answers(CES_2, (9,) * 7))], "nps")
