"""Counted answers by customer: grouped in the database, the same on both."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from router.model.cells import Question
from router.model.customer_answers import CustomerAnswers, WantedCustomers
from router.store import SqlStore
from tests.contract.rows import NOON, context, response_row, save

CES = Question("ces", "ces", 1, 5, "lower_is_better", "1", "likert")
MEAN = WantedCustomers(CES, (1, 2, 3, 4, 5))


async def test_customers_are_counted_by_what_they_gave(store: SqlStore) -> None:
    """Ann gave 1 and 3, Bob 2, Cas 2; what does not count, or was asked otherwise, is left out."""
    await save(
        store,
        responses=[
            response_row("ann", "a1", score=1),
            response_row("ann", "a2", score=3),
            response_row("bob", "b1", score=2),
            response_row("cas", "c1", score=2),
            response_row("dee", "d1", status="excluded", score=5),
            response_row("eva", "e1", score=5, context=context(text_version="2")),
            response_row("fay", "f1", score=5, imported="old tool"),
        ],
    )
    (found,) = await store.answers_by_customer.read(MEAN)
    assert found == CustomerAnswers((), (1, 2, 1, 0, 0), Counter({(2, 4, 10): 1, (1, 2, 4): 2}))
    shares = WantedCustomers(CES, (1, 1, 0, 0, 0), imported="both")
    (found,) = await store.answers_by_customer.read(shares)
    assert found == CustomerAnswers((), (1, 2, 1, 0, 1), Counter({(2, 1, 1): 1, (1, 1, 1): 2, (1, 0, 0): 1}))


async def test_groups_are_dimensions_attributes_and_periods(store: SqlStore) -> None:
    """A week begins at midnight in its zone: an hour earlier belongs to the one before."""
    monday = datetime(2026, 11, 1, 23, tzinfo=UTC)
    await save(
        store,
        responses=[
            response_row(
                "ann", "a1", score=1, asked_on=None,
                context=context(attributes={"agent_id": "A1", "journey.agent": "B"}, happened_at=monday),
            ),
            response_row(
                "bob", "b1", score=2,
                context=context(attributes={"journey.agent": "C"}, happened_at=monday - timedelta(hours=1)),
            ),
            response_row("cas", "c1", score=4, context=context(happened_at=monday - timedelta(days=8), attributes={})),
        ],
    )  # fmt: skip
    weeks = (date(2026, 10, 26), monday - timedelta(days=7)), (date(2026, 11, 2), monday)

    async def told(*by: str, **more: object) -> dict[tuple[str, ...], tuple[int, ...]]:
        wanted = WantedCustomers(CES, (1, 2, 3, 4, 5), by=by, periods=weeks, **more)  # type: ignore[arg-type]
        return {found.group: found.counts for found in await store.answers_by_customer.read(wanted)}

    assert await told("week") == {("2026-11-02",): (1, 0, 0, 0, 0), ("2026-10-26",): (0, 1, 0, 0, 0)}
    assert await told("agent_id") == {("A1",): (1, 0, 0, 0, 0)}
    assert await told("journey.agent", "step") == {
        ("B", "resolved"): (1, 0, 0, 0, 0),
        ("C", "resolved"): (0, 1, 0, 0, 0),
    }
    assert await told("asked_on", "revision") == {("", "1"): (1, 0, 0, 0, 0), ("email", "1"): (0, 1, 0, 1, 0)}
    assert await told(since=monday) == {(): (1, 0, 0, 0, 0)}
    assert await told(until=monday, channel="phone") == {(): (0, 1, 0, 1, 0)}
    assert await told(basis="answered", until=NOON) == {}


@pytest.mark.parametrize(("since", "until", "many"), [(None, 7, 1), (7, None, 2), (7, 8, 1), (None, None, 3)])
async def test_revisions_of_the_rules_from_one_to_before_another(
    store: SqlStore, since: int | None, until: int | None, many: int
) -> None:
    rows = [
        response_row(f"c{number}", f"i{number}", context=context(revision=number)) for number in (6, 7, 8)
    ]
    await save(store, responses=rows)
    wanted = WantedCustomers(CES, (1, 2, 3, 4, 5), since_revision=since, until_revision=until)
    (found,) = await store.answers_by_customer.read(wanted)
    assert sum(found.counts) == many
