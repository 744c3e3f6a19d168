"""A customer's invitations as they stood at any place of the journal, by what the store has of them."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from router.decide import Folded
from router.decide.following import follower_id, released, rule_of
from router.insights.rule_book import RuleBook
from router.model.customer import Customer, Invitation
from router.model.encoding import decode_invitation
from router.model.ledger import InvitationView, JournalRow

_LOST = ("cancelled", "displaced", "expired")


class PastInvitations:
    """The actual course of a customer's invitations, whatever today's rules would make of them.

    A place in the customer's count that no journal entry has was a dispatch: of the invitation that was settled there,
    or else of one that was moved.
    """

    def __init__(self, views: Sequence[InvitationView]) -> None:
        self._views = {view.key: view for view in views if view.kind == "invitation"}
        self._following: defaultdict[UUID | None, list[InvitationView]] = defaultdict(list)
        for view in views:
            if view.kind != "invitation":
                self._following[view.root].append(view)
        self._asks = {str(view.id): view for view in views if view.kind != "cancellation"}
        self._settled: defaultdict[int | None, list[InvitationView]] = defaultdict(list)
        for view in views:
            # A planned one was settled nowhere yet, and its place is empty.
            if view.state != "planned":
                self._settled[view.settled_seq].append(view)

    def planned_by(self, key: UUID) -> InvitationView | None:
        """The invitation that the interaction with this key planned."""
        return self._views.get(key)

    def named(self, id_: str | None) -> InvitationView | None:
        """The invitation with this id."""
        return self._asks.get(id_ or "")

    def ended_by(self, seq: int) -> tuple[InvitationView, ...]:
        """What the interaction at this place cancelled or displaced."""
        return tuple(self._settled.get(seq, ()))

    def followed(self, planned: InvitationView | None) -> tuple[InvitationView, ...]:
        """The reminders, fallbacks and cancellations of an invitation, in their order."""
        return tuple(self._following.get(planned.id, ())) if planned is not None else ()

    def dispatched(self, customer: Customer, until: int, rules: RuleBook) -> Customer:
        """The customer right before the place `until`, with what the dispatcher did since the customer's own place."""
        for seq in range(customer.seq + 1, until):
            settled = self._settled.get(seq)
            invitations = customer.invitations
            for view in settled or ():
                invitations = self._after_check(invitations, view, rules)
            customer = replace(customer, invitations=invitations if settled else self._one_moved(invitations))
        return replace(customer, seq=until - 1)

    def after(
        self, before: Customer, folded: Folded, row: JournalRow, planned: Sequence[InvitationView]
    ) -> Customer:
        """The customer after a journal entry: as it was folded, with the invitations that were actually left and `planned`."""
        ended = {str(view.id) for view in self._settled.get(row.seq, ()) if view.state in _LOST}
        after = {invitation.id: invitation for invitation in folded.customer.invitations}
        # The fold may end a planned one that was not ended then, by rules that are not kept: the store knows better.
        remaining = [
            after.get(invitation.id, invitation)
            for invitation in before.invitations
            if invitation.id not in ended
            and (invitation.id in after or (invitation.state == "planned" and invitation.id in self._asks))
        ]
        new = [decode_invitation(view.body) for view in planned]
        followers = (change.followed_by for change in folded.changes)
        new += [follower for follower in followers if follower is not None and follower.id in self._asks]
        return replace(folded.customer, seq=row.seq, invitations=(*remaining, *new))

    def _after_check(
        self, invitations: tuple[Invitation, ...], view: InvitationView, rules: RuleBook
    ) -> tuple[Invitation, ...]:
        """The invitations after one of them was released, or ended at its check, with its reminder if there is one."""
        planned = (one for one in invitations if one.id == str(view.id) and one.state == "planned")
        invitation = next(planned, None)
        if invitation is None:
            return invitations
        others = tuple(one for one in invitations if one is not invitation)
        if view.state in _LOST:
            return others
        compiled = rules.by(view.revision).rules.get(invitation.rule)
        rule = rule_of(invitation, compiled.rule) if compiled else None
        at = view.settled_at or invitation.at
        queued = replace(invitation, state="queued", at=at, channel=view.channel)
        out = released(invitation, rule, view.channel, at) if rule else queued
        reminder = self._asks.get(follower_id(invitation, "reminder"))
        return (*others, out, *([decode_invitation(reminder.body)] if reminder else []))

    def _one_moved(self, invitations: tuple[Invitation, ...]) -> tuple[Invitation, ...]:
        """The invitations after one was moved to another time. Of several moves only the last is stored."""
        due = {name: view.due_at for name, view in self._asks.items()}
        moved = [one for one in invitations if one.state == "planned" and due.get(one.id, one.at) != one.at]
        if not moved:
            return invitations
        first = min(moved, key=lambda one: (one.at, one.id))
        later = replace(first, at=due[first.id], due_at=first.due_at or first.at)
        return tuple(later if one is first else one for one in invitations)
