"""One source and id is decided once, and a report finds its invitation, however the log falls into batches."""

from random import Random
from typing import Any

import msgspec
import pytest

from router.authoring.backtest import Backtest
from router.decide.choose import invitation_id
from router.decode import decode_line
from router.flow.pipeline import Pipeline
from router.model.decision import Reason
from router.model.interaction import (
    DELIVERY_TYPE,
    PREFERENCES_TYPE,
    RESPONSE_TYPE,
    Interaction,
    named_invitation,
)
from router.model.keyed_hash import KeyedHash
from router.model.record import Record
from router.rules.in_force import InForce
from tests.properties.test_backtest import LATEST
from tests.unit.core.builders import ALLOW, moment, rules
from tests.unit.flow.memory import MemoryStore, SetClock

RULES = rules(
    """
journey: order
instance: order.id
identifies_customer: true
steps: {placed: {on: order.placed}, delivered: {on: order.delivered}, returned: {on: order.returned, reopens: true}}
order: [placed, delivered]
""",
    "rules:\n  - {id: ask, when: {journey: order, step: delivered}, send: {survey: ces, channel: email}, priority: 1}\n"
    "  - {id: back, when: {journey: order, step: returned}, send: {survey: nps, channel: email}, delay: 1h}\n",
    policy=ALLOW + "suppressed_by: {opted_out: goodbye}\nlimits: [{id: any, max: 2, per: 30d}]\n",
)
Line = tuple[str, str, str, Reason]


def line(kind: str, hour: int, identity: str, customer: str = "", **data: Any) -> bytes:
    event = {"specversion": "1.0", "source": "/s", "id": identity, "type": kind, "data": data}
    subject = {"subject": customer} if customer else {}
    return msgspec.json.encode(event | {"time": moment(f"{hour}h").isoformat()} | subject)


def about(identity: str, rule: str) -> str:
    return invitation_id(Interaction("/s", identity, "", moment("0h")), rule)


def by_backtest(lines: list[bytes]) -> list[Line]:
    decided = [
        (one.interaction.id, one.interaction.customer_id, one.interaction.type, one.decision.reason)
        for one in Backtest(RULES).run(lines, LATEST)
    ]
    return [one for one in decided if one[3] != "duplicate"]


async def by_service(batches: list[list[bytes]]) -> list[Line]:
    clock = SetClock(moment("0h"), event_time=True)
    pipeline = Pipeline(MemoryStore(), InForce(RULES), clock, KeyedHash(b"of the test"))
    found: list[Line] = []
    for batch in batches:
        processed = await pipeline.process(
            [Record("t", 0, number, 0, None, text) for number, text in enumerate(batch)],
            lambda record, at: decode_line(record.value or b"", record.offset, at),
        )
        found += [
            (one.interaction.id, one.interaction.customer_id, one.interaction.type, one.decision.reason)
            for one in processed.decided
        ]
    return found


def made_up(chance: Random) -> list[bytes]:
    """Orders of two customers whose events often name nobody, told again and again; reports and answers to them."""
    lines: list[bytes] = []
    for hour in range(chance.randint(2, 30)):
        order = str(chance.randrange(4))
        kind = chance.choice(["placed", "delivered", "delivered", "returned"])
        customer = f"c-{int(order) % 2}" if chance.random() < 0.5 else ""
        number: Any = chance.choice([order, int(order), float(order)])
        if chance.random() < 0.6:
            lines.append(line(f"order.{kind}", hour, f"{kind}-{order}", customer, order={"id": number}))
        elif chance.random() < 0.8:
            status = chance.choice(["delivered", "hard_bounced", "unsubscribed"])
            name = about(f"delivered-{order}", "ask")
            told: dict[str, Any] = chance.choice([{"status": status}, {"answers": {"score": 1}}])
            report = DELIVERY_TYPE if "status" in told else RESPONSE_TYPE
            lines.append(line(report, hour, f"r{hour % 7}", invitation_id=name, **told))
        else:
            lines.append(line("goodbye", hour, f"g{hour % 5}", customer))
        if chance.random() < 0.3:
            again = msgspec.json.decode(chance.choice(lines))
            owner = int(float(again["data"].get("order", {"id": 0})["id"])) % 2
            again |= {"subject": f"c-{owner}"} if chance.random() < 0.5 else {}
            lines.append(msgspec.json.encode(again | {"time": moment(f"{hour}h").isoformat()}))
    return lines


