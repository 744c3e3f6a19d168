"""Alerts from the transaction that scores an answer, and out by the relay."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from router.decide.alerts import AlertJudgement
from router.decode import responses_decoder
from router.flow.alert_event import MOST_OF_COMMENT, AlertTopics, alert_message, alert_row
from router.flow.alert_relay import AlertRelay
from router.flow.pipeline import Pipeline
from router.model.interaction import RESPONSE_TYPE
from router.model.keyed_hash import KeyedHash
from router.model.record import Record, TooLarge
from router.rules.in_force import InForce
from tests.unit.core.test_alerts import SET, heard, one, row
from tests.unit.flow.service import SECRET, Service, at, rule_set

ALERTS = """
alerts:
  - id: call-back
    when: {survey: ces, score: {gte: 4}}
    send: {team: care}
    within: 4h
    cooldown: 30d
"""


@pytest.fixture
def service() -> Service:
    made = Service()
    made.rules = rule_set(alerts=ALERTS)
    return made


def relay(service: Service, **given: Any) -> AlertRelay:
    return AlertRelay(service.store, service.sender, AlertTopics("alerts", ("alerts", "care")), **given)


async def asked(service: Service, customer: str = "c-1") -> UUID:
    """An invitation that went out."""
    invitation = await service.plan(customer)
    service.clock.at = at(2)
    await service.relay.pass_once()
    service.sender.stored.clear()
    return invitation


async def answer(service: Service, invitation: UUID, score: Any, hours: float = 3, **members: Any) -> None:
    service.clock.at = at(hours)
    data = {"invitation_id": str(invitation), "score": score, "answered_at": at(hours).isoformat()} | members
    event = {"specversion": "1.0", "id": f"{invitation}@{hours}", "source": "/survey", "type": RESPONSE_TYPE}
    event |= {"time": at(hours).isoformat(), "data": data}
    record = Record("responses", 0, 0, 0, None, json.dumps(event).encode())
    pipeline = Pipeline(service.store, InForce(service.rules), service.clock, KeyedHash(b"secret"))
    assert not (await pipeline.process([record], responses_decoder(SECRET))).dead


async def test_an_answer_that_needs_somebody_leaves_once(service: Service) -> None:
    invitation = await asked(service)
    await answer(service, invitation, 5, comment="Nobody called.")
    assert (await relay(service).pass_once()).published[0].rule == "call-back"
    (sent,) = service.sent()
    (message,) = service.sender.stored
    assert (message.topic, message.key) == ("alerts", b"c-1")
    assert (sent["type"], sent["subject"], sent["data"]["team"]) == (
        "feedback.alert.response.v1",
        "c-1",
        "care",
    )
    assert (sent["data"]["score"], sent["data"]["comment"]) == (5, "Nobody called.")
    assert sent["data"]["due_at"] == at(7).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (await relay(service).pass_once()).published == ()


async def test_a_good_answer_needs_nobody_and_a_correction_is_no_second_alert(service: Service) -> None:
    invitation = await asked(service)
    for number, score in enumerate((1, 5, 4, 5)):
        await answer(service, invitation, score, 3 + number)
    assert [alert.raised_at for alert in service.store.alerts.values()] == [at(4)]


async def test_what_does_not_displace_the_answer_alerts_nobody(service: Service) -> None:
    invitation = await asked(service)
    await answer(service, invitation, 1)
    await answer(service, invitation, "bad", 4)
    await answer(service, invitation, 5, 24 * 60)
    assert service.store.alerts == {}


async def test_a_crash_between_publishing_and_settling_repeats_the_same_id(service: Service) -> None:
    await answer(service, await asked(service), 5)
    service.sender.failing = ConnectionError("lost")
    with pytest.raises(ConnectionError):
        await relay(service).pass_once()
    assert (await relay(service).pass_once()).published == ()
    service.store.alert_leases.clear()
    await relay(service).pass_once()
    first, second = service.sent()
    assert first == second


async def test_nothing_is_published_by_whoever_was_frozen_for_longer_than_its_lease(service: Service) -> None:
    await answer(service, await asked(service), 5)
    assert (await relay(service, lease=timedelta()).pass_once()).published == ()
    assert service.sender.stored == []


async def test_one_that_the_broker_does_not_take_holds_no_other_up(service: Service) -> None:
    for customer in ("c-1", "c-2"):
        service.clock.at = at(0)
        await answer(service, await asked(service, customer), 5)

    class Small:
        async def send(self, messages: Any) -> None:
            raise TooLarge([message for message in messages if message.key == b"c-1"])

    passed = await AlertRelay(service.store, Small(), AlertTopics("alerts")).pass_once()
    assert ([alert.customer_id for alert in passed.published], passed.refused) == (["c-2"], 1)
    assert len(service.store.alerts_sent) == 1


def judgement(topic: str | None = None, **facts: Any) -> AlertJudgement:
    found = one(heard(row(**facts)))
    return replace(found, rule=replace(found.rule, topic=topic))


@pytest.mark.parametrize(("named", "topic"), [(None, "alerts"), ("care", "care"), ("invitations", "alerts")])
def test_a_topic_that_is_not_allowed_is_not_written_to(named: str | None, topic: str) -> None:
    assert alert_message(alert_row(judgement(named)), AlertTopics("alerts", ("care",))).topic == topic


def test_the_whole_event() -> None:
    event = json.loads(
        alert_message(alert_row(judgement(comment="x" * 9_000)), AlertTopics("alerts")).value or b""
    )
    data = event.pop("data")
    assert event == {
        "id": "e8a75ffb-aa42-5331-8467-51e78fd59f9a",
        "time": "2026-03-02T10:00:00Z",
        "subject": "c-1",
        "specversion": "1.0",
        "type": "feedback.alert.response.v1",
        "source": "/feedback-router",
        "datacontenttype": "application/json",
    }
    assert len(data.pop("comment")) == MOST_OF_COMMENT
    assert data == {
        "alert": "call-back",
        "team": "care",
        "due_at": "2026-03-02T14:00:00Z",
        "customer_id": "c-1",
        "invitation_id": "00000000-0000-0000-0000-000000000001",
        "survey": "nps",
        "metric": "nps",
        "scale": [0, 10],
        "polarity": "higher_is_better",
        "score": 3,
        "answered_at": "2026-03-02T10:00:00Z",
        "happened_at": "2026-03-01T10:00:00Z",
        "asked_on": None,
        "channel": "phone",
        "locale": "nl",
        "journey": {"name": "complaint", "step": "resolved", "instance": "C1"},
        "attributes": {"agent_id": "A7", "journey.agent": "A8"},
        "effort": {"contacts": 2, "minutes": 9},
        "revision": SET.revision,
    }
