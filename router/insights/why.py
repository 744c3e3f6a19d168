"""Why an interaction was decided as it was, and what became of the invitation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from router.insights.replay import JournalReader, PlannedBesides, ReplayedEntry, replay, without_customer
from router.insights.rule_book import RuleBook
from router.model.customer import Customer
from router.model.decision import Gate, Outcome, Reason, Verdict
from router.model.interaction import Interaction
from router.model.invitation_states import InvitationState
from router.model.ledger import InvitationView, RowKind
from router.model.responses import ResponseRow, ResponseStatus
from router.model.rules import Rule
from router.policy.candidate import Candidate
from router.policy.limits import eligible_again
from router.rules.ruleset import RuleSet
from router.words.decisions import again_sentence, decision_sentence, happened, move_sentence
from router.words.explanations import judged_by, not_the_same
from router.words.gates import gate_sentence, rule_sentence
from router.words.invitations import became_sentence, follows, invitation_sentence, number_of
from router.words.responses import comment_sentence, response_sentence
from router.words.voice import PLAIN, Voice

NO_VALUES: Mapping[str, str] = {}


class GateWords(Struct, frozen=True):
    """One gate's verdict and its sentence."""

    gate: Gate
    passed: bool
    sentence: str
    actual: Any = None
    limit: Any = None
    eligible_again_at: datetime | None = None


class RuleWords(Struct, frozen=True):
    """How one rule fared. `failed` is the first condition that did not hold."""

    rule: str
    priority: int
    tried: bool
    matched: bool
    sentence: str
    failed: str | None = None
    gates: tuple[GateWords, ...] = ()


class InvitationWords(Struct, frozen=True):
    """An invitation, or what follows one, and what became of it.

    `settled_at` is the clock of its release, or of its end before; `changed_at` of its last change. `follows` is the invitation that a reminder, fallback or cancellation follows, `number` the reminder's.
    """

    id: str
    kind: RowKind
    number: int | None
    follows: str | None
    rule: str
    survey: str
    metric: str
    channel: str | None
    state: InvitationState
    reason: Reason | None
    planned_at: datetime
    due_at: datetime
    settled_at: datetime | None
    changed_at: datetime | None
    became: str
    sentence: str


class ResponseWords(Struct, frozen=True):
    """The response to an invitation, and whether it counts. `given` is the score as it came where it does not."""

    invitation_id: str
    survey: str
    status: ResponseStatus
    score: int | None
    given: str | None
    asked_on: str | None
    answered_at: datetime
    answers: int
    comment: str | None
    sentence: str
    wrote: str | None


class BesidesWords(Struct, frozen=True):
    """What was planned besides, by a rule with `also`: the decision on it in sentences, and what became of it."""

    rule: str | None
    survey: str | None
    outcome: Outcome
    reason: Reason
    decided: str
    invitation: InvitationWords
    followed: tuple[InvitationWords, ...] = ()
    response: ResponseWords | None = None


class Why(Struct, frozen=True):
    """The whole explanation of one decision. `also` tells of what was planned besides. `note` tells where other rules judge than decided, or come out otherwise.

    `response` is the one that stands for the invitation that was planned or, of an answer, answered; `stands` tells of an
    answer whether it is that one. `mapped_by` is the revision whose source made the interaction of a vendor's record.
    """

    source: str
    id: str
    type: str
    time: datetime
    customer_id: str
    decided_at: datetime
    revision: int
    happened: str
    moves: tuple[str, ...]
    journey: str | None
    instance: str | None
    step: str | None
    outcome: Outcome
    reason: Reason
    decided: str
    again: str
    eligible_again_at: datetime | None
    note: str | None
    gates: tuple[GateWords, ...]
    rules: tuple[RuleWords, ...]
    invitation: InvitationWords | None = None
    ended: tuple[InvitationWords, ...] = ()
    followed: tuple[InvitationWords, ...] = ()
    response: ResponseWords | None = None
    stands: bool | None = None
    also: tuple[BesidesWords, ...] = ()
    mapped_by: int | None = None


async def why_interaction(
    store: JournalReader,
    interaction_id: str,
    rules: RuleBook,
    source: str | None = None,
    voice: Voice = PLAIN,
) -> list[Why]:
    """One explanation for each interaction with this id: several sources may use the same. Empty: unknown.

    Raises what `store` raises.
    """
    explanations = []
    for row in await store.journal_by_interaction(interaction_id):
        await rules.read([row.revision])
        entries = await replay(store, row.customer_id, rules)
        # An interaction without a customer is in no customer's journal.
        entry = next((one for one in entries if one.row.key == row.key), None) or without_customer(row, rules)
        explanations.append(_by_book(entry, rules, voice))
    return [why for why in explanations if source in (None, why.source)]


async def why_invitation(
    store: JournalReader, invitation_id: UUID, rules: RuleBook, voice: Voice = PLAIN
) -> Why | None:
    """The explanation of the decision that planned the invitation, or what this one follows; None: it is unknown."""
    view = await store.invitation(invitation_id)
    if view is not None and view.kind != "invitation" and view.root is not None:
        view = await store.invitation(view.root)
    if view is None:
        return None
    entries = await replay(store, view.customer_id, rules)
    asked = (
        entry for entry in entries if str(view.id) in {one.invitation_id for one in entry.decision.asking}
    )
    # Decisions of the first versions name no invitation.
    entry = next(asked, None) or next((one for one in entries if one.row.key == view.key), None)
    return _by_book(entry, rules, voice) if entry is not None else None


