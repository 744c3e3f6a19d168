from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ruamel.yaml import YAML

from router.demo import rhythm
from router.demo.company import hostile, month
from router.demo.rhythm import COMPANY_ZONE, Rhythm
from router.demo.stories import BAD_WEEK
from router.model.interaction import PREFERENCES_TYPE

START = datetime(2026, 3, 1, 23, tzinfo=UTC)
RULES = Path(__file__).parents[2] / "rules"
Event = dict[str, Any]


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return month(7, START)


def happened(event: Event) -> datetime:
    return datetime.fromisoformat(event["time"])


def key(event: Event) -> tuple[str, str]:
    return event["source"], event["id"]


def first_seen(events: list[Event]) -> list[Event]:
    return list({key(event): event for event in reversed(events)}.values())[::-1]


def test_the_same_seed_tells_the_same_story(events: list[Event]) -> None:
    assert month(7, START) == events
    assert month(8, START) != events


def test_more_customers_leave_the_first_ones_as_they_are(events: list[Event]) -> None:
    few = [event for event in month(7, START, 50) if "subject" in event]
    assert few == [event for event in events if event.get("subject", "c-99999") <= "c-00050"]


def test_the_month_has_a_believable_size(events: list[Event]) -> None:
    assert 12_000 <= len(events) <= 16_000
    assert 1_450 <= len({event.get("subject") for event in events}) <= 1_800
    complaints = Counter(event["type"] for event in events)["complaint.opened"]
    assert 150 <= complaints <= 450


def test_every_event_is_a_valid_cloudevent_of_the_month(events: list[Event]) -> None:
    for event in events:
        assert event["specversion"] == "1.0"
        assert all(isinstance(event[name], str) and event[name] for name in ("id", "source", "type"))
        assert event["source"].startswith("/demo/")
        assert event["datacontenttype"] == "application/json"
        assert isinstance(event["data"], dict)
        assert START <= happened(event) < START + timedelta(days=30)
        assert event.get("subject", "c-").startswith("c-")


def test_one_id_is_one_event(events: list[Event]) -> None:
    by_key: dict[tuple[str, str], Event] = {}
    for event in events:
        assert by_key.setdefault(key(event), event) == event


def test_the_rules_know_every_type_that_occurs(events: list[Event]) -> None:
    def types(entry: Any) -> set[str]:
        return {entry} if isinstance(entry, str) else set(entry)

    named: dict[str, set[str]] = {}
    for file in (RULES / "journeys").glob("*.yaml"):
        journey = YAML(typ="safe").load(file)
        kinds = [types(step["on"]) for step in journey["steps"].values()]
        kinds += [types(effort.get("count", ())) for effort in journey.get("effort", {}).values()]
        named[journey["journey"]] = set().union(*kinds)
    occurring = {event["type"] for event in events}
    assert occurring - {PREFERENCES_TYPE} <= set().union(*named.values())
    # What the company does not do: chats of their own, help noted in stores, appointments.
    partly = {"chat", "return", "store-visit", "service-appointment"}
    assert set().union(*(kinds for journey, kinds in named.items() if journey not in partly)) <= occurring


def test_an_interaction_of_a_journey_names_its_pass(events: list[Event]) -> None:
    instances = {"complaint": "case_id", "order": "order_id", "subscription": "subscription_id"}
    for event in events:
        instance = instances.get(event["type"].split(".")[0])
        assert instance is None or event["data"][instance]


def test_some_events_are_late_out_of_order_and_repeated(events: list[Event]) -> None:
    once = first_seen(events)
    assert 80 <= len(events) - len(once) <= 200
    behind = []
    latest = START
    for event in once:
        behind.append(latest - happened(event))
        latest = max(latest, happened(event))
    assert sum(delay > timedelta(hours=1) for delay in behind) > 100
    assert sum(delay > timedelta(days=1) for delay in behind) > 30
    by_order: dict[str, list[Event]] = {}
    for event in once:
        by_order.setdefault(event["data"].get("order_id", ""), []).append(event)
    del by_order[""]
    assert any(happened(a) > happened(b) for order in by_order.values() for a, b in pairwise(order))


def test_customers_differ_in_consent_language_and_zone(events: list[Event]) -> None:
    preferences = [event["data"] for event in events if event["type"] == PREFERENCES_TYPE]
    consents = [data["consent"] for data in preferences]
    assert {"email": True, "sms": False} in consents
    assert {"email": False, "sms": False} in consents
    assert {} in consents
    assert {data["locale"][:2] for data in preferences} == {"nl", "en", "de"}
    assert {data.get("zone") for data in preferences} > {None, "Europe/Amsterdam", "America/Curacao"}
    assert {data["segment"] for data in preferences} == {"consumer", "business"}


def test_preferences_mostly_come_first(events: list[Event]) -> None:
    first: dict[str, str] = {}
    for event in events:
        if "subject" in event:
            first.setdefault(event["subject"], event["type"])
    assert 0.85 < Counter(first.values())[PREFERENCES_TYPE] / len(first) < 0.98


def test_a_few_events_name_no_customer(events: list[Event]) -> None:
    assert 5 <= sum("subject" not in event for event in events) <= 20


def test_the_bad_week_drives_complaints(events: list[Event]) -> None:
    opened = [happened(e) - START for e in first_seen(events) if e["type"] == "complaint.opened"]
    after_it = [at for at in opened if BAD_WEEK[0] < at - timedelta(days=2) < BAD_WEEK[1]]
    assert len(after_it) / 7 > 2 * (len(opened) - len(after_it)) / 23


def test_calls_are_taken_when_the_contact_centre_is_open(events: list[Event]) -> None:
    for event in events:
        if event["type"] == "call.completed":
            local = happened(event).astimezone(COMPANY_ZONE)
            assert local.weekday() < 6
            assert 8 <= local.hour < 20


@pytest.mark.parametrize("name", ["CONTACT_CENTRE", "BACK_OFFICE", "WAREHOUSE", "CARRIER", "STORE"])
def test_the_next_opening_is_never_in_the_past(name: str) -> None:
    hours: Rhythm = getattr(rhythm, name)
    for n in range(24 * 7):
        at = START + timedelta(hours=n)
        moment = hours.following(Random(n), at)
        local = moment.astimezone(COMPANY_ZONE)
        assert at <= moment < at + timedelta(days=4)
        assert hours.days[local.weekday()]
        assert hours.hours[local.hour]


def test_three_hostile_records() -> None:
    cut_off, naive, framed = hostile()
    assert not cut_off.endswith(b"}")
    assert b'"time": "2026-03-02T10:15:00"' in naive
    assert framed.startswith(b"\x00")
