"""Policies held against each other: limits and quotas by their id, everything else by its name."""

from collections.abc import Sequence
from typing import Final

from router.comparison.fields import NONE, changed_fields, label, percent, shown, told, weekdays
from router.model.policy import Hours, Limit, Period, Policy, QuietHours, Quota

_LABELS: Final = {
    "hold_out": "hold-out",
    "locale_otherwise": "locale otherwise",
    "locales_promised": "promised locale",
    "unknown_consent": "unknown consent",
    "zone_of_customer": "hours in the customer's zone",
    "recipient_required": "address required",
    "reminders_count": "reminders count towards limits",
    "channels": "channel",
    "types": "type",
}
_SALT: Final = "salt changed: who is sampled, held out or rolled out to is drawn anew"
_SCOPE: Final = ("survey", "metric", "channel", "journey", "same")


def policy_changes(before: Policy, after: Policy) -> list[str]:
    """What differs between two policies."""
    lines = _by_id("limit", before.limits, after.limits) + _by_id("quota", before.quotas, after.quotas)
    lines += changed_fields(
        before,
        after,
        labels=_LABELS,
        show={"hold_out": percent, "quiet_hours": _quiet, "business_hours": _hours},
        sets=("locales_promised", "channels", "types"),
        skip=("limits", "quotas", "salt"),
    )
    return lines + ([_SALT] if before.salt != after.salt else [])


def _by_id(what: str, before: Sequence[Limit | Quota], after: Sequence[Limit | Quota]) -> list[str]:
    was, now = ({entry.id: entry for entry in one} for one in (before, after))
    lines = []
    for name in sorted({*was, *now}):
        if name not in was:
            lines.append(f"new {what} {name}: {_whole(now[name])}")
        elif name not in now:
            lines.append(f"{what} {name} dropped ({_whole(was[name])})")
        else:
            lines += [f"{what} {name}: {line}" for line in _changed(was[name], now[name])]
    return lines


def _changed(before: Limit | Quota, after: Limit | Quota) -> list[str]:
    if (before.max, before.per) == (after.max, after.per):
        return changed_fields(before, after, show={"per": _period}, skip=("id",))
    lines = [told("", _much(before), _much(after)).strip()]
    return lines + changed_fields(before, after, skip=("id", "max", "per"))


def _whole(entry: Limit | Quota) -> str:
    scope = [f"{label(name)} {getattr(entry, name)}" for name in _SCOPE if getattr(entry, name) is not None]
    return ", ".join([f"at most {_much(entry)}", *scope])


def _much(entry: Limit | Quota) -> str:
    return f"{entry.max} per {_period(entry.per)}"


def _period(per: Period) -> str:
    return label(per) if isinstance(per, str) else shown(per)


def _quiet(hours: QuietHours) -> str:
    return f"{shown(hours.start)} to {shown(hours.end)}"


def _hours(hours: Hours) -> str:
    holidays = "" if shown(hours.holidays) == NONE else f", without holidays of {hours.holidays}"
    return f"{weekdays(hours.days)} {shown(hours.start)} to {shown(hours.end)}{holidays}"
