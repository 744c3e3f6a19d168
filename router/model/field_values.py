"""Values of fields by which something is counted: per agent, segment, channel; bounded in memory."""

from collections.abc import Iterable
from typing import Any, Final

from router.model.customer import Customer
from router.model.fields import CUSTOMER, of_interaction
from router.model.interaction import Interaction
from router.model.keys import as_key

MOST_VALUES: Final = 1_000
"""So many values of a field are told apart; all further ones count as `OTHERS`."""
OTHERS: Final = "(others)"
NONE: Final = "(none)"


class Values:
    """The values of fields, by which something is counted; the first `MOST_VALUES` of each are told apart."""

    def __init__(self, fields: Iterable[str]) -> None:
        self.fields = tuple(dict.fromkeys(fields))
        self._known: dict[str, set[str]] = {field: set() for field in self.fields}

    def told(self, field: str, value: str) -> str:
        """The value as it is counted: `OTHERS` where it is one too many."""
        known = self._known[field]
        if value not in known:
            if len(known) >= MOST_VALUES:
                return OTHERS
            known.add(value)
        return value

    def of(self, interaction: Interaction | None, customer: Customer | None) -> tuple[str, ...]:
        """The value of each field, of an interaction and the customer as they were."""
        return tuple(self.told(field, value_of(field, interaction, customer)) for field in self.fields)


def value_of(field: str, interaction: Interaction | None, customer: Customer | None) -> str:
    """A field's value: of the interaction, such as `agent_id` or `channel`, or of the customer, `customer.segment`.

    A plain name that the interaction does not have is looked up with the customer. Without any it is `NONE`.
    """
    name = field.removeprefix(CUSTOMER)
    found: Any = None
    if name == field and interaction is not None:
        found = of_interaction(interaction, field)
    if found is None and customer is not None:
        found = customer.profile.attributes.get(name)
    return as_key(found) or NONE
