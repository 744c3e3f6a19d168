"""Why a test came out otherwise: the gate or the condition that differed, in words."""

from collections.abc import Iterator
from typing import Final

from router.authoring.ruletest.judge import Difference, Missing, OtherReason, Unexpected, actual
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.simulate import Asked, Run, Told
from router.authoring.ruletest.timeline import sending, wanted
from router.model.decision import Gate, Reason, RuleTrace, Verdict
from router.model.rule_tests import ExpectedInvitation
from router.words.gates import gate_sentence, rule_sentence
from router.words.reasons import REASONS, decision_sentence

GATE_OF: Final[dict[Reason, Gate]] = {
    "too_old": "age",
    "rule_inactive": "active",
    "contrary_condition": "contrary",
    "suppressed": "suppression",
    "no_consent": "consent",
    "preferences_unclear": "consent",
    "no_reachable_channel": "channel",
    "missing_text": "text",
    "hold_out": "hold_out",
    "not_sampled": "sample",
    "own_survey_limit": "own_survey_limit",
    "shared_limit": "shared_limit",
    "attribute_limit": "attribute_limit",
    "quota": "quota",
    "outranked": "priority",
    "no_allowed_time": "hours",
}
"""The gate that refuses for a reason; reasons that no gate of a rule has are left out."""

_FIELD_GATES: Final[dict[str, tuple[Gate, ...]]] = {
    "channel": ("consent", "channel"),
    "locale": ("text",),
    "at": ("hours",),
}


def in_words(difference: Difference, run: Run) -> list[str]:
    """The difference as sentences: first what differs, then why."""
    match difference:
        case Missing(expected):
            return [f"Expected but not sent: {wanted(expected)}.", *_why_not(expected, run)]
        case Unexpected(asked):
            at = offset(asked.at, run.test.start)
            return [f"Sent at {at} but not expected: {sending(asked)}.", *_why_so(asked, run)]
        case OtherReason(expected, found):
            came = ", ".join(found) or "nothing was refused"
            return [f"Expected because of {expected}, but the reason is: {came}.", *_about(expected, run)]
        case _:
            start, asked = run.test.start, difference.asked
            lines = [f"Sent otherwise than expected: {sending(asked)}."]
            for field in difference.fields:
                want, got = getattr(difference.expected, field), actual(asked, field)
                if field == "at":
                    want, got = offset(want, start), offset(got, start)
                lines.append(f"{field}: expected {want}, got {got}.")
            return [*lines, *_why_unlike(asked, difference.fields, run)]


def _why_not(expected: ExpectedInvitation, run: Run) -> Iterator[str]:
    """What became of the rule that should have asked, at the event where it came furthest."""
    best: tuple[int, Told, RuleTrace] | None = None
    for told in run.told:
        if expected.customer not in (None, told.decided.interaction.customer_id):
            continue
        for trace in told.explanation.rules:
            if _meant(trace, expected, run):
                reached = int(trace.tried) + int(trace.matched)
                if best is None or reached >= best[0]:
                    best = (reached, told, trace)
    if best is None:
        yield "No rule sends it."
        return
    _, told, trace = best
    yield from _rule_lines(told, trace, run)
    yield from _ending(told, trace, run)


def _meant(trace: RuleTrace, expected: ExpectedInvitation, run: Run) -> bool:
    rule = run.rules.rules[trace.rule].rule
    return expected.rule in (None, rule.id) and expected.survey in (None, rule.survey)


def _rule_lines(told: Told, trace: RuleTrace, run: Run) -> Iterator[str]:
    planned = told.explanation.folded.planned
    sentence = rule_sentence(trace, planned.rule if planned else None)
    yield f"At {_event(told, run)}, rule {trace.rule}: {sentence}"
    if planned is not None and planned.rule == trace.rule:
        return
    for verdict in trace.verdicts:
        if not verdict.passed:
            yield _gate(verdict)


def _ending(told: Told, trace: RuleTrace, run: Run) -> Iterator[str]:
    """What ended the question that the rule planned about the event."""
    planned = told.explanation.folded.planned
    for asked in run.asked:
        if planned is not None and asked.planned.id == planned.id and asked.planned.rule == trace.rule:
            at = offset(asked.at, run.test.start)
            yield f"At {at} it was {asked.state}: {REASONS[asked.reason or 'expired']}"
            if asked.verdict is not None:
                yield _gate(asked.verdict)


def _why_so(asked: Asked, run: Run) -> Iterator[str]:
    told = _origin(asked, run)
    if told is None:
        return
    trace = _trace(told, asked.planned.rule)
    yield f"At {_event(told, run)}, rule {trace.rule}: it matches, and no gate refused."
    for reason in run.test.because:
        yield from (_gate(verdict) for verdict in trace.verdicts if verdict.gate == GATE_OF.get(reason))


def _about(reason: Reason, run: Run) -> Iterator[str]:
    """What the gate of a reason said about every rule that matched; else why none did, at the last event."""
    matched = [(told, trace) for told in run.told for trace in told.explanation.rules if trace.matched]
    for told, trace in matched:
        for verdict in trace.verdicts:
            if verdict.gate == GATE_OF.get(reason):
                yield f"At {_event(told, run)}, rule {trace.rule}: {_gate(verdict)}"
    if not matched and run.told:
        for trace in run.told[-1].explanation.rules:
            if trace.tried:
                yield from _rule_lines(run.told[-1], trace, run)


def _why_unlike(asked: Asked, fields: tuple[str, ...], run: Run) -> Iterator[str]:
    told = _origin(asked, run)
    if told is None:
        return
    if "at" in fields:
        start, rule = run.test.start, run.rules.rules[asked.planned.rule].rule
        happened = told.decided.interaction.time
        yield f"Rule {rule.id}: its delay leads from {offset(happened, start)} to {offset(happened + rule.delay, start)}."
    if asked.decision.outcome == "defer":
        yield decision_sentence(asked.decision)
    gates = {gate for field in fields for gate in _FIELD_GATES.get(field, ())}
    for verdict in _trace(told, asked.planned.rule).verdicts:
        if verdict.gate in gates:
            yield _gate(verdict)


def _origin(asked: Asked, run: Run) -> Told | None:
    """The event that an invitation was planned about; None where no event of the test was: time alone brought it."""
    return next((t for t in run.told if t.decided.decision.invitation_id == asked.planned.id), None)


def _trace(told: Told, rule: str) -> RuleTrace:
    return next(trace for trace in told.explanation.rules if trace.rule == rule)


def _event(told: Told, run: Run) -> str:
    return f"{offset(told.decided.now, run.test.start)} ({told.decided.interaction.type})"


def _gate(verdict: Verdict) -> str:
    return f"{'✓' if verdict.passed else '✗'} {verdict.gate}: {gate_sentence(verdict)}"
