"""What the pipeline and the relay need: a store with its transactions, and a broker. Each is declared here, once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from router.flow.clock import Clock
from router.model.alerts import AlertRow, KnownAlerts
from router.model.ledger import (
    Answerable,
    Changes,
    Due,
    Erased,
    InstanceKey,
    Lease,
    QuotaKey,
    SetAside,
    Situation,
    StoredState,
)
from router.model.record import Message
from router.model.revision import ShadowDifference

T = TypeVar("T")


class Ledger(Protocol):
    """A transaction: what the customers of a batch are loaded from and saved to, and what is due."""

    async def situation(self) -> Situation:
        """The database's clock, who is set aside, and whether the journal holds anything of nobody's."""

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """The customers' states, and which of the keys are in the journal."""

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """The quota counters of these quotas and attribute values."""

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """The customers of those journey instances that are known."""

    async def remembered(self, keys: Sequence[UUID]) -> dict[UUID, bytes]:
        """The encoded runs of those values that something is remembered of. Ask before `load`."""

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """The customers of those invitations that are known."""

    async def roll_up(self, limit: int) -> int:
        """Adds at most `limit` changes of each kind to their cells; how many. One transaction at a time does."""

    async def answerable(self, named: Sequence[tuple[str, UUID]]) -> dict[tuple[str, UUID], Answerable]:
        """The invitations that answers name, by customer and the id named: their own, a reminder's or a fallback's."""

    async def any_erased(self) -> bool:
        """Whether any customer was erased."""

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, Erased]:
        """The suppressions kept of erased customers, by the keyed hashes of their ids."""

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """Customers whom time alone brings something at `now`, the earliest first, whom nobody else looks at."""

    async def customers_after(self, name: str, limit: int) -> list[tuple[str, int | None]]:
        """Customers in the order of their ids, after one, and by which schedules each was looked at."""

    async def save(self, changes: Changes) -> None:
        """Writes all, or raises `Conflict` where a customer changed meanwhile."""

    async def put_aside(self, entry: SetAside, most: int) -> None:
        """Sets a customer aside, unless `most` are already."""

    async def add_differences(self, differences: Sequence[ShadowDifference]) -> None:
        """Writes where a shadow rule set would have decided otherwise."""

    async def due(self, now: datetime, wall: datetime, limit: int) -> Due:
        """Invitations due at `now` that nobody holds at `wall`, with their customers' states."""

    async def hold(self, lease: Lease, ids: Sequence[tuple[str, str]]) -> None:
        """Gives out a lease on invitations (customer, id)."""

    async def settle(self, token: UUID, ids: Sequence[tuple[str, str]]) -> int:
        """Marks queued invitations as sent where the lease still holds; how many."""

    async def lapse(self, ids: Sequence[tuple[str, str]], now: datetime) -> None:
        """Ends invitations (customer, id) that nobody has answered for too long."""

    async def known_alerts(
        self, ids: Sequence[tuple[str, UUID]], places: Sequence[tuple[str, str]]
    ) -> KnownAlerts:
        """Which alerts (customer, id) there are, and when those of (customer, rule) were last raised."""

    async def take_alerts(self, lease: Lease, wall: datetime, limit: int) -> list[AlertRow]:
        """Leases alerts that have not left and that nobody holds at `wall`, the earliest first."""

    async def settle_alerts(self, token: UUID, rows: Sequence[AlertRow], at: datetime) -> int:
        """Marks alerts as sent where the lease still holds; how many."""

    async def free_moments(self, caps: Sequence[str]) -> dict[str, datetime]:
        """The next free moment of those rate caps that have one."""

    async def keep_moments(self, moments: Mapping[str, datetime]) -> None:
        """Writes the next free moments of rate caps."""


async def situation_of(ledger: Ledger, clock: Clock) -> Situation:
    """What a transaction has to know before it begins. Raises ClockSkewed where our clock is not the database's."""
    before = clock.wall()
    situation = await ledger.situation()
    clock.compare(before, situation.now, clock.wall())
    return situation


class Store(Protocol):
    """Where transactions are run, and what a failed one means."""

    async def run(self, work: Callable[[Ledger], Awaitable[T]]) -> T:
        """Runs the work in a transaction, again where another one came between."""

    def too_long(self, error: Exception) -> bool:
        """Whether a transaction ended so for the time that it took: a shorter one may come through."""

    def lasting(self, error: Exception) -> str | None:
        """A word for why a transaction that ended so will always end so; None where trying again may help."""


class Broker(Protocol):
    """Where messages are published."""

    async def send(self, messages: Sequence[Message]) -> None:
        """Returns once the broker has stored all of them; raises where it is not known to have.

        Raises TooLarge where it refuses some and has stored the others.
        """
