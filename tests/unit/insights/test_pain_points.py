"""Pain points of grouped counts: figures computed by hand."""

import pytest

from router.insights.pain_points import StepOnChannel, of_counts
from router.model.cells import CoverageCount
from router.model.policy import ScoreSettings
from tests.unit.insights.counts import CES_2, NPS, scored

SETTINGS = ScoreSettings()
GOOD = (5, 5, 10, 20, 60, 150, 150)
BAD = (30, 25, 20, 10, 8, 4, 3)


def test_the_bad_step_is_found_with_its_certain_harm() -> None:
    counts = [
        scored(CES_2, GOOD, "complaint", "resolved", "chat"),
        scored(CES_2, GOOD, "complaint", "handling", "phone"),
        scored(CES_2, BAD, "complaint", "resolved", "phone"),
        scored(CES_2, (0, 0, 0, 0, 3, 3, 3), "order", "delivered", "app"),
    ]
    had = [
        CoverageCount(("complaint", "resolved", "phone"), "had_step", "", 900),
        CoverageCount(("complaint", "resolved", "phone"), "had_step", "no_consent", 1100),
        CoverageCount(("complaint", "resolved", "phone"), "sent", "", 300),
    ]
    (survey,) = of_counts(counts, had, SETTINGS)
    (found,) = survey.found
    assert found.place == StepOnChannel("complaint", "resolved", "phone")
    # Answers 1 to 7: 265 of 100, and 2375 of each 400, 54 of nine.
    assert (found.n, found.score) == (100, pytest.approx(2.65))
    assert found.rest == pytest.approx((2 * 2375 + 54) / 809)
    assert found.difference == pytest.approx(found.score - found.rest)
    assert found.volume == 2000
    assert found.certain_harm == pytest.approx(-found.interval.high * 2000)
    assert survey.too_few == ((StepOnChannel("order", "delivered", "app"), 9),)
    assert {one.place.channel for one in survey.not_more_than_chance} == {"chat", "phone"}


def test_surveys_and_texts_are_never_put_together() -> None:
    newer = type(CES_2)("ces-2.0", "ces", 1, 7, "higher_is_better", "2", "likert")
    promoters = (0,) * 9 + (20, 20)
    counts = [
        scored(CES_2, GOOD, "complaint", "resolved", "chat"),
        scored(newer, BAD, "complaint", "resolved", "chat"),
        scored(NPS, promoters, "complaint", "resolved", "chat"),
    ]
    surveys = of_counts(counts, [], SETTINGS)
    assert [(one.question, one.measure) for one in surveys] == [
        (CES_2, "mean"),
        (newer, "mean"),
        (NPS, "nps"),
    ]
    assert all(not one.found and len(one.too_few) == 1 for one in surveys)


def test_what_has_no_coverage_happens_as_often_as_it_was_answered() -> None:
    counts = [scored(CES_2, GOOD, "", "", "chat"), scored(CES_2, BAD, "", "", "phone")]
    (survey,) = of_counts(counts, [], SETTINGS)
    assert [(one.place.channel, one.volume) for one in survey.found] == [("phone", 100)]
