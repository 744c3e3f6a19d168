"""Coverage: the cells hold every interaction that entered a step, once, and what became of what it planned."""

from collections import Counter

from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import FINAL, RECEIVED, Decided, Place

_NO_STEP = frozenset({"late", "step_repeated", "no_transition"})
_NEVER_OUT = ("cancelled", "displaced", "expired")


def coverage_adds_up(evidence: Evidence, findings: Findings) -> None:
    """All sums of the cells, counted from the journal and the invitations."""
    expected: Counter[Place] = Counter()
    stepped: dict[tuple[str, object], Decided] = {}
    for row in evidence.observed.history:
        if isinstance(row, Decided) and row.step is not None and row.reason not in _NO_STEP:
            stepped[row.customer, row.key] = row
            place = str(row.journey), row.channel or ""
            why = "" if row.planned else row.reason
            expected[*place, "had_step", why] += 1
            expected[*place, "planned" if row.planned else "withheld", why] += 1
    for asked in evidence.asked.values():
        about = stepped.get((asked.customer, asked.key))
        if asked.kind != "invitation" or about is None:
            continue
        place = str(about.journey), about.channel or ""
        if asked.state in _NEVER_OUT:
            expected[*place, asked.state, asked.reason or ""] += 1
        elif asked.state in FINAL or asked.state in RECEIVED:
            expected[*place, "sent", ""] += 1
    told = evidence.observed.coverage
    for where in expected.keys() | told.keys():
        right = expected[where] == told.get(where, 0)
        findings.check("coverage is right", right, f"{where}: {told.get(where, 0)} of {expected[where]}")
    uneven = evidence.observed.uneven_cells
    findings.check("in each cell all are withheld or planned", uneven == 0, f"not in {uneven} cells")
