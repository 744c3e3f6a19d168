"""Changes to cells are appended, read at once, and rolled up without anybody waiting."""

import asyncio
from datetime import date, timedelta

import pytest

from router.model.cells import (
    ALL,
    CoverageCount,
    Question,
    ScoreCounts,
    WantedCoverage,
    WantedScores,
)
from router.store import SqlStore, Transaction, upgrade
from tests.contract.rows import changes, coverage_cell, save, score_cell

MONDAY = date(2026, 11, 2)
CES = Question("ces", "ces", 1, 5, "lower_is_better", "1", "likert")


async def rolled_up(store: SqlStore, limit: int = 100) -> int:
    return await store.run(lambda transaction: transaction.roll_up(limit))


@pytest.mark.parametrize("steps", [0, 1, 5])
async def test_cells_and_their_changes_are_read_as_one(store: SqlStore, steps: int) -> None:
    """However many steps of the roll-up came between."""
    await save(store, scores=[score_cell([1, 0, 0, 0, 2]), score_cell([0, 0, 1, 0, 0], channel="chat")])
    await save(store, scores=[score_cell([0, 0, 0, 1, -1]), score_cell([0, 0, -1, 0, 0], channel="chat")])
    await save(store, coverage=[coverage_cell({"had_step": 2, "waited": 2, "planned": 2})])
    await save(store, coverage=[coverage_cell({"had_step": 1, "withheld": 1}, reason="no_consent")])
    await save(store, coverage=[coverage_cell({"sent": 1})])
    for _ in range(steps):
        await rolled_up(store, 1)
    assert await store.cells.scores(WantedScores()) == [ScoreCounts(CES, (), (1, 0, 0, 1, 1))]
    assert await store.cells.scores(WantedScores(), ["channel"]) == [
        ScoreCounts(CES, ("phone",), (1, 0, 0, 1, 1))
    ]
    assert await store.cells.coverage(WantedCoverage(), ["journey", "step"]) == [
        CoverageCount(("complaint", "resolved"), stage, reason, count)
        for stage, reason, count in [
            ("had_step", "", 2),
            ("waited", "", 2),
            ("planned", "", 2),
            ("sent", "", 1),
            ("had_step", "no_consent", 1),
            ("withheld", "no_consent", 1),
        ]
    ]


async def test_days_weeks_and_months_group_scores(store: SqlStore) -> None:
    days = [date(2026, 10, 31), date(2026, 11, 1), MONDAY, date(2026, 11, 8), date(2026, 11, 9)]
    await save(store, scores=[score_cell([1, 0, 0, 0, 0], day=day) for day in days])
    await rolled_up(store, 3)
    found = {
        name: [(one.group[0], one.counts[0]) for one in await store.cells.scores(WantedScores(), [name])]
        for name in ("day", "week", "month")
    }
    assert found == {
        "day": [(day, 1) for day in days],
        "week": [(date(2026, 10, 26), 2), (MONDAY, 2), (date(2026, 11, 9), 1)],
        "month": [(date(2026, 10, 1), 1), (date(2026, 11, 1), 4)],
    }
    some = WantedScores(since=MONDAY, until=date(2026, 11, 9))
    assert [one.counts[0] for one in await store.cells.scores(some)] == [2]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (WantedScores(), 3),
        (WantedScores(imported="both"), 7),
        (WantedScores(imported="only"), 4),
        (WantedScores(basis="answered"), 8),
        (WantedScores(attributes=("agent_id",)), 48),
        (WantedScores(attributes=("agent_id",), value="7"), 16),
        (WantedScores(attributes=()), 51),
        (WantedScores(revision=2), 2),
        (WantedScores(revision=3), 0),
        (WantedScores(journey="complaint", step="resolved", channel="phone", rule="ces-after-complaint"), 3),
        (WantedScores(survey="nps"), 0),
    ],
)
async def test_only_what_is_wanted_counts(store: SqlStore, wanted: WantedScores, expected: int) -> None:
    cells = [
        score_cell([1]),
        score_cell([2], revision=2),
        score_cell([4], imported="before"),
        score_cell([8], basis="answered"),
        score_cell([16], attribute="agent_id", value="7"),
        score_cell([32], attribute="agent_id", value="8"),
    ]
    await save(store, scores=cells[::2])
    await rolled_up(store)
    await save(store, scores=cells[1::2])
    assert sum(one.counts[0] for one in await store.cells.scores(wanted)) == expected


