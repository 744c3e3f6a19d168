"""The audit of a run: what was promised, read off what was left behind. It uses none of the service's own code."""

from tests.demonstrations.concurrency.contacts import contacts_held
from tests.demonstrations.concurrency.coverage import coverage_adds_up
from tests.demonstrations.concurrency.evidence import Evidence
from tests.demonstrations.concurrency.findings import Findings
from tests.demonstrations.concurrency.observed import Observed
from tests.demonstrations.concurrency.once import all_once
from tests.demonstrations.concurrency.permission import all_permitted
from tests.demonstrations.concurrency.processes_told import no_trouble
from tests.demonstrations.concurrency.quotas import quotas_held
from tests.demonstrations.concurrency.terms import Hours


def audited(observed: Observed, hours: Hours) -> Findings:
    """Every promise checked wherever it could have been broken."""
    findings = Findings()
    evidence = Evidence(observed)
    all_once(evidence, findings)
    contacts_held(evidence, hours, findings)
    quotas_held(evidence, findings)
    coverage_adds_up(evidence, findings)
    all_permitted(evidence, hours, findings)
    no_trouble(evidence, findings)
    return findings
