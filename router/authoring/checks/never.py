"""Rules and reminders that can never ask, though everything about them is well-formed."""

from datetime import datetime
from functools import partial

from router.authoring.checks.check import Check
from router.authoring.language.amounts import LONGEST
from router.authoring.language.conditions import walk, wanted
from router.authoring.language.context import trigger_types
from router.authoring.language.definitions import Definitions, Placed
from router.authoring.language.problems import Problems
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.rules import Rule


def check_never(definitions: Definitions, problems: Problems) -> None:
    """R130: a hold-out of everybody, a sample of nobody, a rule about what ends all asking. R135: late reminders."""
    policy = definitions.policy.policy
    if policy.hold_out >= 1 and definitions.rules:
        place = definitions.policy.place("hold_out")
        hint = "write the share of customers who are left alone, such as 2%"
        problems.add("R130", place, "all customers are held out: nobody is ever asked", hint)
    for placed in definitions.rules:
        rule = placed.definition
        if rule.sample <= 0:
            hint = "write the share of customers to ask; to switch the rule off, `enabled: false`"
            problems.add("R130", placed.place("sample"), "a sample of 0%: this rule asks nobody", hint)
        types = trigger_types(rule, definitions)
        if types and types <= frozenset(NOT_ASKED_ABOUT):
            message = f"{min(types)!r} is no occasion to ask: this rule asks nobody"
            problems.add("R130", placed.place("when"), message, "wait for an interaction of the customer")
        reasons = [policy.suppressed_by[kind] for kind in sorted(types) if kind in policy.suppressed_by]
        if types and len(reasons) == len(types):
            message = f"what this rule asks about makes the customer `{reasons[0]}`: it asks nobody"
            hint = "see `suppressed_by` in the policy: take the type out there, or wait for another one here"
            problems.add("R130", placed.place("when"), message, hint)
        _check_reminders(placed, problems)


def _check_reminders(placed: Placed[Rule], problems: Problems) -> None:
    rule, reminder = placed.definition, placed.definition.reminder
    if reminder is None or rule.expires is None:
        return
    left = (rule.expires - rule.delay) / reminder.after
    # A reminder that falls on the end is too late. That the first does is told as an error.
    sendable = int(left) - (left == int(left))
    if 1 <= sendable < reminder.max:
        many = "the first reminder" if sendable == 1 else f"the first {sendable} reminders"
        message = f"only {many} of {reminder.max} can be sent: the rest would come after `expires`"
        hint = f"write `max: {sendable}`, or let the rule expire later"
        problems.add("R135", placed.place("reminder", "max"), message, hint)


def check_past(now: datetime) -> Check:
    """R130 for rules whose time was over at `now`, or begins more than a year later."""
    return partial(_check_past, now)


def _check_past(now: datetime, definitions: Definitions, problems: Problems) -> None:
    for placed in definitions.rules:
        until, begins = placed.definition.active_until, placed.definition.active_from
        if placed.definition.enabled and begins is not None and begins > now + LONGEST:
            message = f"the time of this rule begins only on {begins:%Y-%m-%d}: it asks nobody until then"
            problems.add("R130", placed.place("active", "from"), message, "name an earlier day")
        if placed.definition.enabled and until is not None and until <= now:
            message = f"the time of this rule ended on {until:%Y-%m-%d}: it asks nobody any more"
            problems.add(
                "R130", placed.place("active", "until"), message, "name a later day, or remove the rule"
            )


def check_cancelling(definitions: Definitions, problems: Problems) -> None:
    """R134: a type under `cancel_on` that nothing else in the set names."""
    if definitions.policy.policy.types:
        return
    known = definitions.types() | _asked_about(definitions)
    known.update(event.interaction.type for test in definitions.tests for event in test.events)
    for placed in definitions.rules:
        for node in placed.values("cancel_on"):
            kind = node.value
            if isinstance(kind, str) and kind not in known and not problems.told(node.position):
                message = f"nothing else in the set names the type {kind!r}: if it is misspelt, nothing is cancelled"
                hint = f"if it is right, add `types: [{kind}]` to the policy, or a test in which it happens"
                problems.add("R134", node.position, message, hint)


def _asked_about(definitions: Definitions) -> set[str]:
    """The types that conditions want."""
    found: set[str] = set()
    for placed in definitions.rules:
        block = placed.node.find("when")
        for field, value in walk(block) if block else ():
            if field.value == "type":
                found.update(node.value for node in wanted(value) if isinstance(node.value, str))
    return found
