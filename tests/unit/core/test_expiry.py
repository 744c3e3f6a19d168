"""Journeys that nobody ended: their end is an interaction of its own, at its time."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from router.decide.batch import Batch
from router.journeys.expiry import abandon, next_expiry
from router.model.customer import Customer
from router.model.interaction import Interaction
from tests.unit.core.builders import ALLOW, event, invitation, moment, reasons, rules, told

BASKET = """
journey: basket
instance: basket_id
expires: 2d
steps: {filled: {on: basket.filled}, paid: {on: basket.paid, ends: true}}
order: [filled, paid]
"""
ASK = """
rules:
  - {id: left, when: {journey: basket, step: expired}, send: {survey: ces, channel: email}, delay: 1h}
"""
KNOWN = rules(BASKET, ASK, policy=ALLOW)


def filled(at: str, basket: str = "B1") -> Interaction:
    return event("basket.filled", at, basket_id=basket)


def test_an_idle_journey_is_asked_about_at_the_time_of_its_end() -> None:
    batch = told(KNOWN, [filled("0h"), event("page.viewed", "3d")])
    assert [one.interaction.type for one in batch.decided] == [
        "basket.filled",
        "journey.expired",
        "page.viewed",
    ]
    assert reasons(batch)[1] == "invited"
    expired = batch.decided[1]
    assert (expired.interaction.time, expired.now) == (moment("2d"), moment("2d"))
    assert expired.interaction.attributes == {"journey": "basket", "basket_id": "B1", "step": "filled"}
    assert expired.decision.due_at == moment("2d1h")


def test_a_journey_that_goes_on_or_ends_does_not_expire() -> None:
    on = told(KNOWN, [filled("0h"), filled("1d"), event("page.viewed", "2d1h")])
    assert "journey.expired" not in [one.interaction.type for one in on.decided]
    ended = told(
        KNOWN, [filled("0h"), event("basket.paid", "1d", basket_id="B1"), event("page.viewed", "9d")]
    )
    assert "journey.expired" not in [one.interaction.type for one in ended.decided]


def test_several_expire_in_the_order_of_their_ends() -> None:
    batch = told(KNOWN, [filled("0h", "B2"), filled("1h", "B1"), event("page.viewed", "9d")])
    expired = [one.interaction for one in batch.decided if one.interaction.type == "journey.expired"]
    assert [(one.time, one.attributes["basket_id"]) for one in expired] == [
        (moment("2d"), "B2"),
        (moment("2d1h"), "B1"),
    ]


def test_where_no_rule_waits_for_it_nothing_is_said() -> None:
    batch = told(rules(BASKET), [filled("0h"), event("page.viewed", "9d")])
    assert [one.interaction.type for one in batch.decided] == ["basket.filled", "page.viewed"]


def test_who_has_no_open_journey_has_no_expiry() -> None:
    customer = Customer("c-1", invitations=(invitation(),))
    assert next_expiry(customer, KNOWN.maps, KNOWN.awaited) is None


def expiries(batch: Batch) -> list[Interaction]:
    return [one.interaction for one in batch.decided if one.interaction.type == "journey.expired"]


def test_the_same_instance_opened_twice_at_one_moment_expires_under_two_ids() -> None:
    twin = [filled("0h"), event("page.viewed", "3d"), event("basket.filled", "0h", id="twin", basket_id="B1")]
    batch = told(KNOWN, [*twin, event("page.viewed", "9d")])
    ids = {one.id for one in expiries(batch)}
    assert len(ids) == len(expiries(batch)) == 2
    again = told(KNOWN, [*twin, event("page.viewed", "9d")])
    assert {one.id for one in expiries(again)} == ids


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["0h", "0h", "1h", "3d", "5d"]),
            st.sampled_from(["B1", "-", "B1/-", "x/B1", "", "x/B1/2026-03-02T10:00:00+00:00"]),
            st.sampled_from(["basket.filled", "basket.filled", "basket.paid", "page.viewed"]),
        ),
        max_size=12,
    )
)
def test_no_two_expiries_of_a_customer_share_an_id(taken: list[tuple[str, str, str]]) -> None:
    events = [
        event(kind, at, id=f"e{number}", **({"basket_id": basket} if basket else {}))
        for number, (at, basket, kind) in enumerate(taken)
    ]
    batch = told(KNOWN, [*events, event("page.viewed", "30d")])
    told_of = expiries(batch)
    assert len({one.id for one in told_of}) == len(told_of)
    assert not [one for one in batch.customers["c-1"].journeys if not one.ended]


def test_a_pass_stored_by_an_earlier_release_expires_and_its_journaled_expiry_is_still_known() -> None:
    before = told(KNOWN, [filled("0h")]).customers["c-1"]
    (journey,) = before.journeys
    stored = replace(before, live=(replace(journey, opened_by=""),))
    said = next_expiry(stored, KNOWN.maps, KNOWN.awaited)
    assert said is not None
    old = replace(said, id=said.id.rpartition("/")[0])
    for kept in (stored, before):
        for named in (said, old):
            left, move = abandon(kept.journeys, named)
            assert left == ()
            assert move is not None
    # One that the journal holds already is no obstacle: the count of the customer has gone on.
    later = next_expiry(replace(stored, seq=stored.seq + 1), KNOWN.maps, KNOWN.awaited)
    assert later is not None
    assert later.id not in (said.id, old.id)
    assert abandon(before.journeys, replace(old, id="c-1/basket/B2/" + old.id))[1] is None