@pytest.mark.parametrize("seed", range(60))
async def test_batches_of_any_size_come_to_what_the_backtest_comes_to(seed: int) -> None:
    chance = Random(seed)
    lines, batches = made_up(chance), []
    rest = list(lines)
    while rest:
        size = chance.randint(1, 12)
        batches.append(rest[:size])
        rest = rest[size:]
    assert await by_service(batches) == by_backtest(lines)


@pytest.mark.parametrize("seed", range(60))
def test_what_may_ask_is_decided_once(seed: int) -> None:
    decided = [one[0] for one in by_backtest(made_up(Random(seed))) if one[2].startswith("order.")]
    whose = by_backtest(made_up(Random(seed)))
    repeated = {name for name in decided if decided.count(name) > 1}
    for name in repeated:
        customers = [one[1] for one in whose if one[0] == name]
        assert "" not in customers[:1]
        assert len(set(customers)) == len(customers)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("batches", [[1, 1, 1], [3], [2, 1], [1, 2]])
async def test_first_nobodys_then_its_owners(batches: list[int], named: bool) -> None:
    lines = [
        line("order.delivered", 1, "3", order={"id": "O2"}),
        line("order.placed", 2, "4", "x", order={"id": "O2"}),
        line("order.delivered", 3, "3", "x" if named else "", order={"id": "O2"}),
    ]
    expected = [("3", "", "order.delivered", "no_customer"), ("4", "x", "order.placed", "no_rule_matched")]
    split = [lines[sum(batches[:n]) : sum(batches[: n + 1])] for n in range(len(batches))]
    assert await by_service(split) == expected == by_backtest(lines)


TAKEN: list[tuple[str, dict[str, Any], Reason]] = [
    (PREFERENCES_TYPE, {"suppressed": ["opted_out"]}, "preferences_recorded"),
    ("goodbye", {}, "step_not_recognised"),
]


@pytest.mark.parametrize(("kind", "data", "reason"), TAKEN)
async def test_a_no_that_named_nobody_holds_when_it_is_told_again(
    kind: str, data: dict[str, Any], reason: Reason
) -> None:
    lines = [
        line(kind, 1, "no", **data),
        line(kind, 1, "no", "x", **data),
        line("order.delivered", 2, "3", "x", order={"id": 1}),
    ]
    found = [
        ("no", "", kind, "no_customer"),
        ("no", "x", kind, reason),
        ("3", "x", "order.delivered", "suppressed"),
    ]
    assert await by_service([lines]) == found == by_backtest(lines)


async def test_a_report_is_known_in_the_batch_of_its_invitation() -> None:
    lines = [
        line("order.delivered", 1, "3", "x", order={"id": 1}),
        line("order.placed", 2, "4", "x", order={"id": 1}),
        line(DELIVERY_TYPE, 3, "r", invitation_id=about("3", "ask"), status="unsubscribed"),
        line("order.returned", 4, "5", "x", order={"id": 1}),
    ]
    reasons = ["invited", "no_transition", "delivery_recorded", "suppressed"]
    for batches in ([lines], [lines[:2], lines[2:]], [[one] for one in lines]):
        assert [one[3] for one in await by_service(batches)] == reasons
    assert [one[3] for one in by_backtest(lines)] == reasons


def test_only_reports_and_answers_name_an_invitation() -> None:
    name = about("3", "ask")
    given = {kind: named_invitation(Interaction("/s", "1", kind, moment("0h"), attributes={"invitation_id": name}))
             for kind in (DELIVERY_TYPE, RESPONSE_TYPE, PREFERENCES_TYPE, "order.placed")}  # fmt: skip
    assert [str(found) if found else None for found in given.values()] == [name, name, None, None]
