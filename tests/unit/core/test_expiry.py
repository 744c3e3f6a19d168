"""Journeys that nobody ended: their end is an interaction of its own, at its time."""

from router.journeys.expiry import next_expiry
from router.model.customer import Customer
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


def filled(at: str, basket: str = "B1") -> object:
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
