"""All ways held against the backtest, log by log."""

import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from router.authoring.comparison import effect
from router.insights.replay import replay
from router.insights.rule_book import RuleBook
from router.model.encoding import decode_decision, encode_json
from router.model.schedules import by_itself
from tests.slow_paths.kept import shown
from tests.slow_paths.made_up import BEGIN, Case, Event, Maker, interactions_of
from tests.slow_paths.ways import Came, backtested, compared, decided, served, tested


class Different(AssertionError):
    """A way comes to something else than the backtest."""


def agree(way: str, found: Any, expected: Any) -> None:
    """Raises `Different` where the two are not equal."""
    if found != expected:
        if isinstance(found, dict) and isinstance(expected, dict):
            names = [name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)]
            found, expected = ({name: one.get(name) for name in names} for one in (found, expected))
        raise Different(f"{way}\n   found: {found}\nbacktest: {expected}")


def compare(case: Case, seed: int = 0) -> None:
    """Plays a log through every way. Raises `Different`."""
    came = backtested(case.rules, case.events)
    _diff(case, came)
    _test_and_decide(case, came, random.Random(seed))
    _service(case, came, random.Random(seed))
    _of_journal(case)


def _diff(case: Case, came: Came) -> None:
    other = backtested(case.other, case.events)
    effect = compared(case.rules, case.other, case.events)
    for by, counts in (("rule", effect.rules), ("survey", effect.surveys)):
        expected = {
            name: (came.kept(by)[name], other.kept(by)[name]) for name in came.kept(by) | other.kept(by)
        }
        agree(f"diff by {by}", {one.name: (one.before, one.after) for one in counts}, expected)
    names = came.refused | other.refused
    found = {one.name: (one.before, one.after) for one in effect.refusals}
    agree("diff, refusals", found, {name: (came.refused[name], other.refused[name]) for name in names})
    agree("diff, interactions", effect.interactions, len(interactions_of(case.events)))
    same = compared(case.rules, case.rules, case.events)
    agree("diff with itself", (same.otherwise, same.gained, same.lost, same.examples), (0, 0, 0, ()))
    mine = {one.name: (one.before, one.after) for one in same.rules}
    agree("diff with itself, by rule", mine, {name: (n, n) for name, n in came.kept("rule").items()})


def _test_and_decide(case: Case, came: Came, chance: random.Random) -> None:
    interactions = interactions_of(case.events)
    run = tested(case.rules, interactions)
    read = [event for event in run.events if not by_itself(event.decided.interaction)]
    agree("test", [event.decided.decision for event in read], came.read)
    ends = {one.planned.id: shown(one.state) for one in run.invitations if one.planned.kind == "invitation"}
    agree("test, ends", {name: ends.get(name) for name in came.finals}, came.finals)
    for event, expected in zip(read, came.read, strict=True):
        agree("test, explained", event.explanation.folded.decision, expected)
    for _ in range(2):
        count = chance.randint(1, len(interactions))
        last = interactions[count - 1]
        if all((one.source, one.id) != (last.source, last.id) for one in interactions[: count - 1]):
            agree("decide", decided(case.rules, interactions[:count]), came.read[count - 1])


def _service(case: Case, came: Came, chance: random.Random) -> None:
    sizes = [chance.choice((1, 1, 2, 5, 40)) for _ in case.events]
    store = asyncio.run(served(case.rules, case.events, sizes))
    found = {(name, str(key)): decode_decision(row.verdict) for (name, key), row in store.journal.items()}
    agree(
        "service", found, {place: decode_decision(encode_json(one)) for place, one in came.journaled.items()}
    )
    ends = {str(view.id): shown(view.state) for view in store.views.values() if view.kind == "invitation"}
    agree("service, ends", {name: ends.get(name) for name in came.finals}, came.finals)
    agree("service, customers", store.customers, came.customers)


def _of_journal(case: Case) -> None:
    """`diff --journal`, and every journaled decision computed again, of a log without addresses."""
    if case.rules.policy.recipient_required:
        return
    events = [_without_addresses(event) for event in case.events]
    # The journal has no row of a repeat, so it would not tell how far the clock went.
    events.append(events[0] | {"id": "end", "type": "end", "time": max(event["time"] for event in events)})
    came = backtested(case.rules, events)
    store = asyncio.run(served(case.rules, events, [3] * len(events)))
    found = asyncio.run(effect(store, case.rules, case.rules, BEGIN - timedelta(days=99)))
    agree("diff --journal", {one.name: one.before for one in found.rules}, dict(came.kept("rule")))
    refused = {name: count for name, count in came.refused.items() if name != "duplicate"}
    agree("diff --journal, refusals", {one.name: one.before for one in found.refusals}, refused)
    agree(
        "diff --journal with itself",
        (found.otherwise, found.gained, found.lost, found.examples),
        (0, 0, 0, ()),
    )
    for name in store.states:
        for entry in asyncio.run(replay(store, name, RuleBook(case.rules))):
            again, then = entry.explained(case.rules).folded.decision, entry.decision
            agree(f"replay of {entry.interaction.id}", encode_json(again), encode_json(then))


def _without_addresses(event: Event) -> Event:
    data = event.get("data", {})
    return event | {"data": {name: value for name, value in data.items() if name != "recipient"}}


def check(seed: int, logs: int) -> int:
    """Compares so many logs of a seed; how many. Raises `Different` with the log, made as small as it goes."""
    for number, case in zip(range(logs), Maker(seed).cases(), strict=False):
        try:
            compare(case, number)
        except Different:
            _tell(shrunk(case, number), seed, number)
    return logs


def _tell(case: Case, seed: int, number: int) -> None:
    try:
        compare(case, number)
    except Different as difference:
        lines = [f"seed {seed}, log {number}: {difference}", *case.texts[:1], *map(str, case.events)]
        if str(difference).startswith("diff"):
            lines.append(case.texts[1])
        raise Different("\n".join(lines)) from None


def shrunk(case: Case, number: int) -> Case:
    """A log that still differs, with as few events as it goes."""
    smaller = True
    while smaller:
        smaller = False
        for less in _less(case):
            if _differs(less, number):
                case, smaller = less, True
                break
    return case


def _less(case: Case) -> Iterator[Case]:
    events: Sequence[Any] = case.events
    for size in (len(events) // 2, len(events) // 4, 2, 1):
        for at in range(0, len(events), max(size, 1)):
            rest = (*events[:at], *events[at + max(size, 1) :])
            if rest:
                yield replace(case, events=rest)


def _differs(case: Case, number: int) -> bool:
    try:
        compare(case, number)
    except Different:
        return True
    return False
