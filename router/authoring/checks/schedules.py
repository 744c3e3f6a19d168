"""Schedules: what they count from, spans that cannot be, and types that nothing waits for."""

from collections.abc import Callable
from datetime import time
from typing import Final

from router.authoring.checks.names import LIKENESS, Names
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.problems import Problems
from router.authoring.language.satisfiable import tests_of
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.fields import CUSTOMER
from router.model.interaction import EXPIRY_TYPE
from router.model.journey import EXPIRED
from router.model.rules import Rule
from router.model.schedules import MONTHS, Schedule
from router.rules.evaluate import comparison

_DAYS_OF_A_MONTH: Final = 31


def check_schedules(definitions: Definitions, problems: Problems) -> None:
    """R077, R157, R158, R159, R161, R162: schedules that count from nothing, twice, or never come."""
    names = Names(definitions, problems)
    for placed in definitions.schedules:
        if not isinstance(placed.node.value, dict):
            continue
        for node in placed.values("step"):
            if placed.definition.journey and node.value == EXPIRED:
                message = "a schedule cannot count from a journey that was abandoned"
                problems.add("R158", node.position, message, "name a step that something enters")
            elif placed.definition.journey:
                names.step(node, placed.definition.journey)
        declared = definitions.policy.policy.attributes.get(
            f"{CUSTOMER}{placed.definition.attribute}", "date"
        )
        if placed.definition.attribute and declared not in ("date", "any"):
            message = (
                f"the policy declares `{CUSTOMER}{placed.definition.attribute}` as something else than a date"
            )
            hint = f"write `{placed.definition.attribute}: date` under `attributes: customer:`"
            problems.add("R157", placed.place("date"), message, hint)
        if placed.definition.attribute in definitions.policy.policy.customer_signals:
            message = (
                f"`{CUSTOMER}{placed.definition.attribute}` is a signal, and no attribute that holds a date"
            )
            hint = "count from a step of a journey: `journey:` and `step:`"
            problems.add("R157", placed.place("date"), message, hint)
        _check_start(placed, problems)
        _check_span(placed, problems)
        if placed.definition.ends < placed.definition.begins and placed.definition.ends != time():
            message = "the hours of a schedule end before they begin"
            problems.add("R161", placed.place("hours"), message, "`from` before `to`, in one day")
        if placed.definition.type in (*NOT_ASKED_ABOUT, EXPIRY_TYPE):
            message = f"a schedule cannot make the type {placed.definition.type!r}: it means something else"
            problems.add("R162", placed.place("type"), message, "such as policy.anniversary")


def _check_start(placed: Placed[Schedule], problems: Problems) -> None:
    """Notes a schedule that counts from nothing, from half a step, or from two things."""
    node, keys = placed.node, [key for key in ("journey", "step") if placed.node.find(key)]
    if node.find("date") and keys:
        message = f"a schedule counts from a `date` or from a step, and this has both `date` and `{keys[0]}`"
        problems.add(
            "R158", placed.place(keys[0]), message, "keep one; write a second schedule for the other"
        )
    elif len(keys) == 1:
        missing = "step" if keys == ["journey"] else "journey"
        problems.add(
            "R158", placed.place(keys[0]), f"`{keys[0]}` needs a `{missing}` beside it", f"add `{missing}:`"
        )
    elif not keys and not node.find("date") and not node.find("every"):
        message = "this schedule does not say which days it means"
        hint = "add `date: customer.policy_start`, or `every: quarter` for a day of each customer's own"
        problems.add("R158", placed.position, message, hint)


def _check_span(placed: Placed[Schedule], problems: Problems) -> None:
    """Notes `before` and `after` that exclude each other, or that mean nothing."""
    node, schedule = placed.node, placed.definition
    given = [key for key in ("before", "after") if node.find(key)]
    if len(given) > 1:
        problems.add("R159", placed.place("after"), "`before` and `after` exclude each other", "keep one")
    elif given and schedule.every and not node.find("date") and not node.find("step"):
        message = f"`{given[0]}` counts from a date, and this schedule has none"
        hint = "leave it out: each customer has a day of their own in the period; or add `date:`"
        problems.add("R159", placed.place(given[0]), message, hint)
    elif given and schedule.every and abs(schedule.offset) > MONTHS[schedule.every] * _DAYS_OF_A_MONTH:
        message = f"`{given[0]}` is longer than the period: it would pass over the one before or after"
        problems.add(
            "R159", placed.place(given[0]), message, f"less than one {schedule.every.replace('_', ' ')}"
        )


def waited_for(definitions: Definitions) -> tuple[Callable[[str], bool], set[str]]:
    """Whether a rule or a journey waits for a type, and the types that are named. Where there is no rule, all are."""
    rules = [placed.definition for placed in definitions.rules]
    known = definitions.types(schedules=False) | {kind for rule in rules for kind in _named(rule)}
    return lambda kind: kind in known or not rules or any(_takes(rule, kind) for rule in rules), known


def check_waited_for(definitions: Definitions, problems: Problems) -> None:
    """R160: a schedule whose type no rule and no journey waits for."""
    waits, known = waited_for(definitions)
    for placed in definitions.schedules:
        kind = placed.definition.type
        if not kind or waits(kind):
            continue
        near = problems.nearest(kind, sorted(known), LIKENESS)
        hint = f"did you mean {near!r}?" if near else f"add a rule with `when: {{type: {kind}}}`"
        problems.add("R160", placed.place("type"), f"no rule waits for the type {kind!r}", hint)


def _named(rule: Rule) -> set[str]:
    """The types that a rule names."""
    values = [test.value for test in tests_of(rule.when) if test.field == "type"]
    flat = (item for value in values for item in (value if isinstance(value, tuple) else (value,)))
    return {item for item in flat if isinstance(item, str)} | set(rule.cancel_on)


def _takes(rule: Rule, kind: str) -> bool:
    """Whether a rule without a journey may be tried on a type: it asks for no type, or for a pattern that fits."""
    if rule.journey is not None:
        return False
    tests = [test for test in tests_of(rule.when) if test.field == "type"]
    return not tests or any(comparison(test)(kind) for test in tests)
