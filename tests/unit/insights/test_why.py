from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from router.authoring.language.load import check_directory, load_directory, load_texts
from router.insights.history import customer_history
from router.insights.rule_book import RuleBook
from router.insights.why import why_interaction, why_invitation
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.rules.ruleset import RuleSet

from .kept import KeptAnswers

RULES = Path(__file__).parents[3] / "rules"
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
ANN = "ann"


def event(
    number: int, kind: str, hours: float, customer: str = ANN, source: str = "/shop", **data: object
) -> Interaction:
    channel = data.pop("channel", None)
    at = START + timedelta(hours=hours)
    return Interaction(source, f"e{number}", kind, at, customer, channel, None, dict(data))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_directory(RULES)


@pytest.fixture
def kept(rules: RuleSet) -> KeptAnswers:
    """Ann agreed to e-mail, had a complaint resolved, complained again, and bought something."""
    answers = KeptAnswers(rules)
    answers.take(
        [
            event(0, PREFERENCES_TYPE, 0, consent=["email"], locale="nl", segment="consumer"),
            event(1, "complaint.opened", 1, case_id="C1"),
            event(2, "complaint.resolved", 2, case_id="C1", channel="phone"),
            event(3, "complaint.reopened", 3, case_id="C1"),
            event(4, "complaint.resolved", 4, case_id="C1", channel="phone"),
            event(5, "complaint.closed", 40, case_id="C1"),
            event(6, "order.placed", 50, order_id="O1"),
            event(7, "order.delivered", 60, order_id="O1"),
            event(8, "order.delivered", 61, "bob", order_id="O2"),
            event(9, "store.visited", 62, ""),
        ]
    )
    return answers


async def test_a_planned_question_is_explained_with_every_rule_and_gate(
    kept: KeptAnswers, rules: RuleSet
) -> None:
    (why,) = await why_interaction(kept, "e2", RuleBook(rules))

    assert why.decided.startswith("The customer is asked ces-1.0 by email, due 2026-03-02 ")
    assert {rule.rule for rule in why.rules} == set(rules.rules)
    chosen = next(rule for rule in why.rules if rule.rule == "ces-after-complaint")
    assert [gate.passed for gate in chosen.gates] == [True] * 15
    assert why.note is None
    assert why.invitation is not None
    assert "cancelled" in why.invitation.sentence
    assert "not sent. A later event made the question inappropriate." in why.invitation.sentence


async def test_what_an_interaction_cancelled_is_told(kept: KeptAnswers, rules: RuleSet) -> None:
    (why,) = await why_interaction(kept, "e3", RuleBook(rules))

    assert [view.state for view in why.ended] == ["cancelled"]
    assert why.moves == ("The journey complaint C1 entered the step reopened.",)


async def test_a_limit_is_told_with_when_it_allows_again(kept: KeptAnswers, rules: RuleSet) -> None:
    (why,) = await why_interaction(kept, "e7", RuleBook(rules))

    assert why.reason == "shared_limit"
    assert "any-survey: 1 per 30d; 1 counted" in why.decided
    assert why.eligible_again_at is not None
    assert why.again.startswith("The customer may be asked about such an interaction from 2026-04-")


async def test_a_missing_consent_says_what_is_needed(kept: KeptAnswers, rules: RuleSet) -> None:
    (why,) = await why_interaction(kept, "e8", RuleBook(rules))

    consent = next(
        gate
        for rule in why.rules
        if rule.rule == "nps-after-purchase"
        for gate in rule.gates
        if gate.gate == "consent"
    )
    assert (
        consent.sentence
        == "Consent by channel: email unknown. Needed: yes for one channel, unknown is refused."
    )
    assert why.again == "The customer may be asked after giving consent for a channel."


async def test_an_interaction_without_a_customer_is_explained(kept: KeptAnswers, rules: RuleSet) -> None:
    (why,) = await why_interaction(kept, "e9", RuleBook(rules))

    assert why.reason == "no_customer"
    assert "unknown customer" in why.happened


async def test_an_id_of_two_sources_has_two_explanations(kept: KeptAnswers, rules: RuleSet) -> None:
    kept.take([event(8, "store.visited", 63, "bob", "/till")])

    assert {why.source for why in await why_interaction(kept, "e8", RuleBook(rules))} == {"/shop", "/till"}
    assert [why.source for why in await why_interaction(kept, "e8", RuleBook(rules), "/till")] == ["/till"]


async def test_rules_that_changed_meanwhile_are_said_to_have(kept: KeptAnswers) -> None:
    texts = check_directory(RULES).texts
    changed = load_texts(
        {name: text.replace(b"step: resolved", b"step: closed") for name, text in texts.items()}
    )

    changed.revision = 5
    (why,) = await why_interaction(kept, "e2", RuleBook(changed))

    assert why.outcome == "invite"
    assert why.note is not None
    assert why.note.startswith("Revision 0 of the rules, which decided, is no longer there;")
    assert "judged by revision 5 of the rules instead" in why.note
    assert "the steps below come to this: The customer is not asked." in why.note


async def test_the_revision_that_decided_judges(kept: KeptAnswers, rules: RuleSet) -> None:
    texts = {
        name: text.replace(b"step: resolved", b"step: closed")
        for name, text in check_directory(RULES).texts.items()
    }
    now = load_texts(texts)
    now.revision = 5
    asked: list[int] = []

    async def fetch(number: int) -> RuleSet | None:
        asked.append(number)
        return rules if number == rules.revision else None

    (why,) = await why_interaction(kept, "e2", RuleBook(now, fetch=fetch))
    assert why.note is None
    assert next(rule for rule in why.rules if rule.rule == "ces-after-complaint").matched
    assert asked == [rules.revision]

    (why,) = await why_interaction(kept, "e2", RuleBook(now, "the rules of mine", fetch, judging=True))
    assert why.note is not None
    assert why.note.startswith(
        "What is below is judged by the rules of mine, not by revision 0, which decided."
    )
    assert not next(rule for rule in why.rules if rule.rule == "ces-after-complaint").matched


async def test_an_invitation_leads_to_the_interaction_that_planned_it(
    kept: KeptAnswers, rules: RuleSet
) -> None:
    view = next(view for view in kept.views.values() if view.state == "cancelled")

    why = await why_invitation(kept, view.id, RuleBook(rules))

    assert why is not None
    assert (why.id, why.invitation and UUID(why.invitation.id)) == ("e2", view.id)
    assert await why_invitation(kept, uuid4(), rules) is None


async def test_a_customers_history_tells_all_in_order(kept: KeptAnswers, rules: RuleSet) -> None:
    now = START + timedelta(hours=70)

    history = await customer_history(kept, ANN, RuleBook(rules), now)

    assert history is not None
    assert [entry.id for entry in history.interactions] == [f"e{number}" for number in range(8)]
    assert history.consent == {"email": True}
    allowed = {question.rule: question.allowed_from for question in history.next_questions}
    assert set(allowed) == set(rules.rules)
    assert all(at > now + timedelta(days=20) for at in allowed.values())
    assert await customer_history(kept, "nobody", RuleBook(rules), now) is None
