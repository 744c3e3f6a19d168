"""A score with all that stands beside it."""

import pytest

from router.scores.answers import Answers
from router.scores.customers import Customers
from router.scores.mean import mean_interval, moments
from router.scores.score import Enough, score
from tests.unit.scores.questions import CES_1, CES_2, CSAT, NPS

TEN_SEVENS = Answers(CES_2, (0, 0, 0, 0, 0, 0, 10))


def test_all_that_stands_beside_a_score() -> None:
    found = score(Answers.of(NPS, [0, 6, 7, 8, 8, 9, 9, 10, 10, 10]), "nps")
    assert found.point == pytest.approx(30)
    assert found.interval is not None
    assert found.interval.low == pytest.approx(-19.0506, abs=1e-4)
    assert (found.n, found.effective_n, found.evidence) == (10, 10, "indicative")
    assert found.distribution == (1, 0, 0, 0, 0, 0, 1, 1, 2, 2, 3)
    assert found.buckets == {"promoters": 5, "passives": 3, "detractors": 2}
    assert (found.method, found.confidence, found.enough) == ("adjusted Wald", 0.95, Enough(10, 30))


def test_the_share_of_the_best_answers_follows_the_polarity() -> None:
    found = score(Answers(CES_1, (8, 8, 2, 1, 1)), "top_box")
    assert (found.point, found.method) == (0.8, "Wilson")
    assert score(Answers(CSAT, (8, 8, 2, 1, 1)), "top_box").point == 0.1


@pytest.mark.parametrize("answers", [Answers(CES_2, (0,) * 7), Answers(CES_2, (0, 0, 0, 0, 0, 0, 9))])
def test_too_few_answers_have_no_score(answers: Answers) -> None:
    found = score(answers, "mean")
    assert (found.point, found.interval, found.evidence) == (None, None, "too few")
    assert (found.n, found.distribution) == (answers.n, answers.counts)


def test_how_little_is_too_little_can_be_set_but_not_for_people() -> None:
    lax = Enough(shown=2, firm=5)
    assert [lax.evidence(n) for n in (1, 2, 4, 5)] == ["too few", "indicative", "indicative", "enough"]
    assert [lax.of_a_person().evidence(n) for n in (9, 10)] == ["too few", "enough"]
    assert Enough(20, 40).of_a_person() == Enough(20, 40)
    assert score(Answers(CES_2, (0, 0, 0, 0, 0, 0, 0)), "mean", enough=Enough(0, 0)).point is None


def test_a_whole_population_leaves_nothing_uncertain() -> None:
    alone = score(TEN_SEVENS, "mean").interval
    some = score(TEN_SEVENS, "mean", population=40).interval
    every_one = score(TEN_SEVENS, "mean", population=10).interval
    assert alone is not None
    assert some is not None
    assert alone.low < some.low < 7
    assert every_one == (7, 7)
    with pytest.raises(ValueError, match="population of 9"):
        score(TEN_SEVENS, "mean", population=9)


def test_repeated_answers_weigh_less() -> None:
    given = [(customer, grade) for customer, grade in enumerate([7, 7, 6, 5, 2]) for _ in range(4)]
    answers = Answers.of(CES_2, [grade for _, grade in given])
    found = score(answers, "mean", customers=Customers.of(CES_2, "mean", given))
    # Each said the same four times: five customers in all. The naive variance has 19 below, the other 4.
    assert found.n == 20
    assert found.effective_n == pytest.approx(5 * 16 / 19)
    weighed = moments([count * found.effective_n / 20 for count in answers.counts], range(1, 8))
    assert found.interval == mean_interval(weighed, (1, 7))
    assert found.point == score(answers, "mean").point


def test_single_answers_weigh_as_they_are() -> None:
    given = list(enumerate([7, 7, 6, 5, 2, 1, 7, 6, 6, 4]))
    answers = Answers.of(CES_2, [grade for _, grade in given])
    assert score(answers, "mean", customers=Customers.of(CES_2, "mean", given)) == score(answers, "mean")


def test_customers_who_never_differ_count_once_each() -> None:
    given = [(customer, 7) for customer in range(4) for _ in range(5)]
    assert Customers.of(CES_2, "mean", given).effective_n == 4
    one = [("c", grade) for grade in (1, 7, 4)]
    assert Customers.of(CES_2, "mean", one).effective_n == 1


def test_customers_of_other_answers_are_refused() -> None:
    given = list(enumerate([7] * 10))
    with pytest.raises(ValueError, match="did not give these answers"):
        score(TEN_SEVENS, "mean", customers=Customers.of(CES_2, "top_box", given))
    with pytest.raises(ValueError, match="did not give these answers"):
        score(TEN_SEVENS, "mean", customers=Customers.of(CES_2, "mean", given[1:]))
