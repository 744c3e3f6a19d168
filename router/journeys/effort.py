"""Effort signals: what a journey counts, sums and measures as interactions pass."""

from datetime import datetime
from typing import Any

from router.model.interaction import Interaction
from router.model.journey import EffortDefinition, Journey, JourneyDefinition, StepDefinition

MAX_DISTINCT = 256
"""Values a `distinct` signal remembers at most; it stays at this number from there on."""

MAX_SUM = 2**53
"""How far a `sum` signal goes in either direction: whole numbers beyond can not all be told apart as JSON."""

MAX_TEXT = 200
"""Characters of a text that a `distinct`, `first` or `last` signal remembers."""

_OWN_FIELDS = {"channel", "type", "source", "locale"}


def attribute(interaction: Interaction, field: str) -> Any:
    """An attribute of the interaction by name or dotted path; None where it has none."""
    if field in _OWN_FIELDS:
        return getattr(interaction, field)
    value = interaction.attributes.get(field)
    if value is None and "." in field:
        value = interaction.attributes
        for part in field.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return value


Signals = dict[str, int | float | str]
Seen = dict[str, tuple[str, ...]]
Entries = dict[str, tuple[datetime, datetime]]


def measured(
    definition: JourneyDefinition,
    before: Journey | None,
    interaction: Interaction,
    step: StepDefinition | None,
    *,
    entered: bool,
) -> tuple[Signals, Seen, Entries]:
    """A journey's signals after the interaction, None before the first. Late and repeated ones count as any other."""
    if not definition.effort and not (step and step.counts):
        return (before.signals, before.seen, before.entries) if before else ({}, {}, {})
    signals, seen, entries = (
        (before.signals.copy(), before.seen.copy(), before.entries.copy()) if before else ({}, {}, {})
    )
    if step and step.counts:
        signals[step.counts] = _number(signals.get(step.counts)) + 1
    if step and entered and _timed(definition, step):
        first, _ = entries.get(_entry(step.name), (interaction.time, None))
        entries[_entry(step.name)] = (first, interaction.time)
    for effort in definition.effort:
        _measure(effort, interaction, signals, seen, entries)
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
        if start and end and end[1] >= start[0]:
            signals[effort.name] = (end[1] - start[0]).total_seconds()
        return
    value = attribute(interaction, effort.field)
    if value is None:
        return
    if effort.kind == "sum":
        total = _number(signals.get(effort.name)) + _number(value)
        signals[effort.name] = max(-MAX_SUM, min(total, MAX_SUM))
    elif effort.kind == "distinct":
        known = seen.get(effort.name, ())
        text = str(value)[:MAX_TEXT]
        if text not in known and len(known) < MAX_DISTINCT:
            seen[effort.name] = (*known, text)
            signals[effort.name] = len(known) + 1
    elif isinstance(value, int | float | str):
        _remember(effort, value, interaction.time, signals, entries)


def _remember(
    effort: EffortDefinition,
    value: int | float | str,
    time: datetime,
    signals: Signals,
    entries: Entries,
) -> None:
    earliest, latest = entries.get(effort.name, (time, time))
    if effort.name not in signals or (time < earliest if effort.kind == "first" else time >= latest):
        signals[effort.name] = value[:MAX_TEXT] if isinstance(value, str) else value
    entries[effort.name] = (min(earliest, time), max(latest, time))


def _number(value: Any) -> int | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _timed(definition: JourneyDefinition, step: StepDefinition) -> bool:
    """Whether a signal measures from or to the step: only then are its entries worth remembering."""
    return any(
        effort.kind == "duration" and step.name in (effort.start, effort.end) for effort in definition.effort
    )


def _entry(step: str) -> str:
    return f"step:{step}"
