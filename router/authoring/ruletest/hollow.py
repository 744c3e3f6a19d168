"""Tests that pass only because nothing can ever happen: what they expect not to be asked could never be."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from msgspec.structs import replace

from router.authoring.ruletest.draws import drawn
from router.authoring.ruletest.judge import Judgement, reasons
from router.authoring.ruletest.simulate import Run, simulate
from router.decide.decide import NOT_ASKED_ABOUT
from router.model.decision import Reason
from router.model.rule_tests import RuleTest
from router.model.rules import All, Condition, Test
from router.rules.ruleset import RuleSet
from router.words.rule_tests import words
from router.words.voice import PLAIN, Voice

_OF_THE_CUSTOMER: Final[frozenset[Reason]] = frozenset(
    {
        "suppressed",
        "no_consent",
        "preferences_unclear",
        "no_reachable_channel",
        "missing_text",
        "hold_out",
        "not_sampled",
        "own_survey_limit",
        "shared_limit",
        "attribute_limit",
        "quota",
    }
)
"""Reasons that another customer, or the same one without a past, would not give."""


def hollow(judgements: Sequence[Judgement], rules: RuleSet, voice: Voice = PLAIN) -> dict[str, str]:
    """By name of a test that passes and expects nothing, why it would pass whatever the rules say, told by `voice`."""
    asking = {one.planned.rule for judgement in judgements for one in judgement.run.invitations}
    known = _types(rules)
    found: dict[str, str] = {}
    for judgement in judgements:
        if not judgement.passed or judgement.test.expect or judgement.run.invitations:
            continue
        why = next(_why(judgement.run, rules, known, asking, voice), None)
        if why is not None:
            found[judgement.test.name] = why
    return found


def _why(run: Run, rules: RuleSet, known: set[str] | None, asking: set[str], voice: Voice) -> Iterator[str]:
    """What makes a test say nothing, the surest first."""
    told = [event.decided.interaction.type for event in run.events]
    happened = [kind for kind in told if kind not in NOT_ASKED_ABOUT]
    if known is not None and happened and known.isdisjoint(happened):
        yield words(voice, "unknown types", types=_names(sorted(set(happened)), voice))
    tried = _tried(run)
    if tried and tried <= asking:
        return
    if reasons(run) and _OF_THE_CUSTOMER.issuperset(reasons(run)):
        again = simulate(_willing(run.test, rules), drawn(rules, "asked", None))
        if not again.invitations and again.events:
            last = again.events[-1].decided.decision.reason
            yield words(voice, "not asked either", reason=last)
    never = [name for name in sorted(tried - asking) if rules.rules[name].rule.enabled]
    if never:
        yield words(voice, "never asks", rules=_names(never, voice))


def _tried(run: Run) -> set[str]:
    """The rules that the test is about: those that matched, or, where none did, that were tried."""
    traces = [trace for event in run.events for trace in event.explanation.rules]
    matched = {trace.rule for trace in traces if trace.matched}
    return matched or {trace.rule for trace in traces if trace.tried}


def _willing(test: RuleTest, rules: RuleSet) -> RuleTest:
    """The test told of customers without a past, who agreed to all channels and read a language that there is."""
    channels = sorted({channel for entry in rules.rules.values() for channel in entry.rule.channels})
    texts = sorted({locale for survey in rules.surveys.values() for locale in survey.texts})
    customers: dict[str, dict[str, Any]] = {
        name: {key: value for key, value in given.items() if key not in ("suppressed", "forget")}
        | {"consent": channels[:16], "locale": given.get("locale") or texts[0]}
        for name, given in test.customers.items()
    }
    policy = rules.policy
    means_no = {*policy.suppressed_by, *policy.consent_withdrawn_by, *NOT_ASKED_ABOUT}
    events = tuple(
        replace(event, interaction=replace(event.interaction, recipient=dict.fromkeys(channels, "somebody")))
        for event in test.events
        if event.interaction.type not in means_no
    )
    return replace(test, customers=customers, events=events, history=(), draws="asked", policy=None)


def _types(rules: RuleSet) -> set[str] | None:
    """The types that journeys and rules name; None where a rule takes types that it does not name."""
    known: set[str] = set()
    for entry in rules.maps.values():
        known.update(kind for step in entry.definition.steps.values() for kind in step.on)
        known.update(kind for effort in entry.definition.effort for kind in effort.types)
    policy = rules.policy
    known.update(policy.suppressed_by, policy.consent_given_by, policy.consent_withdrawn_by)
    known.update(schedule.type for schedule in rules.schedules.values())
    for route in rules.rules.values():
        if route.rule.journey is None:
            named = _wanted(route.rule.when)
            if named is None:
                return None
            known |= named
    return known


def _wanted(when: Condition) -> set[str] | None:
    """The types that a condition confines interactions to; None where it does not."""
    for part in when.parts if isinstance(when, All) else (when,):
        if isinstance(part, Test) and part.field == "type" and part.operator in ("eq", "in"):
            return set(part.value if isinstance(part.value, tuple) else (part.value,))
    return None


def _names(names: Sequence[str], voice: Voice) -> str:
    return words(voice, "or").join(repr(name) for name in names[:3])
