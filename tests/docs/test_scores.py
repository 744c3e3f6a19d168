"""The page on scores says what the code computes."""

import pytest

from router.model.survey import Metric
from router.scores.answers import UNUSABLE, Answers
from router.scores.comparison import SMALLEST_THAT_MATTERS, Change, OnTarget
from router.scores.drivers import Link
from router.scores.hold_out import Effect
from router.scores.question import Measure, Question
from router.scores.representativeness import NOTABLE
from router.scores.score import ENOUGH, Enough, Evidence, score
from router.scores.weighting import Unweighted
from tests.docs.pages import DOCS, code_spans, table_rows

PAGE = DOCS / "scores.md"
TEXT = " ".join(PAGE.read_text(encoding="utf-8").split())
METRICS: dict[str, Metric] = {"nps": "nps", "top_box": "csat", "mean": "ces"}


@pytest.mark.parametrize(("answers", "measure", "point", "low", "high"), table_rows(PAGE, "Answers"))
def test_the_examples_are_true(answers: str, measure: Measure, point: str, low: str, high: str) -> None:
    (told,) = code_spans(answers)
    scale, _, counts = told.partition(": ")
    first, last = map(int, scale.split("-"))
    question = Question("example", METRICS[measure], (first, last), "higher_is_better", "1", "likert")
    found = score(Answers(question, tuple(map(int, counts.split()))), measure, enough=Enough(0, 0))
    assert found.interval is not None
    assert [f"{figure:.2f}" for figure in (found.point, *found.interval)] == [point, low, high]


def test_every_word_is_explained() -> None:
    words = (
        *UNUSABLE,
        *Change.__args__,
        *OnTarget.__args__,
        *Unweighted.__args__,
        *Link.__args__,
        *Effect.__args__,
    )  # type: ignore[attr-defined]
    assert [word for word in words if f"`{word}`" not in TEXT] == []
    assert [row[0] for row in table_rows(PAGE, "Reason")] == [f"`{reason}`" for reason in UNUSABLE]
    assert Evidence.__args__ == ("too few", "indicative", "enough")  # type: ignore[attr-defined]


def test_what_holds_where_nothing_is_set_is_told() -> None:
    assert f"Under {ENOUGH.shown} answers there is no score, under {ENOUGH.firm} it is `indicative`" in TEXT
    nps, mean, share = (SMALLEST_THAT_MATTERS[measure] for measure in ("nps", "mean", "top_box"))
    assert (
        f"is {nps:g} points of NPS, {mean:g} of a mean, {100 * share:g} percentage points of a share" in TEXT
    )
    assert f"From {NOTABLE:.2f} on" in TEXT
