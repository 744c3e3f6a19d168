"""The end of a pass that nobody ended: idle for `expires`, it is abandoned, and that is an interaction of its own."""

from collections.abc import Collection, Mapping

from router.model.customer import Customer
from router.model.interaction import EXPIRY_TYPE, OWN_SOURCE, Interaction
from router.model.journey import EXPIRED, Journey, Move
from router.model.journey_map import JourneyMap

_JOURNEY = "journey"


def next_expiry(
    customer: Customer, maps: Mapping[str, JourneyMap], awaited: Collection[str]
) -> Interaction | None:
    """The interaction that says which of the awaited journeys is abandoned first, at its time; None: none is open."""
    if not awaited or not customer.live:
        return None
    open_ones = [
        (
            journey.active_at + maps[journey.name].definition.expires,
            journey.name,
            journey.instance or "",
            journey,
        )
        for journey in customer.live
        if journey.name in awaited and journey.name in maps and not journey.ended
    ]
    if not open_ones:
        return None
    at, _, _, journey = min(open_ones, key=lambda one: one[:3])
    attributes: dict[str, str] = {_JOURNEY: journey.name}
    key = maps[journey.name].definition.instance
    if key is not None and journey.instance is not None:
        attributes[key] = journey.instance
    if journey.step is not None:
        attributes["step"] = journey.step
    # A pass that was stored before it was noted what opened it is told apart by the customer's count.
    name = f"{_pass(customer.id, journey)}/{journey.opened_by or customer.seq}"
    return Interaction(OWN_SOURCE, name, EXPIRY_TYPE, at, customer.id, attributes=attributes)


def abandon(
    journeys: tuple[Journey, ...], interaction: Interaction
) -> tuple[tuple[Journey, ...], Move | None]:
    """The journeys without the abandoned one, and the move that this is; None where it went on or was not known."""
    name = interaction.attributes.get(_JOURNEY)
    for at, journey in enumerate(journeys):
        if journey.name == name and not journey.ended and _names(interaction, journey):
            return (*journeys[:at], *journeys[at + 1 :]), Move(journey, "entered", EXPIRED)
    return journeys, None


def _pass(customer_id: str, journey: Journey) -> str:
    """Which pass of its journey, idle since when: one that goes on is another one."""
    times = f"{journey.opened_at.isoformat()}/{journey.active_at.isoformat()}"
    return f"{customer_id}/{journey.name}/{journey.instance or '-'}/{times}"


def _names(interaction: Interaction, journey: Journey) -> bool:
    """Whether an expiry is that of the journey. Earlier releases did not say what had opened the pass."""
    known = _pass(interaction.customer_id, journey)
    named, _, opened_by = interaction.id.rpartition("/")
    if named == known:
        return opened_by.isdecimal() or not journey.opened_by or opened_by == journey.opened_by
    return interaction.id == known
