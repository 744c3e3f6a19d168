"""Hand-written stand-ins for the store, the broker and the clock."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from router.flow.clock import Partition
from router.model.ledger import (
    Changes,
    Conflict,
    Due,
    Erased,
    InstanceKey,
    InvitationRow,
    Lease,
    QuotaKey,
    SetAside,
    Situation,
    StateRow,
    StoredState,
)
from router.model.record import Message
from router.store.errors import lasting
from tests.contract.rows import due_row

T = TypeVar("T")


class MemoryStore:
    """A store and its transactions in dictionaries. `after_load` runs once, as another transaction would."""

    def __init__(self) -> None:
        self.states: dict[str, StoredState] = {}
        self.journal: set[tuple[str, UUID]] = set()
        self.rows: dict[UUID, InvitationRow] = {}
        self.reasons: dict[UUID, str | None] = {}
        self.leases: dict[UUID, UUID] = {}
        self.owned: dict[InstanceKey, str] = {}
        self.after_load: Callable[[], None] | None = None
        self.open = self.tries = 0
        self.settled: list[int] = []
        self.moments: dict[str, datetime] = {}
        self.wakes: dict[str, datetime] = {}
        self.aside: dict[str, SetAside] = {}
        self.recipients: dict[str, Any] = {}
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        while True:
            self.open += 1
            self.tries += 1
            try:
                return await work(self)
            except Conflict:
                continue
            finally:
                self.open -= 1

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        found = {name: self.states[name] for name in customers if name in self.states}
        if self.after_load is not None:
            meanwhile, self.after_load = self.after_load, None
            meanwhile()
        return found, self.journal & set(keys)

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        return {}

    async def save(self, changes: Changes) -> None:
        for state in changes.states:
            known = self.states.get(state.customer_id)
            if state.version != (known.version if known else 0):
                raise Conflict(state.customer_id)
        journaled = {(row.customer_id, row.key) for row in changes.journal}
        if journaled & self.journal:
            raise Conflict("a row of the journal exists already")
        for state in changes.states:
            self.put(state)
        self.journal |= journaled
        self.rows |= {row.id: row for row in changes.planned}
        self.recipients |= {
            row.customer_id: json.loads(row.recipient) for row in changes.planned if row.recipient is not None
        }
        self.owned = changes.owners | self.owned
        for change in changes.changed:
            self.end(change.id, change.state, change.reason, change.due_at)
            if change.state == "queued" and changes.lease is not None:
                self.leases[change.id] = changes.lease.token

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        return {key: self.owned[key] for key in instances if key in self.owned}

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        return {id_: self.rows[id_].customer_id for id_ in invitations if id_ in self.rows}

    async def any_erased(self) -> bool:
        return False

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, Erased]:
        return {}

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        for _, name in ids:
            self.end(UUID(name), "unanswered", "not_answered")

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        awake = sorted((at, name) for name, at in self.wakes.items() if at <= now and name not in self.aside)
        return [name for _, name in awake][:limit]

    async def situation(self) -> Situation:
        nobodys = any(not customer_id for customer_id, _ in self.journal)
        return Situation(self.clock(), frozenset(self.aside), nobodys)

    async def put_aside(self, entry: SetAside, most: int) -> None:
        self.aside[entry.customer_id] = entry

    def too_long(self, error: Exception) -> bool:
        return False

    def lasting(self, error: Exception) -> str | None:
        return lasting(error)

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        return {cap: self.moments[cap] for cap in caps if cap in self.moments}

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        self.moments |= moments

    def put(self, state: StateRow) -> None:
        self.states[state.customer_id] = StoredState(state.version + 1, state.body)
        self.wakes.pop(state.customer_id, None)
        if state.wake_at is not None:
            self.wakes[state.customer_id] = state.wake_at

    def end(self, id_: UUID, state: Any, reason: str | None, due_at: datetime | None = None) -> None:
        row = self.rows[id_]
        alive = state in ("planned", "queued")
        self.rows[id_] = replace(
            row, state=state, due_at=due_at or row.due_at, recipient=row.recipient if alive else None
        )
        self.reasons[id_] = reason
        if state != "queued":
            self.leases.pop(id_, None)

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        rows = [
            row
            for row in sorted(self.rows.values(), key=lambda row: (row.due_at, row.customer_id))
            if row.state in ("planned", "queued")
            and row.due_at <= now
            and row.id not in self.leases
            and row.customer_id not in self.aside
        ][:limit]
        states, _ = await self.load([row.customer_id for row in rows], [])
        return Due([due_row(row) for row in rows], states)

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        self.leases |= {UUID(name): lease.token for _, name in ids}

    def let_leases_run_out(self) -> None:
        self.leases.clear()

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        held = [
            id_
            for _, name in ids
            if (id_ := UUID(name)) and self.leases.get(id_) == token and self.rows[id_].state == "queued"
        ]
        for id_ in held:
            self.end(id_, "sent", None)
        self.settled.append(len(held))
        return len(held)


class MemorySender:
    """A broker that keeps what it gets. `failing` is raised after storing, `while_sending` runs before it."""

    def __init__(self, store: MemoryStore) -> None:
        self.store = store
        self.stored: list[Message] = []
        self.failing: Exception | None = None
        self.frozen = False
        self.while_sending: Callable[[], None] | None = None

    async def send(self, messages: Sequence[Message]) -> None:
        assert self.store.open == 0, "published with a transaction open"
        if self.while_sending is not None:
            self.while_sending()
        if self.frozen:
            raise ConnectionError("nothing was published")
        self.stored.extend(messages)
        if self.failing is not None:
            failing, self.failing = self.failing, None
            raise failing


class SetClock:
    """A clock that stands where it is set."""

    def __init__(self, at: datetime | None, *, event_time: bool = False) -> None:
        self.at = at
        self.event_time = event_time

    def moments(self, read: Sequence[tuple[Partition, datetime]]) -> list[datetime]:
        return [time for _, time in read]

    def passed(
        self, read: Sequence[tuple[Partition, datetime]], moments: Sequence[datetime]
    ) -> list[datetime | None]:
        return [None] * len(read)

    def committed(self, read: Sequence[tuple[Partition, datetime]]) -> None:
        pass

    def now(self) -> datetime | None:
        return self.at

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def compare(self, asked: datetime, database: datetime, answered: datetime) -> None:
        pass
