"""What was expected and what happened, on one line of time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal, NamedTuple

from msgspec import Struct

from router.authoring.ruletest.judge import MANY, Judgement, Missing, Unexpected, Unlike
from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.simulate import InvitationOutcome
from router.model.customer import InvitationKind
from router.model.decision import Decision
from router.model.interaction import PREFERENCES_TYPE
from router.model.rule_tests import ExpectedInvitation
from router.words.invitations import state_words
from router.words.rule_tests import words
from router.words.voice import PLAIN, Voice

Mark = Literal["event", "as_expected", "unexpected", "missing", "ended"]
_ORDER: tuple[Mark, ...] = ("event", "ended", "as_expected", "unexpected", "missing")


class Entry(Struct, frozen=True):
    """One line of the timeline. `missing` is what was expected there, `unexpected` what came instead."""

    at: datetime
    mark: Mark
    text: str


def timeline(judgement: Judgement, voice: Voice = PLAIN) -> list[Entry]:
    """The events, what was planned about them and what became of it, and what was expected and did not come.

    Of many customers, what is alike but for the customer is one line.
    """
    lines = [*_events(judgement, voice), *_invitations(judgement, voice), *_missing(judgement, voice)]
    lines.sort(key=lambda line: (line.at, _ORDER.index(line.mark)))
    count = len(judgement.test.customers)
    if count == 1:
        return [Entry(line.at, line.mark, line.text) for line in lines]
    if count <= MANY:
        who = (f"{line.customer}: " if line.customer else "" for line in lines)
        return [
            Entry(line.at, line.mark, f"{name}{line.text}") for name, line in zip(who, lines, strict=True)
        ]
    alike: dict[tuple[datetime, Mark, str], list[str]] = {}
    for line in lines:
        alike.setdefault((line.at, line.mark, line.text), []).append(line.customer)
    return [Entry(at, mark, f"{_who(names, voice)}{text}") for (at, mark, text), names in alike.items()]


class _Line(NamedTuple):
    """A line of the timeline of one customer, who is empty where it is about nobody."""

    at: datetime
    mark: Mark
    customer: str
    text: str


def _who(names: list[str], voice: Voice) -> str:
    first, number = names[0], len(names) - 1
    if number:
        return words(voice, "and others", first=first, number=number)
    return f"{first}: " if first else ""


def _events(judgement: Judgement, voice: Voice) -> Iterator[_Line]:
    for event in judgement.run.events:
        interaction, decision = event.decided.interaction, event.decided.decision
        is_said = interaction.type == PREFERENCES_TYPE
        name = words(voice, "preferences") if is_said else interaction.type
        where = f" ({interaction.channel})" if interaction.channel else ""
        start = judgement.test.start
        came_of_it = words(voice, "and also").join(
            _planned(one, start, voice) for one in (decision, *decision.also)
        )
        yield _Line(event.decided.now, "event", interaction.customer_id, f"{name}{where} → {came_of_it}")


def _planned(decision: Decision, start: datetime, voice: Voice) -> str:
    """The question and when it is due, or the reason why none is; and its rule."""
    what: str = decision.reason
    if decision.due_at is not None:
        why = words(voice, "later", reason=decision.reason) if decision.outcome == "defer" else ""
        what = words(voice, "planned", survey=decision.survey, at=offset(decision.due_at, start), why=why)
    return what + (words(voice, "of rule", rule=decision.rule) if decision.rule else "")


def _invitations(judgement: Judgement, voice: Voice) -> Iterator[_Line]:
    bad = {
        id(invitation)
        for difference in judgement.differences
        if isinstance(difference, Unexpected | Unlike)
        for invitation in (difference.invitation, *getattr(difference, "others", ()))
    }
    for invitation in judgement.run.invitations:
        if invitation.sent:
            mark: Mark = "unexpected" if id(invitation) in bad else "as_expected"
            text = sending(invitation, voice)
        else:
            state, mark = state_words(invitation.state, voice.language), "ended"
            name = named(invitation, voice)
            text = words(voice, "ended", name=name, state=state, reason=invitation.reason)
        yield _Line(invitation.at, mark, invitation.customer, text)


def _missing(judgement: Judgement, voice: Voice) -> Iterator[_Line]:
    end = max((entry.decided.now for entry in judgement.run.events), default=judgement.test.start)
    for difference in judgement.differences:
        if isinstance(difference, Missing | Unlike):
            expected = difference.expected
            at = expected.at or (difference.invitation.at if isinstance(difference, Unlike) else end)
            yield _Line(at, "missing", expected.customer or "", wanted(expected, voice))


def sending(invitation: InvitationOutcome, voice: Voice = PLAIN) -> str:
    """A sent invitation in a few words."""
    by = words(voice, "by", channel=invitation.channel)
    rule = words(voice, "of rule", rule=invitation.planned.rule)
    return words(voice, "sent", what=named(invitation, voice), how=by, locale="", reason="", rule=rule)


def named(invitation: InvitationOutcome, voice: Voice = PLAIN) -> str:
    """The survey, and what it is apart from the first question: `nps reminder 2`, `ces fallback`."""
    planned = invitation.planned
    return _name(planned.kind, planned.survey, planned.number, voice)


def _name(kind: InvitationKind, survey: str, number: int | None, voice: Voice) -> str:
    which = "" if number is None else f" {number}"
    return words(voice, f"{kind} name", survey=survey, number=which)


def wanted(expected: ExpectedInvitation, voice: Voice = PLAIN) -> str:
    """An expected invitation in a few words."""
    survey = expected.survey or words(voice, "a survey")
    text = words(voice, "saying", text=expected.text) if expected.text else ""
    sent = words(
        voice,
        "sent",
        what=_name(expected.kind or "invitation", survey, expected.number, voice),
        how=words(voice, "by", channel=expected.channel) if expected.channel else "",
        locale=words(voice, "in", locale=expected.locale) if expected.locale else "",
        reason=words(voice, "because", reason=expected.reason) if expected.reason else "",
        rule=words(voice, "of rule", rule=expected.rule) if expected.rule else "",
    )
    return f"{sent}{text}"
