"""When a score counts as shifted, and when nothing is said."""

from datetime import date, timedelta

import numpy as np
import pytest

from router.scores.answers import Answers
from router.scores.charts import BASELINE
from router.scores.question import Question
from router.scores.shifts import WATCHED, Shift, shift_in

CSAT = Question("csat", "csat", (1, 5), "higher_is_better", "1", "likert")
MONDAY = date(2024, 1, 1)


def monday(number: int) -> date:
    return MONDAY + timedelta(weeks=number)


def weeks(*shares: float, n: int = 40) -> dict[date, Answers]:
    """A week for each share of best answers."""
    tops = [round(share * n) for share in shares]
    return {monday(at): Answers(CSAT, (n - top, 0, 0, 0, top)) for at, top in enumerate(tops)}


STABLE = [0.8, 0.775, 0.825] * 10


def found_in(series: dict[date, Answers], number: int, since: int | None = None) -> Shift | None:
    return shift_in(series, monday(number), None if since is None else monday(since))


def test_a_drop_that_lasts_is_found_and_a_stable_score_is_not() -> None:
    series = weeks(*STABLE, *[0.6] * 6)
    assert [number for number in range(36) if found_in(series, number)] == [31, 32, 33, 34, 35]
    shift = found_in(series, 35)
    assert shift is not None
    assert (shift.measure, shift.higher, shift.n, shift.weeks) == ("top_box", False, 40, 36)
    assert shift.average < shift.low < shift.centre < shift.high


def test_a_rise_is_a_shift_too() -> None:
    shift = found_in(weeks(*STABLE, *[1.0] * 6), 35)
    assert shift is not None
    assert shift.higher


@pytest.mark.parametrize("since", [0, 9, 40])
def test_after_a_shift_the_chart_learns_anew(since: int) -> None:
    series = weeks(*STABLE, *[0.6] * 6)
    assert (found_in(series, 35, since) is None) is (35 - since <= BASELINE)


def test_nothing_is_said_of_few_weeks_of_few_answers_and_of_a_week_without_any() -> None:
    assert found_in(weeks(*STABLE[:20], *[0.2] * 6), 25) is None
    assert found_in(weeks(*STABLE, *[0.2] * 6, n=4), 35) is None
    series = weeks(*STABLE, *[0.6] * 6)
    assert found_in(series, 36) is None
    assert found_in(series | {monday(36): Answers(CSAT, (0, 0, 0, 0, 0))}, 36) is None


def test_what_lies_further_back_than_two_and_a_half_years_is_forgotten() -> None:
    old = weeks(*[0.2] * 10, *[0.8] * (BASELINE + WATCHED))
    last = max(old)
    assert shift_in(old, last) == shift_in({day: one for day, one in old.items() if day >= monday(10)}, last)


def test_whoever_looks_each_week_is_alarmed_in_few_of_many_stable_series() -> None:
    """As it is looked at in service: after each week, over what there is up to then."""
    chance = np.random.default_rng(26)
    alarmed = 0
    for _ in range(60):
        positives = chance.binomial(40, 0.8, BASELINE + 104) / 40
        series = weeks(*positives.tolist())
        alarmed += any(found_in(series, number) for number in range(BASELINE, BASELINE + 104))
    assert alarmed <= 12
