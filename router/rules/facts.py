"""What a condition can ask about: the interaction, the journey it moved, the customer."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from router.model.customer import Customer
from router.model.customer_signals import CustomerSignal
from router.model.fields import of_customer, of_event, of_journey, own_field
from router.model.interaction import Interaction
from router.model.journey import Journey


class _Missing:
    def __repr__(self) -> str:
        return "missing"


MISSING: Final = _Missing()
_DAY: Final = timedelta(days=1)


class Known(Protocol):
    """What the rule set tells of a customer: the open journeys, and the signals that the policy declares."""

    @property
    def signals(self) -> Mapping[str, CustomerSignal]:
        """The signals by name."""

    def open_journeys(self, customer: Customer, at: datetime) -> tuple[str, ...]:
        """The names of the journeys that are open at that time."""


class Facts:
    """The fields of one evaluation at a moment. `journey` is the pass that moved, None for a rule without a journey."""

    __slots__ = ("_open", "at", "customer", "interaction", "journey", "known")

    def __init__(
        self,
        interaction: Interaction,
        customer: Customer,
        journey: Journey | None,
        known: Known,
        at: datetime,
    ) -> None:
        self.interaction = interaction
        self.customer = customer
        self.journey = journey
        self.known = known
        self.at = at
        self._open: tuple[str, ...] | None = None

    def open(self) -> tuple[str, ...]:
        """The names of the customer's open journeys."""
        if self._open is None:
            self._open = self.known.open_journeys(self.customer, self.at)
        return self._open


def seconds_since(value: Any, at: datetime) -> Any:
    """How long ago a moment was, in seconds, never under 0: a signal's, or a date or time as text; else `MISSING`.

    A date begins at midnight UTC, and so does a time of day without an offset go by UTC. One that is further ahead than
    it can be today anywhere was not ago: it is `MISSING`.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return MISSING
        value = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        if value - at > _DAY:
            return MISSING
    return max((at - value).total_seconds(), 0.0) if isinstance(value, datetime) else MISSING


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
        signal = facts.known.signals.get(name)
        value = (
            of_customer(facts.customer.profile, name)
            if signal is None
            else signal.value(facts.customer.occurred, facts.at, facts.interaction)
        )
        return MISSING if value is None else value

    return read
