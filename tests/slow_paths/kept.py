"""A store in dictionaries that does what the databases do, for a service that is played thousands of times."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import asdict, replace

from router.model.customer import Customer
from router.model.encoding import decode_context, decode_state
from router.model.invitation_states import ASKED, OPEN_STATES
from router.model.ledger import (
    ROW_KINDS,
    Answerable,
    Ask,
    Changes,
    Conflict,
    Due,
    DueRow,
    Erased,
    InstanceKey,
    InvitationChange,
    InvitationView,
    JournalRow,
    Lease,
    QuotaKey,
    RowKind,
    SetAside,
    Situation,
    StoredState,
)
from router.model.responses import ResponseRow
from router.model.revision import ShadowDifference
from router.store.transaction import in_order, last_changes

T = TypeVar("T")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


class KeptStore:
    """States, journal, invitations, counts and owners; it answers the insights too."""

    def __init__(self) -> None:
        self.states: dict[str, StoredState] = {}
        self.wakes: dict[str, datetime] = {}
        self.journal: dict[tuple[str, UUID], JournalRow] = {}
        self.views: dict[UUID, InvitationView] = {}
        self.held: set[str] = set()
        self.counted: dict[QuotaKey, int] = {}
        self.owned: dict[InstanceKey, str] = {}
        self.moments: dict[str, datetime] = {}
        self.responses: dict[tuple[str, UUID], ResponseRow] = {}

    @property
    def customers(self) -> dict[str, Customer]:
        """The customers as they are stored."""
        return {name: decode_state(stored.body) for name, stored in self.states.items()}

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """One transaction. Nobody else is there: what it meets is what was decided before."""
        try:
            return await work(self)
        except Conflict:
            return await work(self)

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """See `Transaction.load`."""
        found = {name: self.states[name] for name in customers if name in self.states}
        return found, {key for key in keys if key in self.journal}

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """See `Transaction.counts`: only what was asked for is told."""
        return {key: count for key, count in self.counted.items() if (key.quota, key.value) in values}

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """See `Transaction.owners`."""
        return {key: self.owned[key] for key in instances if key in self.owned}

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """See `Transaction.asked`."""
        return {name: self.views[name].customer_id for name in invitations if name in self.views}

    async def answerable(self, named: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], Answerable]:
        """See `Transaction.answerable`."""
        found = {}
        for customer_id, name in named:
            root = self.views[name].root if name in self.views else None
            if root is None or self.views[name].customer_id != customer_id:
                continue
            kin = [one for one in self.views.values() if one.root == root and one.kind != "cancellation"]
            found[customer_id, name] = Answerable(
                customer_id,
                root,
                next((decode_context(one.context) for one in kin if one.context), None),
                tuple(Ask(one.id, one.kind, one.state, one.channel, one.settled_at) for one in kin),
                self.responses.get((customer_id, root)),
            )
        return found

    async def any_erased(self) -> bool:
        """See `Transaction.any_erased`."""
        return False

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, Erased]:
        """See `Transaction.suppressions`."""
        return {}

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """See `Transaction.wakeful`."""
        found = sorted((at, name) for name, at in self.wakes.items() if at <= now)
        return [name for _, name in found[:limit]]

    async def save(self, changes: Changes) -> None:
        """See `Transaction.save`."""
        for row in changes.journal:
            if (row.customer_id, row.key) in self.journal:
                raise Conflict(row.interaction_id)
        for state in changes.states:
            known = self.states.get(state.customer_id)
            assert state.version == (known.version if known else 0), "nobody else is there"
            self.states[state.customer_id] = StoredState(state.version + 1, state.body)
            self.wakes.pop(state.customer_id, None)
            if state.wake_at is not None:
                self.wakes[state.customer_id] = state.wake_at
        self.journal |= {(row.customer_id, row.key): row for row in changes.journal}
        self.views |= {row.id: InvitationView(**asdict(row)) for row in changes.planned}
        for change in last_changes(changes.changed):
            self._change(change)
        self.counted |= changes.counts
        self.owned = {**changes.owners, **self.owned}
        self.responses |= {(row.customer_id, row.invitation_id): row for row in changes.responses}

    async def situation(self) -> Situation:
        """See `Transaction.situation`."""
        return Situation(BEGIN, nobodys=any(not customer_id for customer_id, _ in self.journal))

    async def put_aside(self, entry: SetAside, most: int) -> None:
        """Nobody has to be: what cannot be stored is a fault."""
        raise AssertionError(entry)

    def lasting(self, error: Exception) -> str | None:
        """Nothing here helps itself by trying again, and nothing may be left out."""
        return None

    async def add_differences(self, differences: Sequence[ShadowDifference]) -> None:
        """See `Transaction.add_differences`."""

    def _change(self, change: InvitationChange) -> None:
        view = self.views[change.id]
        if view.state not in OPEN_STATES:
            return
        first = view.state == "planned"
        self.views[change.id] = replace(
            view,
            state=change.state,
            reason=change.reason,
            due_at=change.due_at or view.due_at,
            next_at=change.next_at,
            channel=change.channel or view.channel,
            changed_at=change.changed_at or change.at,
            settled_at=change.at if first else view.settled_at,
            settled_seq=change.seq if first else view.settled_seq,
        )

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        """See `Transaction.due`; what is at the sender without an answer is left alone."""
        rows = [
            DueRow(
                view.customer_id,
                str(view.id),
                view.kind,
                view.state,
                view.due_at,
                view.next_at,
                view.revision,
                None,
                view.body if view.state == "queued" else None,
            )
            for view in self.views.values()
            if view.next_at is not None
            and view.next_at <= now
            and view.state in ("planned", "queued")
            and str(view.id) not in self.held
        ]
        rows = in_order(rows)[:limit]
        return Due(rows, {row.customer_id: self.states[row.customer_id] for row in rows})

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        """See `Transaction.hold`."""
        self.held |= {name for _, name in ids}

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        """See `Transaction.settle`."""
        for _, name in ids:
            view = self.views[UUID(name)]
            self.views[view.id] = replace(view, state="sent", next_at=None)
        return len(ids)

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        """See `Transaction.lapse`."""

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """See `Transaction.free_moments`."""
        return {}

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """See `Transaction.keep_moments`."""

    async def journal_in_order(self, since: datetime) -> AsyncIterator[list[JournalRow]]:
        """See `Reading.journal_in_order`."""
        rows = list(self.journal.values())
        for at in range(0, len(rows), 7):
            yield rows[at : at + 7]

    async def journal_by_interaction(self, interaction_id: str, limit: int = 20) -> list[JournalRow]:
        """See `Answers`."""
        return [row for row in self.journal.values() if row.interaction_id == interaction_id][:limit]

    async def responses_of(self, customer_id: str) -> list[ResponseRow]:
        """See `Reading.responses_of`."""
        return [one for one in self.responses.values() if one.customer_id == customer_id]

    async def journal_of(self, customer_id: str) -> list[JournalRow]:
        """See `Answers`."""
        found = [row for row in self.journal.values() if row.customer_id == customer_id]
        return sorted(found, key=lambda row: row.seq)

    async def invitation(self, id: UUID) -> InvitationView | None:  # noqa: A002 - the word of the model
        """See `Answers`."""
        return self.views.get(id)

    async def invitations(
        self,
        *,
        customer_id: str | None = None,
        kinds: Sequence[RowKind] = ROW_KINDS,
        limit: int = 50,
        newest_first: bool = True,
    ) -> list[InvitationView]:
        """See `Answers`."""
        named = [view for view in self.views.values() if customer_id in (None, view.customer_id)]
        found = [view for view in named if view.kind in kinds]
        return sorted(found, key=lambda view: view.planned_at, reverse=newest_first)[:limit]

    async def customer(self, customer_id: str) -> StoredState | None:
        """See `Answers`."""
        return self.states.get(customer_id)


def shown(state: str) -> str:
    """A state as the backtest tells it: what was released and has not ended is sent."""
    return "sent" if state in ASKED else state
