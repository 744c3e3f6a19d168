"""Hand-written stand-ins for the store, the broker and the clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec.structs import replace

from router.flow.clock import Partition
from router.model.alerts import AlertRow, KnownAlerts
from router.model.cells import CoverageCell, ScoreCell
from router.model.encoding import decode_context
from router.model.invitation_states import LAPSE_AFTER, OPEN_STATES
from router.model.ledger import (
    Answerable,
    Ask,
    Changes,
    Conflict,
    Due,
    Erased,
    InstanceKey,
    InvitationChange,
    InvitationRow,
    Lease,
    QuotaKey,
    SetAside,
    Situation,
    StateRow,
    StoredState,
)
from router.model.record import Message
from router.model.responses import ResponseRow
from router.store.errors import lasting
from router.store.transaction import FOLLOWING
from tests.contract.rows import due_row

T = TypeVar("T")
Cell = TypeVar("Cell", ScoreCell, CoverageCell)

Name = tuple[str, UUID]
"""An invitation: an id belongs to its customer."""


def _name(row: InvitationRow) -> Name:
    return row.customer_id, row.id


class MemoryStore:
    """A store and its transactions in dictionaries. `after_load` runs once, as another transaction would."""

    def __init__(self) -> None:
        self.states: dict[str, StoredState] = {}
        self.wakes: dict[str, datetime] = {}
        self.scheduled: dict[str, int | None] = {}
        self.journal: set[tuple[str, UUID]] = set()
        self.rows: dict[Name, InvitationRow] = {}
        self.reasons: dict[Name, str | None] = {}
        self.released: dict[Name, datetime] = {}
        self.leases: dict[Name, Lease] = {}
        self.owned: dict[InstanceKey, str] = {}
        self.values: dict[UUID, bytes] = {}
        self.quotas: dict[QuotaKey, int] = {}
        self.moments: dict[str, datetime] = {}
        self.responses: dict[Name, ResponseRow] = {}
        self.scores: dict[ScoreCell, list[int]] = {}
        self.coverage: dict[CoverageCell, list[int]] = {}
        self.alerts: dict[UUID, AlertRow] = {}
        self.alert_leases: dict[UUID, Lease] = {}
        self.alerts_sent: set[UUID] = set()
        self.aside: dict[str, SetAside] = {}
        self._begun = self._contents()
        self.after_load: Callable[[], None] | None = None
        self.open = self.tries = 0
        self.settled: list[int] = []
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def _contents(self) -> dict[str, Any]:
        return {name: copy(kept) for name, kept in vars(self).items() if isinstance(kept, dict | set)}

    async def run(self, work: Callable[[Any], Awaitable[T]]) -> T:
        while True:
            self._begun = self._contents() | {"_begun": {}}
            self.open += 1
            self.tries += 1
            try:
                return await work(self)
            except Conflict:
                vars(self).update(self._begun)
            except BaseException:
                vars(self).update(self._begun)
                raise
            finally:
                self.open -= 1

    def row(self, id_: UUID) -> InvitationRow:
        """The only invitation of that id."""
        (found,) = (row for row in self.rows.values() if row.id == id_)
        return found

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        found = {name: self.states[name] for name in customers if name in self.states}
        if self.after_load is not None:
            meanwhile, self.after_load = self.after_load, None
            meanwhile()
            self._begun = self._contents()
        return found, self.journal & set(keys)

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        return {key: count for key, count in self.quotas.items() if (key.quota, key.value) in values}

    async def save(self, changes: Changes) -> None:
        for state in changes.states:
            known = self.states.get(state.customer_id)
            if state.version != (known.version if known else 0):
                raise Conflict(state.customer_id)
        journaled, planned = {(row.customer_id, row.key) for row in changes.journal}, changes.planned
        if self.journal & journaled or self.rows.keys() & {_name(row) for row in planned}:
            raise Conflict("written already")
        for state in changes.states:
            self.put(state)
        self.journal |= journaled
        self.rows |= {_name(row): row for row in planned}
        for row in planned:
            if row.kind in FOLLOWING:
                kin = (
                    one.recipient
                    for one in self.rows.values()
                    if (one.customer_id, one.root) == (row.customer_id, row.root)
                )
                self.rows[_name(row)] = replace(row, recipient=next(filter(None, kin), None))
        for change in changes.changed:
            self._change(change, changes.lease)
        self.quotas |= changes.counts
        self.owned = changes.owners | self.owned
        if any(row.new and row.key in self.values for row in changes.remembered):
            raise Conflict("remembered already")
        self.values |= {row.key: row.body for row in changes.remembered}
        self.responses |= {(row.customer_id, row.invitation_id): row for row in changes.responses}
        _add(self.scores, changes.scores)
        _add(self.coverage, changes.coverage)
        if self.alerts.keys() & {row.id for row in changes.alerts}:
            raise Conflict("raised already")
        self.alerts |= {row.id: row for row in changes.alerts}

    def put(self, state: StateRow) -> None:
        self.states[state.customer_id] = StoredState(state.version + 1, state.body)
        self.wakes.pop(state.customer_id, None)
        if state.wake_at is not None:
            self.wakes[state.customer_id] = state.wake_at
        self.scheduled[state.customer_id] = state.scheduled_by

    def _change(self, change: InvitationChange, lease: Lease | None) -> None:
        name = change.customer_id, change.id
        row = self.rows[name]
        if row.state not in OPEN_STATES:
            return
        queued = change.state == "queued"
        keeps = change.state in ("planned", "queued") or (row.keep_recipient and change.state in OPEN_STATES)
        self.rows[name] = replace(
            row,
            state=change.state,
            due_at=change.due_at or row.due_at,
            next_at=row.next_at if queued and lease else change.next_at,
            channel=change.channel or row.channel,
            recipient=row.recipient if keeps else None,
        )
        self.reasons[name] = change.reason
        if row.state == "planned" or queued:
            self.released[name] = change.at
        if not queued:
            self.leases.pop(name, None)
        elif lease:
            self.leases[name] = lease

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        return {key: self.owned[key] for key in instances if key in self.owned}

    async def remembered(self, keys: Sequence[UUID]) -> dict[UUID, bytes]:
        return {key: self.values[key] for key in keys if key in self.values}

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        return {id_: customer for customer, id_ in self.rows if id_ in invitations}

    async def answerable(self, named: Sequence[Name]) -> dict[Name, Answerable]:
        found = {}
        for name in named:
            if (row := self.rows.get(name)) is not None and row.root is not None:
                kin = [
                    one
                    for one in self.rows.values()
                    if (one.customer_id, one.root) == (row.customer_id, row.root)
                    and one.kind != "cancellation"
                ]
                context = next((decode_context(one.context) for one in kin if one.context), None)
                asks = (
                    Ask(one.id, one.kind, one.state, one.channel, self.released.get(_name(one)))
                    for one in kin
                )
                found[name] = Answerable(
                    row.customer_id,
                    row.root,
                    context,
                    tuple(asks),
                    self.responses.get((row.customer_id, row.root)),
                )
        return found

    async def any_erased(self) -> bool:
        return False

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, Erased]:
        return {}

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        awake = sorted((at, name) for name, at in self.wakes.items() if at <= now and name not in self.aside)
        return [name for _, name in awake][:limit]

    async def customers_after(self, name: str, limit: int) -> list[tuple[str, int | None]]:
        found = sorted(one for one in self.states if one > name and one not in self.aside)
        return [(one, self.scheduled.get(one)) for one in found[:limit]]

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

    async def known_alerts(
        self, ids: Sequence[tuple[str, UUID]], places: Sequence[tuple[str, str]]
    ) -> KnownAlerts:
        latest: dict[tuple[str, str], datetime] = {}
        for row in self.alerts.values():
            place = row.customer_id, row.rule
            if place in places:
                latest[place] = max(row.raised_at, latest.get(place, row.raised_at))
        return KnownAlerts(frozenset(name for _, name in ids if name in self.alerts), latest)

    async def take_alerts(self, lease: Lease, wall: datetime, limit: int) -> list[AlertRow]:
        held = {name for name, other in self.alert_leases.items() if other.until > wall}
        free = [row for name, row in self.alerts.items() if name not in self.alerts_sent | held]
        taken = sorted(free, key=lambda row: (row.raised_at, row.id))[:limit]
        self.alert_leases |= {row.id: lease for row in taken}
        return taken

    async def settle_alerts(self, token: UUID, rows: Sequence[AlertRow], at: datetime) -> int:
        done = [row.id for row in rows if (held := self.alert_leases.get(row.id)) and held.token == token]
        self.alerts_sent |= set(done)
        return len(done)

    async def roll_up(self, limit: int) -> int:
        return 0

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        rows = [
            row
            for row in self.rows.values()
            if row.next_at is not None
            and row.next_at <= now
            and (_name(row) not in self.leases or self.leases[_name(row)].until <= wall)
            and row.customer_id not in self.aside
        ]
        rows.sort(key=lambda row: (row.next_at, row.customer_id))
        states, _ = await self.load([row.customer_id for row in rows[:limit]], [])
        return Due([due_row(row) for row in rows[:limit]], states)

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        self.leases |= {(customer, UUID(id_)): lease for customer, id_ in ids}

    def let_leases_run_out(self) -> None:
        self.leases.clear()

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        held = [
            name
            for customer, id_ in ids
            if (name := (customer, UUID(id_))) in self.leases
            and self.leases[name].token == token
            and self.rows[name].state == "queued"
        ]
        for name in held:
            row = self.rows[name]
            del self.leases[name]
            self.rows[name] = replace(
                row,
                state="sent",
                recipient=row.recipient if row.keep_recipient else None,
                next_at=self.released[name] + LAPSE_AFTER if row.kind != "cancellation" else None,
            )
        self.settled.append(len(held))
        return len(held)

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        for name in ((customer, UUID(id_)) for customer, id_ in ids):
            self.rows[name] = replace(self.rows[name], state="unanswered", next_at=None, recipient=None)
            self.reasons[name] = "not_answered"


def _add(cells: dict[Cell, list[int]], changes: Sequence[Cell]) -> None:
    """Adds changes to cells, which are known by their dimensions."""
    for change in changes:
        name = replace(change, counts=())
        before = cells.get(name, [0] * len(change.counts))
        cells[name] = [one + more for one, more in zip(before, change.counts, strict=True)]


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
