"""The relay: leases due invitations, checks them again, publishes them and settles.

Nothing is published with a transaction open. A crash after publishing and before settling repeats the same
invitation id once the lease has run out, never a new one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from router.batch import Batch
from router.clock import Clock
from router.decide import recheck
from router.dispatch.invitation_event import Rendering, rendered
from router.encoding import decode_invitation, decode_state
from router.in_force import InForce
from router.model.customer import Customer, Invitation
from router.model.interaction import Interaction
from router.model.ledger import InvitationRow, Leased
from router.pipeline import Ledger, changes_of, load_counts
from router.ruleset import RuleSet

T = TypeVar("T")


class Outbox(Ledger, Protocol):
    """What the relay needs of a transaction."""

    async def lease(self, now: datetime, wall: datetime, until: datetime, limit: int) -> list[Leased]:
        """Claims invitations due at `now` that nobody else holds."""

    async def release(self, token: UUID, ids: Sequence[UUID]) -> None:
        """Gives leases back."""

    async def settle(self, token: UUID, ids: Sequence[tuple[str, UUID]]) -> int:
        """Marks queued invitations as sent where the lease still holds; how many."""


class OutboxStore(Protocol):
    """What the relay needs of a store."""

    async def run(self, work: Callable[[Outbox], Awaitable[T]]) -> T:
        """Runs the work in a transaction, again where another one came between."""


class Message(Struct, frozen=True):
    """A message to publish."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()


class Sender(Protocol):
    """Publishes messages."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Returns once the broker has stored all of them; raises where it is not known to have."""


class Released(Struct, frozen=True):
    """An invitation that passed its check: who is asked what, about which interaction."""

    customer: Customer
    invitation: Invitation
    interaction: Interaction
    row: InvitationRow


class Passed(Struct, frozen=True):
    """What one pass did: invitations leased, published, and what the check at due time ended or moved."""

    leased: int
    published: tuple[Released, ...] = ()
    ended: tuple[tuple[str, str], ...] = ()


class Relay:
    """Sends what is due. `rules` may be replaced between two passes; `secret` signs response tokens."""

    def __init__(  # noqa: PLR0913 - parts, put together in one place
        self,
        store: OutboxStore,
        sender: Sender,
        rules: InForce,
        clock: Clock,
        *,
        topic: str,
        batch: int = 500,
        lease: timedelta = timedelta(seconds=60),
        secret: bytes | None = None,
    ) -> None:
        self.store = store
        self.sender = sender
        self.rules = rules
        self.clock = clock
        self.topic = topic
        self.batch = batch
        self.lease = lease
        self.secret = secret

    async def pass_once(self) -> Passed:
        """Sends at most one batch of what is due now. Raises what the store or the sender raises."""
        now = self.clock.now()
        if now is None:
            return Passed(0)
        wall = datetime.now(UTC)
        rules = self.rules
        leased = await self.store.run(lambda outbox: outbox.lease(now, wall, wall + self.lease, self.batch))
        if not leased:
            return Passed(0)
        token = leased[0].token
        rows = [entry.row for entry in leased]
        released, ended = await self.store.run(lambda outbox: self._checked(outbox, rules, token, rows, now))
        if released:
            await self.sender.send([self._message(rules.of(entry.customer.id), entry) for entry in released])
            settled = [(entry.row.customer_id, entry.row.id) for entry in released]
            await self.store.run(lambda outbox: outbox.settle(token, settled))
        return Passed(len(leased), tuple(released), tuple(ended))

    async def _checked(
        self, outbox: Outbox, rules: InForce, token: UUID, rows: list[InvitationRow], now: datetime
    ) -> tuple[list[Released], list[tuple[str, str]]]:
        """The leased invitations that may go out, on the customers' state as it is, and what ended or moved."""
        stored, _ = await outbox.load(sorted({row.customer_id for row in rows}), [])
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        counts = await load_counts(outbox, rules, [], customers)
        batch = Batch(rules, customers, set(), counts)
        before = dict(counts)
        released: list[Released] = []
        back: list[UUID] = []
        for row in rows:
            invitation = self._settled(batch, row, now)
            if invitation is None or invitation.state == "planned":
                back.append(row.id)
            elif (
                entry := _released(
                    rules.of(row.customer_id), batch.customers[row.customer_id], invitation, row
                )
            ) is not None:
                released.append(entry)
        if batch.touched:
            await outbox.save(changes_of(batch, stored, before))
        if back:
            await outbox.release(token, back)
        ends: list[tuple[str, str]] = [
            (changed.change.invitation.state, changed.change.reason or "moved")
            for changed in batch.changed.values()
            if changed.change.invitation.state != "queued"
        ]
        return released, ends

    def _settled(self, batch: Batch, row: InvitationRow, now: datetime) -> Invitation | None:
        """The invitation after its check; None where it has ended. One already released is not checked again."""
        customer = batch.customers.get(row.customer_id)
        known = next((it for it in customer.invitations if it.id == str(row.id)), None) if customer else None
        if known is None and row.state == "queued":
            # Released long ago on the event-time clock: the customer's state has forgotten it.
            return replace(decode_invitation(row.body), state="queued", at=row.due_at)
        if customer is None or known is None or known.state != "planned":
            return known
        at = known.at if self.clock.event_time else now
        if at < known.at:
            return known
        after, change = recheck(customer, known, batch.rules.of(customer.id), at)
        batch.customers[customer.id] = after
        batch.touched.add(customer.id)
        batch.note(customer.id, [change], at, after.seq)
        return change.invitation if change.invitation.state in ("planned", "queued") else None

    def _message(self, rules: RuleSet, entry: Released) -> Message:
        rendering = Rendering(
            survey=rules.surveys[entry.invitation.survey],
            policy=rules.policy,
            interaction=entry.interaction,
            recipients=msgspec.json.decode(entry.row.recipient, type=dict[str, str])
            if entry.row.recipient
            else {},
            revision=entry.row.revision,
            secret=self.secret,
        )
        event = rendered(entry.customer, entry.invitation, rendering)
        headers = [("content-type", b"application/cloudevents+json; charset=utf-8")]
        return Message(self.topic, entry.customer.id.encode(), msgspec.json.encode(event), headers)


def _released(
    rules: RuleSet, customer: Customer, invitation: Invitation, row: InvitationRow
) -> Released | None:
    """What goes out; None where the rule set has lost the survey of a released one, which waits for it then."""
    interaction = decode_invitation(row.body).interaction
    if interaction is None or invitation.survey not in rules.surveys:
        return None
    return Released(customer, invitation, interaction, row)
