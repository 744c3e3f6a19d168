"""Why a test came out otherwise: the gate or the condition that differed, in words."""

from collections.abc import Iterator
from typing import Final

from router.authoring.ruletest.judge import Mismatch, Missing, OtherReason, Unexpected, actual
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.simulate import DecidedEvent, InvitationOutcome, Run
from router.authoring.ruletest.timeline import named, sending, wanted
from router.model.customer import InvitationKind
from router.model.decision import Gate, Reason, RuleTrace, Verdict
from router.model.rule_tests import ExpectedInvitation
from router.words.decisions import decision_sentence
from router.words.gates import gate_sentence, rule_sentence
from router.words.invitations import kind_name, state_words
from router.words.reasons import meaning
from router.words.rule_tests import words
from router.words.voice import PLAIN, Voice

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

_SEVERAL: Final = 2
_SHOWN_ABOUT: Final = 5
_FIELD_GATES: Final[dict[str, tuple[Gate, ...]]] = {
    "channel": ("consent", "channel"),
    "locale": ("text",),
    "at": ("hours",),
}


def in_words(difference: Mismatch, run: Run, voice: Voice = PLAIN) -> list[str]:
    """The difference as sentences: first what differs, then why."""
    match difference:
        case Missing(expected, sent):
            what, least = wanted(expected, voice), expected.times[0]
            first = words(voice, "missing", wanted=what)
            if least > 1:
                when = words(voice, "then", at=offset(expected.at, run.test.start)) if expected.at else ""
                first = words(voice, "too few", least=least, sent=sent, wanted=f"{what}{when}")
            return [first, *_why_not(expected, run, voice)]
        case Unexpected(invitation, others):
            at, number = offset(invitation.at, run.test.start), len(others) + 1
            sentence = "unexpected" if not others else "unexpected many"
            first = words(voice, sentence, at=at, number=number, sending=sending(invitation, voice))
            return [first, *_why_so(invitation, run, voice)]
        case OtherReason(expected, found):
            came = ", ".join(f"`{reason}`" for reason in found)
            sentence = "other reason" if found else "no reason"
            return [words(voice, sentence, expected=expected, found=came), *_about(expected, run, voice)]
        case _:
            start, invitation = run.test.start, difference.invitation
            lines = [words(voice, "unlike", sending=sending(invitation, voice))]
            for field in difference.fields:
                want, got = getattr(difference.expected, field), actual(invitation, field)
                if field == "at":
                    want, got = offset(want, start), offset(got, start)
                if field == "kind":
                    want, got = kind_name(want, voice.language), kind_name(got, voice.language)
                got = words(voice, "nothing") if got is None else got
                lines.append(words(voice, "field", field=words(voice, field), want=want, got=got))
            return [*lines, *_why_unlike(invitation, difference.fields, run, voice)]


def _why_not(expected: ExpectedInvitation, run: Run, voice: Voice) -> Iterator[str]:
    """What became of the rule that should have asked, at the event where it came furthest; of equals the last."""
    meant = [
        (event, trace)
        for event in run.events
        if expected.customers is None or event.decided.interaction.customer_id in expected.customers
        for trace in event.explanation.rules
        if expected.rule in (None, trace.rule)
        and expected.survey in (None, run.rules.rules[trace.rule].rule.survey)
    ]
    if not meant:
        yield words(voice, "no rule")
        return
    event, trace = max(reversed(meant), key=lambda pair: int(pair[1].tried) + int(pair[1].matched))
    yield from _rule_lines(event, trace, run, voice)
    if not any(one.rule == trace.rule for one in event.explanation.folded.planned):
        return
    if expected.kind in ("reminder", "fallback"):
        yield from _why_not_followed(expected.kind, event, trace.rule, run, voice)
        return
    for invitation in run.invitations:
        if invitation.planned.rule != trace.rule or invitation.sent:
            continue
        if event.planned(invitation.planned.id):
            yield from _became(invitation, "became", run, voice)


