"""Responses: what answers to invitations come to, whatever the order in which they arrive."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.decide.asked import asked_context
from router.decide.batch import Batch, Decided, Planned
from router.model.encoding import encode_json
from router.model.interaction import RESPONSE_TYPE, named_invitation
from router.model.invitation_states import RELEASED_STATES, RESPOND_WITHIN
from router.model.ledger import Answerable, Ask
from router.model.responses import (
    COMMENT,
    MOST_COMMENT,
    MOST_GIVEN,
    AskedContext,
    ResponseRow,
    ResponseStatus,
)
from router.scores.answers import read_score
from router.scores.question import Question

Named = tuple[str, UUID]
"""A customer, and an invitation or one of its messages."""

_OF_ITS_OWN: Final = ("invitation", "fallback")
"""The messages that give a time of their own to answer; a reminder gives none."""


class Heard(Struct, frozen=True):
    """The response that stands for an invitation after a batch, and the one that stood before."""

    before: ResponseRow | None
    response: ResponseRow


def answered(batch: Batch) -> dict[Named, list[Decided]]:
    """The answers of a batch to known invitations, by what they name: of what the batch planned, the invitation itself."""
    found: dict[Named, list[Decided]] = {}
    for decided in batch.decided:
        interaction = decided.interaction
        if interaction.type == RESPONSE_TYPE and interaction.customer_id:
            name = named_invitation(interaction)
            if name is not None:
                found.setdefault((interaction.customer_id, name), []).append(decided)
    if found and batch.planned:
        roots = {
            (one.customer_id, UUID(one.invitation.id)): UUID(one.invitation.root_id) for one in batch.planned
        }
        for named in [named for named in found if roots.get(named, named[1]) != named[1]]:
            found.setdefault((named[0], roots[named]), []).extend(found.pop(named))
    return found


def heard(
    batch: Batch, answers: Mapping[Named, Iterable[Decided]], stored: Mapping[Named, Answerable]
) -> list[Heard]:
    """What the answers of a batch come to. `stored` is what the store has of the invitations that they name.

    An answer to an invitation that was planned before contexts were frozen is in the journal only.
    """
    planned: dict[Named, list[Planned]] = {}
    for one in batch.planned:
        planned.setdefault((one.customer_id, UUID(one.invitation.root_id)), []).append(one)
    found: dict[Named, Heard] = {}
    for (customer_id, name), given in answers.items():
        known = stored.get((customer_id, name)) or Answerable(customer_id, name, None, ())
        place = customer_id, known.id
        asked = _after(batch, known, planned.get(place, ()))
        if asked.context is None:
            continue
        before = found[place].before if place in found else known.response
        standing = found[place].response if place in found else before
        for decided in given:
            standing = _standing(standing, response_to(asked, asked.context, decided))
        if standing is not None:
            found[place] = Heard(before, standing)
    return list(found.values())


def _after(batch: Batch, known: Answerable, planned: Iterable[Planned]) -> Answerable:
    """What is known of an invitation after the batch, which may have planned, released or ended some of its messages."""
    context = known.context
    asks = {ask.id: ask for ask in known.asks}
    for one in planned:
        invitation = one.invitation
        id_ = UUID(invitation.id)
        asks[id_] = Ask(id_, invitation.kind, invitation.state, invitation.channel, None)
        if one.decided is not None:
            context = asked_context(one, batch.rules.of(one.customer_id))
    for id_, ask in asks.items():
        changed = batch.changed.get(str(id_))
        if changed is not None and changed.customer_id == known.customer_id:
            now = changed.change.invitation
            released_at = now.at if now.state in RELEASED_STATES else ask.released_at
            asks[id_] = Ask(id_, ask.kind, now.state, now.channel or ask.channel, released_at)
    return replace(known, context=context, asks=tuple(asks.values()))


def response_to(asked: Answerable, context: AskedContext, decided: Decided) -> ResponseRow:
    """The response that one answer makes, if it is the one that stands."""
    answer = decided.interaction
    value = answer.attributes.get("score")
    released = sorted(
        (ask for ask in asked.asks if ask.released_at is not None and ask.state in RELEASED_STATES),
        key=lambda ask: (ask.released_at or answer.time, ask.id),
    )
    status, score = _judged(released, context, value, answer.time)
    timely = [ask for ask in released if ask.released_at is not None and ask.released_at <= answer.time]
    comment = answer.attributes.get(COMMENT)
    return ResponseRow(
        customer_id=asked.customer_id,
        invitation_id=asked.id,
        key=decided.key,
        context=context,
        status=status,
        answered_at=answer.time,
        received_at=decided.now,
        respond_by=_respond_by(released),
        asked_on=(timely or released or asked.asks)[-1].channel,
        score=score,
        given=None if score is not None or value is None else encode_json(value).decode()[:MOST_GIVEN],
        comment=comment[:MOST_COMMENT] if isinstance(comment, str) and comment.strip() else None,
    )


def _judged(
    released: list[Ask], context: AskedContext, value: Any, answered_at: datetime
) -> tuple[ResponseStatus, int | None]:
    """Whether an answer counts, and its score; else the reason."""
    own = [ask for ask in released if ask.kind in _OF_ITS_OWN]
    if own and own[-1].state == "withdrawn":
        return "withdrawn", None
    if not own or own[0].released_at is None or answered_at < own[0].released_at:
        return "before_invitation", None
    respond_by = _respond_by(own)
    if respond_by is not None and answered_at > respond_by:
        return "too_late", None
    score = read_score(question_of(context), value)
    return ("counted", score) if isinstance(score, int) else (score, None)


def _respond_by(released: list[Ask]) -> datetime | None:
    """The end of the time to answer: of the last message that gives one of its own."""
    moments = [ask.released_at for ask in released if ask.kind in _OF_ITS_OWN and ask.released_at is not None]
    return moments[-1] + RESPOND_WITHIN if moments else None


def question_of(context: AskedContext) -> Question:
    """The question as it was asked."""
    return Question(
        context.survey,
        context.metric,
        context.scale,
        context.polarity,
        context.text_version,
        context.presentation,
    )


def _standing(stood: ResponseRow | None, new: ResponseRow) -> ResponseRow:
    """Of two the one that stands: the latest answer that counts, else the latest. What a person took out stays out."""
    if stood is None:
        return new
    latest = max(stood, new, key=lambda one: (one.score is not None, one.answered_at, one.key))
    if stood.excluded_at is not None:
        latest = replace(
            latest,
            status="excluded",
            excluded_by=stood.excluded_by,
            excluded_at=stood.excluded_at,
            excluded_because=stood.excluded_because,
        )
    return replace(latest, answers=stood.answers + 1)
