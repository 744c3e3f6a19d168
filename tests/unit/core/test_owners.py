"""Whose an interaction without a customer is."""

from typing import Any
from uuid import UUID, uuid4

from router.decide.owners import resolved, to_look_up
from router.model.interaction import DELIVERY_TYPE, RESPONSE_TYPE
from router.model.ledger import InstanceKey
from tests.unit.core.builders import event, rules

CASES = """
journey: complaint
instance: case_id
identifies_customer: true
steps: {opened: {on: case.opened}, closed: {on: case.closed}}
"""
KNOWN = rules(CASES)
SEVEN = InstanceKey("case_id", "7")


def opened(customer: str, case: Any = "7") -> Any:
    return event("case.opened", customer=customer, case_id=case)


def test_only_what_may_tell_is_looked_up() -> None:
    name = uuid4()
    asked = to_look_up(
        [opened(""), opened("c-1", 8), event("page.viewed"), event(DELIVERY_TYPE, invitation_id=str(name))],
        KNOWN,
    )
    assert asked.instances == {SEVEN, InstanceKey("case_id", "8")}
    assert asked.invitations == {name}
    assert not to_look_up([event("page.viewed", case_id="7")], KNOWN)


def test_an_instance_belongs_to_the_customer_it_was_first_seen_with() -> None:
    found, brought = resolved([opened("c-1"), opened(""), opened("c-2"), opened("")], KNOWN, {}, {})
    assert [one.customer_id for one in found] == ["c-1", "c-1", "c-2", "c-1"]
    assert brought == {SEVEN: "c-1"}


def test_an_owner_that_is_known_is_not_written_again() -> None:
    found, brought = resolved([opened(""), opened("c-2")], KNOWN, {SEVEN: "c-1"}, {})
    assert [one.customer_id for one in found] == ["c-1", "c-2"]
    assert brought == {}


def test_what_was_read_before_its_owner_is_known_has_none() -> None:
    found, _ = resolved([opened(""), opened("c-1")], KNOWN, {}, {})
    assert [one.customer_id for one in found] == ["", "c-1"]


def test_values_that_tell_nothing_identify_nobody() -> None:
    odd: list[Any] = ["", " ", None, True, ["7"], {"a": 1}]
    assert not to_look_up([opened("c-1", value) for value in odd], KNOWN)
    found, brought = resolved([opened("c-1", value) for value in odd], KNOWN, {}, {})
    assert ({one.customer_id for one in found}, brought) == ({"c-1"}, {})


def test_a_number_and_its_text_are_the_same_instance() -> None:
    found, _ = resolved([opened("c-1", 7), opened("")], KNOWN, {}, {})
    assert found[1].customer_id == "c-1"


def test_a_report_belongs_to_the_customer_of_its_invitation_whatever_it_says() -> None:
    name = UUID("00000000-0000-4000-8000-000000000001")
    reports = [
        event(kind, customer="somebody", invitation_id=given)
        for kind in (DELIVERY_TYPE, RESPONSE_TYPE)
        for given in (str(name), str(uuid4()), "no id", None)
    ]
    found, _ = resolved(reports, KNOWN, {}, {name: "c-1"})
    assert [one.customer_id for one in found] == ["c-1", "", "", ""] * 2
