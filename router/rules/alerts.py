"""Alert rules at run time: what their conditions can ask about a response, and whether they hold."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from router.model.alerts import AlertRule, NoAlert
from router.model.customer import Customer
from router.model.customer_signals import CustomerSignal
from router.model.fields import CUSTOMER, EVENT, JOURNEY, of_customer
from router.model.responses import ResponseRow
from router.rules.evaluate import compiled_on, first_failure_on
from router.rules.facts import MISSING

_OF_CONTEXT: Final = ("survey", "metric", "channel", "locale", "journey", "step")
_OF_RESPONSE: Final = ("score", "comment", "asked_on")


class HeardResponse(Struct, frozen=True):
    """A response with its customer as they are now; `open_journeys` are the names of those that are open."""

    row: ResponseRow
    customer: Customer
    open_journeys: Callable[[], tuple[str, ...]]

    @property
    def at(self) -> datetime:
        """When the answer was heard."""
        return self.row.received_at


Getter = Callable[[HeardResponse], Any]


def fields(signals: Mapping[str, CustomerSignal]) -> Callable[[str], Getter]:
    """What reads a field of a response, `MISSING` where it has no value; `signals` are those of customers."""

    def field_of(field: str) -> Getter:
        if field == "customer.open":
            return lambda response: response.open_journeys()
        signal = signals.get(field.removeprefix(CUSTOMER)) if field.startswith(CUSTOMER) else None

        def read(response: HeardResponse) -> Any:
            if signal is not None:
                value = signal.value(response.customer.occurred, response.at, None)
            else:
                value = _value(response, field)
            return MISSING if value is None else value

        return read

    return field_of


def _value(response: HeardResponse, field: str) -> Any:
    row, context = response.row, response.row.context
    if field.startswith(CUSTOMER):
        return of_customer(response.customer.profile, field.removeprefix(CUSTOMER))
    if field in _OF_RESPONSE:
        return getattr(row, field)
    name = field.removeprefix(EVENT).removeprefix(JOURNEY)
    if field in _OF_CONTEXT or field in ("journey.step", "journey.instance"):
        return getattr(context, name)
    # A declared attribute is kept under its plain name, a journey's under `journey.…`; a signal under its own.
    kept = (
        (context.attributes, field),
        (context.attributes, name),
        (context.effort, field),
        (context.effort, name),
    )
    return next((values[spelling] for values, spelling in kept if spelling in values), None)


class CompiledAlert:
    """An alert rule with its conditions as functions."""

    __slots__ = ("_contrary", "_field_of", "_when", "rule")

    def __init__(self, rule: AlertRule, signals: Mapping[str, CustomerSignal]) -> None:
        self.rule = rule
        self._field_of = fields(signals)
        self._when = compiled_on(self._field_of, rule.when)
        self._contrary = compiled_on(self._field_of, rule.unless) if rule.unless else None

    def refusal(self, response: HeardResponse) -> NoAlert | None:
        """Why it does not alert about a response, whatever was alerted about before; None: it does."""
        row = response.row
        if not self.rule.enabled:
            return "alert_disabled"
        if row.status != "counted" and not (row.status == "no_score" and row.comment):
            return "alert_not_scored"
        if not self._when(response):
            return "alert_not_matched"
        return "alert_contrary" if self._contrary is not None and self._contrary(response) else None

    def failure(self, response: HeardResponse) -> str | None:
        """The first condition of `when` that does not hold, in words; None where all do."""
        return first_failure_on(self._field_of, self.rule.when, response)
