"""The check of what is due, in one transaction: what may go out, on the customers' state as it is, and what ended."""

from datetime import datetime, timedelta
from uuid import uuid4

from msgspec import Struct
from msgspec.structs import replace

from router.decide import confirm, held_back, recheck, with_change
from router.decide.batch import Batch
from router.flow.clock import Clock
from router.flow.folding import Folding
from router.flow.messages import Released, Withdrawn
from router.flow.ports import Ledger, situation_of
from router.model.customer import Customer, Invitation
from router.model.encoding import decode_invitation
from router.model.invitation_states import WAITING_STATES
from router.model.ledger import DueRow, Lease
from router.policy.pace import Pace
from router.rules.in_force import InForce


class CheckedDue(Struct):
    """What a check of due rows has come to; `lease` holds those that go out."""

    lease: Lease
    due: int = 0
    released: list[Released] = []
    withdrawn: list[Withdrawn] = []
    ended: list[tuple[str, str]] = []
    lapsed: int = 0


class DueCheck:
    """Checks what is due at `now` by these rules, and leases what goes out for the time `lease`."""

    def __init__(self, rules: InForce, clock: Clock, now: datetime, lease: timedelta) -> None:
        self._rules = rules
        self._clock = clock
        self._now = now
        self._lease = lease

    async def run(self, ledger: Ledger, limit: int, looked_at: list[str]) -> CheckedDue:
        """Checks at most `limit` due rows. Their customers are noted in `looked_at`, also where this fails."""
        # Leases run by the one clock that all dispatchers share.
        wall = (await situation_of(ledger, self._clock)).now
        due = await ledger.due(self._now, wall, limit)
        looked_at[:] = [row.customer_id for row in due.rows]
        checked = CheckedDue(Lease(uuid4(), wall + self._lease), len(due.rows))
        lapsed = [(row.customer_id, row.id) for row in due.rows if row.state not in WAITING_STATES]
        await ledger.lapse(lapsed, self._now)
        checked.lapsed = len(lapsed)
        rows = [row for row in due.rows if row.state in WAITING_STATES]
        if not rows:
            return checked
        # What is due is checked row by row below, on either clock; nothing else is settled here.
        folding = await Folding.of(ledger, self._rules, due.states, now=None, event_time=False)
        # The event-time clock has no rate: nothing is held back on it.
        caps = () if self._clock.event_time else self._rules.rate_caps
        pace = Pace(caps, await ledger.free_moments([cap.id for cap in caps]) if caps else {})
        # Where others held what is counted, an allowed moment may be over by now.
        now = self._clock.now() or self._now
        for row in rows:
            self._take(row, folding.batch, pace, now, checked)
        await folding.save(lease=checked.lease)
        await ledger.keep_moments(pace.changed)
        # The others go out as they are, or cannot: they wait until the lease is over.
        others = [(row.customer_id, row.id) for row in rows if row.id not in folding.batch.changed]
        await ledger.hold(checked.lease, others)
        checked.ended = folding.ended
        return checked

    def _take(self, row: DueRow, batch: Batch, pace: Pace, now: datetime, checked: CheckedDue) -> None:
        """Checks one row and puts it where it belongs."""
        facts = decode_invitation(row.body) if row.body is not None else None
        if row.kind == "cancellation":
            if facts is not None:
                checked.withdrawn.append(Withdrawn(facts, row))
            return
        customer = batch.customers[row.customer_id]
        known = next((one for one in customer.invitations if one.id == row.id), None)
        about = facts or known
        interaction = about.interaction if about else None
        if known is None:
            # Released long ago on the event-time clock: the customer's state has forgotten it.
            invitation = replace(facts, state="queued", at=row.next_at) if facts is not None else None
        elif known.state == "queued" and not self._clock.event_time:
            invitation = self._confirmed(batch, customer, known, facts or known, now)
        else:
            invitation = self._settled(batch, customer, known, now, pace)
        if invitation is None or invitation.state != "queued" or interaction is None:
            return
        # A released one may have to wait for a rule set that knows its survey.
        if invitation.survey in batch.rules.of(customer.id).surveys:
            if about is not None and about.facts != invitation.facts:
                # Once released, the customer's state keeps them no longer.
                invitation = replace(invitation, facts=about.facts)
            checked.released.append(Released(batch.customers[customer.id], invitation, interaction, row))

    def _settled(
        self, batch: Batch, customer: Customer, known: Invitation, now: datetime, pace: Pace
    ) -> Invitation:
        """The invitation after its check."""
        if known.state != "planned":
            return known
        at = known.at if self._clock.event_time else now
        rules = batch.rules.of(customer.id)
        after, change = recheck(customer, known, rules, at, batch.counts)
        leaves = pace.departure(change.invitation, at) if change.invitation.state == "queued" else at
        if leaves > at:
            change = held_back(customer, known, rules, leaves)
            after = with_change(customer, change)
        batch.keep(after, [change], at)
        return change.invitation

    def _confirmed(
        self, batch: Batch, customer: Customer, known: Invitation, facts: Invitation, now: datetime
    ) -> Invitation | None:
        """One that was released before and has not left since, after another check. None: it waits."""
        rules = batch.rules.of(customer.id)
        if known.survey not in rules.surveys:
            return None
        changes = confirm(customer, known, facts.interaction, rules, now, batch.counts)
        for change in changes:
            customer = with_change(customer, change)
        if changes:
            batch.keep(customer, changes, now)
        return changes[0].invitation if changes else None
