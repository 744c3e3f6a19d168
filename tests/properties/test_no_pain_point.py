"""Nothing is found where nothing is, by the read service that `pain-points` prints."""

from random import Random

from router.insights.pain_points import of_counts
from router.model.policy import ScoreSettings
from tests.unit.insights.counts import NPS, scored


def test_two_hundred_equal_places_have_no_pain_point() -> None:
    """Of 100 seeded companies, 40 answers in each of 200 places, eight in ten of them content: at least 90 find none."""
    chance = Random(12)
    silent = 0
    for _ in range(100):
        counts = []
        for place in range(200):
            promoters = sum(chance.random() < 0.8 for _ in range(40))
            answers = (40 - promoters, *(0,) * 9, promoters)
            counts.append(scored(NPS, answers, "company", f"step {place}", "phone"))
        (survey,) = of_counts(counts, [], ScoreSettings())
        assert len(survey.not_more_than_chance) + len(survey.found) == 200
        silent += not survey.found
    assert silent >= 90
