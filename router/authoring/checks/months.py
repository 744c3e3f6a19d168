"""Minutes where months are meant: `3m` is three minutes."""

import re
from collections.abc import Iterator
from typing import Final

from router.authoring.language.definitions import Definitions
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems

_MINUTES: Final = re.compile(r"([0-9]{1,2})m")
_MOST: Final = 36
_CALENDAR: Final = {1: "calendar_month", 12: "calendar_year"}


def check_months(definitions: Definitions, problems: Problems) -> None:
    """R138: a span of minutes where spans of days stand."""
    for node, periods in _spans(definitions):
        match = _MINUTES.fullmatch(node.value) if isinstance(node.value, str) else None
        if match and 0 < int(match[1]) <= _MOST:
            count = int(match[1])
            many = "a minute" if count == 1 else f"{count} minutes"
            calendar = f" or {_CALENDAR[count]}" if periods and count in _CALENDAR else ""
            hint = f"for months write {count * 30}d{calendar}"
            problems.add("R138", node.position, f"`{node.value}` is {many}", hint)


def _spans(definitions: Definitions) -> Iterator[tuple[Node, bool]]:
    """Where days, weeks or months stand as a rule, and whether a calendar period may as well."""
    for limit in definitions.policy.limits:
        yield from ((node, True) for node in limit.values("per"))
        yield from ((node, False) for node in limit.values("up_to"))
    paths = (("expires",), ("max_age",), ("reminder", "after"))
    for rule in definitions.rules:
        yield from ((node, False) for path in paths for node in rule.values(*path))
    for journey in definitions.journeys.values():
        yield from ((node, False) for node in journey.values("expires"))
    for alert in definitions.alerts:
        yield from ((node, False) for node in alert.values("cooldown"))
    yield from ((node, False) for node in definitions.policy.values("scores", "outcomes_within"))
