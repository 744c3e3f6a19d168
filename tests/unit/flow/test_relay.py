import json
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from router.contract import contract_files
from router.flow.relay import Passed
from router.model.response_token import read_token
from router.rules.in_force import InForce
from tests.unit.flow.service import SECRET, Crashed, Service, at, rule_set

TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_before_it_is_due_nothing_is_leased() -> None:
    service = Service()
    id_ = await service.plan()
    service.clock.at = at(1.99)

    assert await service.relay.pass_once() == Passed(0)
    assert service.state(id_) == ("planned", None)
    assert not service.store.leases


async def test_what_is_due_is_published_and_settled() -> None:
    service = Service()
    id_ = await service.plan(recipient={"email": "ann@example.org", "sms": "+31600000000"})
    service.clock.at = at(2.5)

    passed = await service.relay.pass_once()

    assert (passed.due, len(passed.published), passed.ended) == (1, 1, [])
    assert service.state(id_) == ("sent", None)
    assert service.store.row(id_).recipient is not None, "a fallback may follow, to the other address"
    assert not service.store.leases
    assert await service.relay.pass_once() == Passed(0)


async def test_the_message_is_keyed_by_customer_and_fits_the_contract() -> None:
    service = Service()
    id_ = await service.plan(recipient={"email": "ann@example.org"}, locale="nl")
    service.clock.at = at(2.5)
    await service.relay.pass_once()

    (message,), (event,) = service.sender.stored, service.sent()
    Draft202012Validator(json.loads(contract_files()["invitation.schema.json"])).validate(event)
    assert (message.topic, message.key) == ("invitations", b"c-1")
    assert list(message.headers) == [("content-type", b"application/cloudevents+json; charset=utf-8")]
    assert (event["id"], event["subject"], event["time"]) == (str(id_), "c-1", "2024-03-04T12:30:00Z")
    assert (event["data"]["channel"], event["data"]["recipient"]) == ("email", "ann@example.org")
    assert event["data"]["survey"]["question"] == "Hoeveel moeite?"
    assert read_token(event["data"]["response_token"], SECRET) == str(id_)


async def test_without_a_secret_there_is_no_token() -> None:
    service = Service(secret=None)
    await service.plan()
    service.clock.at = at(2)
    await service.relay.pass_once()
    assert service.sent()[0]["data"]["response_token"] is None


async def test_the_trace_of_the_interaction_is_carried_through() -> None:
    service = Service()
    await service.plan()
    await service.agree("c-2")
    await service.read("complaint.resolved", customer="c-2", traceparent=TRACE)
    service.clock.at = at(2)
    await service.relay.pass_once()
    assert {event["subject"]: event.get("traceparent") for event in service.sent()} == {
        "c-1": None,
        "c-2": TRACE,
    }


async def test_a_crash_between_publish_and_settle_repeats_the_same_invitation() -> None:
    service = Service()
    id_ = await service.plan(recipient={"email": "ann@example.org"})
    service.clock.at = at(2)
    service.sender.failing = Crashed()

    with pytest.raises(Crashed):
        await service.relay.pass_once()
    assert service.state(id_) == ("queued", None)
    assert await service.relay.pass_once() == Passed(0), "the lease still holds"

    service.store.let_leases_run_out()
    service.clock.at = at(3)
    passed = await service.relay.pass_once()

    first, second = service.sent()
    assert (first.pop("time"), second.pop("time")) == ("2024-03-04T12:00:00Z", "2024-03-04T13:00:00Z")
    assert first == second
    assert len(passed.published) == 1
    assert service.state(id_) == ("sent", None)


async def test_an_invitation_in_quiet_hours_is_moved() -> None:
    service = Service('quiet_hours: {from: "21:00", to: "08:00", otherwise: UTC}\n')
    id_ = await service.plan()
    service.clock.at = at(12)

    passed = await service.relay.pass_once()

    assert passed.ended == [("planned", "moved")]
    assert service.state(id_) == ("planned", None)
    assert service.store.row(id_).due_at == at(22), "08:00 the next day"
    assert not service.store.leases
    assert not service.sender.stored
    service.clock.at = at(22)
    await service.relay.pass_once()
    assert service.state(id_) == ("sent", None)


async def test_a_customer_who_took_back_consent_is_not_asked() -> None:
    service = Service()
    id_ = await service.plan(recipient={"email": "ann@example.org"})
    await service.read("customer.preferences.v1", hours=1, consent=[])
    service.clock.at = at(2)

    passed = await service.relay.pass_once()

    assert passed.ended == [("cancelled", "no_consent")]
    assert service.state(id_) == ("cancelled", "no_consent")
    assert service.store.row(id_).recipient is None
    assert not service.sender.stored
    assert not service.customer().invitations


