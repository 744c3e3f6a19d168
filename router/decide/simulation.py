"""The one simulation: the core driven by interactions on a clock, with neither broker nor database.

Backtest, `diff`, rule tests and `decide` are this with something different looked at.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from router.decide import looked_at
from router.decide.batch import Batch, Changed, Decided, Planned, key_of
from router.decide.owners import keys_to_look_up, resolved
from router.model.customer import Customer
from router.model.encoding import decode_state, encode_state
from router.model.interaction import Interaction
from router.model.keyed_hash import IN_MEMORY, with_hashes
from router.model.ledger import InstanceKey, QuotaKey
from router.rules.in_force import InForce


class Happened(Struct, frozen=True):
    """What came of one step: decisions in their order, what was planned, and the last word on what changed.

    `customers` are those whose state is another one now.
    """

    decided: list[Decided]
    planned: list[Planned]
    changed: list[Changed]
    customers: set[str]


class Simulation:
    """Takes interactions one by one, each at a clock that never goes back.

    Before an interaction is decided, everything that time alone brings about up to its clock is settled for all
    customers, in the order of time. It knows who owns an instance and whose an invitation is, and decides no source
    and id twice. What happened is kept until it is taken away with `drained`; customers are kept encoded from then
    on, and what was decided as hashes, so that a log of millions fits in memory.
    """

    def __init__(self, rules: InForce, customers: Iterable[Customer] = ()) -> None:
        self.rules = rules
        self._states = EncodedStates({customer.id: encode_state(customer) for customer in customers})
        self._seen: set[bytes] = set()
        self._owners: dict[InstanceKey, str] = {}
        self._batch = Batch(rules, self._states, set(), event_time=True)

    @property
    def customers(self) -> Mapping[str, Customer]:
        """All customers as they stand."""
        return self._states

    @property
    def bodies(self) -> dict[str, bytes]:
        """The encoded states of the customers, as of the last `drained`. An equal value may be put in place of one."""
        return self._states.bodies

    @property
    def counts(self) -> Mapping[QuotaKey, int]:
        """The quota counters as they stand."""
        return self._batch.counts

    @property
    def invitations(self) -> Mapping[UUID, str]:
        """All invitations that were ever planned, and whose they are."""
        return self._batch.invitations

    def settle(self, now: datetime) -> None:
        """Settles what time alone brings about up to `now`, that moment included."""
        self._batch.settle(now)

    def end_of_schedules(self) -> None:
        """From here on no schedule brings anything about: what is planned still comes to its end."""
        self._batch.end_of_schedules()

    def take(self, given: Interaction, now: datetime, *, owned: bool = False) -> Decided:
        """Decides an interaction at the clock `now`. `owned`: it names its customer, whatever it is about."""
        self.settle(now)
        hashed = with_hashes(given, IN_MEMORY)
        interaction = hashed if owned else self.whose(hashed)
        name, key = interaction.customer_id, key_of(interaction)
        digest = _digest(key, name)
        for owner, once in keys_to_look_up(interaction, key, self.rules.of(name)):
            if (digest if owner == name else _digest(once, owner)) in self._seen:
                self._batch.seen.add((owner, once))
        self._seen.add(digest)
        return self._batch.take(interaction, key, now)

    def whose(self, given: Interaction) -> Interaction:
        """The interaction with its customer, where something else tells that."""
        (interaction,), _ = resolved([given], self.rules.live, self._owners, self._batch.invitations)
        return interaction

    def drained(self) -> Happened:
        """Takes away what happened since the last time."""
        batch = self._batch
        batch.schedule()
        happened = Happened(batch.decided, batch.planned, list(batch.changed.values()), batch.touched)
        batch.decided, batch.planned, batch.changed, batch.touched = [], [], {}, set()
        batch.seen.clear()
        self._states.close()
        return happened

    def under(self, rules: InForce, now: datetime | None = None) -> "Simulation":
        """What goes on from here under other rules, with all that is known; this one goes on by itself.

        Their schedules count from `now` on.
        """
        other = Simulation(rules)
        self._states.close()
        other._states.bodies |= self._states.bodies
        if now is not None and rules.live.schedules:
            for name in list(other._states):
                other._states[name] = looked_at(other._states[name], rules.of(name), now)
            other._states.close()
        other._seen |= self._seen
        other._owners |= self._owners
        other._batch.invitations |= self._batch.invitations
        other._batch.counts |= self._batch.counts
        return other


def _digest(key: UUID, name: str) -> bytes:
    """What a decision on an interaction of a customer, or of nobody, is remembered by."""
    return hashlib.blake2b(key.bytes + name.encode(), digest_size=16).digest() if name else key.bytes


class EncodedStates(MutableMapping[str, Customer]):
    """Customers by id. Those looked at since the last `close` are open, the others encoded in `bodies`."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies
        self._open: dict[str, Customer] = {}
        self._changed: set[str] = set()

    def __getitem__(self, name: str) -> Customer:
        customer = self._open.get(name)
        if customer is None:
            customer = self._open[name] = decode_state(self.bodies[name])
        return customer

    def get(self, name: str, default: Any = None) -> Any:
        """The customer, where there is one."""
        return self[name] if name in self._open or name in self.bodies else default

    def __setitem__(self, name: str, customer: Customer) -> None:
        self._open[name] = customer
        self._changed.add(name)

    def __delitem__(self, name: str) -> None:
        self._open.pop(name, None)
        self._changed.discard(name)
        self.bodies.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        yield from self.bodies
        yield from self._changed - self.bodies.keys()

    def __len__(self) -> int:
        return len(self.bodies.keys() | self._changed)

    def close(self) -> None:
        """Encodes what changed, and keeps nothing open."""
        for name in self._changed:
            self.bodies[name] = encode_state(self._open[name])
        self._changed.clear()
        self._open.clear()
