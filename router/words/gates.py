"""What each gate said about a candidate, in a sentence with the actual value and the limit."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from router.model.decision import Gate, RuleTrace, Verdict
from router.model.languages import best_text
from router.words.reasons import REASONS, moment

_MUST: Final = re.compile(r" must (not )?(be|start|end|contain|match)\b")
_IS: Final = {"start": "starts", "end": "ends", "contain": "contains", "match": "matches"}


def gate_sentence(verdict: Verdict) -> str:
    """What the gate looked at, what it found, and what it holds that against."""
    return _GATES[verdict.gate](verdict)


def rule_sentence(trace: RuleTrace, chosen: str | None) -> str:
    """How one rule fared. `chosen` is the rule whose question was planned."""
    if not trace.tried:
        return f"Not tried: {trace.failed}."
    if not trace.matched:
        return f"Tried, but it does not match: {trace.failed}."
    if trace.rule == chosen:
        return "It matches, and its question was planned."
    refusal = next((verdict for verdict in trace.verdicts if not verdict.passed), None)
    if refusal is None:
        return "It matches and nothing speaks against it."
    meaning = REASONS[refusal.reason] if refusal.reason else ""
    return f"It matches, but: {meaning}"


def condition_words(condition: str) -> str:
    """A condition that holds, told as a fact: `customer.open is complaint`."""

    def fact(found: re.Match[str]) -> str:
        negated, verb = found[1], found[2]
        if verb == "be":
            return " is not" if negated else " is"
        return f" does not {verb}" if negated else f" {_IS[verb]}"

    return _MUST.sub(fact, condition)


def _either(passed: str, refused: str) -> Callable[[Verdict], str]:
    return lambda verdict: passed if verdict.passed else refused


def _step(verdict: Verdict) -> str:
    found = verdict.actual
    return "; ".join(map(str, found)) + "." if isinstance(found, list | tuple) else f"{found}.".capitalize()


def _age(verdict: Verdict) -> str:
    if verdict.limit is None:
        return f"It was {verdict.actual} old when it was decided; the rule sets no limit."
    return f"It was {verdict.actual} old when it was decided; the rule takes up to {verdict.limit}."


def _active(verdict: Verdict) -> str:
    return "The rule is switched on." if verdict.passed else f"The rule is {verdict.actual}."


def _contrary(verdict: Verdict) -> str:
    if verdict.passed:
        return "Nothing holds that the rule names as a reason not to ask."
    return f"The rule does not ask while this holds: {condition_words(str(verdict.actual))}."


def _suppression(verdict: Verdict) -> str:
    return "No do-not-contact is noted." if verdict.passed else f"Do not contact: {verdict.actual}."


def _consent(verdict: Verdict) -> str:
    found = verdict.actual if isinstance(verdict.actual, dict) else {}
    shown = ", ".join(f"{channel} {word}" for channel, word in found.items()) or "the rule names no channel"
    return f"Agreed to be asked: {shown}. Needed: {verdict.limit}."


def _channel(verdict: Verdict) -> str:
    return f"Channel: {verdict.actual}. Needed: {verdict.limit}."


def _text(verdict: Verdict) -> str:
    known = (
        tuple(map(str, verdict.limit)) if isinstance(verdict.limit, list | tuple) else (str(verdict.limit),)
    )
    languages = ", ".join(known)
    found = "has a text for it" if best_text(str(verdict.actual), known) else "has none for it"
    if verdict.passed and found.startswith("has none"):
        found += ", so that the policy's other language is used"
    return f"The customer's language is {verdict.actual}; the survey (in {languages}) {found}."


def _hold_out(verdict: Verdict) -> str:
    if verdict.actual is None:
        return "No customers are held out."
    return f"Customers whose number is under {verdict.limit} are never asked; this one has {verdict.actual}."


def _sample(verdict: Verdict) -> str:
    if verdict.actual is None:
        return "The rule asks every customer, not a sample."
    return f"Customers whose number is under {verdict.limit} are asked; this one has {verdict.actual}."


def _limit(verdict: Verdict) -> str:
    if verdict.limit is None:
        return "No such limit applies."
    return f"The limit is {verdict.limit}; {verdict.actual} counted."


def _quota(verdict: Verdict) -> str:
    if verdict.limit is None:
        return "No quota applies."
    if verdict.passed:
        return f"The quota is {verdict.limit}; how much of it was used then is not kept."
    return f"The quota is {verdict.limit}; {verdict.actual} counted."


def _priority(verdict: Verdict) -> str:
    if verdict.passed:
        return f"No rule before it was chosen; its priority is {verdict.limit}."
    return f"The rule {verdict.actual} goes before it; its own priority is {verdict.limit}."


def _hours(verdict: Verdict) -> str:
    end = f"; it loses its worth at {_time(verdict.limit)}" if verdict.limit else ""
    found, instead = verdict.actual, ""
    if isinstance(found, dict):
        instead = f" The customer's time zone {found['unreadable_zone']!r} cannot be read; {found['zone']} is used instead."
        found = found["due"]
    if found is None:
        return f"No allowed hour was found{end}.{instead}"
    return f"The first allowed moment is {_time(found)}{end}.{instead}"


def _time(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)


_GATES: Final[dict[Gate, Callable[[Verdict], str]]] = {
    "duplicate": _either("It had not been decided before.", "It had been decided before."),
    "customer": _either("It names a customer.", "It names no customer."),
    "age": _age,
    "step": _step,
    "rule": _either("At least one rule matches.", "No rule matches."),
    "active": _active,
    "contrary": _contrary,
    "suppression": _suppression,
    "consent": _consent,
    "channel": _channel,
    "text": _text,
    "hold_out": _hold_out,
    "sample": _sample,
    "own_survey_limit": _limit,
    "shared_limit": _limit,
    "attribute_limit": _limit,
    "quota": _quota,
    "priority": _priority,
    "hours": _hours,
}
