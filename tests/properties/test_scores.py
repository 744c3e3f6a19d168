"""Scores of any answers: parts of the scale, intervals, sums, records in any order, exclusion."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from router.scores.answers import Answer, Answers, cells, counted
from router.scores.comparison import Group, difference
from router.scores.customers import Customers
from router.scores.question import MEASURES, Measure, Question, buckets
from router.scores.score import Enough, score
from tests.unit.scores.questions import CES_1, CES_2, NPS, QUESTIONS

ANY = Enough(0, 0)
SCALES = {"nps": (-100, 100), "top_box": (0, 1)}
ASKED = datetime(2026, 3, 2, tzinfo=UTC)


def counts(question: Question) -> st.SearchStrategy[Answers]:
    size = len(question.scores)
    number = st.integers(0, 12) | st.sampled_from([0, 1, 1000, 10**7])
    listed = st.lists(number, min_size=size, max_size=size)
    return listed.map(lambda found: Answers(question, tuple(found)))


@st.composite
def measured(draw: st.DrawFn, times: int) -> tuple[Measure, list[Answers]]:
    question = draw(st.sampled_from(QUESTIONS))
    measure = draw(st.sampled_from(MEASURES[question.metric]))
    found = [draw(counts(question)) for _ in range(times)]
    assume(all(answers.n for answers in found))
    return measure, found


def told(hours: int, name: int) -> Answer:
    """An answer of nine invitations, some in time and some not, in four cells of two questions."""
    question = (CES_1, CES_2)[name % 2]
    return Answer(
        f"{name}/{hours}",
        str(name),
        ASKED + timedelta(hours=hours),
        ASKED + timedelta(hours=20),
        question,
        1 + hours % 5,
        (str(name % 4),),
    )


RECORDS = st.lists(st.builds(told, st.integers(0, 24), st.integers(0, 8)), max_size=25)


@given(st.sampled_from(QUESTIONS))
def test_the_parts_of_a_scale_hold_each_score_once(question: Question) -> None:
    parts = Counter(number for part in buckets(question).values() for number in part)
    assert parts == Counter(question.scores)


@given(measured(times=1), st.sampled_from([0.5, 0.95, 0.998]), st.integers(0, 100))
def test_the_interval_holds_the_point_and_stays_on_the_scale(
    drawn: tuple[Measure, list[Answers]], confidence: float, absent: int
) -> None:
    measure, (answers,) = drawn
    lowest, highest = SCALES.get(measure, answers.question.scale)
    for population in (None, answers.n + absent):
        found = score(answers, measure, population=population, enough=ANY, confidence=confidence)
        assert found.point is not None
        assert found.interval is not None
        assert lowest <= found.interval.low <= found.point <= found.interval.high <= highest


@given(measured(times=2))
def test_the_interval_of_a_difference_holds_it_and_turns_with_its_sides(
    drawn: tuple[Measure, list[Answers]],
) -> None:
    measure, (first, second) = drawn
    there, back = (
        difference(Group(one), Group(other), measure) for one, other in ((first, second), (second, first))
    )
    assert there.interval.low <= there.point <= there.interval.high
    assert abs(there.point + back.point) < 1e-9
    assert abs(there.interval.low + back.interval.high) < 1e-9
    assert 0 <= there.p <= 1


@given(measured(times=3))
def test_cells_put_together_score_as_their_union(drawn: tuple[Measure, list[Answers]]) -> None:
    measure, (first, second, third) = drawn
    union = Answers(
        first.question, tuple(map(sum, zip(first.counts, second.counts, third.counts, strict=True)))
    )
    merged = third + first + second
    assert score(merged, measure, enough=ANY) == score(union, measure, enough=ANY)
    assert merged - second == first + third


@given(RECORDS, st.randoms(use_true_random=False))
def test_order_and_repetition_of_records_change_nothing(records: list[Answer], shuffler) -> None:  # type: ignore[no-untyped-def]
    again = [*records, *records[::2]]
    shuffler.shuffle(again)
    assert counted(again) == counted(records)
    assert cells(counted(again)) == cells(counted(records))


@given(RECORDS.filter(bool), st.data())
def test_excluding_an_answer_changes_exactly_its_cell(records: list[Answer], data: st.DataObject) -> None:
    excluded = data.draw(st.sampled_from(records))
    before = counted(records)
    after = counted(record for record in records if record.id != excluded.id)
    expected = cells(before)
    key = (excluded.question, excluded.cell)
    was, now = before.get(excluded.invitation), after.get(excluded.invitation)
    if was is not None:
        expected[key] -= Answers.of(was.question, [was.score])
    if now is not None:
        expected[key] += Answers.of(now.question, [now.score])
    assert {where: found for where, found in expected.items() if found.n} == cells(after)


@given(
    st.sampled_from([("mean", CES_2), ("nps", NPS)]),
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 7)), min_size=1, max_size=40),
)
def test_the_effective_number_lies_between_nothing_and_the_answers(
    asked: tuple[Measure, Question], given_answers: list[tuple[int, int]]
) -> None:
    measure, question = asked
    customers = Customers.of(question, measure, given_answers)
    assert 0 < customers.effective_n <= len(given_answers)
    shuffled = Customers.of(question, measure, given_answers[::-1])
    assert shuffled.effective_n == customers.effective_n
    answers = Answers.of(question, [grade for _, grade in given_answers])
    found = score(answers, measure, customers=customers, enough=ANY)
    assert found.interval is not None
    assert found.point is not None
    assert found.interval.low <= found.point <= found.interval.high
