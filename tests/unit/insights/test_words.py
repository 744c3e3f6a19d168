import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from router.model.decision import GATES, Decision, RuleTrace, Verdict
from router.model.decision import REASONS as ALL_REASONS
from router.model.ledger import InvitationView
from router.words.decisions import again_sentence, decision_sentence
from router.words.fragments import condition_words
from router.words.gates import gate_sentence, rule_sentence
from router.words.invitations import invitation_sentence
from router.words.reasons import REASONS

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_every_reason_has_its_sentence() -> None:
    assert tuple(REASONS) == ALL_REASONS
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REASONS.values())


@pytest.mark.parametrize("reason", ALL_REASONS)
@pytest.mark.parametrize("outcome", ["invite", "no_survey", "defer"])
def test_every_decision_can_be_told(reason: str, outcome: str) -> None:
    decision = Decision(outcome, reason, rule="r", survey="nps", channel="email", due_at=NOON)  # type: ignore[arg-type]

    told = decision_sentence(decision) + again_sentence(decision, None)

    assert not re.search(r"None|[{}_]", told)


@pytest.mark.parametrize("passed", [True, False])
@pytest.mark.parametrize("gate", GATES)
def test_every_gate_can_be_told(gate: str, passed: bool) -> None:
    told = gate_sentence(Verdict(gate, passed))  # type: ignore[arg-type]

    assert told.endswith(".")


def test_a_limit_is_told_with_what_was_counted_and_what_it_allows() -> None:
    verdict = Verdict("shared_limit", False, "shared_limit", 1, "any-survey: 1 per 30d", NOON)

    assert gate_sentence(verdict) == "The limit is any-survey: 1 per 30d; 1 counted."


def test_a_decision_names_survey_channel_rule_and_time() -> None:
    decision = Decision(
        "invite", "invited", rule="after-delivery", survey="nps", channel="email", due_at=NOON
    )

    assert decision_sentence(decision) == (
        "The customer is asked nps by email, due 2026-03-02 12:00 UTC, because of the rule after-delivery."
    )


def test_a_condition_that_holds_is_told_as_a_fact() -> None:
    words = condition_words("customer.open must be complaint and type must not start with x")

    assert words == "customer.open is complaint and type does not start with x"


def test_a_rule_that_does_not_match_names_the_condition() -> None:
    trace = RuleTrace("r", 10, tried=True, matched=False, failed="channel must be web, but it is phone")

    assert rule_sentence(trace) == "Tried, but it does not match: channel must be web, but it is phone."


@pytest.mark.parametrize(
    ("language", "passed", "words"),
    [
        ("nl-BE", True, "has a text for it."),
        ("tlh", True, "has none for it, so that the policy's other language is used."),
        ("unknown", True, "has none for it, so that the policy's other language is used."),
        ("tlh", False, "has none for it."),
    ],
)
def test_the_text_of_another_language_is_not_called_the_customers(
    language: str, passed: bool, words: str
) -> None:
    verdict = Verdict("text", passed, None if passed else "missing_text", language, ["en", "nl"])
    assert gate_sentence(verdict) == f"The customer's language is {language}; the survey (in en, nl) {words}"


def test_that_nobody_answered_is_said_once() -> None:
    view = InvitationView(
        "c-1",
        UUID(int=1),
        UUID(int=2),
        "ask",
        "nps",
        "nps",
        "email",
        "unanswered",
        NOON,
        NOON,
        1,
        b"{}",
        reason="not_answered",
        settled_at=NOON,
    )
    sentence = invitation_sentence(view)
    assert sentence.count("not answered in time") == 1
    assert sentence.endswith("and not answered in time.")
