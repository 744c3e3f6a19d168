"""One customer: where the journeys stand, what was decided, what was asked, and what may be asked next."""

from datetime import datetime

from msgspec import Struct

from router.encoding import decode_state
from router.insights.replay import Answers, ReplayedEntry, replay
from router.insights.rule_book import RuleBook
from router.insights.why import InvitationWords, invitation_words, next_allowed
from router.insights.words import decision_sentence, happened
from router.model.customer import Customer
from router.model.decision import Outcome, Reason
from router.model.interaction import Interaction
from router.model.journey import Journey
from router.ruleset import RuleSet


class Happened(Struct, frozen=True):
    """One interaction of the customer and what was decided about it."""

    source: str
    id: str
    type: str
    time: datetime
    journey: str | None
    step: str | None
    outcome: Outcome
    reason: Reason
    happened: str
    decided: str
    invitation: InvitationWords | None = None


class NextQuestion(Struct, frozen=True):
    """From when on the contact limits allow a survey by one rule."""

    rule: str
    survey: str
    allowed_from: datetime


class CustomerHistory(Struct, frozen=True):
    """All that is known of a customer at the time `at`: journeys, decisions and invitations in their order."""

    customer_id: str
    at: datetime
    locale: str | None
    consent: dict[str, bool]
    suppressed: tuple[str, ...]
    journeys: tuple[Journey, ...]
    interactions: tuple[Happened, ...]
    next_questions: tuple[NextQuestion, ...]


async def customer_history(
    reading: Answers, customer_id: str, rules: RuleBook, now: datetime
) -> CustomerHistory | None:
    """The customer's history; None where nothing is known of them. Raises what `reading` raises."""
    entries = await replay(reading, customer_id, rules)
    stored = await reading.customer(customer_id)
    if not entries and stored is None:
        return None
    customer = decode_state(stored.body) if stored else Customer(customer_id)
    profile = customer.profile
    return CustomerHistory(
        customer_id=customer_id,
        at=now,
        locale=profile.locale,
        consent=profile.consent,
        suppressed=profile.suppressed,
        journeys=customer.journeys,
        interactions=tuple(map(_happened, entries)),
        next_questions=_next_questions(customer, rules.now, now),
    )


def _happened(entry: ReplayedEntry) -> Happened:
    interaction, decision = entry.interaction, entry.decision
    return Happened(
        source=interaction.source,
        id=interaction.id,
        type=interaction.type,
        time=interaction.time,
        journey=decision.journey,
        step=decision.step,
        outcome=decision.outcome,
        reason=decision.reason,
        happened=happened(interaction),
        decided=decision_sentence(decision),
        invitation=invitation_words(entry.planned) if entry.planned else None,
    )


def _next_questions(customer: Customer, rules: RuleSet, now: datetime) -> tuple[NextQuestion, ...]:
    """By rule. Limits about an attribute of the interaction are left out: it is not known yet."""
    found = []
    for entry in rules.index.rules:
        blank = Interaction("", "", "", now, customer.id)
        allowed = next_allowed(customer, entry.rule, blank, rules, now)
        if entry.rule.enabled and allowed is not None:
            found.append(NextQuestion(entry.rule.id, entry.rule.survey, allowed))
    return tuple(found)
