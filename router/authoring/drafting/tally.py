"""What a log of interactions holds, counted in bounded memory: types, channels, attributes, and what seems to be a case."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct, field

from router.decide.decide import NOT_ASKED_ABOUT
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.keys import as_key
from router.policy.due_dates import is_date

MOST_TYPES: Final = 500
MOST_ATTRIBUTES: Final = 200
MOST_CUSTOMERS: Final = 1_000_000
MOST_VALUES: Final = 100_000
"""So many values of one attribute are followed, those that come first; that is enough to tell what it is."""

_USABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_NONE: Final = frozenset({"customer_id"})
"""What names the customer is no attribute."""

_LONGEST_DATE: Final = 40
_DAY: Final = timedelta(days=1)

Kind = Literal["text", "number", "date", "flag", "other"]


class TypeTally(Struct):
    """One interaction type: how many there were, on which channels, with which attributes."""

    count: int = 0
    channels: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)


class ValueTally(Struct):
    """One value of an attribute: whose it was, which types came with it first when, and the latest of them."""

    customer: str
    shared: bool
    count: int
    firsts: dict[str, datetime]
    last: datetime
    last_type: str


class AttributeTally(Struct):
    """One attribute: how often it was there, what it held, and its values as far as they are followed.

    `repeats` counts by type the interactions that were not the first of their type with their value; `gaps` by whole days
    how long nothing came with a value.
    """

    count: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    values: dict[str, ValueTally] = field(default_factory=dict)
    repeats: Counter[str] = field(default_factory=Counter)
    gaps: Counter[int] = field(default_factory=Counter)

    def take(self, interaction: Interaction, value: object) -> None:
        """Counts one interaction that has it."""
        self.count += 1
        kind = _kind(value)
        self.kinds[kind] += 1
        key = as_key(value) if kind in ("text", "number") else None
        if key is None or isinstance(value, float):
            return
        known = self.values.get(key)
        if known is None:
            if len(self.values) < MOST_VALUES:
                firsts = {interaction.type: interaction.time}
                self.values[key] = ValueTally(
                    interaction.customer_id, False, 1, firsts, interaction.time, interaction.type
                )
            return
        known.count += 1
        known.shared = known.shared or bool(
            known.customer and interaction.customer_id and known.customer != interaction.customer_id
        )
        known.customer = known.customer or interaction.customer_id
        if interaction.type in known.firsts:
            self.repeats[interaction.type] += 1
        known.firsts[interaction.type] = min(
            interaction.time, known.firsts.get(interaction.type, interaction.time)
        )
        if interaction.time >= known.last:
            self.gaps[(interaction.time - known.last) // _DAY] += 1
            known.last, known.last_type = interaction.time, interaction.type


class LogTally:
    """Counts a log, one interaction after the other, in any order of time.

    `left_out` counts what was beyond the bounds, types and attributes that came after so many others, and attributes
    with names that rules cannot use.
    """

    def __init__(self) -> None:
        self.interactions = 0
        self.earliest: datetime | None = None
        self.latest: datetime | None = None
        self.customers: set[str] = set()
        self.without_customer = 0
        self.types: dict[str, TypeTally] = {}
        self.attributes: dict[str, AttributeTally] = {}
        self.of_customers: Counter[str] = Counter()
        self.consents = 0
        self.left_out: Counter[Literal["type", "attribute", "name"]] = Counter()

    def take(self, interaction: Interaction) -> None:
        """Counts one interaction. What reports on invitations is no occasion to ask, and is passed over."""
        if interaction.type == PREFERENCES_TYPE:
            self.consents += "consent" in interaction.attributes
            self.of_customers.update(
                name
                for name in interaction.attributes
                if _USABLE.fullmatch(name) and name not in _KNOWN_OF_CUSTOMERS
            )
            return
        if interaction.type in NOT_ASKED_ABOUT:
            return
        tally = self.types.get(interaction.type)
        if tally is None:
            # A blank one is nothing that a rule can name.
            if len(self.types) >= MOST_TYPES or not interaction.type.strip():
                self.left_out["type"] += 1
                return
            tally = self.types[interaction.type] = TypeTally()
        self.interactions += 1
        self.earliest = min(self.earliest or interaction.time, interaction.time)
        self.latest = max(self.latest or interaction.time, interaction.time)
        if not interaction.customer_id:
            self.without_customer += 1
        elif len(self.customers) < MOST_CUSTOMERS:
            self.customers.add(interaction.customer_id)
        tally.count += 1
        if interaction.channel is not None and interaction.channel.strip():
            tally.channels[interaction.channel] += 1
        self._attributes(interaction, interaction.attributes, tally)

    def _attributes(self, interaction: Interaction, attributes: Mapping[str, Any], tally: TypeTally) -> None:
        for name, value in attributes.items():
            if value is None or value == "":
                continue
            if not _USABLE.fullmatch(name) or name in _NONE:
                self.left_out["name"] += 1
                continue
            found = self.attributes.get(name)
            if found is None:
                if len(self.attributes) >= MOST_ATTRIBUTES:
                    self.left_out["attribute"] += 1
                    continue
                found = self.attributes[name] = AttributeTally()
            tally.attributes[name] += 1
            found.take(interaction, value)


_KNOWN_OF_CUSTOMERS: Final = frozenset({"consent", "suppressed", "locale", "zone", "forget", "customer_id"})


def _kind(value: object) -> Kind:
    if isinstance(value, bool):
        return "flag"
    if isinstance(value, int | float):
        return "number"
    if not isinstance(value, str):
        return "other"
    return "date" if len(value) <= _LONGEST_DATE and is_date(value) else "text"
