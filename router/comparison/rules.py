"""Routing rules held against each other."""

from typing import Final

from router.comparison.conditions import changed, condition_words, normal
from router.comparison.fields import changed_fields, percent, shown
from router.model.rules import ALWAYS, All, Reminder, Rule

_LABELS: Final = {"channels": "channel", "steps": "step", "cancel_on": "cancelled by"}


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
    lines += [f"delay {shown(rule.delay)}"] if rule.delay else []
    lines += [f"sample {percent(rule.sample)}"] if rule.sample < 1 else []
    return lines + ([] if rule.enabled else ["switched off"])


def _reminder(reminder: Reminder) -> str:
    return f"after {shown(reminder.after)}, at most {reminder.max}"
