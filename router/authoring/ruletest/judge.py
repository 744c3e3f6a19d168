"""What a test expected held against what came of it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from msgspec import Struct

from router.authoring.ruletest.draws import drawn
from router.authoring.ruletest.simulate import DecidedEvent, InvitationOutcome, Run, simulate
from router.model.decision import Reason
from router.model.rule_tests import Draws, ExpectedInvitation, GivenPolicy, RuleTest
from router.rules.ruleset import RuleSet

FIELDS: Final = ("customer", "rule", "survey", "channel", "locale", "at", "reason", "kind", "number", "text")


MANY: Final = 3
"""With more customers than that, what is alike but for the customer is told once."""


class Missing(Struct, frozen=True, tag="missing"):
    """An expected invitation that was not sent; or not often enough, but only as often as `sent`."""

    expected: ExpectedInvitation
    sent: int = 0


class Unexpected(Struct, frozen=True, tag="unexpected"):
    """An invitation that was sent and not expected, and others that are like it but for the customer."""

    invitation: InvitationOutcome
    others: tuple[InvitationOutcome, ...] = ()


class Unlike(Struct, frozen=True, tag="unlike"):
    """An invitation that was sent, but not as expected. `fields` names what differs."""

    expected: ExpectedInvitation
    invitation: InvitationOutcome
    fields: tuple[str, ...]


class OtherReason(Struct, frozen=True, tag="other_reason"):
    """Nothing was refused or ended for the `expected` reason, but for the `actual` ones."""

    expected: Reason
    actual: tuple[Reason, ...]


Mismatch = Missing | Unexpected | Unlike | OtherReason


class Judgement(Struct, frozen=True):
    """A test that was run. It passed if there is no difference."""

    run: Run
    differences: tuple[Mismatch, ...]

    @property
    def test(self) -> RuleTest:
        """The test that was run."""
        return self.run.test

    @property
    def passed(self) -> bool:
        """Whether everything came as expected."""
        return not self.differences


def judged(tests: Iterable[RuleTest], rules: RuleSet) -> Iterator[Judgement]:
    """Runs each test on the rule set. A test knows nothing of the others."""
    sets: dict[tuple[Draws, GivenPolicy | None], RuleSet] = {}
    for test in tests:
        wanted = (test.draws, test.policy)
        if wanted not in sets:
            sets[wanted] = drawn(rules, *wanted)
        run = simulate(test, sets[wanted])
        found = reasons(run)
        other = (OtherReason(reason, found) for reason in test.because if reason not in found)
        yield Judgement(run, (*_of_invitations(run), *other))


def actual(invitation: InvitationOutcome, field: str) -> Any:
    """The value of a sent invitation that an expectation compares."""
    if field in ("kind", "number"):
        return getattr(invitation.planned, field)
    if field in ("customer", "channel", "at", "text"):
        return getattr(invitation, field)
    return getattr(invitation.decision, field)


def reasons(run: Run) -> tuple[Reason, ...]:
    """Why something was not asked: what refused a rule's question and what ended a planned one.

    Where no question came so far, the reason of the last event.
    """
    refused = [
        event.decided.decision.reason
        for event in run.events
        if event.decided.decision.outcome == "no_survey" and event.decided.decision.rule is not None
    ]
    # What a rule with `also` asks is a question of its own, whatever became of the others.
    refused += [reason for event in run.events for reason in _refused_besides(event, run.rules)]
    ended = [
        invitation.reason
        for invitation in run.invitations
        if not invitation.sent and invitation.reason is not None
    ]
    found: list[Reason] = [*refused, *ended]
    if not found and not run.invitations and run.events:
        found = [run.events[-1].decided.decision.reason]
    return tuple(dict.fromkeys(found))


def _refused_besides(event: DecidedEvent, rules: RuleSet) -> Iterator[Reason]:
    """Why questions of rules with `also` were refused at an event that planned another one.

    Where it planned only such questions, also why the first of the others was.
    """
    asking = event.decided.decision.asking
    if not rules.besides or not asking:
        return
    told = any(not rules.rules[one.rule or ""].rule.also for one in asking)
    for trace in event.explanation.rules:
        refusal = next((verdict for verdict in trace.verdicts if not verdict.passed), None)
        if refusal is None or refusal.reason is None:
            continue
        if rules.rules[trace.rule].rule.also:
            yield refusal.reason
        elif not told:
            told = True
            yield refusal.reason


def _of_invitations(run: Run) -> Iterator[Mismatch]:
    left = list(run.sent)
    short: list[Missing] = []
    # Whoever names most chooses first, and leaves to the vaguer ones what these take as well.
    for expected in sorted(run.test.expect, key=lambda entry: -len(_compared(entry))):
        least, most = expected.times
        found = [invitation for invitation in left if not _unlike(expected, invitation)][:most]
        taken = set(map(id, found))
        left = [invitation for invitation in left if id(invitation) not in taken]
        if len(found) < least:
            short.append(Missing(expected, len(found)))
    for missing in short:
        nearest = None
        if missing.expected.times == (1, 1):
            nearest = min(left, key=lambda one: len(_unlike(missing.expected, one)), default=None)
        unlike = _unlike(missing.expected, nearest) if nearest is not None else ()
        # Details are compared only of the same question to the same customer.
        if nearest is None or not _SAME_QUESTION.isdisjoint(unlike):
            yield missing
        else:
            left.remove(nearest)
            yield Unlike(missing.expected, nearest, unlike)
    alike: dict[tuple[object, ...], list[InvitationOutcome]] = {}
    for invitation in left:
        planned = invitation.planned
        group: tuple[object, ...] = (planned.rule, planned.kind, planned.number, invitation.channel)
        alike.setdefault(group if _repeated(run) else (len(alike),), []).append(invitation)
    for first, *others in alike.values():
        yield Unexpected(first, tuple(others))


_SAME_QUESTION: Final = frozenset({"customer", "rule", "survey", "kind"})


def _repeated(run: Run) -> bool:
    return len(run.test.customers) > MANY


def _compared(expected: ExpectedInvitation) -> tuple[str, ...]:
    return tuple(field for field in FIELDS if getattr(expected, field) is not None)


def _unlike(expected: ExpectedInvitation, invitation: InvitationOutcome) -> tuple[str, ...]:
    return tuple(field for field in _compared(expected) if not _agrees(expected, invitation, field))


def _agrees(expected: ExpectedInvitation, invitation: InvitationOutcome, field: str) -> bool:
    if field == "customer" and expected.customers is not None:
        return invitation.customer in expected.customers
    want, got = getattr(expected, field), actual(invitation, field)
    return bool(want in got) if field == "text" else bool(want == got)
