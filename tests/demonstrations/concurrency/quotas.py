"""Quotas: after every transaction, all customers together hold no more than the quota; the counters tell the same."""

from collections import Counter

from tests.demonstrations.concurrency.contacts import in_scope
from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import RELEASED, UNCOUNTED, Asked, Turn
from tests.demonstrations.concurrency.terms import QUOTAS, DayQuota

_Key = tuple[str, str]


def quotas_held(evidence: Evidence, findings: Findings) -> None:
    """Every quota after every transaction. A run lies within one day of the policy's zone."""
    limits = {quota.id: quota.max for quota in QUOTAS}
    counts: Counter[_Key] = Counter()
    counted: dict[str, list[_Key]] = {}
    for transaction in evidence.transactions():
        touched: set[_Key] = set()
        for turn in transaction.turns:
            gone, come = counted.get(turn.id, []), _keys(turn, evidence, counted)
            counts.subtract(gone)
            counts.update(come)
            counted[turn.id] = come
            touched.update(come)
        for name, value in touched:
            findings.used(name, counts[name, value], limits[name], value or "all")
    for name in evidence.observed.quotas.keys() | +counts:
        kept = evidence.observed.quotas.get(name, 0)
        findings.check(
            "quota counters are right", kept == counts[name], f"{name}: {kept}, not {counts[name]}"
        )


def _keys(turn: Turn, evidence: Evidence, counted: dict[str, list[_Key]]) -> list[_Key]:
    """The quotas that an invitation counts for from this turn on."""
    asked = evidence.asked[turn.id]
    if turn.after in UNCOUNTED or asked.kind in ("reminder", "cancellation"):
        return []
    if turn.before is not None and turn.after != RELEASED:
        return counted[turn.id]
    message = evidence.due.get(turn.id) if turn.after == RELEASED else None
    channel = message.channel if message else asked.channel
    facts = evidence.facts(asked)
    return [
        (quota.id, str(facts[quota.scope.same]) if quota.scope.same else "")
        for quota in QUOTAS
        if _speaks(quota, asked, channel, facts)
    ]


def _speaks(quota: DayQuota, asked: Asked, channel: str | None, facts: dict[str, object]) -> bool:
    return in_scope(quota.scope, asked, channel, facts)
