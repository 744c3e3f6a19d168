"""Changes of a customer's invitations: what each was, what it is from then on, and why."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from router.model.customer import Invitation
from router.model.decision import Reason, Verdict
from router.model.invitation_states import COUNTED_STATES, FINAL_STATES, Trigger, after
from router.rules.ruleset import RuleSet

MOST_OLDER = 50
"""So many invitations are remembered that no limit counts any more, for the day that a limit is lengthened."""


class Change(Struct, frozen=True):
    """An invitation's new state, with the reason where it ended.

    `followed_by` is what is planned because of it: a reminder of one that was released, a fallback of a bounced one.
    """

    before: Invitation
    invitation: Invitation
    reason: Reason | None = None
    verdict: Verdict | None = None
    followed_by: Invitation | None = None


def ended(invitation: Invitation, trigger: Trigger, reason: Reason, verdict: Verdict | None = None) -> Change:
    """An invitation that comes to nothing. Raises ValueError where its state knows no such end."""
    state = after(invitation.state, trigger)
    if state not in FINAL_STATES:
        raise ValueError(f"{trigger} does not end an invitation that is {invitation.state}")
    return Change(invitation, replace(invitation, state=state, interaction=None), reason, verdict)


def without(invitations: Iterable[Invitation], changes: Iterable[Change]) -> tuple[Invitation, ...]:
    """A customer's invitations after these changes: what limits count no more is forgotten."""
    changed = {change.invitation.id: change.invitation for change in changes}
    kept = (changed.get(invitation.id, invitation) for invitation in invitations)
    return tuple(invitation for invitation in kept if invitation.state in COUNTED_STATES)


def freed(changes: Sequence[Change]) -> tuple[Invitation, ...]:
    """The invitations, as they were, that count no more after these changes."""
    return (
        ()
        if not changes
        else tuple(
            change.before
            for change in changes
            if change.before.state in COUNTED_STATES and change.invitation.state not in COUNTED_STATES
        )
    )


def remembered(invitations: tuple[Invitation, ...], now: datetime, rules: RuleSet) -> tuple[Invitation, ...]:
    """The planned invitations, all that may count for a limit now, and of the older ones `MOST_OLDER`, the latest."""
    oldest = now - rules.memory
    kept = tuple([entry for entry in invitations if entry.state == "planned" or entry.at > oldest])
    if len(kept) <= MOST_OLDER:
        return kept
    oldest = now - rules.counting
    older = [entry for entry in kept if entry.state != "planned" and entry.at <= oldest]
    if len(older) <= MOST_OLDER:
        return kept
    older.sort(key=lambda entry: (entry.at, entry.id))
    gone = {entry.id for entry in older[:-MOST_OLDER]}
    return tuple([entry for entry in kept if entry.id not in gone])
