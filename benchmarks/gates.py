"""`python -m benchmarks.gates`: what a decision costs with all gates set, and with a long history; 0 where as wanted."""

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe_machine
from router.authoring.language.load import load_texts
from router.decide import decide
from router.model.customer import Customer, Invitation, Profile
from router.model.interaction import Interaction
from router.rules.ruleset import RuleSet

MOST_GATES = 2.4
MOST_HISTORY = 1.2
NOW = datetime(2026, 3, 3, 10, tzinfo=UTC)

FILES = {
    "journey.yaml": "journey: case\ninstance: case_id\nsteps: {done: {on: case.closed}}\n",
    "surveys.yaml": "surveys: {ces: {metric: ces, purpose: research, scale: [1, 5], polarity: lower_is_better,"
    " texts: {en: {question: Effort, low: little, high: much}}}}\n",
}
PLAIN_POLICY = "limits: [{id: any, max: 3, per: 30d}]\nlocale: {otherwise: en}\n"
PLAIN_RULE = (
    "rules: [{id: ask, when: {journey: case, step: done}, send: {survey: ces, channel: email}, delay: 2h}]\n"
)
ALL_POLICY = """
zone: Europe/Amsterdam
consent: {unknown: refuse}
recipient: required
hold_out: 0.01%
salt: a
limits:
  - {id: any, max: 3, per: 30d}
  - {id: own, survey: ces, max: 3, per: 90d, clock: [invited, answered]}
  - {id: agent, same: agent, max: 3, per: 60d}
  - {id: month, metric: ces, max: 3, per: calendar_month, on_limit: defer, up_to: 7d}
quotas: [{id: agent-month, same: agent, max: 100000, per: calendar_month}]
quiet_hours: {from: "21:00", to: "08:00"}
business_hours: {days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00", holidays: NL}
locale: {otherwise: en}
"""
ALL_RULE = """
rules:
  - id: ask
    when: {journey: case, step: done}
    unless: {event.agent: robot}
    send: {survey: ces, channel: [email, sms]}
    delay: 2h
    max_age: 3d
    expires: 20d
    sample: 99.99%
    within: business_hours
    active: {from: "2020-01-01"}
"""


def main() -> int:
    """Measures in turns and shows the medians; 1 where one is above what is wanted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gates")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--decisions", type=int, default=2_000, help="in each round, of each kind")
    asked = parser.parse_args()
    plain = _rules(PLAIN_POLICY, PLAIN_RULE)
    everything = _rules(ALL_POLICY, ALL_RULE)
    cases = {
        "consent and one limit": _case(plain, 2),
        "all gates": _case(everything, 2),
        "all gates, 10 past invitations": _case(everything, 10),
        "all gates, 10,000 past invitations": _case(everything, 10_000),
    }
    found: dict[str, list[float]] = {name: [] for name in cases}
    gc.disable()
    for _ in range(asked.rounds):
        for name, once in cases.items():
            begun = time.perf_counter()
            for _ in range(asked.decisions):
                once()
            found[name].append((time.perf_counter() - begun) / asked.decisions * 1e6)
        gc.collect()
    return _show({name: statistics.median(times) for name, times in found.items()})


def _show(micros: dict[str, float]) -> int:
    console = Console(width=120)
    console.print(describe_machine(), highlight=False)
    table = Table("", "µs a decision")
    for name, cost in micros.items():
        table.add_row(name, f"{cost:.1f}")
    console.print(table)
    simple, gates, short, long = micros.values()
    console.print(
        f"all gates cost {gates / simple:.2f} times as much (at most {MOST_GATES});"
        f" 10,000 past invitations {long / short:.2f} times as much as 10 (at most {MOST_HISTORY})",
        highlight=False,
    )
    return int(gates / simple > MOST_GATES or long / short > MOST_HISTORY)


def _rules(policy: str, rule: str) -> RuleSet:
    files = FILES | {"policy.yaml": policy, "rules.yaml": rule}
    return load_texts({name: text.encode() for name, text in files.items()})


def _case(rules: RuleSet, past: int) -> Callable[[], None]:
    """A customer who was asked so often in the year before is to be asked again: one decision that invites."""
    customer = Customer("c-1", 1, Profile("en", consent={"email": True}), (), _history(past))
    first = decide(_closed(0), customer, rules, NOW).customer
    again = _closed(1)

    def once() -> None:
        decision = decide(again, first, rules, NOW).decision
        assert decision.reason == "invited", decision.reason

    once()
    return once


def _closed(number: int) -> Interaction:
    return Interaction(
        "/crm", str(number), "case.closed" if number else "case.seen", NOW, "c-1", "email",
        attributes={"case_id": "7", "agent": "A"}, recipient={"email": "hash"},
    )  # fmt: skip


def _history(past: int) -> tuple[Invitation, ...]:
    """Past invitations, all older than the limits look back, within the year that is remembered where they are few."""
    step = timedelta(days=240) / past
    return tuple(
        Invitation(
            f"past-{number}", "ask", "ces", "ces", "email", 0, NOW - timedelta(days=360) + step * number,
            state="answered", journey="case", instance=str(number), step="done", attributes={"agent": "A"},
        )
        for number in range(past)
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
