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
        return "It matches, and every check was passed."
    meaning = REASONS[refusal.reason] if refusal.reason else ""
    return f"It matches, but: {meaning}"


def condition_words(condition: str) -> str:
    """A condition that holds, told as a fact: `customer.open is complaint`."""

    def fact(must: re.Match[str]) -> str:
        negated, verb = must[1], must[2]
        if verb == "be":
            return " is not" if negated else " is"
        return f" does not {verb}" if negated else f" {_IS[verb]}"

    return _MUST.sub(fact, condition)


def _sentences(passed: str, refused: str, unlimited: str | None = None) -> Callable[[Verdict], str]:
    """Sentences with places for `{actual}` and `{limit}`; `unlimited` is said where no limit is set."""

    def sentence(verdict: Verdict) -> str:
        chosen = passed if verdict.passed else refused
        if unlimited is not None and verdict.limit is None:
            chosen = unlimited
        return chosen.format(actual=verdict.actual, limit=verdict.limit)

    return sentence


def _always(sentence: str, unlimited: str | None = None) -> Callable[[Verdict], str]:
    return _sentences(sentence, sentence, unlimited)


def _step(verdict: Verdict) -> str:
    if isinstance(verdict.actual, list | tuple):
        return "; ".join(map(str, verdict.actual)) + "."
    return f"{verdict.actual}.".capitalize()


def _contrary(verdict: Verdict) -> str:
    holds = condition_words(str(verdict.actual))
    if verdict.reason == "never_ask_while":
        return f"The policy forbids to ask (`never_ask_while`): {holds}."
    if not verdict.passed:
        return f"The exclusion that applies: {holds}."
    if verdict.limit is None:
        return "No exclusion in the rule (`unless`) applies."
    if verdict.actual is None:
        return "No exclusion applies, neither in the rule (`unless`) nor in the policy (`never_ask_while`)."
    return f"The policy forbids to ask (`never_ask_while`): {holds}. This rule is named as an exception."


def _consent(verdict: Verdict) -> str:
    consent = verdict.actual if isinstance(verdict.actual, dict) else {}
    shown = ", ".join(f"{channel} {word}" for channel, word in consent.items()) or "the rule names no channel"
    return f"Consent by channel: {shown}. Needed: {verdict.limit}."


def _text(verdict: Verdict) -> str:
    limit = verdict.limit
    languages = tuple(map(str, limit)) if isinstance(limit, list | tuple) else (str(limit),)
    text = "has a text for it"
    if not best_text(str(verdict.actual), languages):
        # It passed all the same: the customer is asked in the policy's language, and that must not pass for their own.
        text = "has none for it" + (", so that the policy's other language is used" if verdict.passed else "")
    return f"The customer's language is {verdict.actual}; the survey (in {', '.join(languages)}) {text}."


def _hours(verdict: Verdict) -> str:
    end = f"; it expires at {_time(verdict.limit)}" if verdict.limit else ""
    due, instead = verdict.actual, ""
    if isinstance(due, dict):
        if "unreadable_zone" in due:
            instead = f" The customer's time zone {due['unreadable_zone']!r} cannot be read; {due['zone']} is used instead."
        if "unreadable_country" in due:
            instead += f" No holidays are known of the customer's country {due['unreadable_country']!r}; those of the policy hold."
        if "closed" in due:
            instead += f" Passed over: {', '.join(due['closed'])}."
        due = due["due"]
    if due is None:
        return f"No allowed time was found{end}.{instead}"
    return f"The first allowed time is {_time(due)}{end}.{instead}"


def _time(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)


_LIMIT: Final = _always("The limit is {limit}; {actual} counted.", "No such limit applies.")

_GATES: Final[dict[Gate, Callable[[Verdict], str]]] = {
    "duplicate": _sentences("It had not been decided yet.", "It was already decided."),
    "customer": _sentences("It names a customer.", "It names no customer."),
    "age": _always(
        "It was {actual} old when it was decided; the rule takes up to {limit}.",
        "It was {actual} old when it was decided; the rule sets no limit.",
    ),
    "step": _step,
    "rule": _sentences("At least one rule matches.", "No rule matches."),
    "active": _sentences("The rule is switched on.", "The rule is {actual}."),
    "contrary": _contrary,
    "suppression": _sentences("The customer is not on the do-not-contact list.", "Do not contact: {actual}."),
    "consent": _consent,
    "channel": _always("Channel: {actual}. Needed: {limit}."),
    "text": _text,
    "hold_out": _always(
        "Customers whose number is under {limit} are never asked; this one has {actual}.",
        "No customers are held out.",
    ),
    "sample": _always(
        "Customers whose number is under {limit} are asked; this one has {actual}.",
        "The rule asks every customer, not a sample.",
    ),
    "own_survey_limit": _LIMIT,
    "shared_limit": _LIMIT,
    "attribute_limit": _LIMIT,
    # The trace is computed again from the journal, which keeps a quota's count only where it refused.
    "quota": _sentences(
        "The quota is {limit}; how much of it was used at that time is not kept.",
        "The quota is {limit}; {actual} counted.",
        "No quota applies.",
    ),
    "priority": _sentences(
        "No rule with a higher priority was chosen; the priority of this one is {limit}.",
        "The rule {actual} takes precedence; the priority of this one is {limit}.",
    ),
    "hours": _hours,
}
