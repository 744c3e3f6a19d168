"""Why a test came out otherwise: the gate or the condition that differed, in words."""

from collections.abc import Iterator
from typing import Final

from router.authoring.ruletest.judge import Mismatch, Missing, OtherReason, Unexpected, actual
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.simulate import DecidedEvent, InvitationOutcome, Run
from router.authoring.ruletest.timeline import sending, wanted
from router.model.decision import Gate, Reason, RuleTrace, Verdict
from router.model.rule_tests import ExpectedInvitation
from router.words.decisions import decision_sentence
from router.words.gates import gate_sentence, rule_sentence
from router.words.reasons import REASONS

GATE_OF: Final[dict[Reason, Gate]] = {
    "too_old": "age",
    "rule_inactive": "active",
    "contrary_condition": "contrary",
    "never_ask_while": "contrary",
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


def in_words(difference: Mismatch, run: Run) -> list[str]:
    """The difference as sentences: first what differs, then why."""
    match difference:
        case Missing(expected):
            return [f"Expected but not sent: {wanted(expected)}.", *_why_not(expected, run)]
        case Unexpected(invitation):
            at = offset(invitation.at, run.test.start)
            return [f"Sent at {at} but not expected: {sending(invitation)}.", *_why_so(invitation, run)]
        case OtherReason(expected, found):
            came = ", ".join(found) or "nothing was refused"
            return [f"Expected because of {expected}, but the reason is: {came}.", *_about(expected, run)]
        case _:
            start, invitation = run.test.start, difference.invitation
            lines = [f"Sent otherwise than expected: {sending(invitation)}."]
            for field in difference.fields:
                want, got = getattr(difference.expected, field), actual(invitation, field)
                if field == "at":
                    want, got = offset(want, start), offset(got, start)
                lines.append(f"{field}: expected {want}, got {got}.")
            return [*lines, *_why_unlike(invitation, difference.fields, run)]


def _why_not(expected: ExpectedInvitation, run: Run) -> Iterator[str]:
    """What became of the rule that should have asked, at the event where it came furthest; of equals the last."""
    meant = [
        (event, trace)
        for event in run.events
        if expected.customer in (None, event.decided.interaction.customer_id)
        for trace in event.explanation.rules
        if expected.rule in (None, trace.rule)
        and expected.survey in (None, run.rules.rules[trace.rule].rule.survey)
    ]
    if not meant:
        yield "No rule sends it."
        return
    event, trace = max(reversed(meant), key=lambda pair: int(pair[1].tried) + int(pair[1].matched))
    yield from _rule_lines(event, trace, run)
    for invitation in run.invitations:
        if invitation.planned.rule == trace.rule and event.planned(invitation.planned.id):
            at = offset(invitation.at, run.test.start)
            yield f"At {at} it was {invitation.state}: {REASONS[invitation.reason or 'expired']}"
            if invitation.verdict is not None:
                yield _gate(invitation.verdict)


def _rule_lines(event: DecidedEvent, trace: RuleTrace, run: Run) -> Iterator[str]:
    planned = any(one.rule == trace.rule for one in event.explanation.folded.planned)
    yield f"At {_event(event, run)}, rule {trace.rule}: {rule_sentence(trace, planned=planned)}"
    if planned:
        return
    for verdict in trace.verdicts:
        if not verdict.passed:
            yield _gate(verdict)


def _why_so(invitation: InvitationOutcome, run: Run) -> Iterator[str]:
    event = _origin(invitation, run)
    if event is None:
        return
    trace = _trace(event, invitation.planned.rule)
    yield f"At {_event(event, run)}, rule {trace.rule}: it matches, and no gate refused."
    for reason in run.test.because:
        yield from (_gate(verdict) for verdict in trace.verdicts if verdict.gate == GATE_OF.get(reason))


def _about(reason: Reason, run: Run) -> Iterator[str]:
    """What the gate of a reason said about every rule that matched; else why none did, at the last event."""
    matched = [(event, trace) for event in run.events for trace in event.explanation.rules if trace.matched]
    for event, trace in matched:
        for verdict in trace.verdicts:
            if verdict.gate == GATE_OF.get(reason):
                yield f"At {_event(event, run)}, rule {trace.rule}: {_gate(verdict)}"
    if not matched and run.events:
        for trace in run.events[-1].explanation.rules:
            if trace.tried:
                yield from _rule_lines(run.events[-1], trace, run)


def _why_unlike(invitation: InvitationOutcome, fields: tuple[str, ...], run: Run) -> Iterator[str]:
    event = _origin(invitation, run)
    if event is None:
        return
    if "at" in fields:
        start, rule = run.test.start, run.rules.rules[invitation.planned.rule].rule
        happened = event.decided.interaction.time
        yield f"Rule {rule.id}: its delay leads from {offset(happened, start)} to {offset(happened + rule.delay, start)}."
    if invitation.decision.outcome == "defer":
        yield decision_sentence(invitation.decision)
    gates = {gate for field in fields for gate in _FIELD_GATES.get(field, ())}
    for verdict in _trace(event, invitation.planned.rule).verdicts:
        if verdict.gate in gates:
            yield _gate(verdict)


def _origin(invitation: InvitationOutcome, run: Run) -> DecidedEvent | None:
    """The event that an invitation was planned about; None where no event of the test was: time alone brought it."""
    return next((event for event in run.events if event.planned(invitation.planned.id)), None)


def _trace(event: DecidedEvent, rule: str) -> RuleTrace:
    return next(trace for trace in event.explanation.rules if trace.rule == rule)


def _event(event: DecidedEvent, run: Run) -> str:
    return f"{offset(event.decided.now, run.test.start)} ({event.decided.interaction.type})"


def _gate(verdict: Verdict) -> str:
    return f"{'✓' if verdict.passed else '✗'} {verdict.gate}: {gate_sentence(verdict)}"
