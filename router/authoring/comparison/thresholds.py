"""`--fail-if`: how much a change may do before a pipeline stops it."""

import math
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from router.authoring.comparison.effect import Count, Effect, count
from router.model.decision import REASONS
from router.rules.ruleset import RuleSet

_FORM: Final = re.compile(
    r"\s*([a-z_]+)(?::(\S+?))?\s*(>=|<=|>|<)\s*([+-]?)(\d{1,12}(?:\.\d{1,6})?)\s*(%?)\s*", re.ASCII
)
_MEASURES: Final = ("invitations", "refusals", "customers_asked", "customers_gained", "customers_lost")
_CUSTOMERS: Final = ("customers_gained", "customers_lost")
_NAMED: Final = ("invitations", "refusals")
_WAY_OUT: Final = "write it as 'invitations > +20%', 'refusals:shared_limit > +100' or 'customers_lost > 50'"
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    ">": lambda actual, bound: actual > bound,
    ">=": lambda actual, bound: actual >= bound,
    "<": lambda actual, bound: actual < bound,
    "<=": lambda actual, bound: actual <= bound,
}


class WrongThreshold(Exception):
    """A threshold that cannot be meant. The text says how to write it."""


class Threshold(Struct, frozen=True):
    """One bound. `signed`: the change is held against it, else the number afterwards; a percentage is a change."""

    text: str
    measure: str
    name: str | None
    compare: str
    bound: float
    percent: bool
    signed: bool

    def tripped(self, effect: Effect) -> str | None:
        """The line that says how the effect goes beyond it; None where it does not."""
        measured = _measured(self, effect)
        if self.percent:
            # Customers gained and lost are in percent of those asked before: of themselves there were none.
            base = effect.asked.before if self.measure in _CUSTOMERS else measured.before
            actual = measured.difference * 100 / base if base else math.inf if measured.after else 0.0
        else:
            actual = measured.difference if self.signed else measured.after
        if not _COMPARE[self.compare](actual, self.bound):
            return None
        shown = (
            "from none" if math.isinf(actual) else f"{actual:+,.4g}%" if self.percent else f"{actual:,.6g}"
        )
        change = (
            f"{measured.before:,} → {measured.after:,}, {shown}" if self.percent or self.signed else shown
        )
        return f"{self.text}: it is {change}."


def threshold(text: str, before: RuleSet, after: RuleSet) -> Threshold:
    """A threshold from its text. Raises `WrongThreshold`, also for a rule, survey or reason that nobody knows."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise WrongThreshold(f"{text!r} is no threshold: {_WAY_OUT}.")
    measure, name, compare, sign, number, percent = match.groups()
    if measure not in _MEASURES:
        raise WrongThreshold(f"There is no measure {measure!r}{_meant(measure, _MEASURES)}")
    if name is not None:
        _check_name(measure, name, before, after)
    bound = float(f"{sign}{number}")
    return Threshold(text.strip(), measure, name, compare, bound, bool(percent), bool(sign))


def _check_name(measure: str, name: str, before: RuleSet, after: RuleSet) -> None:
    if measure not in _NAMED:
        raise WrongThreshold(f"{measure!r} is one number, it takes no name: write '{measure} > 10'.")
    if measure == "refusals":
        if name not in REASONS:
            raise WrongThreshold(f"There is no reason {name!r}{_meant(name, REASONS)}")
        return
    known = sorted({*before.rules, *after.rules, *before.surveys, *after.surveys})
    if name not in known:
        raise WrongThreshold(f"There is neither a rule nor a survey {name!r}{_meant(name, known)}")


def _meant(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, 1)
    if close:
        return f": did you mean {close[0]!r}?"
    return f": name one of {', '.join(known[:8])}{' …' if len(known) > 8 else ''}."


def _measured(threshold: Threshold, effect: Effect) -> Count:
    if threshold.measure == "invitations":
        return (
            effect.invitations
            if threshold.name is None
            else _of(threshold.name, effect.rules, effect.surveys)
        )
    if threshold.measure == "refusals":
        if threshold.name is not None:
            return _of(threshold.name, effect.refusals)
        entries = effect.refusals
        return count("refusals", sum(e.before for e in entries), sum(e.after for e in entries))
    if threshold.measure == "customers_asked":
        return effect.asked
    number = effect.gained if threshold.measure == "customers_gained" else effect.lost
    return count(threshold.measure, 0, number)


def _of(name: str, *lists: Sequence[Count]) -> Count:
    """The count of that name; a rule goes before a survey."""
    found = (entry for entries in lists for entry in entries if entry.name == name)
    return next(found, count(name, 0, 0))
