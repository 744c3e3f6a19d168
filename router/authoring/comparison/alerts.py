"""Alert rules held against each other."""

from typing import Final

from router.authoring.comparison.conditions import changed, condition_words, normal
from router.authoring.comparison.fields import changed_fields, other_fields
from router.model.alerts import AlertRule, ScoreShiftRule
from router.model.rules import All

_IN_OWN_WORDS: Final = ("when", "unless", "enabled", "position")


def alert_changes(before: AlertRule, after: AlertRule) -> list[str]:
    """What differs between two alerts of one name."""
    shown = {"working_days": str}
    lines = changed_fields(before, after, show=shown, skip=("id", *_IN_OWN_WORDS))
    if before.enabled != after.enabled:
        lines.insert(0, "switched on" if after.enabled else "switched off")
    lines += changed("condition", before.when, after.when)
    return lines + changed("exception", before.unless, after.unless)


def shift_changes(before: ScoreShiftRule, after: ScoreShiftRule) -> list[str]:
    """What differs between two score shifts of one name."""
    labels = {"surveys": "survey"}
    lines = changed_fields(
        before, after, labels=labels, sets=("surveys",), skip=("id", "enabled", "position")
    )
    return (
        lines
        if before.enabled == after.enabled
        else ["switched on" if after.enabled else "switched off", *lines]
    )


def shift_words(shift: ScoreShiftRule) -> list[str]:
    """Which scores are watched and who is told, in short."""
    topic = [f"topic {shift.topic}"] if shift.topic else []
    off = [] if shift.enabled else ["switched off"]
    return [f"watches {' and '.join(shift.surveys) or 'all surveys'}", f"alerts {shift.team}", *topic, *off]


def alert_words(alert: AlertRule) -> list[str]:
    """When an alert is raised and for whom, in short."""
    when = normal(alert.when)
    parts = when.parts if isinstance(when, All) else (when,)
    lines = [
        f"alerts {alert.team}",
        "if " + (" and ".join(map(condition_words, parts)) or "anything is answered"),
    ]
    if alert.unless is not None:
        lines.append(f"unless {condition_words(normal(alert.unless))}")
    lines += other_fields(alert, skip=_IN_OWN_WORDS)
    return lines + ([] if alert.enabled else ["switched off"])
