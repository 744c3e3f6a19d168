"""The values that limits and quotas with `same` compare: a field of the interaction, of its journey or of the customer, as a key."""

from typing import Any

from router.model.fields import CUSTOMER, JOURNEY, of_customer, of_interaction, of_journey
from router.model.keys import as_key
from router.policy.candidate import Candidate


def compared_value(candidate: Candidate, field: str) -> str | None:
    """The candidate's value of a `same` field; None where it has none.

    One that is checked again has the value that it was planned with: its journey may have gone on since.
    """
    # Each limit and quota with this field asks, whether it is in scope and then what it counts.
    if field not in candidate.keys:
        candidate.keys[field] = as_key(value_of(candidate, field))
    return candidate.keys[field]


def value_of(candidate: Candidate, field: str) -> Any:
    """The candidate's value of a field as it stands, or the one that it was planned with; None where it has none."""
    planned_with = candidate.compared.get(field)
    if planned_with is not None:
        return planned_with
    journey = candidate.journey
    if field == "journey":
        return candidate.rule.journey
    if field == "step":
        return journey.step if journey else None
    if field.startswith(JOURNEY):
        return of_journey(journey, field.removeprefix(JOURNEY)) if journey else None
    if field.startswith(CUSTOMER):
        return of_customer(candidate.customer.profile, field.removeprefix(CUSTOMER))
    return of_interaction(candidate.interaction, field)


def compared_values(candidate: Candidate) -> dict[str, str]:
    """The values of all fields that limits and quotas of the policy compare, as an invitation keeps them."""
    values = {name: compared_value(candidate, name) for name in candidate.policy.compared}
    return {name: value for name, value in values.items() if value is not None}
