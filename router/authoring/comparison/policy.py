"""Policies held against each other: limits, quotas and rate caps by their id, everything else by its name."""

from typing import Final

from router.authoring.comparison.conditions import condition_words, normal
from router.authoring.comparison.fields import (
    change_words,
    changed_fields,
    entry_changes,
    other_fields,
    percent,
    set_changes,
    weekdays,
)
from router.model.policy import (
    Hours,
    Limit,
    NeverAskWhile,
    Policy,
    QuietHours,
    Quota,
    RateCap,
    SpecialDay,
    Target,
    WeekdayHours,
)
from router.model.spelling import NONE, label, spelled

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
    "customer_signals": "customer signal",
    "facts": "fact",
}
_SALT: Final = "salt changed: who is sampled, held out or rolled out to is drawn anew"
_ENTRIES: Final = {"limits": "limit", "quotas": "quota", "rate_caps": "rate cap"}
_OF_SCORES: Final = ("by", "people", "drivers", "outcomes")
_SETS: Final = ("locales_promised", "channels", "types", "consent_given_by", "consent_withdrawn_by")


def policy_changes(before: Policy, after: Policy) -> list[str]:
    """What differs between two policies."""
    lines: list[str] = []
    for field, what in _ENTRIES.items():
        lines += entry_changes(what, getattr(before, field), getattr(after, field), _whole, _changed)
    lines += changed_fields(
        before,
        after,
        labels=_LABELS,
        show={"hold_out": percent, "quiet_hours": _quiet, "business_hours": _hours},
        sets=_SETS,
        skip=(*_ENTRIES, "salt", "scores", "targets", "attributes", "never_ask_while"),
    )
    for field in sorted({*before.attributes, *after.attributes}):
        was, now = (_attribute(policy, field) for policy in (before, after))
        lines += [change_words(f"attribute {spelled(field)}:", was, now)] if was != now else []
    lines += _guard_changes(before.never_ask_while, after.never_ask_while)
    told = changed_fields(before.scores, after.scores, show={"smallest_share": percent}, sets=_OF_SCORES)
    lines += [f"scores: {line}" for line in told]
    old, new = ([_target(target) for target in policy.targets] for policy in (before, after))
    lines += [f"target removed: {target}" for target in old if target not in new]
    lines += [f"target added: {target}" for target in new if target not in old]
    return lines + ([_SALT] if before.salt != after.salt else [])


def _attribute(policy: Policy, field: str) -> str:
    values = policy.attributes.get(field, NONE)
    return f"one of {spelled(values)}" if isinstance(values, tuple) else values


def _guard_changes(before: NeverAskWhile | None, after: NeverAskWhile | None) -> list[str]:
    none = NeverAskWhile(())
    was, now = (
        {condition_words(normal(one)) for one in (side or none).conditions} for side in (before, after)
    )
    lines = [f"never ask while {one}" for one in sorted(now - was)]
    lines += [f"asks again while {one}" for one in sorted(was - now)]
    exceptions = ((side or none).exceptions for side in (before, after))
    return lines + set_changes("exception to never ask while:", *exceptions)


def _target(target: Target) -> str:
    place = " ".join(name for name in (target.journey, target.step) if name)
    measure = f" ({label(target.measure)})" if target.measure else ""
    bounds = [
        f" at {side} {percent(bound) if target.measure == 'top_box' else f'{bound:g}'}"
        for side, bound in (("least", target.at_least), ("most", target.at_most))
        if bound is not None
    ]
    return f"{target.survey}{measure}{f' of {place}' if place else ''}{''.join(bounds)}"


def _changed(before: Limit | Quota | RateCap, after: Limit | Quota | RateCap) -> list[str]:
    much = change_words("", _much(before), _much(after)).strip()
    lines = [much] if (before.max, before.per) != (after.max, after.per) else []
    return lines + changed_fields(before, after, skip=("id", "max", "per"))


def _whole(entry: Limit | Quota | RateCap) -> str:
    return ", ".join([f"at most {_much(entry)}", *other_fields(entry)])


def _much(entry: Limit | Quota | RateCap) -> str:
    return f"{entry.max} per {label(entry.per) if isinstance(entry.per, str) else spelled(entry.per)}"


def _quiet(hours: QuietHours) -> str:
    return f"{spelled(hours.start)} to {spelled(hours.end)}{_days(hours, 'quiet', 'quiet on')}"


def _hours(hours: Hours) -> str:
    usual = f"{weekdays(hours.days)} {spelled(hours.start)} to {spelled(hours.end)}"
    return f"{usual}{_days(hours, 'closed', 'without')}"


def _days(hours: Hours | QuietHours, whole: str, on: str) -> str:
    """The days that are unlike the others: weekdays, dates, and whose holidays."""
    own = [f"{weekdays([one.weekday])} {_part(one, whole)}" for one in hours.weekdays]
    for day in hours.special_days:
        date = f"{day.month:02}-{day.day:02}"
        when = f"{day.year}-{date}" if day.year else f"every {date}"
        own.append(f"{when}{f' ({day.name})' if day.name else ''} {_part(day, whole)}")
    if hours.holidays or hours.holidays_of:
        whose = f"the customer's {hours.holidays_of}" if hours.holidays_of else ""
        regions = ", ".join(hours.holidays)
        own.append(f"{on} holidays of {', else '.join(name for name in (whose, regions) if name)}")
    return "".join(f", {words}" for words in own)


def _part(part: WeekdayHours | SpecialDay, whole: str) -> str:
    if part.start is None and part.end is None:
        return whole
    if part.start is not None and part.end is not None:
        return f"{spelled(part.start)} to {spelled(part.end)}"
    return f"until {spelled(part.end)}" if part.end is not None else f"from {spelled(part.start)}"