async def test_consent_taken_back_during_the_check_counts() -> None:
    service = Service()
    id_ = await service.plan()
    service.clock.at = at(2)
    before = service.customer()
    service.store.after_load = lambda: service.put(
        replace(before, profile=replace(before.profile, consent={}))
    )

    await service.relay.pass_once()

    assert service.state(id_) == ("cancelled", "no_consent")
    assert not service.sender.stored


async def test_the_channel_is_the_one_with_consent_when_due() -> None:
    service = Service()
    await service.plan(recipient={"email": "ann@example.org", "sms": "+31600000000"})
    await service.read("customer.preferences.v1", hours=1, consent=["sms"])
    service.clock.at = at(2)
    await service.relay.pass_once()
    (event,) = service.sent()
    assert (event["data"]["channel"], event["data"]["recipient"]) == ("sms", "+31600000000")


async def test_an_invitation_past_its_expiry_is_not_sent() -> None:
    service = Service()
    id_ = await service.plan()
    service.clock.at = at(0) + timedelta(days=5)

    passed = await service.relay.pass_once()

    assert passed.ended == [("expired", "expired")]
    assert service.state(id_) == ("expired", "expired")
    assert not service.sender.stored


async def test_an_invitation_displaced_before_it_is_due_is_not_sent() -> None:
    service = Service("limits: [{id: one, max: 1, per: 30d}]\n")
    id_ = await service.plan()
    await service.read("complaint.escalated", hours=1.5)
    service.clock.at = at(2)

    passed = await service.relay.pass_once()

    assert (passed.published, passed.ended) == ([], [])
    assert service.state(id_) == ("displaced", "displaced")
    assert not service.store.leases


async def test_neighbours_of_an_invitation_that_ended_are_sent() -> None:
    service = Service()
    ids = [await service.plan(customer) for customer in ("c-1", "c-2", "c-3")]
    await service.read("customer.preferences.v1", hours=1, customer="c-2", consent=[])
    service.clock.at = at(2)

    passed = await service.relay.pass_once()

    assert passed.due == 3
    assert [service.state(id_)[0] for id_ in ids] == ["sent", "cancelled", "sent"]
    assert [event["subject"] for event in service.sent()] == ["c-1", "c-3"]


async def test_a_pass_takes_one_batch() -> None:
    service = Service()
    for number in range(12):
        await service.plan(f"c-{number:02}")
    service.clock.at = at(2)

    assert [(await service.relay.pass_once()).due for _ in range(3)] == [10, 2, 0]
    assert len({event["id"] for event in service.sent()}) == 12


async def test_while_the_event_time_clock_is_not_known_nothing_is_leased() -> None:
    service = Service(event_time=True)
    await service.plan()
    service.clock.at = None
    assert await service.relay.pass_once() == Passed(0)
    assert not service.store.leases


async def test_on_the_event_time_clock_an_invitation_is_checked_at_its_own_due_time() -> None:
    service = Service(event_time=True)
    id_ = await service.plan()
    service.clock.at = at(0) + timedelta(days=300)

    await service.relay.pass_once()

    assert service.state(id_) == ("sent", None)
    assert service.sent()[0]["time"] == "2024-03-04T12:00:00Z"


async def test_a_rule_that_is_gone_ends_what_it_planned() -> None:
    service = Service()
    id_ = await service.plan()
    service.relay.rules = InForce(rule_set(rules="rules: []\n"))
    service.clock.at = at(2)

    await service.relay.pass_once()

    assert service.state(id_) == ("cancelled", "rule_inactive")


async def test_what_had_to_wait_for_its_customer_is_checked_at_the_time_that_it_is_then() -> None:
    service = Service('quiet_hours: {from: "12:30", to: "13:00"}\n')
    id_ = await service.plan()
    service.clock.at = at(2.49)
    service.store.after_load = lambda: setattr(service.clock, "at", at(2.5))
    await service.relay.pass_once()
    assert service.sent() == []
    assert service.store.row(id_).due_at == at(3)


@pytest.mark.parametrize("skew", [-24.0, 24.0])
async def test_clocks_a_day_apart_send_early_or_late_but_once(skew: float) -> None:
    service = Service()
    id_ = await service.plan()
    sent = []
    for clock in (2 + skew, 2, 2 + skew, 26):
        service.clock.at = at(clock)
        await service.relay.pass_once()
        sent.append(len(service.sent()))
    assert sent == ([0, 1, 1, 1] if skew < 0 else [1, 1, 1, 1])
    assert service.state(id_) == ("sent", None)
