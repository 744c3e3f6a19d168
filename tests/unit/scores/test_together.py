"""What may be put together, and what must not be."""

from dataclasses import replace
from typing import Any

import pytest

from router.model.survey import Survey
from router.scores.answers import Answers
from router.scores.comparison import Group, compare
from router.scores.pain_points import pain_points
from router.scores.question import MEASURES, NotTogether, Question, buckets, values
from tests.unit.scores.questions import CES_1, CES_2, CSAT, EFFORT, NPS, QUESTIONS

DIFFERENT: list[tuple[str, Question]] = [
    ("survey", replace(CES_2, survey="other")),
    ("metric", replace(CES_2, metric="csat")),
    ("scale", replace(CES_2, scale=(1, 5))),
    ("polarity", replace(CES_2, polarity="lower_is_better")),
    ("presentation", replace(CES_2, presentation="emoticons")),
    ("text_version", replace(CES_2, text_version="2")),
]


def tens(question: Question) -> Answers:
    return Answers(question, (10,) * len(question.scores))


@pytest.mark.parametrize(("name", "other"), DIFFERENT, ids=[name for name, _ in DIFFERENT])
def test_answers_to_different_questions_are_never_put_together(name: str, other: Question) -> None:
    with pytest.raises(NotTogether, match=name):
        tens(CES_2) + tens(other)
    with pytest.raises(NotTogether, match=name):
        tens(CES_2) - tens(other)
    with pytest.raises(NotTogether, match=name):
        compare(Group(tens(CES_2)), Group(tens(other)), "mean")
    with pytest.raises(NotTogether, match=name):
        pain_points({"a": tens(CES_2), "b": tens(other)}, "mean")


def test_ces_is_never_held_against_nps() -> None:
    with pytest.raises(NotTogether):
        compare(Group(tens(NPS)), Group(tens(CES_2)), "nps")


def test_a_new_text_is_compared_only_where_that_is_asked() -> None:
    old, new = tens(CES_2), tens(replace(CES_2, text_version="2"))
    found = compare(Group(old), Group(new), "mean", across_texts=True)
    assert found.difference is not None
    assert found.difference.point == 0
    other = tens(replace(CES_2, text_version="2", presentation="emoticons"))
    with pytest.raises(NotTogether, match="presentation"):
        compare(Group(old), Group(other), "mean", across_texts=True)


def test_a_survey_of_the_catalogue_is_a_question() -> None:
    survey = Survey("ces-2.0", "ces", "2.0", (1, 7), "higher_is_better", {}, "emoticons", "3")
    assert Question.of(survey) == replace(CES_2, presentation="emoticons", text_version="3")


@pytest.mark.parametrize(
    "changed",
    [
        {"metric": "nps"},
        {"metric": "nps", "scale": (0, 10), "polarity": "lower_is_better"},
        {"scale": (1, 6)},
    ],
)
def test_a_scale_that_is_not_the_metrics_own_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="is asked on"):
        replace(EFFORT, **changed)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (NPS, {"promoters": [9, 10], "passives": [7, 8], "detractors": [0, 1, 2, 3, 4, 5, 6]}),
        (CES_2, {"top_box": [5, 6, 7], "middle": [4], "bottom_box": [1, 2, 3]}),
        (EFFORT, {"top_box": [1, 2, 3], "middle": [4], "bottom_box": [5, 6, 7]}),
        (CES_1, {"top_box": [1, 2], "middle": [3], "bottom_box": [4, 5]}),
        (CSAT, {"top_box": [4, 5], "middle": [3], "bottom_box": [1, 2]}),
    ],
)
def test_the_parts_of_a_scale(question: Question, parts: dict[str, list[int]]) -> None:
    assert {name: list(part) for name, part in buckets(question).items()} == parts


def test_what_an_answer_counts_for() -> None:
    assert values(NPS, "nps") == (-1,) * 7 + (0, 0, 1, 1)
    assert values(CES_1, "top_box") == (1, 1, 0, 0, 0)
    assert values(CES_1, "mean") == (1, 2, 3, 4, 5)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_measure_of_another_metric_is_refused(question: Question) -> None:
    for measure in {"nps", "mean", "top_box"} - set(MEASURES[question.metric]):
        with pytest.raises(ValueError, match=f"has no {measure}"):
            values(question, measure)  # type: ignore[arg-type]
