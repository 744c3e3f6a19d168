"""Effort signals: what a journey counts, sums and measures as interactions pass."""

from datetime import datetime
from typing import Any

from router.model.fields import of_interaction
from router.model.interaction import Interaction
from router.model.journey import EffortDefinition, Journey, StepDefinition
from router.model.journey_map import JourneyMap
from router.model.keys import as_key

MAX_DISTINCT = 256
"""Values a `distinct` signal remembers at most; it stays at this number from there on."""

MAX_SUM = 2**53
"""How far a `sum` signal goes in either direction: whole numbers beyond cannot all be told apart as JSON."""

MAX_TEXT = 200
"""Characters of a text that a `first` or `last` signal remembers."""

Signals = dict[str, int | float | str | bool]
Seen = dict[str, tuple[str, ...]]
Entries = dict[str, tuple[datetime, datetime]]


def measured(
    journey_map: JourneyMap,
    before: Journey | None,
    interaction: Interaction,
    step: StepDefinition | None,
    *,
    entered: bool,
) -> tuple[Signals, Seen, Entries]:
    """A journey's signals after the interaction, None before the first. Late and repeated ones count as any other."""
    effort = journey_map.definition.effort
    if not effort and not (step and step.counts):
        return (before.signals, before.seen, before.entries) if before else ({}, {}, {})
    signals, seen, entries = (
        (before.signals.copy(), before.seen.copy(), before.entries.copy()) if before else ({}, {}, {})
    )
    if step and step.counts:
        signals[step.counts] = _number(signals.get(step.counts)) + 1
    # Only where a signal measures from or to the step are its entries worth remembering.
    if step and entered and step.name in journey_map.timed:
        first, _ = entries.get(_entry(step.name), (interaction.time, None))
        entries[_entry(step.name)] = (first, interaction.time)
    for one in effort:
        _measure(one, interaction, signals, seen, entries)
    return signals, seen, entries


def _measure(
    effort: EffortDefinition,
    interaction: Interaction,
    signals: Signals,
    seen: Seen,
    entries: Entries,
) -> None:
    if effort.kind == "count":
        if interaction.type in effort.types:
            signals[effort.name] = _number(signals.get(effort.name)) + 1
        return
    if effort.kind == "duration":
        start, end = entries.get(_entry(effort.start)), entries.get(_entry(effort.end))
        # From the first entry of the one to the last of the other, where that lies behind it.
        if start and end and end[1] >= start[0]:
            signals[effort.name] = (end[1] - start[0]).total_seconds()
        return
    value = of_interaction(interaction, effort.field)
    if value is None:
        return
    if effort.kind == "sum":
        total = _number(signals.get(effort.name)) + _number(value)
        within = -MAX_SUM <= total <= MAX_SUM
        signals[effort.name] = total if within else max(-MAX_SUM, min(total, MAX_SUM))
    elif effort.kind == "distinct":
        for member in value if isinstance(value, list) else (value,):
            _note(effort.name, member, signals, seen)
    elif (kept := kept_value(value)) is not None:
        _remember(effort, kept, interaction.time, signals, entries)


def _note(name: str, value: Any, signals: Signals, seen: Seen) -> None:
    """Adds the key of a value to those that differ. What was stored before keys were made is spelt as it was sent."""
    known = seen.get(name, ())
    if value in known:
        return
    key = as_key(value)
    if key is None or key in known or len(known) >= MAX_DISTINCT or key in map(as_key, known):
        return
    seen[name] = (*known, key)
    signals[name] = len(known) + 1


def kept_value(value: Any) -> int | float | str | None:
    """A value as a `first` or `last` signal keeps it; None: it keeps no such value."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return value if isinstance(value, int | float) else None


def _remember(
    effort: EffortDefinition,
    value: int | float | str,
    time: datetime,
    signals: Signals,
    entries: Entries,
) -> None:
    earliest, latest = entries.get(effort.name, (time, time))
    if effort.name not in signals or (time < earliest if effort.kind == "first" else time >= latest):
        signals[effort.name] = value
    entries[effort.name] = (min(earliest, time), max(latest, time))


def _number(value: Any) -> int | float:
    return value if type(value) is int or type(value) is float else 0


def _entry(step: str) -> str:
    return f"step:{step}"
