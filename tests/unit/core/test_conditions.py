"""The operators, and semantics 10: unknown is no."""

from typing import Any

import pytest

from router.authoring.language.conditions import read_condition
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problem, Problems
from router.model.customer import Customer, Profile
from router.model.rules import Condition
from router.rules.evaluate import compiled, first_failure
from router.rules.facts import Facts
from tests.unit.core.builders import T0, Opened, event, journeys_of, rules

JOURNEY = rules("""
journey: purchase
instance: order_id
steps: {placed: {on: order.placed}, delivered: {on: order.delivered}}
effort: {delays: {count: [order.delayed]}}
""")
FACTS = Facts(
    event(
        "order.delivered",
        channel="web",
        locale="nl",
        amount=12.5,
        code="AB-12",
        express=True,
        tags=["gift", "fragile"],
        address={"country": "NL"},
        nothing=None,
        **{"a.b": 1},
    ),
    Customer("c-1", profile=Profile(locale="de", attributes={"segment": "consumer"})),
    journeys_of(JOURNEY, event("order.placed", order_id=7), event("order.delayed", order_id=7))[0],
    Opened(("purchase",)),
    T0,
)


def condition(text: str) -> Condition:
    problems = Problems()
    node = read("when.yaml", text.encode(), problems)
    assert node is not None
    found = read_condition(node, problems)
    problems.raise_if_any()
    return found


def holds(text: str) -> bool:
    """Whether the condition holds; the compiled and the interpreted form must agree."""
    found = condition(text)
    answer = compiled(found)(FACTS)
    assert answer == (first_failure(found, FACTS) is None)
    return answer


HOLD = """
type: order.delivered
channel: [phone, web]
source: /test
locale: nl
journey: purchase
step: placed
event.amount: 12.5
event.amount: {gt: 12, lt: 13}
event.amount: {gte: 12.5, lte: 12.5}
event.amount: {between: [12.5, 20]}
event.amount: {not_in: [1, 2]}
event.amount: {ne: "12.5"}
event.express: true
event.code: {prefix: AB, suffix: "12"}
event.code: {contains: "-"}
event.code: {matches: "^[A-Z]+-[0-9]+$"}
event.code: {gt: AA}
event.code: {in: [AB-12, X]}
event.tags: gift
event.tags: [other, fragile]
event.tags: {contains: fragile}
event.tags: {ne: other}
event.address.country: NL
event.a.b: 1
event.missing: {exists: false}
event.nothing: {exists: false}
event.amount: {exists: true}
journey.delays: 1
journey.instance: "7"
journey.step: placed
customer.segment: consumer
customer.locale: de
customer.zone: {exists: false}
customer.open: purchase
customer.open: {ne: complaint}
not: {event.missing: x}
any: [{channel: phone}, {channel: web}]
any: {channel: phone, locale: nl}
all: [{channel: web}, {locale: nl}]
not: {any: [{channel: phone}, {all: [{channel: web}, {locale: de}]}]}
{}
"""
FAIL = """
type: order.placed
channel: [phone, chat]
event.amount: "12.5"
event.amount: {gt: "1"}
event.amount: {gt: 12, lt: 12.5}
event.amount: {between: [13, 20]}
event.express: 1
event.express: {gte: 1}
event.express: {ne: true}
event.code: {prefix: ab}
event.code: {matches: "^[0-9]+$"}
event.code: {gt: 1}
event.amount: {contains: 1}
event.amount: {matches: "12"}
event.tags: {ne: gift}
event.tags: {not_in: [gift]}
event.tags: {contains: gif}
event.missing: x
event.missing: {ne: x}
event.missing: {not_in: [x]}
event.missing: {exists: true}
event.missing: {gt: 0}
event.nothing: {ne: x}
event.address.country.more: {ne: x}
journey.unknown: {ne: 1}
customer.zone: {ne: UTC}
customer.open: [complaint, subscription]
any: [{channel: phone}, {channel: chat}]
all: [{channel: web}, {locale: de}]
not: {channel: web}
"""


@pytest.mark.parametrize("text", HOLD.strip().splitlines())
def test_holds(text: str) -> None:
    assert holds(text)


@pytest.mark.parametrize("text", FAIL.strip().splitlines())
def test_fails(text: str) -> None:
    assert not holds(text)


def test_without_a_journey_its_fields_are_unknown() -> None:
    bare = Facts(event("x"), Customer("c-1"), None, Opened(()), T0)
    for text in ("journey: purchase", "step: {ne: placed}", "journey.delays: {gte: 0}", "channel: {ne: x}"):
        assert not compiled(condition(text))(bare)


WORDS = [
    ("channel: phone", "channel must be phone, but it is web (when.yaml:1:10)"),
    ("event.missing: {gte: 2}", "event.missing must be at least 2, but it is missing (when.yaml:1:22)"),
    ("event.tags: [a, b]", "event.tags must be one of a, b, but it is gift, fragile (when.yaml:1:13)"),
    (
        "customer.segment: {exists: false}",
        "customer.segment must be absent, but it is consumer (when.yaml:1:28)",
    ),
    ("not: {channel: web, locale: nl}", "not (channel must be web and locale must be nl), but that holds"),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_the_failure_in_words(text: str, words: str) -> None:
    assert first_failure(condition(text), FACTS) == words


def test_all_names_its_first_failure_and_any_every_one() -> None:
    assert str(first_failure(condition("{channel: web, locale: de, type: x}"), FACTS)).startswith(
        "locale must be de"
    )
    failure = str(first_failure(condition("any: [{channel: phone}, {locale: de}]"), FACTS))
    assert failure.startswith("none of these holds: channel must be phone")
    assert "; locale must be de" in failure


def test_patterns_take_linear_time() -> None:
    found = condition('event.text: {matches: "^(a+)+$"}')
    hostile = Facts(event("x", text="a" * 50_000 + "!"), Customer("c-1"), None, Opened(()), T0)
    assert not compiled(found)(hostile)


REFUSED = [
    ("chanel: web", "R021", "did you mean 'channel'?"),
    ("event.: x", "R021", None),
    ("channel: {equals: web}", "R024", None),
    ("channel: {matchs: web}", "R024", "did you mean 'matches'?"),
    ("channel: []", "R023", "name a value"),
    ("any: []", "R022", "list at least one condition"),
    ("any: phone", "R022", "start each with `- `"),
    ("all: [phone]", "R020", "write `field: value`, such as `event.sensitive: true`"),
    ("event.a:", "R025", "to ask for its absence: `event.a: {exists: false}`"),
    ("event.a: {ne: null}", "R025", "to ask for its absence: `event.a: {exists: false}`"),
    ("event.a: [1, null]", "R025", None),
    ("event.a: {gt: true}", "R025", None),
    ("event.a: {between: [2, 1]}", "R025", None),
    ("event.a: {between: [1, b]}", "R025", None),
    ("event.a: {prefix: 1}", "R025", None),
    ("event.a: {exists: 1}", "R025", None),
    ("event.a: {in: x}", "R025", None),
    ("event.a: {matches: '(a)\\1'}", "R026", None),
    ("event.a: {matches: '('}", "R026", None),
]


@pytest.mark.parametrize(("text", "code", "hint"), REFUSED)
def test_refused(text: str, code: str, hint: str | None) -> None:
    found = problem(text)
    assert found.code == code
    assert hint is None or found.hint == hint


def problem(text: str) -> Problem:
    problems = Problems()
    node: Any = read("when.yaml", text.encode(), problems)
    read_condition(node, problems)
    return problems.found[0]
