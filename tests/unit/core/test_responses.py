"""What answers come to: the latest that counts stands, and each other has its reason."""

from datetime import timedelta
from typing import Any

import pytest

from router.decide.batch import Batch, key_of
from router.model.invitation_states import RESPOND_WITHIN
from router.model.responses import AskedContext, ResponseRow
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.core.answers import CES, FALLBACK, NPS, REMINDER, answer, ask, excluded, in_batches, response
from tests.unit.core.builders import T0, rules


@pytest.fixture(scope="module")
def plain() -> RuleSet:
    return rules()


def told(row: ResponseRow | None) -> tuple[str, int | None, str | None]:
    assert row is not None
    return row.status, row.score, row.given


@pytest.mark.parametrize(
    ("context", "score", "expected"),
    [
        (CES, 2, ("counted", 2, None)),
        (CES, 2.0, ("counted", 2, None)),
        (CES, 1, ("counted", 1, None)),
        (CES, 5, ("counted", 5, None)),
        (CES, 0, ("off_scale", None, "0")),
        (CES, 6, ("off_scale", None, "6")),
        (CES, -1, ("off_scale", None, "-1")),
        (CES, 4.5, ("not_whole", None, "4.5")),
        (NPS, 6.5, ("not_whole", None, "6.5")),
        (NPS, 11, ("off_scale", None, "11")),
        (NPS, 0, ("counted", 0, None)),
        (NPS, 10, ("counted", 10, None)),
        (CES, 10, ("off_scale", None, "10")),
        (CES, "4", ("not_a_number", None, '"4"')),
        (CES, "NaN", ("not_a_number", None, '"NaN"')),
        (CES, True, ("not_a_number", None, "true")),
        (CES, "x" * 5000, ("not_a_number", None, '"' + "x" * 199)),
        (CES, None, ("no_score", None, None)),
    ],
)
def test_a_score_counts_as_it_came_or_has_a_reason(
    plain: RuleSet, context: AskedContext, score: Any, expected: tuple[str, int | None, str | None]
) -> None:
    assert told(response(plain, [answer("1h", score)], context=context)) == expected


def test_the_scale_is_that_of_the_asking_whatever_the_rules_say_now(plain: RuleSet) -> None:
    assert plain.surveys["ces"].scale == (1, 5)
    seven = AskedContext("ces", "ces", (1, 7), "lower_is_better", "v0", "likert", "ask", 1, T0)
    assert told(response(plain, [answer("1h", 7)], context=seven)) == ("counted", 7, None)


def test_the_row_holds_what_the_answer_said(plain: RuleSet) -> None:
    row = response(plain, [answer("1h", 2, comment="Thanks")])
    assert row is not None
    assert (row.customer_id, row.context, row.comment, row.answers) == ("c-1", CES, "Thanks", 1)
    assert (row.answered_at, row.respond_by, row.asked_on) == (
        T0 + timedelta(hours=1),
        T0 + RESPOND_WITHIN,
        "email",
    )


@pytest.mark.parametrize("comment", ["", "   ", None, ["a"], {"text": "b"}, 7])
def test_only_a_text_is_a_comment(plain: RuleSet, comment: Any) -> None:
    row = response(plain, [answer("1h", 2, comment=comment)])
    assert row is not None
    assert row.comment is None


def test_the_latest_of_ten_answers_counts(plain: RuleSet) -> None:
    row = response(plain, [answer(f"{hour}h", 1 + hour % 5) for hour in range(1, 11)])
    assert row is not None
    assert (row.score, row.answers) == (1, 10)
    assert row.answered_at == T0 + timedelta(hours=10)


def test_a_later_answer_that_cannot_be_counted_displaces_none_that_counts(plain: RuleSet) -> None:
    row = response(plain, [answer("1h", 2), answer("2h", 99), answer("3h", comment="more"), answer("20d", 5)])
    assert row is not None
    assert (told(row), row.answers) == (("counted", 2, None), 4)


