"""The values that quotas with `same` may be asked about in a batch: their counters are read before it is decided."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from router.decide.occasions import next_occasion, passed_over
from router.journeys.effort import kept_value
from router.model.customer import Customer
from router.model.fields import CUSTOMER, EVENT, JOURNEY, member, of_customer, of_interaction, of_journey
from router.model.interaction import EXPIRY_TYPE, OWN_SOURCE, Interaction
from router.model.journey import EXPIRED
from router.model.journey_map import JourneyMap
from router.model.keys import as_key
from router.model.languages import language_tag
from router.model.zones import zone_name
from router.rules.in_force import InForce


def quota_values(
    rules: InForce,
    interactions: Sequence[Interaction],
    customers: Mapping[str, Customer],
    now: datetime | None,
) -> set[tuple[str, str]]:
    """Quotas with all values that these interactions, time, or a change to the customers' invitations can touch.

    Time passes up to `now`; None: it does not pass.
    """
    found: set[tuple[str, str]] = set()
    about = list(interactions)
    if now is not None and rules.scheduled_by and any(quota.same is not None for quota in rules.quotas):
        about += _of_schedules(rules, customers, now)
    maps = [*rules.live.maps.values(), *(rules.rollout.maps.values() if rules.rollout else ())]
    for quota in rules.quotas:
        if quota.same is None:
            found.add((quota.id, ""))
            continue
        keys = {as_key(value) for value in _values(quota.same, maps, about, customers)}
        found |= {(quota.id, key) for key in keys if key is not None}
    return found


def _values(
    field: str,
    maps: Sequence[JourneyMap],
    interactions: Sequence[Interaction],
    customers: Mapping[str, Customer],
) -> Iterator[Any]:
    about = list(interactions)
    for customer in customers.values():
        for entry in customer.invitations:
            yield entry.attributes.get(field)
            if entry.interaction is not None:
                about.append(entry.interaction)
    if field == "journey":
        yield from (journey_map.name for journey_map in maps)
    elif field == "step":
        yield from (EXPIRED, *(step for journey_map in maps for step in journey_map.definition.steps))
    elif field.startswith(JOURNEY):
        yield from _of_journeys(field.removeprefix(JOURNEY), maps, about, customers)
    elif field.startswith(CUSTOMER):
        yield from _of_customers(field.removeprefix(CUSTOMER), about, customers)
    else:
        yield from (of_interaction(interaction, field) for interaction in about)
        yield from _of_expiries(field, maps, customers)


def _of_journeys(
    name: str, maps: Sequence[JourneyMap], about: Iterable[Interaction], customers: Mapping[str, Customer]
) -> Iterator[Any]:
    """What the passes keep, and what the interactions may make of it."""
    for customer in customers.values():
        yield from (of_journey(journey, name) for journey in customer.journeys)
    fields = {signal.field for entry in maps for signal in entry.definition.effort if signal.name == name}
    for interaction in about:
        yield from (kept_value(of_interaction(interaction, field)) for field in fields if field)
        if name == "instance":
            yield from (journey_map.instance_of(interaction) for journey_map in maps)
    if name == "step":
        yield from (EXPIRED, *(step for journey_map in maps for step in journey_map.definition.steps))


def _of_customers(
    name: str, about: Iterable[Interaction], customers: Mapping[str, Customer]
) -> Iterator[Any]:
    """What is known of the customers, and what preferences among the interactions may make of it."""
    yield from (of_customer(customer.profile, name) for customer in customers.values())
    for interaction in about:
        said = member(interaction.attributes, name)
        if name in ("locale", "zone"):
            read = language_tag if name == "locale" else zone_name
            yield from (read(text) for text in (said, interaction.locale) if isinstance(text, str))
        else:
            yield said


def _of_expiries(field: str, maps: Sequence[JourneyMap], customers: Mapping[str, Customer]) -> Iterator[Any]:
    """What the interactions name by which journeys are abandoned: time alone brings these about."""
    if field in ("type", "source"):
        yield EXPIRY_TYPE if field == "type" else OWN_SOURCE
    told = {
        entry.name
        for entry in maps
        if field in (entry.definition.instance, f"{EVENT}{entry.definition.instance}")
    }
    for customer in customers.values():
        yield from (journey.instance for journey in customer.live if journey.name in told)


def _of_schedules(rules: InForce, customers: Mapping[str, Customer], now: datetime) -> Iterator[Interaction]:
    """The interactions that schedules make of days that have come by now."""
    for name, stored in customers.items():
        own, customer = rules.of(name), stored
        while own.schedules and (found := next_occasion(customer, own)) is not None and found[0] <= now:
            yield found[1]
            customer = passed_over(customer, found[1], own)
