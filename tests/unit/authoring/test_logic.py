"""Contradictions, rules that never win, equal priorities: what is told, and what is not."""

import pytest

from router.authoring.language.load import check_texts
from tests.unit.core.builders import SURVEYS

JOURNEYS = """journey: purchase
instance: order_id
steps:
  placed: {on: [order.placed, order.phoned]}
  delivered: {on: order.delivered}
order: [placed, delivered]
effort:
  delays: {count: order.delayed}
  paid: {sum: amount}
"""
OTHER = "journey: visit\nsteps: {ordered: {on: order.placed}}\norder: [ordered]\n"


def told(*rules: str) -> list[str]:
    """The codes about these rules, each the body of one."""
    body = "rules:\n" + "".join(
        f"  - id: r{number}\n    {rule}\n"
        + ("" if "send:" in rule else "    send: {survey: nps, channel: email}\n")
        for number, rule in enumerate(rules)
    )
    files = {"j.yaml": JOURNEYS, "o.yaml": OTHER, "s.yaml": SURVEYS, "r.yaml": body}
    checked = check_texts({name: text.encode() for name, text in files.items()})
    return [problem.code for problem in checked.problems if problem.code not in ("R094", "R137")]


SINGLE = [
    ("when: {journey: purchase, step: placed, type: order.phoned}", []),
    ("when: {journey: purchase, step: placed, type: order.delivered}", ["R085"]),
    ("when: {journey: purchase, type: order.questioned}", ["R085"]),
    ("when: {journey: purchase, journey.delays: 0}", ["R080"]),
    ("when: {journey: purchase, journey.delays: {lt: 1}}", ["R080"]),
    ("when: {journey: purchase, journey.delays: {exists: false}}", []),
    ("when: {journey: purchase, journey.paid: 0}", []),
    ("when: {journey: purchase, step: placed, any: [{channel: web}, {type: order.delivered}]}", ["R085"]),
    ("when: {type: a, any: [{event.x: 1}, {event.x: {gt: 2, lt: 1}}]}", ["R080"]),
    ("when: {}", ["R081"]),
    ("when: {journey: purchase}", []),
    ("when: {type: a, not: {event.x: {gt: 2, lt: 1}}}", ["R081"]),
    ("when: {type: a}\n    unless: {}", ["R082"]),
    ("when: {type: a}\n    unless: {type: [a, b]}", ["R082"]),
    ("when: {type: a}\n    unless: {type: b}", []),
    ("when: {type: a}\n    unless: {event.x: {gt: 2, lt: 1}}", ["R080"]),
    ("when: {type: a, all: [{event.tags: gift}, {event.tags: fragile}]}", []),
]


@pytest.mark.parametrize(("rule", "codes"), SINGLE)
def test_one_rule(rule: str, codes: list[str]) -> None:
    assert told(rule) == codes


PLACED = "when: {journey: purchase, step: placed}\n    priority: 9"
PAIRS = [
    (PLACED, "when: {journey: purchase, step: placed, channel: web}\n    priority: 8", ["R083"]),
    (PLACED, "when: {journey: purchase, channel: web}\n    priority: 8", []),
    (PLACED, "when: {journey: purchase, step: placed}\n    priority: 8\n    max_age: 1d", ["R083"]),
    (f"{PLACED}\n    max_age: 1d", "when: {journey: purchase, step: placed}\n    priority: 8", []),
    (f"{PLACED}\n    sample: 50%", "when: {journey: purchase, step: placed}\n    priority: 8", []),
    (f"{PLACED}\n    enabled: false", "when: {journey: purchase, step: placed}\n    priority: 8", []),
    (f"{PLACED}\n    expires: 1d", "when: {journey: purchase, step: placed}\n    priority: 8", []),
    (f"{PLACED}\n    delay: 1d", "when: {journey: purchase, step: placed}\n    priority: 8", []),
    (
        f"{PLACED}\n    unless: {{channel: web}}",
        "when: {journey: purchase, step: placed}\n    priority: 8",
        [],
    ),
    (
        PLACED,
        "when: {journey: purchase, step: placed}\n    priority: 8\n    send: {survey: ces, channel: email}",
        [],
    ),
    (
        PLACED,
        "when: {journey: purchase, step: placed}\n    priority: 8\n    send: {survey: nps, channel: sms}",
        [],
    ),
    (PLACED, "when: {journey: visit, step: ordered}\n    priority: 9", ["R084"]),
    (PLACED, "when: {journey: purchase, step: delivered}\n    priority: 9", []),
    (PLACED, "when: {type: order.phoned}\n    priority: 9", ["R084"]),
    (PLACED, "when: {type: order.delivered}\n    priority: 9", []),
    ("when: {type: a, event.tier: gold}", "when: {type: a, event.tier: silver}", []),
    ("when: {type: a, channel: web}", "when: {type: a}\n    unless: {channel: web}", []),
    ("when: {type: a, event.x: {gt: 5}}", "when: {type: a, event.x: {lt: 9}}", ["R084"]),
    (
        "when: {type: a}\n    active: {until: 2026-02-01}",
        "when: {type: a}\n    active: {from: 2026-02-01}",
        [],
    ),
]


@pytest.mark.parametrize(("first", "second", "codes"), PAIRS)
def test_two_rules(first: str, second: str, codes: list[str]) -> None:
    assert told(first, second) == codes