def test_the_time_ends_with_respond_by(plain: RuleSet) -> None:
    assert told(response(plain, [answer("14d", 2)])) == ("counted", 2, None)
    assert told(response(plain, [answer(T0 + RESPOND_WITHIN + timedelta(microseconds=1), 2)])) == (
        "too_late",
        None,
        "2",
    )


def test_a_fallback_gives_a_time_of_its_own_and_a_reminder_none(plain: RuleSet) -> None:
    bounced, fallback = ask(state="bounced"), ask(FALLBACK, "3d", channel="sms")
    row = response(plain, [answer("16d", 2)], fallback, bounced)
    assert row is not None
    assert (row.status, row.respond_by, row.asked_on) == ("counted", T0 + timedelta(days=17), "sms")
    reminded = response(plain, [answer("16d", 2)], ask(), ask(REMINDER, "3d"))
    assert told(reminded) == ("too_late", None, "2")


def test_an_answer_to_a_reminder_after_the_fallback_answered_corrects_it(plain: RuleSet) -> None:
    asks = ask(state="bounced"), ask(FALLBACK, "1d", channel="sms", state="answered"), ask(REMINDER, "4d")
    first = response(plain, [answer("2d", 1, to=FALLBACK)], *asks)
    row = response(plain, [answer("5d", 5, to=REMINDER)], *asks, stood=first)
    assert row is not None
    assert (row.score, row.answers, row.asked_on) == (5, 2, "email")


def test_the_channel_is_that_of_the_last_message_before_the_answer(plain: RuleSet) -> None:
    asks = ask(), ask(REMINDER, "3d", channel="sms")
    rows = [response(plain, [answer(at, 2)], *asks) for at in ("1d", "3d")]
    assert [row.asked_on for row in rows if row] == ["email", "sms"]


def test_before_the_question_went_out_there_is_no_answer(plain: RuleSet) -> None:
    for asks in ((ask(at=None),), (ask(at="2h"),), (ask(at=None, state="cancelled"),)):
        assert told(response(plain, [answer("1h", 2)], *asks)) == ("before_invitation", None, "2")


def test_what_was_taken_back_has_no_score(plain: RuleSet) -> None:
    assert told(response(plain, [answer("1h", 2)], ask(state="withdrawn"))) == ("withdrawn", None, "2")
    delivered = ask(state="delivered"), ask(REMINDER, "3d", state="withdrawn")
    assert told(response(plain, [answer("4d", 2)], *delivered)) == ("counted", 2, None)


def test_a_bounce_that_was_none_keeps_no_answer_out(plain: RuleSet) -> None:
    assert told(response(plain, [answer("1h", 2)], ask(state="bounced"))) == ("counted", 2, None)


def test_what_a_person_took_out_stays_out_with_the_newest_answer(plain: RuleSet) -> None:
    first = response(plain, [answer("1h", 2)])
    assert first is not None
    row = response(plain, [answer("2h", 3)], stood=excluded(first))
    assert row is not None
    assert (row.status, row.score, row.excluded_by, row.answers) == ("excluded", 3, "maria", 2)


def test_what_was_planned_before_contexts_were_frozen_has_no_response(plain: RuleSet) -> None:
    assert response(plain, [answer("1h", 2)], context=None) is None


def test_a_comment_is_dropped_before_anything_is_kept_where_the_policy_says_so() -> None:
    dropping = rules(policy="scores: {comments: drop}")
    given = answer("1h", 2, comment="my name is Ann", comment_cut_from=20_000, detail="kept")
    batch = Batch(InForce(dropping), {}, set())
    decided = batch.take(given, key_of(given), given.time)
    assert set(decided.interaction.attributes) == {"invitation_id", "score", "detail"}
    row = in_batches(dropping, [[given]])
    assert row is not None
    assert (row.score, row.comment) == (2, None)
