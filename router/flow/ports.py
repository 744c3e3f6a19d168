"""What the pipeline and the relay need of a store and its transactions."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from router.flow.clock import Clock
from router.model.ledger import Changes, Erased, InstanceKey, QuotaKey, SetAside, Situation, StoredState
from router.model.revision import ShadowDifference

T = TypeVar("T")


class Ledger(Protocol):
    """What the pipeline needs of a transaction."""

    async def situation(self) -> Situation:
        """The database's clock, and who is set aside."""

    async def load(
        self, customers: Sequence[str], keys: Sequence[tuple[str, UUID]]
    ) -> tuple[dict[str, StoredState], set[tuple[str, UUID]]]:
        """The customers' states, and which of the keys are in the journal."""

    async def counts(self, values: Sequence[tuple[str, str]]) -> dict[QuotaKey, int]:
        """The quota counters of these quotas and attribute values."""

    async def owners(self, instances: Sequence[InstanceKey]) -> dict[InstanceKey, str]:
        """The customers of those journey instances that are known."""

    async def asked(self, invitations: Sequence[UUID]) -> dict[UUID, str]:
        """The customers of those invitations that are known."""

    async def suppressions(self, hashes: Sequence[bytes]) -> dict[bytes, Erased]:
        """The suppressions kept of erased customers, by the keyed hashes of their ids."""

    async def wakeful(self, now: datetime, limit: int) -> list[str]:
        """Customers whom time alone brings something at `now`, the earliest first, whom nobody else looks at."""

    async def save(self, changes: Changes) -> None:
        """Writes all, or raises `Conflict` where a customer changed meanwhile."""

    async def put_aside(self, entry: SetAside, most: int) -> None:
        """Sets a customer aside, unless `most` are already."""

    async def add_differences(self, differences: Sequence[ShadowDifference]) -> None:
        """Writes where a shadow rule set would have decided otherwise."""


async def situation_of(ledger: Ledger, clock: Clock) -> Situation:
    """What a transaction has to know before it begins. Raises ClockSkewed where our clock is not the database's."""
    asked = clock.wall()
    situation = await ledger.situation()
    clock.compare(asked, situation.now, clock.wall())
    return situation


class Store(Protocol):
    """What the pipeline needs of a store."""

    async def run(self, work: Callable[[Ledger], Awaitable[T]]) -> T:
        """Runs the work in a transaction, again where another one came between."""

    def too_long(self, error: Exception) -> bool:
        """Whether a transaction ended so for the time that it took: a shorter one may come through."""

    def lasting(self, error: Exception) -> str | None:
        """A word for why a transaction that ended so will always end so; None where trying again may help."""
