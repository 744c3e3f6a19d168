"""Invitations that were released and not published: they are checked again, as what they are then."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from router.flow import relay
from tests.unit.flow.service import Crashed, Service, at


async def released_and_held_up(policy: str = "") -> tuple[Service, UUID]:
    """A dispatcher that froze between release and message: its lease has run out."""
    service = Service(policy)
    id_ = await service.plan()
    service.clock.at = at(2)
    service.sender.frozen = True
    with pytest.raises(ConnectionError):
        await service.relay.pass_once()
    service.sender.frozen = False
    service.store.let_leases_run_out()
    return service, id_


async def test_a_released_invitation_is_checked_again_once_its_lease_is_over() -> None:
    service, id_ = await released_and_held_up()
    await service.read("customer.preferences.v1", hours=2.1, consent=[])
    passed = await service.relay.pass_once()
    assert passed.ended == [("withdrawn", "no_consent")]
    assert service.state(id_) == ("withdrawn", "no_consent")
    await service.relay.pass_once()
    (told,) = service.sent()
    # It may have left before.
    assert (told["type"], told["data"]["message_id"]) == ("feedback.invitation.cancelled.v1", str(id_))


async def test_a_released_invitation_goes_out_on_its_channel_or_not_at_all() -> None:
    service, id_ = await released_and_held_up()
    await service.read("customer.preferences.v1", hours=2.1, consent=["sms"])
    await service.relay.pass_once()
    assert service.state(id_) == ("withdrawn", "no_consent")


async def test_a_released_invitation_waits_where_it_may_not_go_out_now() -> None:
    quiet = 'quiet_hours: {from: "13:00", to: "15:00", zone: policy}\n'
    service, id_ = await released_and_held_up(quiet)
    service.clock.at = at(3.5)
    assert (await service.relay.pass_once()).published == []
    assert service.state(id_) == ("queued", None)
    service.store.let_leases_run_out()
    service.clock.at = at(5)
    (published,) = (await service.relay.pass_once()).published
    assert published.invitation.at == at(5)
    assert service.state(id_) == ("sent", None)
    # From then on it counts.
    assert [one.at for one in service.customer().invitations] == [at(5)]


async def test_a_released_invitation_that_came_too_late_is_withdrawn() -> None:
    service, id_ = await released_and_held_up()
    service.clock.at = at(24 * 6)
    await service.relay.pass_once()
    assert service.state(id_) == ("withdrawn", "expired")


async def test_one_that_was_frozen_for_longer_than_its_lease_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = Service()
    id_ = await service.plan()
    service.clock.at = at(2)
    moments = iter([0.0, 61.0, 100.0, 100.1])
    monkeypatch.setattr(relay, "monotonic", lambda: next(moments))
    assert (await service.relay.pass_once()).published == []
    assert service.sent() == []
    service.store.let_leases_run_out()
    await service.relay.pass_once()
    assert service.state(id_) == ("sent", None)


async def test_a_lost_lease_settles_nothing() -> None:
    service = Service()
    id_ = await service.plan()
    service.clock.at = at(2)
    service.sender.while_sending = service.store.let_leases_run_out

    await service.relay.pass_once()
    assert service.store.settled == [0]
    assert service.state(id_) == ("queued", None)

    service.sender.while_sending = None
    await service.relay.pass_once()
    assert service.store.settled == [0, 1]
    assert [event["id"] for event in service.sent()] == [str(id_)] * 2


async def test_on_the_event_time_clock_what_the_worker_released_is_published_as_it_is() -> None:
    service = Service(event_time=True)
    id_ = await service.plan()
    await service.read("customer.preferences.v1", hours=3, consent=[])
    assert service.state(id_) == ("queued", None)
    service.clock.at = at(3)

    passed = await service.relay.pass_once()

    assert passed.ended == []
    assert service.state(id_) == ("sent", None)
    assert service.sent()[0]["time"] == "2024-03-04T12:00:00Z"


async def test_what_was_released_and_is_forgotten_by_the_customers_state_is_published() -> None:
    service = Service(event_time=True)
    id_ = await service.plan()
    await service.read("shop.visited", hours=3)
    service.put(replace(service.customer(), invitations=()))
    service.clock.at = at(3)

    await service.relay.pass_once()

    assert service.state(id_) == ("sent", None)
    assert service.sent()[0]["time"] == "2024-03-04T12:00:00Z"


async def test_a_released_invitation_whose_survey_is_gone_waits_and_stops_nobody() -> None:
    service = Service()
    id_ = await service.plan()
    service.clock.at = at(2)
    service.sender.failing = Crashed()
    with pytest.raises(Crashed):
        await service.relay.pass_once()
    rules = service.relay.rules.live
    surveys, rules.surveys = rules.surveys, {}
    service.store.let_leases_run_out()

    passed = await service.relay.pass_once()
    assert (passed.due, passed.published) == (1, [])
    assert service.state(id_) == ("queued", None)

    rules.surveys = surveys
    service.store.let_leases_run_out()
    await service.relay.pass_once()
    assert service.state(id_) == ("sent", None)
