"""The effect of a change of rules on past interactions, as numbers and as sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from router.words.comparison import many, tell
from router.words.voice import PLAIN, Language, Voice


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
    """The effect in sentences, in the language and by the clock of `voice`: what a person wants to know before publishing."""
    language = voice.language
    if not effect.interactions:
        return [tell(language, "nothing decided")]
    period = tell(language, "never")
    if effect.since is not None and effect.until is not None:
        ends = [voice.clock(at)[:10] for at in (effect.since, effect.until)]
        if effect.until - effect.since < timedelta(days=1):
            ends = [voice.moment(at) for at in (effect.since, effect.until)]
        period = tell(language, "between", since=ends[0], until=ends[1])
    interactions = many(language, effect.interactions, "interaction")
    lines = [tell(language, "happened", period=period, interactions=interactions), headline(effect, language)]
    if not effect.otherwise and not effect.invitations.difference:
        return lines
    lines.append(_customers(effect, language))
    lines += _most("by rule", effect.rules, language)
    lines += _most("by survey", effect.surveys, language)
    return lines


def headline(effect: Effect, language: Language = "en") -> str:
    """The one sentence: how many invitations instead of how many."""
    now, then = effect.invitations.after, effect.invitations.before
    invitations = many(language, now, "invitation")
    if not effect.otherwise and now == then:
        return tell(language, "nothing changed", invitations=invitations)
    if now == then:
        return tell(language, "as many", now=now)
    change = signed(effect.invitations, language)
    more = "more" if now > then else "fewer"
    return tell(language, more, invitations=invitations, then=then, by=abs(now - then), change=change)


def signed(entry: Count, language: Language = "en") -> str:
    """The change in percent: `+20%`, `-3.5%`, `±0%`, or `from none`."""
    if entry.percent is None:
        return tell(language, "from none") if entry.after else "±0%"
    return f"{entry.percent:+,.3g}%" if abs(entry.percent) < 1000 else f"{entry.percent:+,.0f}%"


def changed_only(entries: Sequence[Count]) -> list[Count]:
    """Those that differ, the largest difference first."""
    return by_weight([entry for entry in entries if entry.difference])


def by_weight(entries: Sequence[Count]) -> list[Count]:
    """The largest change first; those without one by their size."""
    return sorted(entries, key=lambda entry: (-abs(entry.difference), -entry.after, entry.name))


def _customers(effect: Effect, language: Language) -> str:
    asked = effect.asked
    customers = many(language, asked.after, "customer")
    parts = {"customers": customers, "then": asked.before, "gained": effect.gained, "lost": effect.lost}
    often = [
        tell(language, how, number=number)
        for number, how in ((effect.more_often, "more often"), (effect.less_often, "less often"))
        if number
    ]
    others = tell(language, "of the others", often=tell(language, "and").join(often)) if often else ""
    return tell(language, "customers", **parts) + others


def _most(what: str, entries: Sequence[Count], language: Language, most: int = 5) -> list[str]:
    changed = changed_only(entries)
    shown = [
        f"{entry.name} {entry.before:,} → {entry.after:,} ({signed(entry, language)})"
        for entry in changed[:most]
    ]
    more = [tell(language, "further", number=len(changed) - most)] if len(changed) > most else []
    return [tell(language, what, entries=", ".join(shown + more))] if shown else []