def _why_not_followed(
    kind: InvitationKind, event: DecidedEvent, rule: str, run: Run, voice: Voice
) -> Iterator[str]:
    """Why a question was not asked again, or not on the next channel."""
    definition = run.rules.rules[rule].rule
    found = [
        one
        for one in run.invitations
        if one.planned.kind == kind and one.planned.rule == rule and event.planned(one.planned.root_id)
    ]
    for follower in found:
        if not follower.sent:
            yield from _became(follower, "follower", run, voice)
    if kind == "reminder" and definition.reminder is None:
        yield words(voice, "no reminder", rule=rule)
    elif kind == "fallback" and len(definition.channels) < _SEVERAL:
        yield words(voice, "no fallback", rule=rule)
    elif not found:
        condition = words(voice, "is delivered" if kind == "reminder" else "cannot be delivered")
        name = kind_name(kind, voice.language)
        yield words(voice, "not planned", kind=name, rule=rule, condition=condition)


def _became(invitation: InvitationOutcome, sentence: str, run: Run, voice: Voice) -> Iterator[str]:
    yield words(
        voice,
        sentence,
        at=offset(invitation.at, run.test.start),
        name=named(invitation, voice),
        state=state_words(invitation.state, voice.language),
        meaning=meaning(invitation.reason or "expired", voice.language),
    )
    if invitation.verdict is not None:
        yield _gate(invitation.verdict, voice)


def _rule_lines(event: DecidedEvent, trace: RuleTrace, run: Run, voice: Voice) -> Iterator[str]:
    planned = any(one.rule == trace.rule for one in event.explanation.folded.planned)
    sentence = rule_sentence(trace, planned=planned, voice=voice)
    yield words(voice, "rule at", at=_event(event, run), rule=trace.rule, sentence=sentence)
    if planned:
        return
    for verdict in trace.verdicts:
        if not verdict.passed:
            yield _gate(verdict, voice)


def _why_so(invitation: InvitationOutcome, run: Run, voice: Voice) -> Iterator[str]:
    event = _origin(invitation, run)
    if event is None:
        return
    trace = _trace(event, invitation.planned.rule)
    sentence = words(voice, "matched")
    yield words(voice, "rule at", at=_event(event, run), rule=trace.rule, sentence=sentence)
    for reason in run.test.because:
        yield from (
            _gate(verdict, voice) for verdict in trace.verdicts if verdict.gate == GATE_OF.get(reason)
        )


def _about(reason: Reason, run: Run, voice: Voice) -> Iterator[str]:
    """What the gate of a reason said about every rule that matched; else why none did, at the last event."""
    matched = [(event, trace) for event in run.events for trace in event.explanation.rules if trace.matched]
    # Of many customers that are alike the last few say all there is to say.
    for event, trace in matched[-_SHOWN_ABOUT:]:
        for verdict in trace.verdicts:
            if verdict.gate == GATE_OF.get(reason):
                at, gate = _event(event, run), _gate(verdict, voice)
                yield words(voice, "gate at", at=at, rule=trace.rule, gate=gate)
    if not matched and run.events:
        for trace in run.events[-1].explanation.rules:
            if trace.tried:
                yield from _rule_lines(run.events[-1], trace, run, voice)


def _why_unlike(
    invitation: InvitationOutcome, fields: tuple[str, ...], run: Run, voice: Voice
) -> Iterator[str]:
    event = _origin(invitation, run)
    if event is None:
        return
    if "at" in fields and invitation.planned.kind == "invitation":
        start, rule = run.test.start, run.rules.rules[invitation.planned.rule].rule
        happened = event.decided.interaction.time
        begin, end = offset(happened, start), offset(happened + rule.delay, start)
        yield words(voice, "delay", rule=rule.id, start=begin, end=end)
    if invitation.decision.outcome == "defer":
        yield decision_sentence(invitation.decision, voice)
    gates = {gate for field in fields for gate in _FIELD_GATES.get(field, ())}
    for verdict in _trace(event, invitation.planned.rule).verdicts:
        if verdict.gate in gates:
            yield _gate(verdict, voice)


def _origin(invitation: InvitationOutcome, run: Run) -> DecidedEvent | None:
    """The event that an invitation was planned about; None where no event of the test was: time alone brought it."""
    return next((event for event in run.events if event.planned(invitation.planned.id)), None)


def _trace(event: DecidedEvent, rule: str) -> RuleTrace:
    return next(trace for trace in event.explanation.rules if trace.rule == rule)


def _event(event: DecidedEvent, run: Run) -> str:
    return f"{offset(event.decided.now, run.test.start)} ({event.decided.interaction.type})"


def _gate(verdict: Verdict, voice: Voice) -> str:
    return f"{'✓' if verdict.passed else '✗'} {verdict.gate}: {gate_sentence(verdict, voice)}"
