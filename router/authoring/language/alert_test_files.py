"""Tests of alerts in test files: their keys, and the tests that they make."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from router.authoring.language.given import START
from router.authoring.language.given_customers import CustomerKeys, preferences
from router.authoring.language.given_times import START_OF_TEST, WHEN, LocalTime, moment_of
from router.authoring.language.keys import Block, Kind, block, listing, optional, required
from router.authoring.language.kinds import NAME, TEXT, TEXTS, anything, one_or_more, shared
from router.authoring.language.node import Node
from router.authoring.language.problems import Problems
from router.model.alert_tests import AlertTest, ExpectedAlert, GivenResponse
from router.model.alerts import NO_ALERT, NoAlert
from router.model.fields import EVENT, JOURNEY, plain_name
from router.model.keys import as_key
from router.model.policy import Policy


def _reasons(node: Node, key: str, problems: Problems) -> tuple[NoAlert, ...]:
    for item in node.each():
        if item.value not in NO_ALERT:
            problems.unknown("R013", item.position, f"value of `{key}`", item.word, list(NO_ALERT))
    return tuple(item.value for item in node.each() if item.value in NO_ALERT)


_NO_ALERT: Final[Kind[tuple[NoAlert, ...]]] = shared(
    "no_alert",
    _reasons,
    {"description": "A reason, or a list of them.", **one_or_more({"enum": list(NO_ALERT)})},
)


class GivenResponseKeys(Block, free=True):
    """A response; `journey.…` and `event.…` are what its question was planned with."""

    at = required(WHEN, "when it was given")
    survey = required(NAME, "the survey that was answered", names="survey")
    score = optional(anything({}), "the answer, on its scale", without="only a comment")
    comment = optional(TEXT, "what the customer wrote")
    invitation = optional(
        NAME,
        "a name for what it answers: a second response to the same one corrects it",
        without="one of its own",
    )
    channel = optional(TEXT, "where the interaction happened", names="channel")
    asked_on = optional(TEXT, "the channel of the question", names="channel")
    locale = optional(TEXT, "the language of the question")
    journey = optional(NAME, "the journey that was asked about", names="journey")
    step = optional(NAME, "its step")


class GivenResponsesKeys(Block, apart=True):
    """Who the customer is, and what they answer."""

    responses = required(
        listing(GivenResponseKeys, "a response"), "the responses, in the order in which they come"
    )
    customer = optional(
        block(CustomerKeys, "a customer"), "the customer", without="one of whom nothing is known"
    )
    open = optional(TEXTS, "the names of the customer's open journeys", (), names="journey")
    start = optional(
        START_OF_TEST,
        "the moment of `0h`, as in [tests of rules](tests.md#given)",
        without="Monday 2 March 2026, 10:00 UTC",
    )


class ExpectedAlertKeys(Block):
    """An alert; what is not named is not compared."""

    alert = required(NAME, "which alert", names="alert")
    team = optional(NAME, "for which team", without="any")
    at = optional(WHEN, "when it is raised", without="any")
    due = optional(WHEN, "by when it must be closed", without="any")


class AlertTestKeys(
    Block,
    apart=True,
    more={
        "if": {"properties": {"expect": {"maxItems": 0}}, "required": ["expect"]},
        "then": {"required": ["because"]},
    },
):
    """One test of alerts, about one customer."""

    name = required(TEXT, "what the test is about, in a sentence; unique in the set")
    given = required(block(GivenResponsesKeys), "who answers, and what")
    expect = required(
        listing(ExpectedAlertKeys, "an expected alert"), "the alerts, all of them, in any order; `[]`: none"
    )
    because = optional(
        _NO_ALERT,
        f"why an alert was not raised, so that a test cannot pass by accident: {', '.join(f'`{one}`' for one in NO_ALERT)}",
        (),
        without="required with `expect: []`",
    )


def read_alert_tests(tests: Iterable[AlertTestKeys], policy: Policy) -> list[AlertTest]:
    """The tests that have no problem. Their local times are those of the policy."""
    return [test for keys in tests if (test := _test(keys, policy)) is not None]


def _test(keys: AlertTestKeys, policy: Policy) -> AlertTest | None:
    if "because" not in keys.pairs and keys.expect == []:
        message = "a test that expects nothing lacks `because`"
        hint = "say why there is no alert, such as `because: alert_not_matched`"
        keys.problems.add("R011", keys.key_place("expect"), message, hint)
        return None
    given = keys.given
    if given is None or not keys.sound:
        return None
    before = len(keys.problems.found)
    start = moment_of(given.start, START, policy) or START

    def moment(when: timedelta | datetime | LocalTime | None) -> datetime | None:
        return moment_of(when, start, policy)

    expect = tuple(
        ExpectedAlert(one.alert or "", one.team, moment(one.at), moment(one.due), one.node.position)
        for one in keys.expect or ()
    )
    responses = tuple(_response(one, moment(one.at) or start) for one in given.responses or ())
    customer = preferences(given.customer) if given.customer else {}
    if len(keys.problems.found) > before:
        return None
    return AlertTest(
        keys.name or "", start, customer, given.open, responses, expect, keys.because, keys.node.position
    )


def _response(keys: GivenResponseKeys, at: datetime) -> GivenResponse:
    signals: dict[str, Any] = {}
    attributes: dict[str, str] = {}
    for field, value in keys.further.items():
        if field.startswith(JOURNEY):
            signals[field.removeprefix(JOURNEY)] = value
        elif field.startswith(EVENT):
            attributes[plain_name(field)] = as_key(value) or ""
        else:
            known = [*keys.keys, EVENT, JOURNEY]
            keys.problems.unknown("R014", keys.key_place(field), "key in a response:", field, known)
    return GivenResponse(
        at=at,
        survey=keys.survey or "",
        score=keys.score.plain() if keys.score else None,
        comment=keys.comment,
        invitation=keys.invitation,
        channel=keys.channel,
        asked_on=keys.asked_on,
        locale=keys.locale,
        journey=keys.journey,
        step=keys.step,
        instance=as_key(signals.pop("instance", None)),
        signals=signals,
        attributes=attributes,
        position=keys.node.position,
    )
