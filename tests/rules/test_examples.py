"""The examples that travel with the shipped rules, each run through the core on the event-time clock."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from router.batch import Batch, key_of
from router.decide.preferences import recorded
from router.in_force import InForce
from router.model.customer import Customer, Invitation, Profile
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.policy.calendar import period_name
from router.policy.draw import draw
from router.policy.hours import own_zone
from router.ruleset import RuleSet, load_directory
from router.ruleset.nodes import read
from router.ruleset.problems import Problems
from router.ruleset.reader import duration

RULES = Path(__file__).parents[2] / "rules"
START = datetime(2026, 3, 2, 10, tzinfo=UTC)
LONG_AFTER = timedelta(days=60)


class Given(msgspec.Struct, forbid_unknown_fields=True):
    """Before and what happens: times relative to the start, a Monday morning."""

    customer: dict[str, Any]
    events: list[dict[str, Any]]
    history: list[dict[str, str]] = []


class Example(msgspec.Struct, forbid_unknown_fields=True):
    """An example as it stands in a `tests:` file."""

    name: str
    given: Given
    expect: list[dict[str, str]]
    because: str | None = None


def examples() -> list[Any]:
    found = []
    for path in sorted((RULES / "tests").glob("*.yaml")):
        problems = Problems()
        node = read(str(path), path.read_bytes(), problems)
        problems.raise_if_any()
        assert node is not None
        named = msgspec.convert(node.plain()["tests"], list[Example])
        found += [pytest.param(example, id=f"{path.stem}: {example.name}") for example in named]
    return found


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load_directory(RULES)


@pytest.mark.parametrize("example", examples())
def test_example(example: Example, rules: RuleSet) -> None:
    batch = told(example.given, rules)
    ended = {
        name: changed.change.reason
        for name, changed in batch.changed.items()
        if changed.change.invitation.state != "queued"
    }
    asked = [planned.invitation for planned in batch.planned if planned.invitation.id not in ended]
    assert len(asked) == len(example.expect)
    for invitation, expected in zip(asked, example.expect, strict=True):
        assert {name: getattr(invitation, name) for name in expected} == expected
    if example.because is not None:
        assert example.because in {*ended.values(), *(decided.decision.reason for decided in batch.decided)}


def told(given: Given, rules: RuleSet) -> Batch:
    """The events taken in order, and whatever was planned settled."""
    name = drawn_customer(rules)
    about = Interaction("/example", "customer", PREFERENCES_TYPE, START, name, attributes=given.customer)
    history = tuple(past(entry, rules) for entry in given.history)
    customer = Customer(name, profile=recorded(Profile(), about), invitations=history)
    batch = Batch(InForce(rules), {name: customer}, set(), event_time=True)
    for number, facts in enumerate(given.events):
        one = happened(dict(facts), str(number), name)
        batch.take(one, key_of(one), one.time)
    batch.settle(START + LONG_AFTER)
    return batch


def happened(facts: dict[str, Any], identity: str, customer: str) -> Interaction:
    time, kind = moment(facts.pop("at")), facts.pop("type")
    return Interaction(
        "/example", identity, kind, time, customer, channel=facts.pop("channel", None), attributes=facts
    )


def past(entry: dict[str, str], rules: RuleSet) -> Invitation:
    survey = rules.surveys[entry["invited"]]
    return Invitation(
        entry["at"], "earlier", survey.name, survey.metric, "email", 0, moment(entry["at"]), "sent"
    )


def moment(text: str) -> datetime:
    span = duration(text.removeprefix("-"))
    assert span is not None, text
    return START - span if text.startswith("-") else START + span


def drawn_customer(rules: RuleSet) -> str:
    """The first customer who is not held out and is in every rule's sample of the month."""
    policy = rules.policy
    period = period_name("calendar_month", START, own_zone(policy))

    def asked(name: str) -> bool:
        sampled = all(
            draw(policy.salt, f"sample:{entry.rule.id}", period, name) < entry.rule.sample
            for entry in rules.rules.values()
        )
        return sampled and draw(policy.salt, "hold_out", "", name) >= policy.hold_out

    return next(name for name in (f"customer-{number}" for number in count()) if asked(name))
