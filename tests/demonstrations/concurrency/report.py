"""The figures of a run, for people."""

from collections import Counter
from collections.abc import Iterator

from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import RELEASED, Decided, Observed, Turn
from tests.demonstrations.concurrency.terms import PACE

_SHOWN = 3
"""How many breaches of each promise are named."""


def report(observed: Observed, findings: Findings) -> Iterator[str]:
    """What happened, how far each limit was used, what was looked at, and what was broken."""
    yield from _happened(observed)
    yield ""
    yield f"{'limit or quota':<52} {'looked at':>10} {'fullest':>8} {'of':>4} {'broken':>7}"
    for name, (most, limit) in findings.fullest.items():
        yield f"{name:<52} {findings.checked[name]:>10,} {most:>8} {limit:>4} {_broken(findings, name):>7}"
    yield ""
    yield f"{'promise':<52} {'looked at':>10} {'broken':>21}"
    for name, count in findings.checked.items():
        if name not in findings.fullest:
            yield f"{name:<52} {count:>10,} {_broken(findings, name):>21}"
    for name, places in findings.breaches.items():
        yield f"\nBroken: {name}"
        yield from (f"  {place}" for place in places[:_SHOWN])


def _happened(observed: Observed) -> Iterator[str]:
    decided = [one for one in observed.history if isinstance(one, Decided)]
    customers = len({one.customer for one in decided} - {""})
    yield f"{len(decided):,} decisions on {customers} customers by 4 workers and 2 dispatchers."
    rate = len(decided) / observed.seconds
    yield f"{rate:,.0f} decisions a second, for {observed.seconds:.0f} s, in {observed.told.batches:,} batches."
    mean, largest = observed.state_bytes
    yield f"A customer's state at the end: {mean:,} bytes, {largest:,} at most."
    yield _counted("Reasons", Counter(one.reason for one in decided))
    kinds = Counter(f"{one.kind} {one.state}" for one in observed.asked.values())
    yield _counted("Invitations, and what followed them", kinds)
    told = observed.told
    yield f"Deadlocks: {observed.deadlocks}. Transactions run again: {told.retries}. Troubles: {told.troubles}."
    yield from _released(observed)


def _released(observed: Observed) -> Iterator[str]:
    turns = [one for one in observed.history if isinstance(one, Turn)]
    moved = sum(one.before == one.after == "planned" for one in turns)
    released = {one.id: one for one in turns if one.after == RELEASED and one.before == "planned"}
    yield f"Released {len(released):,}; moved at their due time {moved:,}."
    late = [
        (message.at - one.settled_at).total_seconds()
        for message in observed.messages
        if (one := released.get(message.id)) and one.settled_at
    ]
    yield f"Published at most {max(late, default=0):.1f} s after the check."
    paced = sorted(
        released[message.id].settled_at.timestamp()  # type: ignore[union-attr] - a released one has it
        for message in observed.messages
        if message.channel == PACE.channel and message.id in released
    )
    most = max((sum(begin <= at < begin + PACE.seconds for at in paced) for begin in paced), default=0)
    yield f"On {PACE.channel}, {most} at most left within {PACE.seconds} s, paced at {PACE.max}."


def _counted(name: str, counts: Counter[str]) -> str:
    return f"{name}: {', '.join(f'{what} {count:,}' for what, count in counts.most_common())}."


def _broken(findings: Findings, name: str) -> int:
    return len(findings.breaches.get(name, ()))
