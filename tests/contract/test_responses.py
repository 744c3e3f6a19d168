"""Responses: one for each invitation, and all that an answer is judged by."""

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from router.flow.ports import Store
from router.model.encoding import encode_json
from router.model.ledger import Answerable, Ask, StateRow
from router.model.responses import ResponseRow
from router.store import SqlStore
from tests.contract.rows import (
    after,
    change,
    context,
    invitation_row,
    named,
    plan,
    response_row,
    save,
)


async def answerable(ledger: Store, *asked: tuple[str, str]) -> dict[tuple[str, str], Answerable]:
    places = {(customer, named(name)): (customer, name) for customer, name in asked}
    found = await ledger.run(lambda transaction: transaction.answerable(list(places)))
    return {places[place]: known for place, known in found.items()}


async def asked(ledger: Store, name: str, customer: str = "ann", **given: Any) -> UUID:
    await plan(ledger, invitation_row(customer, name, context=encode_json(context(**given))))
    return named(name)


async def stored(ledger: Store, name: str, customer: str = "ann") -> ResponseRow | None:
    return (await answerable(ledger, (customer, name)))[customer, name].response


async def test_an_answer_finds_the_question_and_all_its_messages(ledger: Store) -> None:
    root = await asked(ledger, "one")
    await save(
        ledger,
        states=[StateRow("ann", 1, b"state")],
        planned=[
            invitation_row("ann", "reminder", kind="reminder", root=root),
            invitation_row("ann", "cancellation", kind="cancellation", root=root),
        ],
        changed=[change("ann", "one", "queued", at=after(0), channel="sms")],
    )
    found = await answerable(ledger, ("ann", "one"), ("ann", "reminder"), ("bob", "one"), ("ann", "nothing"))
    assert set(found) == {("ann", "one"), ("ann", "reminder")}
    for known in found.values():
        assert (known.customer_id, known.id, known.context, known.response) == ("ann", root, context(), None)
        assert set(known.asks) == {
            Ask(root, "invitation", "queued", "sms", after(0)),
            Ask(named("reminder"), "reminder", "planned", "email", None),
        }


async def test_what_was_planned_before_contexts_were_frozen_has_none(ledger: Store) -> None:
    await plan(ledger, invitation_row("ann", "one"))
    assert (await answerable(ledger, ("ann", "one")))["ann", "one"].context is None


async def test_a_response_is_read_as_it_was_written(ledger: Store) -> None:
    for name in ("one", "two", "three"):
        await asked(ledger, name)
    rows = [
        response_row("ann", "one"),
        response_row(
            "ann",
            "two",
            context=context(
                locale=None, journey=None, step=None, instance=None, channel=None, attributes={}, effort={}
            ),
            status="off_scale",
            respond_by=None,
            asked_on=None,
            score=None,
            given="11",
            comment=None,
            answers=3,
        ),
        response_row(
            "ann",
            "three",
            status="excluded",
            imported="old-tool",
            excluded_by="maria",
            excluded_at=after(5),
            excluded_because="a test",
        ),
    ]
    await save(ledger, responses=rows)
    assert [await stored(ledger, name) for name in ("one", "two", "three")] == rows


async def test_a_response_takes_the_place_of_the_one_that_stood(ledger: Store) -> None:
    await asked(ledger, "one")
    first = response_row("ann", "one")
    await save(ledger, responses=[first])
    second = replace(
        first, key=named("second"), score=None, status="not_whole", given="2.5", comment=None, answers=2
    )
    await save(ledger, responses=[second])
    assert await stored(ledger, "one") == second


async def test_responses_of_one_id_belong_to_their_customers(ledger: Store) -> None:
    for customer in ("ann", "bob"):
        await asked(ledger, "one", customer)
    rows = [response_row("ann", "one", score=1), response_row("bob", "one", score=5)]
    await save(ledger, responses=rows)
    assert [await stored(ledger, "one", customer) for customer in ("ann", "bob")] == rows


async def test_a_customers_responses_are_read_in_the_order_they_were_given(store: SqlStore) -> None:
    rows = [
        response_row("ann", name, answered_at=after(hours)) for name, hours in (("b", 3), ("a", 5), ("c", 4))
    ]
    await save(store, responses=[*rows, response_row("bob", "d")])
    assert await store.reading.responses_of("ann") == [rows[0], rows[2], rows[1]]
    assert await store.reading.responses_of("nobody") == []
