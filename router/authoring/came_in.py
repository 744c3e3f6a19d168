"""What really came in, counted: the types, channels and attributes that a rule set can be held against."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from router.model.interaction import EXPIRY_TYPE, PREFERENCES_TYPE, Interaction
from router.model.preferences import MEMBERS

MOST_NAMES: Final = 5_000
"""Different types, and attributes of one type, that are told apart."""

MOST_VALUES: Final = 50
"""Different values of an attribute up to which it is one of a few."""

_DEEPEST: Final = 3
_LONGEST: Final = 100
_OF_A_CUSTOMER: Final = frozenset({*MEMBERS, "locale", "zone", "forget"})

Value = str | int | float | bool


class Values:
    """The values of an attribute and how often each came; `few` is None once there are too many of them."""

    def __init__(self) -> None:
        self.count = 0
        self.few: Counter[tuple[type, Value]] | None = Counter()

    def take(self, value: Any) -> None:
        """Counts a value; of a list each member."""
        self.count += 1
        for one in value if isinstance(value, list) else (value,):
            if self.few is None:
                return
            if not isinstance(one, str | int | float) or (isinstance(one, str) and len(one) > _LONGEST):
                self.few = None
                return
            # True equals 1 for Python, and not for a condition.
            self.few[bool if isinstance(one, bool) else str if isinstance(one, str) else float, one] += 1
            if len(self.few) > MOST_VALUES:
                self.few = None


class CameIn:
    """Interactions counted, in bounded memory. Preferences are what is known of customers, not interactions."""

    def __init__(self) -> None:
        self.interactions = 0
        self.preferences = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.types: Counter[str] = Counter()
        self.channels: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()
        self.channels_of: dict[str, Counter[str]] = {}
        self.attributes: Counter[str] = Counter()
        self.attributes_of: dict[str, Counter[str]] = {}
        self.values: dict[str, Values] = {}
        self.customer: dict[str, Values] = {}

    def take(self, interaction: Interaction) -> None:
        """Counts one."""
        if interaction.type == EXPIRY_TYPE:
            return
        if interaction.type == PREFERENCES_TYPE:
            self.preferences += 1
            for name, value in _members(interaction.attributes):
                if name not in _OF_A_CUSTOMER:
                    _take(self.customer, name, value)
            return
        self.interactions += 1
        self.first = min(self.first or interaction.time, interaction.time)
        self.last = max(self.last or interaction.time, interaction.time)
        kind = interaction.type
        if kind not in self.types and len(self.types) >= MOST_NAMES:
            return
        self.types[kind] += 1
        here = self.attributes_of.setdefault(kind, Counter())
        if interaction.channel is not None:
            _count(self.channels, interaction.channel)
            _count(self.channels_of.setdefault(kind, Counter()), interaction.channel)
        for channel in interaction.recipient or ():
            _count(self.recipients, channel)
        for name, value in _members(interaction.attributes):
            _count(self.attributes, name)
            _count(here, name)
            _take(self.values, name, value)


def _members(data: dict[str, Any], above: str = "", depth: int = 1) -> Iterator[tuple[str, Any]]:
    """The members of an interaction's data that hold something, those inside others as `agent.id`."""
    for name, value in data.items():
        if value is None:
            continue
        yield f"{above}{name}", value
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _members(value, f"{above}{name}.", depth + 1)


def _count(counter: Counter[str], name: str) -> None:
    if name in counter or len(counter) < MOST_NAMES:
        counter[name] += 1


def _take(values: dict[str, Values], name: str, value: Any) -> None:
    if name in values or len(values) < MOST_NAMES:
        values.setdefault(name, Values()).take(value)
