"""The effect of a change of rules on past interactions, as numbers and as sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from router.words.voice import PLAIN, Voice


class Count(Struct, frozen=True):
    """How often something happens with the rules before and with those after. `percent` is None where there was none."""

    name: str
    before: int
    after: int
    difference: int
    percent: float | None


def count(name: str, before: int, after: int) -> Count:
    """The two numbers and what lies between them."""
    percent = None
    if before:
        exact = (after - before) * 100 / before
        # To one digit; to two significant ones where that would be 0, which would look like no change.
        percent = round(exact, 1) or float(f"{exact:.2g}")
    return Count(name, before, after, after - before, percent)


def counts(before: Mapping[str, int], after: Mapping[str, int]) -> tuple[Count, ...]:
    """One count for each name, by name; where both are none it is left out."""
    names = sorted({*before, *after})
    both = (count(name, before.get(name, 0), after.get(name, 0)) for name in names)
    return tuple(entry for entry in both if entry.before or entry.after)


class Example(Struct, frozen=True):
    """One interaction after which a customer would have been treated differently. `like_it` counts all such."""

    source: str
    id: str
    customer_id: str
    time: datetime
    like_it: int
    happened: str
    before: str
    after: str
    why: str


class Effect(Struct, frozen=True):
    """What the same interactions come to with two rule sets.

    An invitation counts if it was planned in the time looked at and was not cancelled, displaced or expired.
    `refusals` are decisions not to ask by their reason, `withdrawn` invitations that were planned and came to
    nothing. `asked` counts customers with an invitation: `gained` only after, `lost` only before; of those asked
    with both, some are asked `more_often` or `less_often`. `otherwise` counts the interactions decided otherwise. `by` has the invitations by
    each field that was asked for.
    """

    interactions: int
    customers: int
    since: datetime | None
    until: datetime | None
    invitations: Count
    asked: Count
    gained: int
    lost: int
    more_often: int
    less_often: int
    otherwise: int
    rules: tuple[Count, ...]
    surveys: tuple[Count, ...]
    steps: tuple[Count, ...]
    channels: tuple[Count, ...]
    refusals: tuple[Count, ...]
    withdrawn: tuple[Count, ...]
    examples: tuple[Example, ...]
    by: dict[str, tuple[Count, ...]] = {}


def words(effect: Effect, voice: Voice = PLAIN) -> list[str]:
    """The effect in sentences, by the clock of `voice`: what a person wants to know before publishing."""
    if not effect.interactions:
        return ["There were no interactions to decide, so nothing can be said about the effect."]
    period = "In no time"
    if effect.since is not None and effect.until is not None:
        period = f"Between {voice.clock(effect.since)[:10]} and {voice.clock(effect.until)[:10]}"
        if effect.until - effect.since < timedelta(days=1):
            period = f"Between {voice.moment(effect.since)} and {voice.moment(effect.until)}"
    lines = [f"{period}, {_many(effect.interactions, 'interaction')} happened.", headline(effect)]
    if not effect.otherwise and not effect.invitations.difference:
        return lines
    lines.append(_customers(effect))
    lines += _most("By rule", effect.rules)
    lines += _most("By survey", effect.surveys)
    return lines


def headline(effect: Effect) -> str:
    """The one sentence: how many invitations instead of how many."""
    now, then = effect.invitations.after, effect.invitations.before
    if not effect.otherwise and now == then:
        return f"Nothing would have changed for anybody: {_many(now, 'invitation')} before and after."
    if now == then:
        return f"The new rules would have sent as many invitations, {now:,}, but not the same ones."
    more = "more" if now > then else "fewer"
    return (
        f"The new rules would have sent {_many(now, 'invitation')} instead of {then:,}:"
        f" {abs(now - then):,} {more} ({signed(effect.invitations)})."
    )


def signed(entry: Count) -> str:
    """The change in percent: `+20%`, `-3.5%`, `±0%`, or `from none`."""
    if entry.percent is None:
        return "from none" if entry.after else "±0%"
    return f"{entry.percent:+,.3g}%" if abs(entry.percent) < 1000 else f"{entry.percent:+,.0f}%"


def changed_only(entries: Sequence[Count]) -> list[Count]:
    """Those that differ, the largest difference first."""
    return by_weight([entry for entry in entries if entry.difference])


def by_weight(entries: Sequence[Count]) -> list[Count]:
    """The largest change first; those without one by their size."""
    return sorted(entries, key=lambda entry: (-abs(entry.difference), -entry.after, entry.name))


def _customers(effect: Effect) -> str:
    asked = effect.asked
    line = f"{_many(asked.after, 'customer')} would have been asked instead of {asked.before:,}:"
    line += f" {effect.gained:,} only with the new rules, {effect.lost:,} only with the old ones."
    often = [
        f"{number:,} {how} often"
        for number, how in ((effect.more_often, "more"), (effect.less_often, "less"))
        if number
    ]
    return line + (f" Of the others, {' and '.join(often)}." if often else "")


def _most(what: str, entries: Sequence[Count], most: int = 5) -> list[str]:
    changed = changed_only(entries)
    shown = [f"{entry.name} {entry.before:,} → {entry.after:,} ({signed(entry)})" for entry in changed[:most]]
    more = [f"{len(changed) - most} more"] if len(changed) > most else []
    return [f"{what}: {', '.join(shown + more)}."] if shown else []


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
