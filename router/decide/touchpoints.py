"""Touchpoints: where interactions were met."""

from collections.abc import Iterable

from router.model.customer import Profile
from router.model.fields import CUSTOMER, JOURNEY, of_customer, of_interaction, of_journey
from router.model.interaction import Interaction
from router.model.journey import Journey
from router.model.keys import as_key


def declared(
    fields: Iterable[str], interaction: Interaction, journey: Journey | None, profile: Profile
) -> dict[str, str]:
    """The keys of those fields of `scores.by` that have a value."""
    values = {}
    for field in fields:
        if field.startswith(JOURNEY):
            value = of_journey(journey, field.removeprefix(JOURNEY)) if journey else None
        elif field.startswith(CUSTOMER):
            value = of_customer(profile, field.removeprefix(CUSTOMER))
        else:
            value = of_interaction(interaction, field)
        if (key := as_key(value)) is not None:
            values[field] = key
    return values
