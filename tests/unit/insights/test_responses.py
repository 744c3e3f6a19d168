"""The answer and whether it counts, as `why` and a customer's history tell it."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from router.cli.why import lines_of
from router.insights.history import customer_history
from router.insights.rule_book import RuleBook
from router.insights.why import why_interaction, why_invitation
from router.model.interaction import PREFERENCES_TYPE, RESPONSE_TYPE, Interaction
from router.model.responses import ResponseRow
from router.rules.ruleset import RuleSet
from router.words.responses import STATUSES, comment_sentence, response_sentence
from tests.contract.rows import context, response_row
from tests.unit.core.builders import T0, rules

from .kept import KeptAnswers

RULE = """
rules:
  - id: ask
    when: {type: complaint.resolved}
    send: {survey: ces, channel: email}
"""
NAME = "a complaint"


def told(number: int, kind: str, hours: float, **data: Any) -> Interaction:
    return Interaction("/test", f"e{number}", kind, T0 + timedelta(hours=hours), "ann", attributes=data)


@pytest.fixture(scope="module")
def plain() -> RuleSet:
    return rules(RULE)


@pytest.fixture
def kept(plain: RuleSet) -> KeptAnswers:
    """Ann was asked, answered 4, thought again and answered 2, and then wrote a wrong number."""
    answers = KeptAnswers(plain)
    answers.take([told(1, PREFERENCES_TYPE, 0, consent=["email"]), told(2, "complaint.resolved", 1)])
    [view] = answers.views.values()
    named = {"invitation_id": str(view.id)}
    answers.dispatch(T0 + timedelta(hours=2))
    answers.take(
        [
            told(3, RESPONSE_TYPE, 3, score=4, **named),
            told(4, RESPONSE_TYPE, 5, score=2, comment="Fine\x1b[2J,\nthanks", **named),
            told(5, RESPONSE_TYPE, 6, score=11, **named),
        ]
    )
    return answers


COUNTED = (
    "The customer was asked ces by email and answered on 2026-03-02 15:00 UTC: 2 on a scale from 1 to 5, where 1 is"
    " best. It counts in the scores. It is one of 3 answers: the latest that can be counted stands."
)


async def test_why_tells_the_answer_that_stands(kept: KeptAnswers, plain: RuleSet) -> None:
    [view] = kept.views.values()
    (of_event,) = await why_interaction(kept, "e2", RuleBook(plain))
    of_invitation = await why_invitation(kept, view.id, RuleBook(plain))
    assert of_invitation == of_event
    assert of_event.response is not None
    assert (of_event.response.status, of_event.response.score, of_event.stands) == ("counted", 2, None)
    lines = lines_of(of_event)
    begin = lines.index("What the customer answered")
    assert lines[begin + 1 : begin + 3] == [f"  {COUNTED}", "  The customer wrote: “Fine [2J, thanks”"]


@pytest.mark.parametrize(("answer", "stands"), [("e3", False), ("e4", True), ("e5", False)])
async def test_why_tells_of_an_answer_whether_it_is_the_one_that_stands(
    kept: KeptAnswers, plain: RuleSet, answer: str, stands: bool
) -> None:
    (why,) = await why_interaction(kept, answer, RuleBook(plain))
    assert why.stands is stands
    lines = lines_of(why)
    begin = lines.index("What the customer answered")
    assert (lines[begin + 1] == f"  {COUNTED}") is stands
    assert f"  {COUNTED}" in lines


async def test_the_history_of_a_customer_has_the_response(kept: KeptAnswers, plain: RuleSet) -> None:
    history = await customer_history(kept, "ann", RuleBook(plain), T0 + timedelta(days=1))
    assert history is not None
    assert [(one.score, one.answers) for one in history.responses] == [(2, 3)]
    assert ("response", "ces: 2. It counts in the scores.") in [
        (line.what, line.came_of_it) for line in history.timeline
    ]


SAID = "The customer was asked ces by email and answered on 2026-11-02 14:00 UTC"
SCALE = "on a scale from 1 to 5, where 1 is best."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, f"{SAID}: 2 {SCALE} {STATUSES['counted']}"),
        ({"asked_on": None}, f"{SAID.replace(' by email', '')}: 2 {SCALE} {STATUSES['counted']}"),
        (
            {"status": "off_scale", "score": None, "given": "11"},
            f"{SAID}: 11 {SCALE} {STATUSES['off_scale']}",
        ),
        ({"status": "no_score", "score": None}, f"{SAID} without a score. {STATUSES['no_score']}"),
        (
            {"status": "excluded", "excluded_by": "maria", "excluded_because": "a\x1btest", "answers": 2},
            (
                f"{SAID}: 2 {SCALE} It does not count: maria excluded it on 2026-11-02 12:00 UTC (a test). It is one"
                " of 2 answers: the latest that can be counted stands."
            ),
        ),
        ({"imported": "old-tool"}, f"{SAID}: 2 {SCALE} {STATUSES['counted']} It was imported (old-tool)."),
    ],
)
def test_a_response_in_a_sentence(given: dict[str, Any], sentence: str) -> None:
    row = response_row("ann", NAME, **given)
    if row.status == "excluded":
        row = replace(row, excluded_at=row.answered_at - timedelta(hours=2))
    assert response_sentence(row) == sentence


def test_high_is_best_where_the_survey_says_so() -> None:
    row = response_row("ann", NAME, context=context(scale=(0, 10), polarity="higher_is_better"))
    assert "from 0 to 10, where 10 is best" in response_sentence(row)


@pytest.mark.parametrize("row", [response_row("ann", NAME, comment=None)])
def test_no_words_no_sentence(row: ResponseRow) -> None:
    assert comment_sentence(row) is None
    long = comment_sentence(replace(row, comment="x" * 9000))
    assert long == f"The customer wrote: “{'x' * 500}…”"
