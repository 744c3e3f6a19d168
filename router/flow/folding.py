"""The one unit of work: customers from their stored states through a batch, and what changed back to the store."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from router.decide.alerts import AlertJudgement, held_against, judged, response_of
from router.decide.batch import Batch
from router.decide.quota_values import quota_values
from router.decide.responses import Heard, answered, heard
from router.decide.score_cells import ScoreSums
from router.flow.alert_event import alert_row
from router.flow.ports import Ledger
from router.flow.rows import Addresses, changes_of, difference_row
from router.model.alerts import AlertRow
from router.model.customer import Customer
from router.model.encoding import decode_state
from router.model.interaction import Interaction
from router.model.ledger import InstanceKey, Lease, QuotaKey, StoredState
from router.model.remembered import RememberedRow
from router.policy.hours import own_zone
from router.rules.in_force import InForce


class Folding:
    """Customers of one transaction, folded in `batch`."""

    def __init__(
        self, ledger: Ledger, batch: Batch, stored: Mapping[str, StoredState], counts: Mapping[QuotaKey, int]
    ) -> None:
        self.batch = batch
        self._ledger = ledger
        self._stored = stored
        self._counts = counts

    @classmethod
    async def of(  # noqa: PLR0913 - what a transaction has loaded
        cls,
        ledger: Ledger,
        rules: InForce,
        stored: Mapping[str, StoredState],
        interactions: Sequence[Interaction] = (),
        seen: set[tuple[str, UUID]] | None = None,
        others: Mapping[str, Customer] | None = None,
        *,
        now: datetime | None,
        event_time: bool,
    ) -> "Folding":
        """Begins with the states `stored`, and with `others` that have none yet.

        The quota counters are read that `interactions`, time up to `now` (None: it does not pass), or a change to the
        customers' invitations can touch.
        """
        customers = {name: decode_state(state.body) for name, state in stored.items()}
        if others:
            customers |= others
        values = quota_values(rules, interactions, customers, now)
        counts = await ledger.counts(sorted(values)) if values else {}
        batch = Batch(rules, customers, seen or set(), dict(counts), event_time=event_time)
        return cls(ledger, batch, stored, counts)

    async def save(
        self,
        addresses: Addresses | None = None,
        owners: dict[InstanceKey, str] | None = None,
        lease: Lease | None = None,
        remembered: Sequence[RememberedRow] = (),
    ) -> None:
        """Writes what changed. With a `lease`, what becomes queued is held by it. Raises `Conflict`."""
        batch = self.batch
        if batch.decided or batch.touched or remembered:
            changes = changes_of(batch, self._stored, self._counts, addresses or {})
            changes.owners = owners or {}
            changes.lease = lease
            changes.remembered = list(remembered)
            scores = ScoreSums()
            found = await self._heard()
            for one in found:
                changes.responses.append(one.response)
                zone = own_zone(batch.rules.of(one.response.customer_id).policy)
                scores.change(one.before, one.response, zone)
            changes.scores = scores.cells()
            changes.alerts = await self._alerts(found)
            await self._ledger.save(changes)
        if batch.differences:
            await self._ledger.add_differences([difference_row(one) for one in batch.differences])

    async def _heard(self) -> list[Heard]:
        """The responses that the answers of the batch come to: one question to the store, where there are any."""
        answers = answered(self.batch)
        if not answers:
            return []
        return heard(self.batch, answers, await self._ledger.answerable(sorted(answers)))

    async def _alerts(self, heard: Sequence[Heard]) -> list[AlertRow]:
        """The alerts that the responses raise; the store is asked only where a rule speaks about one."""
        batch = self.batch
        found: list[AlertJudgement] = []
        for one in heard:
            row = one.response
            rules = batch.rules.of(row.customer_id)
            # Where a later answer does not displace the one that stood, nothing new was said.
            if rules.alerts and (one.before is None or one.before.key != row.key):
                customer = batch.customers.get(row.customer_id) or Customer(row.customer_id)
                found += judged(response_of(row, customer, rules), rules)
        found = [one for one in found if one.refusal is None]
        if not found:
            return []
        ids = [(one.place[0], one.id) for one in found]
        places = [one.place for one in found if one.rule.cooldown is not None]
        known = await self._ledger.known_alerts(ids, places)
        return [alert_row(one) for one in held_against(known, found) if one.refusal is None]

    @property
    def ended(self) -> list[tuple[str, str]]:
        """The invitations that did not get through their check, by state and reason."""
        return [
            (changed.change.invitation.state, changed.change.reason or "moved")
            for changed in self.batch.changed.values()
            if changed.change.invitation.state != "queued"
        ]
