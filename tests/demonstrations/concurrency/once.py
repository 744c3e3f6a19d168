"""Each interaction decided once, each invitation published once and ended once."""

from collections import Counter
from itertools import pairwise

from tests.demonstrations.concurrency.evidence import DUE, Evidence
from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import FINAL, RELEASED, Decided, Turn


def all_once(evidence: Evidence, findings: Findings) -> None:
    """Nothing is lost, nothing is done twice, everything ends."""
    _decided(evidence, findings)
    _published(evidence, findings)
    _ended(evidence, findings)


def _decided(evidence: Evidence, findings: Findings) -> None:
    rows = [one for one in evidence.observed.history if isinstance(one, Decided)]
    times = Counter((row.source, row.id) for row in rows)
    for (source, id_), count in times.items():
        findings.check("each interaction is decided once", count == 1, f"{source} {id_}: {count} times")
    for prefix, sent in evidence.observed.sent.items():
        found = sum(id_.startswith(prefix) for _, id_ in times)
        findings.check("no interaction is lost", found == sent, f"{prefix}…: {found} of {sent}")
    last: dict[str, int] = {}
    for row in rows:
        if row.customer:
            following = row.seq > last.get(row.customer, 0)
            findings.check("a customer's interactions come one after the other", following, row.id)
            last[row.customer] = row.seq


def _published(evidence: Evidence, findings: Findings) -> None:
    times = Counter(message.id for message in evidence.observed.messages)
    for id_, count in times.items():
        findings.check("each id is published once", count == 1, f"{id_}: {count} times")
    released = {
        one.id
        for one in evidence.observed.history
        if isinstance(one, Turn) and one.after == RELEASED and evidence.asked[one.id].kind != "cancellation"
    }
    for id_ in released | evidence.due.keys():
        both = id_ in released and id_ in evidence.due
        findings.check("what is published was released", both, f"{id_}: only one of both")
    told = {message.id for message in evidence.observed.messages if message.type != DUE}
    cancellations = {one.id for one in evidence.asked.values() if one.kind == "cancellation"}
    findings.check("each cancellation is published", told == cancellations, told ^ cancellations)
    withdrawn = sum(one.state == "withdrawn" for one in evidence.asked.values())
    what = f"{withdrawn} withdrawn, {len(cancellations)} cancellations"
    findings.check("what is withdrawn is taken back from the sender", withdrawn == len(cancellations), what)


def _ended(evidence: Evidence, findings: Findings) -> None:
    stories: dict[str, list[Turn]] = {}
    for one in evidence.observed.history:
        if isinstance(one, Turn):
            stories.setdefault(one.id, []).append(one)
    for id_, asked in evidence.asked.items():
        if asked.kind == "cancellation":
            continue
        turns = stories[id_]
        unbroken = all(turn.before == earlier.after for earlier, turn in pairwise(turns))
        findings.check("a state follows from the one before", unbroken and turns[0].before is None, id_)
        ends = [turn.after for turn in turns if turn.after in FINAL and turn.before not in FINAL]
        once = len(ends) == 1 and turns[-1].after == asked.state == ends[0]
        findings.check(
            "each invitation ends in exactly one final state", once, f"{id_}: {ends}, {asked.state}"
        )
