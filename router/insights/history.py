"""One customer: where the journeys stand, what was decided, what was asked, and what may be asked next."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec import Struct

from router.insights.due_days import NextDay, next_days
from router.insights.replay import JournalReader, ReplayedEntry, all_invitations, replay
from router.insights.rule_book import RuleBook
from router.insights.why import (
    BesidesWords,
    InvitationWords,
    ResponseWords,
    besides_words,
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
from router.words import customers as told
from router.words.decisions import decision_sentence, happened
from router.words.fragments import fragment
from router.words.invitations import kind_words, state_words
from router.words.reasons import meaning
from router.words.responses import status_words
from router.words.voice import PLAIN, Voice


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
    also: tuple[BesidesWords, ...] = ()


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
    and next questions go by. `responses` are those that stand, `next_days` the next ones that schedules bring,
    `signals` what the policy counts of the customer.
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
    next_days: tuple[NextDay, ...] = ()
    signals: dict[str, int | datetime | None] = {}


async def customer_history(
    store: JournalReader, customer_id: str, rules: RuleBook, now: datetime, voice: Voice = PLAIN
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
        interactions=tuple(_decided(entry, voice) for entry in entries),
        next_questions=_next_questions(customer, rules.now, now),
        timeline=_timeline(entries, views, responses, voice),
        limits=_limits(customer, rules.now, now, voice),
        rules=rules.name,
        responses=tuple(response_words(one, voice) for one in responses),
        next_days=next_days(customer, rules.now),
        signals={
            name: signal.value(customer.occurred, now, None) for name, signal in rules.now.signals.items()
        },
    )


def _timeline(
    entries: Sequence[ReplayedEntry],
    views: Sequence[InvitationView],
    responses: Sequence[ResponseRow],
    voice: Voice,
) -> tuple[TimelineEntry, ...]:
    """Interactions, what became of invitations, and the responses that stand, in the order of time."""
    lines = []
    for entry in entries:
        interaction, decision = entry.interaction, entry.decision
        channel = f" ({interaction.channel})" if interaction.channel else ""
        journey = f"{decision.journey}: {decision.step}" if decision.journey else ""
        consequence = meaning(decision.reason, voice.language)
        asked = [
            told.words(voice, "asks", survey=one.survey, due=voice.clock(one.due_at), rule=one.rule)
            for one in decision.asking
            if one.due_at is not None
        ]
        if asked:
            consequence = "; ".join(asked)
        lines.append(TimelineEntry(interaction.time, f"{interaction.type}{channel}", journey, consequence))
    for view in views:
        lines += _of_invitation(view, voice)
    for one in responses:
        context = one.context
        answer = (one.given if one.score is None else str(one.score)) or told.words(voice, "no score")
        journey = f"{context.journey}: {context.step}" if context.journey else ""
        said = f"{context.survey}: {answer}. {status_words(one, voice)}"
        lines.append(TimelineEntry(one.answered_at, told.words(voice, "response"), journey, said))
    return tuple(sorted(lines, key=lambda line: line.at))


def _of_invitation(view: InvitationView, voice: Voice) -> Iterator[TimelineEntry]:
    """One that was sent has two lines: when it left, and what became of it at the customer's."""
    kind = kind_words(view, voice.language)
    became = told.words(voice, "became", kind=kind, state=state_words(view.state, voice.language))
    if view.kind == "cancellation":
        yield TimelineEntry(view.due_at, became, "", told.words(voice, "takes back", survey=view.survey))
        return
    name = view.survey
    if view.channel:
        name = told.words(voice, "by", survey=view.survey, channel=view.channel)
    if view.settled_at is not None and view.state in RELEASED_STATES:
        yield TimelineEntry(view.settled_at, told.words(voice, "sent", kind=kind), "", name)
    if view.changed_at is not None and view.state not in ("planned", "queued", "sent"):
        means = f": {meaning(view.reason, voice.language)}" if view.reason else ""
        yield TimelineEntry(view.changed_at, became, "", f"{name}{means}")


def _limits(customer: Customer, rules: RuleSet, now: datetime, voice: Voice) -> tuple[LimitUse, ...]:
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
            uses.append(
                LimitUse(
                    limit.id,
                    used,
                    limit.max,
                    fragment(f" per {period_in_words(limit)}", voice.language).removeprefix(" per "),
                    free_at,
                )
            )
    return tuple(uses)


def _decided(entry: ReplayedEntry, voice: Voice) -> DecidedInteraction:
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
        happened=happened(interaction, voice),
        decided=decision_sentence(decision, voice),
        invitation=invitation_words(entry.planned, voice) if entry.planned else None,
        followed=tuple(invitation_words(view, voice) for view in entry.followed),
        also=tuple(besides_words(one, voice) for one in entry.also),
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
