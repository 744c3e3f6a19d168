"""What a field names: a member of an interaction's data at any depth, or a property of the interaction itself."""

from typing import Any, Final

from router.model.customer import Customer, Profile
from router.model.interaction import Interaction
from router.model.journey import Journey
from router.model.keys import as_key
from router.model.languages import language_tag
from router.model.zones import zone_name

OWN_FIELDS: Final = frozenset({"type", "source", "channel", "locale"})
"""Properties of the interaction itself, which are no attributes."""

TAKEN_OUT: Final = frozenset({"customer_id", "recipient"})
"""Members of `data` that say whom an interaction is about, and are no attributes either."""

OF_THE_CUSTOMER: Final = frozenset({"open", "locale", "zone", "consent", "suppressed", "forget", "id"})
"""Names that mean something else of a customer, and are neither attributes nor signals."""

EVENT: Final = "event."
JOURNEY: Final = "journey."
CUSTOMER: Final = "customer."


def plain_name(field: str) -> str:
    """`event.agent_id` as `agent_id`: one name for one attribute, where no other field is called so."""
    name = field.removeprefix(EVENT)
    other = name in OWN_FIELDS or name in ("journey", "step") or name.startswith((EVENT, JOURNEY, CUSTOMER))
    return field if other else name


def member(data: dict[str, Any], path: str) -> Any:
    """The member of that name, else the one that `a.b` leads to; None where there is none."""
    value: Any = data.get(path)
    if value is None and "." in path:
        value = data
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value


def of_interaction(interaction: Interaction, field: str) -> Any:
    """A property of the interaction or an attribute, also as `event.…`; None where it has none."""
    if field in OWN_FIELDS:
        return own_field(interaction, field)
    value = interaction.attributes.get(field)
    if value is None and "." in field:
        value = member(interaction.attributes, field)
        if value is None and field.startswith(EVENT):
            return of_event(interaction, field.removeprefix(EVENT))
    return value


def own_field(interaction: Interaction, name: str) -> str | None:
    """A property of the interaction itself; its locale as a language tag, None where that cannot be read."""
    value: str | None = getattr(interaction, name)
    return language_tag(value) if name == "locale" and value else value


def instance_of(interaction: Interaction, field: str) -> str | None:
    """The key of the case or order that the interaction names in a field. A yes or no names none."""
    value = of_interaction(interaction, field)
    return None if isinstance(value, bool) else as_key(value)


def of_event(interaction: Interaction, name: str) -> Any:
    """What `event.<name>` reads: an attribute, or what was taken out of the data as a property of the interaction."""
    value = member(interaction.attributes, name)
    return own_field(interaction, name) if value is None and name in OWN_FIELDS else value


def of_journey(journey: Journey, name: str) -> Any:
    """A signal that the pass keeps, its `step` or its `instance`; None where it has none."""
    value = journey.signals.get(name)
    return getattr(journey, name) if value is None and name in ("step", "instance") else value


def of_customer(profile: Profile, name: str) -> Any:
    """The customer's `locale`, `zone` or attribute of any name; None where it is unknown or cannot be read."""
    if name == "locale":
        return language_tag(profile.locale) if profile.locale else None
    if name == "zone":
        return zone_name(profile.zone) if profile.zone else None
    return member(profile.attributes, name)


def wanted_language(customer: Customer, interaction: Interaction) -> str | None:
    """The language to ask in: the customer's own, else that of the interaction; None where neither can be read."""
    return of_customer(customer.profile, "locale") or own_field(interaction, "locale")
