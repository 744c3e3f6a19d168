"""What the processes, PostgreSQL and Kafka tell of the run: no deadlock left unretried, no error, no dead letter."""

from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.findings import Findings


def no_trouble(evidence: Evidence, findings: Findings) -> None:
    """Whatever met was run again, and nobody noticed."""
    observed = evidence.observed
    told = observed.told
    retried = told.retries.get("contention", 0)
    what = f"{observed.deadlocks} deadlocks, {retried} transactions run again for contention"
    findings.check("no deadlock is left unretried", retried >= observed.deadlocks, what)
    findings.check("no conflict comes out", not told.troubles, told.troubles)
    findings.check("all processes end in order", set(told.exits) == {0}, told.exits)
    findings.check("no dead letters", not observed.dead_letters, observed.dead_letters)
