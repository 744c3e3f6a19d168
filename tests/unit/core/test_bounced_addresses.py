"""A bounced address in another spelling is suppressed, another one is not: in every path the same."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec
import pytest

from router.authoring.backtest import Backtest
from router.authoring.ruletest.simulate import simulate
from router.decode import decode_line
from router.flow.pipeline import Pipeline
from router.model.decision import Reason
from router.model.interaction import DELIVERY_TYPE
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.model.rule_tests import GivenEvent, RuleTest
from router.rules.in_force import InForce
from tests.unit.core.builders import ALLOW, moment, rules
from tests.unit.core.test_addresses import SAME
from tests.unit.flow.memory import MemoryStore, SetClock

LATEST = datetime(2030, 1, 1, tzinfo=UTC)
CHANNELS = ("email", "newsletter", "sms", "phone", "push", "push/ios")
ROUTES = "".join(
    f"  - {{id: ask-{number}, when: {{type: visit, event.by: {channel}}},"
    f" send: {{survey: ces, channel: {channel}}}}}\n"
    for number, channel in enumerate(CHANNELS)
)
RULES = rules(f"rules:\n{ROUTES}", policy=ALLOW + "recipient: required\n")
ANOTHER = [
    ("email", "ann/x@example.org", "ann/y@example.org"),
    ("email", "ann@bücher.example", "ann@bucher.example"),
    ("push", "Tok/en", "Tok/EN"),
    ("push", "https://push.example/a/B", "https://push.example/a/b"),
    ("push/ios", "a/b", "a/c"),
    ("sms", "+31612345678", "+31612345679"),
]
SLASHED = [
    ("push/ios", "a/b/c/", "a/b/c/"),
    ("push", "/", "/"),
    ("push", "a/", "a/"),
    ("email", "/@/", "/@/"),
]


def log(channel: str, first: str, second: str, name: str | None = None) -> list[bytes]:
    """An invitation to the first spelling bounces; then the second comes. `name` is what events call the channel."""
    name = channel if name is None else name
    visit = line("visit", "0h", by=channel, recipient={name: first})
    (decided,) = Backtest(RULES).run([visit], LATEST)
    report = {"invitation_id": decided.decision.invitation_id, "status": "hard_bounced"}
    return [
        visit,
        line("tick", "1h"),
        line(DELIVERY_TYPE, "2h", **report),
        line("visit", "3h", by=channel, recipient={name: second}),
    ]


def line(kind: str, at: str, **data: Any) -> bytes:
    event = {"specversion": "1.0", "source": "/t", "id": f"{kind}@{at}", "type": kind, "subject": "c-1"}
    return msgspec.json.encode(event | {"time": moment(at).isoformat(), "data": data})


def by_backtest(lines: list[bytes]) -> Reason:
    return list(Backtest(RULES).run(lines, LATEST))[-1].decision.reason


def by_rule_test(lines: list[bytes]) -> Reason:
    events = [
        one for number, text in enumerate(lines) for one in decode_line(text, number, LATEST).interactions
    ]
    given = tuple(GivenEvent(replaced(one), one.time) for one in events)
    return (
        simulate(RuleTest("t", events[0].time, {"c-1": {}}, given, expect=()), RULES)
        .events[-1]
        .decided.decision.reason
    )


def replaced(one: Any) -> Any:
    return msgspec.structs.replace(one, customer_id="c-1")


async def by_service(lines: list[bytes]) -> Reason:
    store, clock = MemoryStore(), SetClock(moment("0h"), event_time=True)
    pipeline = Pipeline(store, InForce(RULES), clock, KeyedHash(b"of the test"))
    reason: Reason = "invited"
    for number, text in enumerate(lines):
        processed = await pipeline.process(
            [Record("t", 0, number, 0, None, text)],
            lambda record, at: decode_line(record.value or b"", record.offset, at),
        )
        reason = processed.decided[-1].decision.reason
        assert not any(b"example.org" in state.body for state in store.states.values())
    return reason


PAIRS = [(row[0], *pair) for row in SAME for pair in pairwise(row[1:])] + SLASHED


@pytest.mark.parametrize("path", [by_backtest, by_rule_test])
@pytest.mark.parametrize(("channel", "first", "second"), PAIRS)
def test_another_spelling_is_suppressed(
    path: Callable[[list[bytes]], Reason], channel: str, first: str, second: str
) -> None:
    assert path(log(channel, first, second)) == "suppressed"
    assert path(log(channel, second, first)) == "suppressed"


@pytest.mark.parametrize("path", [by_backtest, by_rule_test])
@pytest.mark.parametrize(("channel", "first", "second"), ANOTHER)
def test_another_address_is_not(
    path: Callable[[list[bytes]], Reason], channel: str, first: str, second: str
) -> None:
    assert path(log(channel, first, second)) == "invited"


@pytest.mark.parametrize(
    ("channel", "first", "second", "reason"),
    [(*row, "suppressed") for row in PAIRS] + [(*row, "invited") for row in ANOTHER],
)
async def test_the_service_says_the_same(channel: str, first: str, second: str, reason: Reason) -> None:
    assert await by_service(log(channel, first, second)) == reason


@pytest.mark.parametrize(
    ("channel", "name", "first", "again", "other"),
    [
        ("email", "Email", "ann@example.org", "ANN@example.org", "bea@example.org"),
        ("email", " EMAIL ", "a/b@example.org", "A/b@example.org", "a/c@example.org"),
        ("email", "\uff45mail", "ann@example.org", "ANN@example.org", "bea@example.org"),
        ("sms", "SMS", "+31612345678", "0031612345678", "+31612345679"),
        ("push/ios", "Push / iOS", "a/b/C", "a/b/C", "a/b/c"),
    ],
)
async def test_a_channel_is_the_same_in_other_capitals_and_space(
    channel: str, name: str, first: str, again: str, other: str
) -> None:
    same, another = (log(channel, first, second, name) for second in (again, other))
    for path in (by_backtest, by_rule_test):
        assert (path(same), path(another)) == ("suppressed", "invited")
    assert await by_service(same) == "suppressed"
    assert await by_service(another) == "invited"


def test_of_two_spellings_of_a_channel_that_of_the_rule_counts() -> None:
    both = line("visit", "0h", by="email", recipient={"Email": "ann@example.org", "email": "bea@example.org"})
    (decided,) = Backtest(RULES).run([both], LATEST)
    report = line(DELIVERY_TYPE, "2h", invitation_id=decided.decision.invitation_id, status="hard_bounced")
    others = [
        line("visit", f"{3 + at}h", by="email", recipient={"email": address})
        for at, address in enumerate(("bea@example.org", "ann@example.org"))
    ]
    reasons = [one.decision.reason for one in Backtest(RULES).run([both, report, *others], LATEST)]
    assert reasons[-2:] == ["suppressed", "invited"]
