"""The words of a comparison and of a target."""

import pytest

from router.scores.answers import Answers
from router.scores.comparison import Group, against_target, compare
from router.scores.customers import Customers
from router.scores.mean import mean_difference, moments
from router.scores.question import Measure, Question
from router.scores.score import Enough, score
from tests.unit.scores.questions import CES_1, CES_2, EFFORT, NPS

LOW, HIGH = (300, 0, 0, 0, 0, 0, 300), (0, 0, 0, 0, 0, 300, 300)


@pytest.mark.parametrize(
    ("question", "measure", "verdict"),
    [
        (CES_2, "mean", "better"),
        (EFFORT, "mean", "worse"),
        (CES_2, "top_box", "better"),
        (EFFORT, "top_box", "worse"),
    ],
)
def test_a_certain_change_is_told_by_the_polarity(question: Question, measure: Measure, verdict: str) -> None:
    low, high = Group(Answers(question, LOW)), Group(Answers(question, HIGH))
    assert compare(low, high, measure).verdict == verdict
    assert {compare(high, low, measure).verdict, verdict} == {"better", "worse"}


def test_no_clear_change_needs_a_narrow_interval() -> None:
    def verdict(each: int, smallest: float | None = None) -> str:
        side = Group(Answers(NPS, (each,) * 11))
        return compare(side, side, "nps", smallest=smallest).verdict

    assert verdict(20) == "too few to tell"
    assert verdict(1000) == "no clear change"
    assert verdict(20, smallest=40) == "no clear change"
    assert verdict(1000, smallest=1) == "too few to tell"


def test_under_the_least_number_nothing_is_compared() -> None:
    found = compare(Group(Answers(CES_2, (9, 0, 0, 0, 0, 0, 0))), Group(Answers(CES_2, HIGH)), "mean")
    assert (found.difference, found.verdict) == (None, "too few to tell")
    lax = compare(
        Group(Answers(CES_2, (9, 0, 0, 0, 0, 0, 0))), Group(Answers(CES_2, HIGH)), "mean", enough=Enough(5, 9)
    )
    assert lax.verdict == "better"
    nobody = Group(Answers(CES_2, (0,) * 7))
    assert compare(nobody, nobody, "mean", enough=Enough(0, 0)).verdict == "too few to tell"


def test_how_many_more_answers_are_needed() -> None:
    side = Group(Answers(NPS, (5, 0, 0, 0, 0, 0, 0, 10, 0, 0, 5)))
    assert compare(side, side, "nps").more_needed == 784 - 20
    thousand = Group(Answers(NPS, (250, 0, 0, 0, 0, 0, 0, 500, 0, 0, 250)))
    assert compare(thousand, thousand, "nps").more_needed == 0
    assert compare(side, thousand, "nps").more_needed == 784 - 20


def test_repeated_answers_of_customers_make_a_change_less_certain() -> None:
    def side(grades: list[int]) -> Group:
        given = [(customer, grade) for customer, grade in enumerate(grades) for _ in range(10)]
        answers = Answers.of(CES_2, [grade for _, grade in given])
        return Group(answers, Customers.of(CES_2, "mean", given))

    before, after = side([3, 4, 4, 5, 6, 2]), side([4, 5, 6, 5, 6, 3])
    assert compare(before, after, "mean").verdict == "too few to tell"
    assert compare(Group(before.answers), Group(after.answers), "mean").verdict == "better"


def test_two_sides_without_any_spread_are_not_certain() -> None:
    ten_sevens, ten_sixes = (
        moments((0, 0, 0, 0, 0, 0, 10), range(1, 8)),
        moments((0, 0, 0, 0, 0, 10, 0), range(1, 8)),
    )
    found = mean_difference(ten_sixes, ten_sevens, (1, 7))
    assert found.point == 1
    assert found.interval.low < 0 < found.p < 1


@pytest.mark.parametrize(
    ("question", "counts", "target", "verdict"),
    [
        (CES_2, (0, 0, 0, 0, 10, 50, 40), 5.5, "met"),
        (CES_2, (0, 0, 0, 0, 10, 50, 40), 6.9, "missed"),
        (CES_2, (0, 0, 0, 0, 10, 50, 40), 6.3, "not certain"),
        (CES_2, (0, 0, 0, 0, 0, 0, 9), 2, "not certain"),
        (CES_1, (40, 50, 10, 0, 0), 2.5, "met"),
        (CES_1, (40, 50, 10, 0, 0), 1.2, "missed"),
        (CES_1, (40, 50, 10, 0, 0), 1.7, "not certain"),
    ],
)
def test_a_target(question: Question, counts: tuple[int, ...], target: float, verdict: str) -> None:
    assert against_target(score(Answers(question, counts), "mean"), target) == verdict


def test_a_target_of_a_share_is_at_least_whatever_the_polarity() -> None:
    found = score(Answers(CES_1, (40, 50, 10, 0, 0)), "top_box")
    assert [against_target(found, target) for target in (0.8, 0.9, 0.97)] == ["met", "not certain", "missed"]
