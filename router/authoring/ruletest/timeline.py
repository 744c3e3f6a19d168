"""What was expected and what happened, on one line of time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from router.authoring.ruletest.judge import Judgement, Missing, Unexpected, Unlike
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.simulate import InvitationOutcome
from router.model.decision import Decision
from router.model.interaction import PREFERENCES_TYPE
from router.model.rule_tests import ExpectedInvitation

Mark = Literal["event", "as_expected", "unexpected", "missing", "ended"]
_ORDER: tuple[Mark, ...] = ("event", "ended", "as_expected", "unexpected", "missing")


class Entry(Struct, frozen=True):
    """One line of the timeline. `missing` is what was expected there, `unexpected` what came instead."""

    at: datetime
    mark: Mark
    text: str


def timeline(judgement: Judgement) -> list[Entry]:
    """The events, what was planned about them and what became of it, and what was expected and did not come."""
    several = len(judgement.test.customers) > 1
    found = [*_events(judgement, several), *_invitations(judgement, several), *_missing(judgement, several)]
    return sorted(found, key=lambda entry: (entry.at, _ORDER.index(entry.mark)))


def _events(judgement: Judgement, several: bool) -> Iterator[Entry]:
    for event in judgement.run.events:
        interaction, decision = event.decided.interaction, event.decided.decision
        who = f"{interaction.customer_id}: " if several else ""
        name = "preferences" if interaction.type == PREFERENCES_TYPE else interaction.type
        where = f" ({interaction.channel})" if interaction.channel else ""
        came_of_it = " and also ".join(
            _planned(one, judgement.test.start) for one in (decision, *decision.also)
        )
        yield Entry(event.decided.now, "event", f"{who}{name}{where} → {came_of_it}")


def _planned(decision: Decision, start: datetime) -> str:
    """The question and when it is due, or the reason why none is; and its rule."""
    what: str = decision.reason
    if decision.due_at is not None:
        why = f", later because of {decision.reason}" if decision.outcome == "defer" else ""
        what = f"{decision.survey} planned for {offset(decision.due_at, start)}{why}"
    return f"{what} (rule {decision.rule})" if decision.rule else what


def _invitations(judgement: Judgement, several: bool) -> Iterator[Entry]:
    for invitation in judgement.run.invitations:
        who = f"{invitation.customer}: " if several else ""
        if not invitation.sent:
            yield Entry(
                invitation.at, "ended", f"{who}{_named(invitation)} {invitation.state}: {invitation.reason}"
            )
            continue
        bad = any(
            isinstance(difference, Unexpected | Unlike) and difference.invitation is invitation
            for difference in judgement.differences
        )
        yield Entry(invitation.at, "unexpected" if bad else "as_expected", f"{who}{sending(invitation)}")


def _missing(judgement: Judgement, several: bool) -> Iterator[Entry]:
    end = max((entry.decided.now for entry in judgement.run.events), default=judgement.test.start)
    for difference in judgement.differences:
        if isinstance(difference, Missing | Unlike):
            expected = difference.expected
            who = f"{expected.customer}: " if several and expected.customer else ""
            at = expected.at or (difference.invitation.at if isinstance(difference, Unlike) else end)
            yield Entry(at, "missing", f"{who}{wanted(expected)}")


def sending(invitation: InvitationOutcome) -> str:
    """A sent invitation in a few words."""
    return f"{_named(invitation)} sent by {invitation.channel} (rule {invitation.planned.rule})"


def _named(invitation: InvitationOutcome) -> str:
    """The survey, and what it is apart from the first question: `nps reminder 2`, `ces fallback`."""
    planned = invitation.planned
    if planned.kind == "invitation":
        return planned.survey
    return f"{planned.survey} {planned.kind}{f' {planned.number}' if planned.kind == 'reminder' else ''}"


def wanted(expected: ExpectedInvitation) -> str:
    """An expected invitation in a few words."""
    what = expected.survey or "a survey"
    if expected.kind not in (None, "invitation"):
        what = f"{what} {expected.kind}"
    how = f" by {expected.channel}" if expected.channel else ""
    locale = f" in {expected.locale}" if expected.locale else ""
    rule = f" (rule {expected.rule})" if expected.rule else ""
    reason = f" because of {expected.reason}" if expected.reason else ""
    text = f" saying “{expected.text}”" if expected.text else ""
    return f"{what} sent{how}{locale}{reason}{rule}{text}"
