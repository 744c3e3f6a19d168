"""What a condition can ask about: the interaction, the journey it moved, the customer."""

from collections.abc import Callable
from typing import Any, Final

from router.model.customer import Customer
from router.model.fields import of_customer, of_event, of_journey, own_field
from router.model.interaction import Interaction
from router.model.journey import Journey


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING: Final = _Missing()


class Facts:
    """The fields of one evaluation. `journey` is the pass that moved, None for a rule without a journey."""

    __slots__ = ("_open", "customer", "interaction", "journey", "open_journeys")

    def __init__(
        self,
        interaction: Interaction,
        customer: Customer,
        journey: Journey | None,
        open_journeys: Callable[[Customer], tuple[str, ...]],
    ) -> None:
        self.interaction = interaction
        self.customer = customer
        self.journey = journey
        self.open_journeys = open_journeys
        self._open: tuple[str, ...] | None = None

    def open(self) -> tuple[str, ...]:
        """The names of the customer's open journeys."""
        if self._open is None:
            self._open = self.open_journeys(self.customer)
        return self._open


Getter = Callable[[Facts], Any]


def getter(field: str) -> Getter:
    """Reads one field of the facts; `MISSING` where it has no value."""
    if field in ("type", "source", "channel"):
        return _property(field)
    if field == "locale":
        return _locale
    if field in ("journey", "step"):
        return _journey_field("name" if field == "journey" else "step")
    scope, _, name = field.partition(".")
    if scope == "event":
        return _attribute(name)
    return _signal(name) if scope == "journey" else _customer(name)


def _property(field: str) -> Getter:
    def read(facts: Facts) -> Any:
        value = getattr(facts.interaction, field)
        return MISSING if value is None else value

    return read


def _locale(facts: Facts) -> Any:
    value = own_field(facts.interaction, "locale")
    return MISSING if value is None else value


def _journey_field(field: str) -> Getter:
    def read(facts: Facts) -> Any:
        value = getattr(facts.journey, field) if facts.journey else None
        return MISSING if value is None else value

    return read


def _attribute(name: str) -> Getter:
    def read(facts: Facts) -> Any:
        value = facts.interaction.attributes.get(name)
        if value is None:
            value = of_event(facts.interaction, name)
        return MISSING if value is None else value

    return read


def _signal(name: str) -> Getter:
    def read(facts: Facts) -> Any:
        value = of_journey(facts.journey, name) if facts.journey else None
        return MISSING if value is None else value

    return read


def _customer(name: str) -> Getter:
    if name == "open":
        return lambda facts: facts.open()

    def read(facts: Facts) -> Any:
        value = of_customer(facts.customer.profile, name)
        return MISSING if value is None else value

    return read
