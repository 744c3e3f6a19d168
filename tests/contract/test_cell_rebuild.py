"""Cells counted anew: nothing to change whatever happened, and what was changed by hand is put right."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from sqlalchemy import text

from router.decode import decode_line
from router.flow.pipeline import Pipeline
from router.flow.relay import Relay
from router.model.cells import CoverageCount, WantedCoverage, WantedScores
from router.model.interaction import RESPONSE_TYPE, Interaction
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.rules.in_force import InForce
from router.service.cell_rebuild import Rebuilt, rebuild
from router.service.customers import erase
from router.store import SqlStore
from tests.contract.rows import coverage_cell, save, score_cell
from tests.properties.test_coverage_cells import RULES, ZONE, logged
from tests.unit.flow.memory import MemorySender, MemoryStore, SetClock

HASHES = KeyedHash(b"of the test")
ANY = WantedCoverage(attributes=())
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def line(one: Interaction, chance: Random) -> bytes:
    data: dict[str, Any] = dict(one.attributes)
    if one.channel:
        data["channel"] = one.channel
    if one.type == RESPONSE_TYPE:
        # An answer, a corrected one, one off the scale, or only words.
        data |= {"score": chance.choice([1, 3, 5, 5, 9, 99, None]), "comment": "words"}
    event = {"specversion": "1.0", "source": "/s", "id": one.id, "type": one.type, "data": data}
    event |= {"time": one.time.isoformat()} | (
        {"subject": one.customer_id} if "invitation_id" not in data else {}
    )
    return msgspec.json.encode(event)


async def played(store: SqlStore, seed: int) -> None:
    """A made-up log through pipeline and relay, in random cuts, rolled up at random moments."""
    chance = Random(seed)
    clock = SetClock(None, event_time=True)
    rules = InForce(RULES)
    pipeline = Pipeline(store, rules, clock, HASHES)
    relay = Relay(store, MemorySender(MemoryStore()), rules, clock, topic="out", batch=10)
    rest = list(enumerate(logged(seed)))
    while rest:
        size = chance.randint(1, 20)
        some, rest = rest[:size], rest[size:]
        records = [Record("t", 0, number, 0, None, line(one, chance)) for number, one in some]
        await pipeline.process(
            records, lambda record, at: decode_line(record.value or b"", record.offset, at)
        )
        clock.at = max([clock.at] if clock.at else [], default=some[0][1].time)
        clock.at = max(clock.at, *(one.time for _, one in some))
        if chance.random() < 0.4:
            await relay.pass_once()
        if chance.random() < 0.4:
            await store.run(lambda transaction: transaction.roll_up(chance.randint(1, 60)))
    clock.at = NOW
    await relay.pass_once()


async def every_cell(store: SqlStore) -> tuple[Any, ...]:
    """All counts, by all that tells them apart."""
    coverage = await store.cells.coverage(ANY, ["day", "journey", "step", "channel", "attribute", "value"])
    wanted = [WantedScores(basis="happened", attributes=()), WantedScores(basis="answered", attributes=())]
    by = ["day", "journey", "step", "channel", "rule", "attribute", "value"]
    months = [await store.cells.scores(one, ["month", "attribute"]) for one in wanted]
    in_all = await store.cells.coverage(ANY, ["month", "attribute"])
    days = [await store.cells.scores(one, by) for one in wanted]  # type: ignore[arg-type]
    return coverage, in_all, *months, *days


def nothing(found: Rebuilt) -> bool:
    return (
        not found.coverage and not found.scores and {found.coverage_since, found.scores_since} == {date.min}
    )


async def test_there_is_nothing_to_change(store: SqlStore) -> None:
    await played(store, 3)
    before = await every_cell(store)
    assert all(before)
    done: list[tuple[int, int]] = []
    found = await rebuild(store, ZONE, on_progress=lambda *now: done.append(now))
    assert nothing(found)
    assert done[-1] == (found.interactions, found.interactions)
    assert found.responses
    assert await every_cell(store) == before
    while await store.run(lambda transaction: transaction.roll_up(50)):
        pass
    assert nothing(await rebuild(store, ZONE, check=True))
    assert await every_cell(store) == before


async def test_what_was_changed_by_hand_is_found_and_put_right(store: SqlStore) -> None:
    await played(store, 4)
    before = await every_cell(store)
    wrong = coverage_cell({"had_step": 2, "planned": -1}, reason="no_consent")
    await save(store, coverage=[wrong], scores=[score_cell([0, 1, 0, 0, 0])])
    day = wrong.day + timedelta(days=1)
    assert not (await rebuild(store, ZONE, check=True, since=day)).coverage
    for check in (True, True, False):
        found = await rebuild(store, ZONE, check=check, since=wrong.day)
        assert [cell.counts[:5] for cell in found.coverage] == [(-2, 0, 0, 0, 1)]
        assert [cell.counts for cell in found.scores] == [(0, -1, 0, 0, 0)]
    assert nothing(await rebuild(store, ZONE))
    assert await every_cell(store) == before


async def test_months_that_are_not_the_sums_of_their_days_are_put_right(store: SqlStore) -> None:
    await played(store, 8)
    while await store.run(lambda transaction: transaction.roll_up(50)):
        pass
    before = await every_cell(store)
    async with store._database.begin() as connection:
        await connection.execute(
            text("UPDATE coverage_months SET had_step = had_step + 1 WHERE attribute = ''")
        )
        await connection.execute(text("DELETE FROM score_months WHERE attribute = ''"))
    assert await every_cell(store) != before
    found = await rebuild(store, ZONE, check=True)
    assert found.months == sorted({one.group[0] for one in before[1]})
    assert nothing(found)
    assert (await rebuild(store, ZONE)).months == found.months
    assert not (await rebuild(store, ZONE)).months
    assert await every_cell(store) == before


async def test_cells_that_are_lost_are_counted_again(store: SqlStore) -> None:
    await played(store, 5)
    before = await every_cell(store)
    async with store._database.begin() as connection:
        for table in ("score_cells", "score_changes", "coverage_cells", "coverage_changes"):
            await connection.execute(text(f"DELETE FROM {table}"))
    await rebuild(store, ZONE)
    assert await every_cell(store) == before


async def test_a_customer_who_is_erased_stays_in_the_sums(store: SqlStore) -> None:
    await played(store, 6)
    before = await every_cell(store)
    for customer in ("c0", "c1", "c2"):
        await erase(store, HASHES, customer, NOW, first=True)
        assert await every_cell(store) == before
        assert nothing(await rebuild(store, ZONE))
    assert await every_cell(store) == before


async def test_days_of_which_something_was_deleted_stay_as_they_are(store: SqlStore) -> None:
    await played(store, 7)
    before = await every_cell(store)
    days = sorted({one.group[0] for one in before[0] if isinstance(one, CoverageCount)})
    cut = datetime.combine(days[len(days) // 2], datetime.min.time(), UTC)
    moment = int(cut.timestamp() * 1_000_000) if store._database.is_sqlite else cut
    async with store._database.begin() as connection:
        await connection.execute(text("DELETE FROM journal WHERE now < :cut"), {"cut": moment})
        await connection.execute(text("DELETE FROM responses WHERE received_at < :cut"), {"cut": moment})
    found = await rebuild(store, ZONE)
    assert date.min < found.coverage_since < date.max
    assert not found.coverage
    assert not found.scores
    assert await every_cell(store) == before
    async with store._database.begin() as connection:
        await connection.execute(text("DELETE FROM journal"))
    assert (await rebuild(store, ZONE)).coverage_since == date.max
    assert await every_cell(store) == before