def _by_book(entry: ReplayedEntry, book: RuleBook, voice: Voice) -> Why:
    """The explanation by the rules that decided, or with the word that others had to stand in."""
    revision = entry.row.revision
    judge = None
    if not book.has(revision):
        judge = judged_by(book.name, revision, wanted=book.judging, voice=voice)
    return explained(entry, book.by(revision), judge, voice)


def explained(entry: ReplayedEntry, rules: RuleSet, judge: str | None = None, voice: Voice = PLAIN) -> Why:
    """The explanation of one journaled decision by the rules given; `judge` says where others decided."""
    explanation = entry.explained(rules)
    decision, interaction, folded = entry.decision, entry.interaction, explanation.folded
    planned = folded.planned[0] if folded.planned else None
    rule, chosen = rules.rules.get(decision.rule or ""), {one.rule for one in folded.planned}
    next_at = None
    if planned is not None and rule is not None and decision.due_at is not None:
        # Counted from the customer as this interaction left them: the invitations that it planned fill its limits.
        next_at = next_allowed(folded.customer, rule.rule, interaction, rules, planned.at, planned.attributes)
    note = judge
    if not entry.same(folded.decision):
        note = not_the_same(decision_sentence(folded.decision, voice), judge, voice)
    return Why(
        source=interaction.source,
        id=interaction.id,
        type=interaction.type,
        time=interaction.time,
        customer_id=interaction.customer_id,
        decided_at=entry.row.now,
        revision=entry.row.revision,
        mapped_by=interaction.mapped_by,
        happened=happened(interaction, voice),
        moves=tuple(move_sentence(move, voice) for move in folded.moves),
        journey=decision.journey,
        instance=decision.instance,
        step=decision.step,
        outcome=decision.outcome,
        reason=decision.reason,
        decided=decision_sentence(decision, voice),
        again=again_sentence(decision, next_at, voice),
        eligible_again_at=decision.eligible_again_at or next_at,
        note=note,
        gates=tuple(_gate(verdict, voice) for verdict in explanation.interaction_gates),
        rules=tuple(
            RuleWords(
                trace.rule,
                trace.priority,
                trace.tried,
                trace.matched,
                rule_sentence(trace, voice, planned=trace.rule in chosen),
                trace.failed,
                tuple(_gate(verdict, voice) for verdict in trace.verdicts),
            )
            for trace in explanation.rules
        ),
        invitation=invitation_words(entry.planned, voice) if entry.planned else None,
        ended=tuple(invitation_words(view, voice) for view in entry.ended),
        followed=tuple(invitation_words(view, voice) for view in entry.followed),
        response=response_words(entry.response, voice) if entry.response else None,
        stands=entry.response.key == entry.row.key if entry.response and entry.planned is None else None,
        also=tuple(besides_words(one, voice) for one in entry.also),
    )


def besides_words(one: PlannedBesides, voice: Voice = PLAIN) -> BesidesWords:
    """What was planned besides, with its sentences."""
    decision = one.decision
    return BesidesWords(
        rule=decision.rule,
        survey=decision.survey,
        outcome=decision.outcome,
        reason=decision.reason,
        decided=decision_sentence(decision, voice),
        invitation=invitation_words(one.view, voice),
        followed=tuple(invitation_words(view, voice) for view in one.followed),
        response=response_words(one.response, voice) if one.response else None,
    )


def response_words(response: ResponseRow, voice: Voice = PLAIN) -> ResponseWords:
    """A response with its sentences."""
    return ResponseWords(
        invitation_id=str(response.invitation_id),
        survey=response.context.survey,
        status=response.status,
        score=response.score,
        given=response.given,
        asked_on=response.asked_on,
        answered_at=response.answered_at,
        answers=response.answers,
        comment=response.comment,
        sentence=response_sentence(response, voice),
        wrote=comment_sentence(response, voice),
    )


def invitation_words(view: InvitationView, voice: Voice = PLAIN) -> InvitationWords:
    """An invitation with its sentence."""
    return InvitationWords(
        id=str(view.id),
        kind=view.kind,
        number=number_of(view),
        follows=follows(view),
        rule=view.rule,
        survey=view.survey,
        metric=view.metric,
        channel=view.channel,
        state=view.state,
        reason=view.reason,
        planned_at=view.planned_at,
        due_at=view.due_at,
        settled_at=view.settled_at,
        changed_at=view.changed_at,
        became=became_sentence(view, voice),
        sentence=invitation_sentence(view, voice),
    )


def next_allowed(
    customer: Customer,
    rule: Rule,
    interaction: Interaction,
    rules: RuleSet,
    at: datetime,
    compared: Mapping[str, str] = NO_VALUES,
) -> datetime | None:
    """The first moment from `at` on at which the limits allow a further invitation by this rule.

    `compared` are values that limits with `same` compare, where they are known.
    """
    survey = rules.surveys.get(rule.survey)
    if survey is None:
        return None
    candidate = Candidate(rule, survey, rules.policy, interaction, customer, at, at, compared=compared)
    return eligible_again(candidate, at)


def _gate(verdict: Verdict, voice: Voice) -> GateWords:
    return GateWords(
        verdict.gate,
        verdict.passed,
        gate_sentence(verdict, voice),
        verdict.actual,
        verdict.limit,
        verdict.eligible_again_at,
    )
