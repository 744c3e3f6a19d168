"""The facts that the texts of an invitation name, as they are when it is planned."""

from router.model.placeholders import fact_text
from router.policy.candidate import Candidate
from router.policy.comparing import value_of


def frozen_facts(candidate: Candidate) -> dict[str, str]:
    """The facts that the survey's texts name, by name; those that are missing, or that no text can hold, are left out."""
    known = candidate.policy.facts
    found: dict[str, str] = {}
    for name in candidate.survey.facts:
        text = fact_text(value_of(candidate, known[name].field)) if name in known else None
        if text is not None:
            found[name] = text
    return found
