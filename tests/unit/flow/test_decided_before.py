"""What was decided before is refused by the journal's key, and asked for only where that is likely or the key tells too little."""

import json
from collections.abc import Sequence
from uuid import UUID

from router.decide.batch import NOBODY, key_of
from router.decode import decode
from router.flow.pipeline import Pipeline, Processed
from router.model.interaction import Interaction
from router.model.keyed_hash import KeyedHash
from router.model.ledger import StoredState
from router.model.record import Record
from router.rules.in_force import InForce
from tests.unit.flow.memory import MemoryStore, SetClock
from tests.unit.flow.service import MONDAY, rule_set

Key = tuple[str, UUID]


class AskedStore(MemoryStore):
    """Notes which keys the journal was asked for, one transaction after another."""

    def __init__(self) -> None:
        super().__init__()
        self.keys: list[list[Key]] = []

    async def load(
        self, customers: Sequence[str], keys: Sequence[Key]
    ) -> tuple[dict[str, StoredState], set[Key]]:
        self.keys.append(list(keys))
        return await super().load(customers, keys)


def record(number: int, customer: str = "c-1") -> Record:
    event = {"specversion": "1.0", "source": "/crm", "id": str(number), "type": "complaint.resolved"}
    event |= {"subject": customer, "time": MONDAY.isoformat(), "data": {"channel": "phone"}}
    return Record("t", 0, number, 0, None, json.dumps(event).encode())


def key(number: int) -> UUID:
    return key_of(Interaction("/crm", str(number), "complaint.resolved", MONDAY))


async def process(store: MemoryStore, *records: Record, repeats: bool = False) -> Processed:
    pipeline = Pipeline(store, InForce(rule_set()), SetClock(MONDAY), KeyedHash(b"secret"))
    return await pipeline.process(records, decode, repeats=repeats)


async def test_the_journal_is_not_asked_about_what_is_new() -> None:
    store = AskedStore()
    done = await process(store, record(1), record(2))
    assert (len(done.decided), done.duplicates, store.keys) == (2, 0, [[]])


async def test_what_the_key_refuses_is_asked_for_and_the_rest_is_decided() -> None:
    store = AskedStore()
    await process(store, record(1))
    done = await process(store, record(1), record(2))
    assert [one.interaction.id for one in done.decided] == ["2"]
    assert done.duplicates == 1
    assert [len(keys) for keys in store.keys] == [0, 0, 4]
    assert store.states["c-1"].version == 2


async def test_where_records_repeat_the_journal_is_asked_first() -> None:
    store = AskedStore()
    await process(store, record(1))
    done = await process(store, record(1), repeats=True)
    assert (done.decided, done.duplicates) == ([], 1)
    assert [len(keys) for keys in store.keys] == [0, 2]


async def test_what_was_nobodys_is_asked_for_since_its_key_is_another_one() -> None:
    store = AskedStore()
    await process(store, record(1, customer=""))
    done = await process(store, record(1), record(2))
    assert [one.interaction.id for one in done.decided] == ["2"]
    assert store.keys == [[], [(NOBODY, key(1)), (NOBODY, key(2))]]
