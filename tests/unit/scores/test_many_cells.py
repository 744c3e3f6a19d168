"""Pain points, funnels and charts."""

from math import sqrt

import pytest

from router.scores.answers import Answers
from router.scores.charts import (
    Period,
    baseline,
    deviation_of,
    ewma_chart,
    laney_chart,
    periods_of,
    share_baseline,
)
from router.scores.funnel import EXACT_TO, funnel
from router.scores.mix import Stratum, mix_effect
from router.scores.pain_points import pain_points
from router.scores.question import Measure, Question
from router.scores.score import point_of
from tests.unit.scores.questions import CES_2, CSAT, EFFORT, NPS

ORDINARY = (2, 3, 5, 10, 20, 30, 30)


@pytest.mark.parametrize(
    ("question", "measure", "bad", "good"),
    [
        (CES_2, "mean", (30, 30, 20, 10, 5, 3, 2), (0, 0, 0, 0, 0, 10, 90)),
        (CES_2, "top_box", (30, 30, 20, 10, 5, 3, 2), (0, 0, 0, 0, 0, 10, 90)),
        (EFFORT, "mean", (0, 0, 0, 0, 0, 10, 90), (30, 30, 20, 10, 5, 3, 2)),
    ],
)
def test_a_pain_point_is_found_and_what_is_better_is_none(
    question: Question, measure: Measure, bad: tuple[int, ...], good: tuple[int, ...]
) -> None:
    cells = {f"step {number}": Answers(question, ORDINARY) for number in range(20)}
    cells |= {
        "bad": Answers(question, bad),
        "good": Answers(question, good),
        "new": Answers(question, (1,) * 7),
    }
    found = pain_points(cells, measure)
    assert [one.cell for one in found.found] == ["bad"]
    assert found.too_few == ["new"]
    assert {one.cell for one in found.not_more_than_chance} == cells.keys() - {"bad", "new"}
    (bad_one,) = found.found
    least = min(abs(end) for end in bad_one.difference.interval)
    assert bad_one.certain_harm == pytest.approx(least * 100)


def test_the_most_harm_comes_first() -> None:
    def bad(times: int) -> Answers:
        return Answers(CSAT, (30 * times, 20 * times, 5 * times, 5 * times, 5 * times))

    cells = {"ordinary": Answers(CSAT, (50, 50, 100, 300, 500)), "rare": bad(1), "frequent": bad(2)}
    assert [one.cell for one in pain_points(cells, "mean").found] == ["frequent", "rare"]
    volumes = {"ordinary": 9000, "rare": 5000, "frequent": 100}
    ranked = pain_points(cells, "mean", volumes=volumes).found
    assert [(one.cell, one.volume) for one in ranked] == [("rare", 5000), ("frequent", 100)]


def test_no_cell_and_a_single_one_are_no_pain_points() -> None:
    assert pain_points({}, "nps") == ([], [], [])
    assert pain_points({"all": Answers(NPS, (10,) * 11)}, "nps").too_few == ["all"]


def test_a_funnel_narrows_and_stays_on_the_scale() -> None:
    overall = Answers(NPS, (1, 0, 1, 2, 3, 5, 8, 20, 40, 60, 60))
    narrow, wide = funnel(overall, "nps", [400, 10])
    assert (narrow.n, wide.n) == (400, 10)
    for limits in (narrow, wide):
        assert (
            -100 <= limits.action.low < limits.warning.low < limits.warning.high < limits.action.high <= 100
        )
    assert narrow.action.width < wide.warning.width


def test_a_funnel_of_one_and_the_same_answer() -> None:
    (limits,) = funnel(Answers(CSAT, (0, 0, 0, 0, 50)), "mean", [12])
    assert limits.action.high == pytest.approx(5, abs=1e-3)
    assert limits.action.low > 4.9


def test_a_week_that_is_more_than_chance() -> None:
    weeks = [Period(40, 0.8), Period(40, 0.75), Period(40, 0.85), Period(40, 0.8), Period(40, 0.3)]
    chart = laney_chart(weeks, share_baseline(weeks[:4]))
    assert [week.outside for week in chart] == [False] * 4 + [True]
    # A week of fewer answers may lie further away.
    (few,) = laney_chart([Period(4, 0.3)], share_baseline(weeks[:4]))
    assert not few.outside


def test_weeks_of_answers_make_a_chart_of_any_measure() -> None:
    weeks = [Answers(NPS, (5, *(0,) * 6, 10, 0, 0, 25)), Answers(NPS, (0,) * 11), Answers(NPS, (1,) * 11)]
    known = periods_of(weeks, "nps")
    assert known == [Period(40, 50), Period(11, pytest.approx(100 * -5 / 11))]
    assert deviation_of(weeks[0], "nps") == pytest.approx(100 * sqrt(30 / 40 - 0.25))
    normal = baseline(known[:1], deviation_of(weeks[0], "nps"))
    (week,) = laney_chart(known[1:], normal, (-100, 100))
    assert (week.centre, week.high, week.outside) == (50, 100, True)


def test_weeks_that_never_differ_have_no_limits_to_leave() -> None:
    normal = baseline([Period(40, 1.0)] * 5, deviation=0)
    assert (normal.centre, normal.extra) == (1, 1)
    assert [week.outside for week in ewma_chart([Period(40, 1.0), Period(40, 0.9)], normal)] == [False, True]


def test_one_week_is_a_baseline_too() -> None:
    assert share_baseline([Period(10, 0.5)]).extra == 1


def test_a_part_that_is_new_or_gone_is_all_mix() -> None:
    found = mix_effect([Stratum(10, 4.0, 0, None), Stratum(0, None, 10, 6.0), Stratum(10, 5.0, 10, 5.0)])
    assert found.rate == 0
    assert found.mix == pytest.approx(5.5 - 4.5)
    with pytest.raises(ValueError, match="no score"):
        mix_effect([Stratum(10, None, 10, None)])


@pytest.mark.parametrize(
    ("counts", "measure", "far"),
    [
        ((300, 200, 400, 600, 1500, 4000, 3000), "mean", 0.001),
        ((300, 200, 400, 600, 1500, 4000, 3000), "top_box", 0.005),
        ((0, 0, 0, 0, 0, 5, 95), "mean", 0.01),
        ((1, 0, 0, 0, 0, 0, 9), "mean", 0.02),
    ],
)
def test_limits_of_many_answers_go_on_where_the_exact_ones_end(
    counts: tuple[int, ...], measure: Measure, far: float
) -> None:
    """By two ways of making them, on either side of 1,000 answers: they differ by next to nothing of their distance."""
    overall = Answers(CES_2, counts)
    centre = point_of(overall, measure)
    exact, expanded = funnel(overall, measure, [EXACT_TO, EXACT_TO + 1])
    for one, other in zip(
        (*exact.warning, *exact.action), (*expanded.warning, *expanded.action), strict=True
    ):
        assert abs(one - other) <= far * abs(one - centre)


def test_many_answers_that_are_all_the_same_leave_no_room() -> None:
    (limits,) = funnel(Answers(CSAT, (0, 0, 0, 0, 50)), "mean", [EXACT_TO + 1])
    assert limits.warning == limits.action == (5.0, 5.0)
