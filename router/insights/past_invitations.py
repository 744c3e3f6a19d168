"""A customer's invitations as they stood at any place of the journal."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from router.encoding import decode_invitation
from router.model.customer import Customer, Invitation
from router.model.invitation_states import PUBLISHED_STATES
from router.model.ledger import InvitationView, JournalRow


class _Life(Struct, frozen=True):
    """One invitation with its places in the customer's count: planned, moved, and settled (0: not yet)."""

    view: InvitationView
    facts: Invitation
    planned: int
    moved: int
    settled: int
    settled_at: Invitation | None

    def standing(self, seq: int) -> Invitation | None:
        """The invitation right after the place `seq`; None where it is not planned yet or has ended."""
        if seq < self.planned:
            return None
        if self.settled and seq >= self.settled:
            return self.settled_at
        return replace(self.facts, at=self.view.due_at) if self.moved and seq >= self.moved else self.facts


class PastInvitations:
    """What really became of a customer's invitations. `state` is the customer as stored now."""

    def __init__(self, rows: Sequence[JournalRow], views: Sequence[InvitationView], state: Customer) -> None:
        first = [view for view in views if view.kind == "invitation"]
        self._views = {view.key: view for view in first}
        self._following = [view for view in views if view.kind != "invitation"]
        self._rows = {row.key: row.seq for row in rows}
        taken = {row.seq for row in rows} | {view.settled_seq for view in views}
        self._gaps = [seq for seq in range(1, state.seq + 1) if seq not in taken]
        self._now = {invitation.id: invitation for invitation in state.invitations}
        lives = [self._life(view) for view in first]
        self._lives = sorted(lives, key=lambda life: (life.planned, life.facts.id))

    def standing(self, seq: int) -> tuple[Invitation, ...]:
        """The invitations that limits counted after the customer's journal entry or dispatch number `seq`."""
        found = (life.standing(seq) for life in self._lives)
        return tuple(invitation for invitation in found if invitation is not None)

    def planned_by(self, key: UUID) -> InvitationView | None:
        """The invitation that the interaction with this key planned."""
        return self._views.get(key)

    def ended_by(self, seq: int) -> tuple[InvitationView, ...]:
        """What the interaction at this place cancelled or displaced."""
        ended = [life.view for life in self._lives if life.settled == seq and life.view.state != "planned"]
        ended += [view for view in self._following if view.settled_seq == seq and view.state != "planned"]
        return tuple(ended)

    def followed(self, planned: InvitationView | None) -> tuple[InvitationView, ...]:
        """The reminders, fallbacks and cancellations of an invitation, in their order."""
        return tuple(view for view in self._following if planned is not None and view.root == planned.id)

    def _life(self, view: InvitationView) -> _Life:
        facts = decode_invitation(view.body)
        planned = self._rows.get(view.key, 0)
        last = view.settled_seq or 0
        if view.state == "planned":
            return _Life(view, facts, planned, last, 0, None)
        moved = 0
        if view.due_at != facts.at:
            # Of several changes only the last is stored; a move before it left a gap in the count.
            moved = max((gap for gap in self._gaps if planned < gap < last), default=last)
        return _Life(view, facts, planned, moved, last, self._settled(view, facts))

    def _settled(self, view: InvitationView, facts: Invitation) -> Invitation | None:
        if view.state != "queued" and view.state not in PUBLISHED_STATES:
            return None
        now = self._now.get(facts.id)
        at = now.at if now else view.settled_at or view.due_at
        return replace(facts, state="queued", at=at, interaction=None)
