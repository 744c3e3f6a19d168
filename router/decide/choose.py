"""One candidate through the gates: planned, deferred, planned in another's place, or refused."""

from datetime import datetime
from hashlib import sha1
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.model.customer import Invitation
from router.model.decision import Verdict
from router.model.interaction import Interaction
from router.model.responses import Touchpoint
from router.policy.candidate import Candidate, Standing
from router.policy.comparing import compared_values
from router.policy.displacing import fewest
from router.policy.facts import frozen_facts
from router.policy.gate_check import GateCheck
from router.policy.limit_gates import limit_gate
from router.policy.limits import eligible_again, standings, usage

INVITATION_NAMESPACE = UUID("5b2f7a3e-6f0d-5c52-9d0b-6b1f2f3f9c11")
"""Invitation ids are UUIDv5 in this namespace of `source`, `id` and rule id, joined by line feeds."""

_LIMIT_GATES = ("own_survey_limit", "shared_limit", "attribute_limit")


class Choice(Struct, frozen=True):
    """What became of a candidate. `verdict` is the refusal, or the limit's word that deferred it."""

    candidate: Candidate
    chosen: bool
    verdict: Verdict | None = None


def first_refusal(candidate: Candidate, gates: tuple[GateCheck, ...]) -> Verdict | None:
    """The verdict of the first gate that refuses the candidate."""
    for gate in gates:
        if not gate.passes(candidate):
            return gate(candidate)
    return None


def choose(candidate: Candidate, gates: tuple[GateCheck, ...]) -> Choice:
    """Tries a candidate: as it is, in the place of a lesser planned invitation, then at a later moment."""
    refusal = first_refusal(candidate, gates)
    if refusal is None:
        return Choice(candidate, True)
    if refusal.gate == "shared_limit":
        displacing = candidate.in_place_of(_displaced(candidate))
        if displacing.displaced and first_refusal(displacing, gates) is None:
            return Choice(displacing, True)
    if refusal.gate in _LIMIT_GATES:
        later = _deferred(candidate)
        if later is not None and first_refusal(moved := replace(candidate, due=later), gates) is None:
            return Choice(moved, True, refusal)
    return Choice(candidate, False, refusal)


def _refusing(candidate: Candidate) -> list[Standing]:
    at, policy = candidate.due or candidate.now, candidate.policy
    return [entry for entry in standings(candidate) if usage(entry, policy, at) > entry.limit.max]


def _displaced(candidate: Candidate) -> frozenset[str]:
    """The planned invitations that go for this one; none where another limit than a shared one refuses too."""
    if all(entry.state != "planned" for entry in candidate.customer.invitations):
        return frozenset()
    refusing = _refusing(candidate)
    if any(limit_gate(standing.limit) != "shared_limit" for standing in refusing):
        return frozenset()
    return fewest(candidate, refusing)


def _deferred(candidate: Candidate) -> datetime | None:
    """The first moment that all limits and the hours allow, if every refusing limit may defer that far."""
    base = candidate.due
    refusing = [standing.limit for standing in _refusing(candidate)]
    if base is None or any(limit.on_limit != "defer" for limit in refusing):
        return None
    latest = min(base + limit.up_to for limit in refusing if limit.up_to is not None)
    at = base
    while at <= latest:
        later = candidate.allowed_from(eligible_again(candidate, at))
        if later is None or later == at:
            return later
        at = later
    return None


def planned(candidate: Candidate, touchpoint: Touchpoint | None) -> Invitation:
    """The invitation that a chosen candidate becomes."""
    rule, interaction, journey = candidate.rule, candidate.interaction, candidate.journey
    return Invitation(
        id=invitation_id(interaction, rule.id),
        rule=rule.id,
        survey=candidate.survey.name,
        metric=candidate.survey.metric,
        channel=candidate.channel,
        priority=rule.priority,
        at=candidate.due or candidate.now,
        journey=rule.journey,
        instance=journey.instance if journey else None,
        step=journey.step if journey else None,
        attributes=compared_values(candidate),
        expires_at=candidate.expires_at,
        interaction=interaction,
        happened_at=interaction.time,
        touchpoint=touchpoint,
        facts=frozen_facts(candidate) if candidate.survey.facts else {},
    )


def invitation_id(interaction: Interaction, rule: str) -> str:
    """The id of the invitation that a rule plans about an interaction: the same whenever it is computed."""
    # As `uuid.uuid5` makes it, at a quarter of its cost.
    name = f"{interaction.source}\n{interaction.id}\n{rule}".encode()
    digest = bytearray(sha1(INVITATION_NAMESPACE.bytes + name, usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
