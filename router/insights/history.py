"""One customer: where the journeys stand, what was decided, what was asked, and what may be asked next."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter

from msgspec import Struct

from router.insights.replay import JournalReader, ReplayedEntry, all_invitations, replay
from router.insights.rule_book import RuleBook
from router.insights.why import (
    InvitationWords,
    ResponseWords,
    invitation_words,
    next_allowed,
    response_words,
)
from router.model.customer import Customer
from router.model.decision import Outcome, Reason
from router.model.encoding import decode_state
from router.model.interaction import Interaction
from router.model.invitation_states import COUNTED_STATES, RELEASED_STATES
from router.model.journey import Journey
from router.model.ledger import InvitationView
from router.model.responses import ResponseRow
from router.policy.limit_gates import period_in_words
from router.policy.limits import counting, eligible, usage
from router.rules.ruleset import RuleSet
from router.words.reasons import REASONS, decision_sentence, happened, kind_words
from router.words.responses import status_words


class DecidedInteraction(Struct, frozen=True):
    """One interaction of the customer and the decision on it."""

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
    followed: tuple[InvitationWords, ...] = ()


class NextQuestion(Struct, frozen=True):
    """From when on the contact limits allow a survey by one rule."""

    rule: str
    survey: str
    allowed_from: datetime


class LimitUse(Struct, frozen=True):
    """How far a contact limit is used in the window or period of now, and when it has room for one more."""

    limit: str
    used: int
    max: int
    per: str
    free_at: datetime


class TimelineEntry(Struct, frozen=True):
    """One line of a customer's life: what happened when, where in which journey, and what came of it."""

    at: datetime
    what: str
    journey: str
    came_of_it: str


class CustomerHistory(Struct, frozen=True):
    """All that is known of a customer at the time `at`: journeys, decisions and invitations in their order.

    `unclear` is when a statement about consent came that could not be understood. `rules` names the rule set that limits
    and next questions go by. `responses` are those that stand.
    """

    customer_id: str
    at: datetime
    locale: str | None
    consent: dict[str, bool]
    suppressed: tuple[str, ...]
    unclear: datetime | None
    journeys: tuple[Journey, ...]
    interactions: tuple[DecidedInteraction, ...]
    next_questions: tuple[NextQuestion, ...]
    timeline: tuple[TimelineEntry, ...]
    limits: tuple[LimitUse, ...]
    rules: str
    responses: tuple[ResponseWords, ...] = ()


async def customer_history(
    store: JournalReader, customer_id: str, rules: RuleBook, now: datetime
) -> CustomerHistory | None:
    """The customer's history; None where nothing is known of them. Raises what `store` raises."""
    entries = await replay(store, customer_id, rules)
    stored = await store.customer(customer_id)
    if not entries and stored is None:
        return None
    views = await all_invitations(store, customer_id)
    responses = await store.responses_of(customer_id)
    customer = decode_state(stored.body) if stored else Customer(customer_id)
    profile = customer.profile
    return CustomerHistory(
        customer_id=customer_id,
        at=now,
        locale=profile.locale,
        consent=profile.consent,
        suppressed=profile.suppressed,
        unclear=profile.unclear,
        journeys=tuple(sorted(customer.journeys, key=attrgetter("opened_at"))),
        interactions=tuple(map(_decided, entries)),
        next_questions=_next_questions(customer, rules.now, now),
        timeline=_timeline(entries, views, responses),
        limits=_limits(customer, rules.now, now),
        rules=rules.name,
        responses=tuple(map(response_words, responses)),
    )


def _timeline(
    entries: Sequence[ReplayedEntry], views: Sequence[InvitationView], responses: Sequence[ResponseRow]
) -> tuple[TimelineEntry, ...]:
    """Interactions, what became of invitations, and the responses that stand, in the order of time."""
    lines = []
    for entry in entries:
        interaction, decision = entry.interaction, entry.decision
        channel = f" ({interaction.channel})" if interaction.channel else ""
        journey = f"{decision.journey}: {decision.step}" if decision.journey else ""
        consequence = REASONS[decision.reason]
        if decision.invitation_id is not None:
            consequence = (
                f"asks {decision.survey}, due {decision.due_at:%Y-%m-%d %H:%M} (rule {decision.rule})"
            )
        lines.append(TimelineEntry(interaction.time, f"{interaction.type}{channel}", journey, consequence))
    for view in views:
        kind = kind_words(view)
        if view.kind == "cancellation":
            lines.append(TimelineEntry(view.due_at, f"{kind} {view.state}", "", f"takes back {view.survey}"))
            continue
        name = f"{view.survey} by {view.channel}" if view.channel else view.survey
        # One that was sent has two lines: when it left, and what became of it at the customer's.
        if view.settled_at is not None and view.state in RELEASED_STATES:
            lines.append(TimelineEntry(view.settled_at, f"{kind} sent", "", name))
        if view.changed_at is not None and view.state not in ("planned", "queued", "sent"):
            meaning = f": {REASONS[view.reason]}" if view.reason else ""
            lines.append(TimelineEntry(view.changed_at, f"{kind} {view.state}", "", f"{name}{meaning}"))
    for one in responses:
        context = one.context
        answer = one.given if one.score is None else str(one.score)
        journey = f"{context.journey}: {context.step}" if context.journey else ""
        said = f"{context.survey}: {answer or 'no score'}. {status_words(one)}"
        lines.append(TimelineEntry(one.answered_at, "response", journey, said))
    return tuple(sorted(lines, key=lambda line: line.at))


def _limits(customer: Customer, rules: RuleSet, now: datetime) -> tuple[LimitUse, ...]:
    """Limits about an attribute of the interaction are left out: it is not known yet."""
    counted = [
        invitation
        for invitation in customer.invitations
        if invitation.state in COUNTED_STATES
        and (invitation.kind != "reminder" or rules.policy.reminders_count)
    ]
    uses = []
    for limit in rules.policy.limits:
        if limit.same is None:
            standing = counting(limit, None, counted)
            # `usage` counts the one that would be added, too.
            used = usage(standing, rules.policy, now) - 1
            free_at = eligible(standing, rules.policy, now)
            uses.append(LimitUse(limit.id, used, limit.max, period_in_words(limit), free_at))
    return tuple(uses)


def _decided(entry: ReplayedEntry) -> DecidedInteraction:
    interaction, decision = entry.interaction, entry.decision
    return DecidedInteraction(
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
        followed=tuple(map(invitation_words, entry.followed)),
    )


def _next_questions(customer: Customer, rules: RuleSet, now: datetime) -> tuple[NextQuestion, ...]:
    """By rule. Limits about an attribute of the interaction are left out: it is not known yet."""
    questions = []
    # The limits ask about the customer; the interaction that will come matters only to those with `same`.
    blank = Interaction("", "", "", now, customer.id)
    for compiled in rules.index.rules:
        rule = compiled.rule
        allowed = next_allowed(customer, rule, blank, rules, now)
        if rule.enabled and allowed is not None:
            questions.append(NextQuestion(rule.id, rule.survey, allowed))
    return tuple(questions)
