"""Touchpoints: where interactions were met."""

from collections.abc import Iterable
from functools import lru_cache

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
        key = text_key(value) if isinstance(value, str) else as_key(value)
        if key is not None:
            values[field] = key
    return values


@lru_cache(1 << 13)
def text_key(text: str) -> str | None:
    """The key of a text. Channels, agents and branches come again and again."""
    return as_key(text)
