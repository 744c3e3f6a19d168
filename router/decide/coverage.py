"""What one interaction changes in the coverage: the touchpoint that it is, and the stages that it leads to."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from router.decide.touchpoints import declared, text_key
from router.model.cells import stage_bits
from router.model.customer import Customer, Invitation
from router.model.interaction import Interaction
from router.model.journey import Move
from router.model.responses import Covered, Touchpoint
from router.policy.hours import own_zone
from router.rules.ruleset import RuleSet

_UNAWAITED: Final = stage_bits("had_step", "withheld")
_UNMATCHED: Final = stage_bits("had_step", "waited", "withheld")
REFUSED: Final = stage_bits("had_step", "waited", "matched", "withheld")
PLANNED: Final = stage_bits("had_step", "waited", "matched", "planned")
_BOUNCED: Final = stage_bits("bounced")
_DELIVERED: Final = stage_bits("delivered")
_STARTED: Final = stage_bits("delivered", "started")
_ANSWERED: Final = stage_bits("delivered", "started", "answered")
_EPOCH: Final = date(1970, 1, 1).toordinal()


def touchpoint_of(
    move: Move | None, interaction: Interaction, customer: Customer, rules: RuleSet
) -> Touchpoint | None:
    """The touchpoint that an interaction is by its move; None: it entered no step."""
    if move is None or move.movement != "entered" or move.step is None:
        return None
    policy = rules.policy
    local = interaction.time.astimezone(own_zone(policy))
    by = policy.scores.by
    return Touchpoint(
        move.journey.name,
        move.step,
        text_key(interaction.channel) if interaction.channel else None,
        (local.toordinal() - _EPOCH) * 24 + local.hour,
        declared(by, interaction, move.journey, customer.profile) if by else {},
    )


def unmatched(
    move: Move | None, interaction: Interaction, customer: Customer, rules: RuleSet
) -> Covered | None:
    """What an interaction that no rule matched adds to the coverage: whether any waits for its step."""
    touchpoint = touchpoint_of(move, interaction, customer, rules)
    if touchpoint is None:
        return None
    index = rules.index
    waits = index.for_transition(touchpoint.journey, touchpoint.step) or index.for_type(interaction.type)
    return Covered(touchpoint, _UNMATCHED if waits else _UNAWAITED)


def told(
    named: Invitation, before: Iterable[Invitation], after: Iterable[Invitation], *, bounced: bool
) -> Covered | None:
    """What a report or an answer about the invitation `named` changes in the coverage.

    A touchpoint was delivered, started or answered where its invitation was, or what followed that. `before` and `after`
    are all that the customer has; what bounced is not among them any more, so that a message that was delivered first and
    returned later was not. Only the first message can have `bounced`: what follows on another channel does because of it.
    """
    if named.touchpoint is None:
        return None
    stood, stands = _stages(named.root_id, before), _stages(named.root_id, after)
    first = _BOUNCED if bounced and named.kind == "invitation" else 0
    gained, lost = stands & ~stood | first, stood & ~stands
    return Covered(named.touchpoint, gained, lost) if gained or lost else None


def _stages(root: str, invitations: Iterable[Invitation]) -> int:
    found = 0
    for entry in invitations:
        if entry.root_id == root:
            if entry.delivered_at is not None:
                found |= _DELIVERED
            if entry.state == "answered":
                found |= _ANSWERED
            elif entry.state == "started":
                found |= _STARTED
    return found
