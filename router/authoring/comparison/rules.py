"""Routing rules held against each other."""

from typing import Final

from router.authoring.comparison.conditions import changed, condition_words, normal
from router.authoring.comparison.fields import changed_fields, other_fields, percent
from router.model.rules import ALWAYS, All, Reminder, Rule
from router.model.spelling import duration, spelled

_LABELS: Final = {"channels": "channel", "steps": "step", "cancel_on": "cancelled by"}
_IN_OWN_WORDS: Final = (
    *("channels", "journey", "steps", "when", "unless", "priority", "sample", "cancel_on", "reminder"),
    *("enabled", "position"),
)
"""The fields of a whole rule that have words of their own."""


def rule_changes(before: Rule, after: Rule) -> list[str]:
    """What differs between two rules of one name."""
    lines = changed_fields(
        before,
        after,
        labels=_LABELS,
        show={"sample": percent, "reminder": _reminder},
        sets=("steps", "cancel_on"),
        skip=("id", "position", "when", "unless", "enabled"),
    )
    if before.enabled != after.enabled:
        lines.insert(0, "switched on" if after.enabled else "switched off")
    lines += changed("condition", before.when, after.when)
    return lines + changed("exception", before.unless, after.unless)


def rule_words(rule: Rule) -> list[str]:
    """What a rule does, in short."""
    where = f" when {rule.journey} comes to {' or '.join(rule.steps) or 'any step'}" if rule.journey else ""
    lines = [f"asks {rule.survey} by {' or '.join(rule.channels) or 'no channel'}{where}"]
    when = normal(rule.when)
    if when != ALWAYS:
        parts = when.parts if isinstance(when, All) else (when,)
        lines.append("if " + " and ".join(map(condition_words, parts)))
    if rule.unless is not None:
        lines.append(f"unless {condition_words(normal(rule.unless))}")
    lines.append(f"priority {rule.priority}")
    lines += [f"sample {percent(rule.sample)}"] if rule.sample < 1 else []
    lines += [f"cancelled by {spelled(rule.cancel_on)}"] if rule.cancel_on else []
    lines += [f"reminder {_reminder(rule.reminder)}"] if rule.reminder else []
    lines += other_fields(rule, skip=_IN_OWN_WORDS)
    return lines + ([] if rule.enabled else ["switched off"])


def _reminder(reminder: Reminder) -> str:
    by = f", by {spelled(reminder.channels)}" if reminder.channels else ""
    return f"after {duration(reminder.after)}, at most {reminder.max}{by}"
