"""One run on the wall clock: what the input topics change, and what stands on the topic of invitations."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec import Struct

from router.model.record import Record
from tests.running.eventlog import HOUR, entries, event
from tests.running.ledger import Kept, kept
from tests.running.prompt_rules import prompt_rules
from tests.running.service import Running, running, settings_for
from tests.running.topics import Entry, publish, read_all
from tests.running.waiting import eventually

SCHEMA = Path(__file__).parents[2] / "docs" / "contracts" / "invitation.schema.json"
YES = [f"yes-{number}" for number in range(5)]


class Outcome(Struct, frozen=True):
    """The state after the run, and what was published."""

    kept: Kept
    invitations: list[Record]
    metrics: dict[str, float]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    return asyncio.run(scenario(tmp_path_factory.mktemp("run")))


async def scenario(directory: Path) -> Outcome:
    settings = settings_for(directory / "data", rules=prompt_rules(directory / "rules"))
    topics = settings.topics
    async with running(settings) as service:
        consents = [Entry(name.encode(), b'{"consent": {"email": true}, "locale": "en"}') for name in YES]
        nothing = [Entry(b"k", None), Entry(None, None), Entry(b"k", b"[]")]
        await publish(service.bootstrap, topics.preferences, [*consents, Entry(None, None)])
        await publish(service.bootstrap, topics.interactions, nothing)
        await eventually(lambda: service.read == len(consents) + 1 + len(nothing), "the preferences are read")
        before = service.read
        calls = [*calls_of([*YES, "unknown"], 0), *calls_of(YES, 100)]
        await publish(service.bootstrap, topics.interactions, calls)
        await eventually(lambda: service.read == before + len(calls), "the calls are decided")
        await eventually(lambda: sent(service) == len(YES), "the invitations are sent")
        await publish(service.bootstrap, topics.preferences, [Entry(YES[0].encode(), None)])
        await eventually(lambda: service.read == before + len(calls) + 1, "one customer is forgotten")
        invitations = await read_all(service.bootstrap, topics.invitations)
        names = {
            name: service.metric("router_records_total", topic=topic, outcome="empty")
            for name, topic in (("interactions", topics.interactions), ("preferences", topics.preferences))
        }
        return Outcome(await kept(service.database), invitations, names)


def calls_of(customers: list[str], first: int) -> tuple[Entry, ...]:
    at = datetime.now(UTC) - HOUR
    calls = [event(first + number, name, at, "call.completed") for number, name in enumerate(customers)]
    return entries(calls)


def sent(service: Running) -> int:
    return sum(len(one.published) for one in service.passed)


def test_consent_comes_from_the_topic_of_preferences(outcome: Outcome) -> None:
    reasons = {
        id_: one["reason"] for (source, id_), one in outcome.kept.decisions.items() if source == "/test"
    }
    assert reasons == {
        **{f"t-{number}": "invited" for number in range(5)},
        "t-5": "no_consent",
        **{f"t-{number}": "shared_limit" for number in range(100, 105)},
    }


def test_records_without_anything_are_counted_and_leave_nothing(outcome: Outcome) -> None:
    assert outcome.metrics == {"interactions": 3, "preferences": 1}
    # Five consents, eleven calls, one customer to be forgotten.
    assert sum(outcome.kept.times.values()) == 17


def test_each_invitation_is_published_once_under_its_customer(outcome: Outcome) -> None:
    events = [json.loads(record.value or b"") for record in outcome.invitations]
    assert sorted(event["id"] for event in events) == sorted(outcome.kept.sent)
    assert sorted(record.key or b"" for record in outcome.invitations) == [name.encode() for name in YES]
    assert [event["data"]["customer_id"].encode() for event in events] == [
        record.key for record in outcome.invitations
    ]


def test_published_invitations_fit_their_schema(outcome: Outcome) -> None:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text())
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    for record in outcome.invitations:
        validator.validate(json.loads(record.value or b""))
        assert dict(record.headers)["content-type"] == b"application/cloudevents+json; charset=utf-8"
