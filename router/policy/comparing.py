"""The values that limits and quotas with `same` compare: a field of the interaction, of its journey or of the customer, as a key."""

from typing import Any

from router.model.fields import CUSTOMER, JOURNEY, of_customer, of_interaction, of_journey
from router.model.keys import as_key
from router.policy.candidate import Candidate


def compared_value(candidate: Candidate, field: str) -> str | None:
    """The candidate's value of a `same` field; None where it has none.

    One that is checked again has the value that it was planned with: its journey may have gone on since.
    """
    value: Any = candidate.compared.get(field)
    if value is not None:
        return as_key(value)
    journey = candidate.journey
    if field == "journey":
        value = candidate.rule.journey
    elif field == "step":
        value = journey.step if journey else None
    elif field.startswith(JOURNEY):
        value = of_journey(journey, field.removeprefix(JOURNEY)) if journey else None
    elif field.startswith(CUSTOMER):
        value = of_customer(candidate.customer.profile, field.removeprefix(CUSTOMER))
    else:
        value = of_interaction(candidate.interaction, field)
    return as_key(value)


def compared_values(candidate: Candidate) -> dict[str, str]:
    """The values of all fields that limits and quotas of the policy compare, as an invitation keeps them."""
    values = {name: compared_value(candidate, name) for name in candidate.policy.compared}
    return {name: value for name, value in values.items() if value is not None}