async def test_questions_are_never_put_together(store: SqlStore) -> None:
    await save(
        store, scores=[score_cell([1]), score_cell([1], text_version="2"), score_cell([1], scale_high=7)]
    )
    found = await store.cells.scores(WantedScores())
    assert [(one.question.text_version, len(one.counts)) for one in found] == [("1", 5), ("2", 5), ("1", 7)]


async def test_dimensions_that_look_alike_are_told_apart(store: SqlStore) -> None:
    odd = [("a", "b"), ("a\x1f", "b"), ("a", "\x1fb"), ('a","', "b"), ("ab", ""), ("é", "e\u0301")]
    await save(store, coverage=[coverage_cell({"had_step": 1}, journey=one, step=two) for one, two in odd])
    await rolled_up(store)
    found = await store.cells.coverage(WantedCoverage(), ["journey", "step"])
    assert {(one.group, one.count) for one in found} == {(pair, 1) for pair in odd}


async def test_coverage_of_one_attribute(store: SqlStore) -> None:
    for hour in ("09", "10", "09"):
        await save(
            store,
            coverage=[
                coverage_cell({"had_step": 1}, attribute=attribute, value=value)
                for attribute, value in ((ALL, ""), ("hour", hour))
            ],
        )
    by_hour = await store.cells.coverage(WantedCoverage(attributes=("hour",)), ["value"])
    assert [(one.group, one.count) for one in by_hour] == [(("09",), 2), (("10",), 1)]
    assert [one.count for one in await store.cells.coverage(WantedCoverage())] == [3]
    assert await store.cells.coverage(WantedCoverage(since=MONDAY + timedelta(days=1))) == []


async def test_a_roll_up_moves_the_oldest_and_nothing_twice(store: SqlStore) -> None:
    assert await rolled_up(store) == 0
    for _ in range(3):
        await save(store, scores=[score_cell([1])], coverage=[coverage_cell({"had_step": 1})])
    assert [await rolled_up(store, 2) for _ in range(3)] == [4, 2, 0]

    class Killed(Exception):
        pass

    async def killed(transaction: Transaction) -> None:
        await transaction.roll_up(10)
        raise Killed

    await save(store, scores=[score_cell([1])])
    with pytest.raises(Killed):
        await store.run(killed)
    assert [await rolled_up(store), await rolled_up(store)] == [1, 0]
    assert [one.counts[0] for one in await store.cells.scores(WantedScores())] == [4]


@pytest.mark.connected
async def test_nobody_waits_for_a_cell(postgres_url: str) -> None:
    """Two transactions that append to one cell, a roll-up and another roll-up are open at the same time."""
    await upgrade(postgres_url)
    store = await SqlStore.open(postgres_url)
    await save(store, coverage=[coverage_cell({"had_step": 1})])
    met = asyncio.Barrier(4)
    moved: list[int] = []

    async def appends(transaction: Transaction) -> None:
        await transaction.save(changes(coverage=[coverage_cell({"had_step": 1})]))
        await met.wait()

    async def rolls_up(transaction: Transaction) -> None:
        moved.append(await transaction.roll_up(100))
        await met.wait()

    async with asyncio.timeout(60):
        await asyncio.gather(*(store.run(work) for work in (appends, rolls_up, appends, rolls_up)))
    assert sorted(moved) == [0, 1]
    assert [one.count for one in await store.cells.coverage(WantedCoverage())] == [3]
    await store.close()


async def test_whole_months_and_the_days_around_them_add_up(store: SqlStore) -> None:
    """Any period, with and without days told apart; one change is not rolled up yet."""
    start = date(2026, 1, 20)
    days = [start + timedelta(days=place) for place in range(0, 110, 3)]
    for day in days:
        await save(
            store, scores=[score_cell([1], day=day)], coverage=[coverage_cell({"had_step": 1}, day=day)]
        )
    while await rolled_up(store):
        pass
    await save(
        store, scores=[score_cell([1], day=days[-1])], coverage=[coverage_cell({"had_step": 1}, day=days[-1])]
    )
    bounds = [
        None,
        *(start + timedelta(days=place) for place in (-1, 0, 5, 11, 12, 13, 39, 40, 41, 71, 80, 109, 130)),
    ]
    for since in bounds:
        for until in bounds:
            counted = [*days, days[-1]]
            expected = sum(
                (since is None or since <= day) and (until is None or day < until) for day in counted
            )
            scores = await store.cells.scores(WantedScores(since=since, until=until))
            coverage = await store.cells.coverage(WantedCoverage(since=since, until=until), ["month"])
            by_week = await store.cells.coverage(WantedCoverage(since=since, until=until), ["week"])
            assert sum(one.counts[0] for one in scores) == expected
            assert sum(one.count for one in coverage) == sum(one.count for one in by_week) == expected
