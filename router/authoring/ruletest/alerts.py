"""Tests of alerts: responses told to the same evaluation as in production, and what came held against what should."""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from router.authoring.ruletest.moments import offset
from router.authoring.ruletest.report import RuleTestReport, TimelineLine
from router.decide.alerts import AlertJudgement, held_against, judged
from router.decide.preferences import recorded
from router.model.alert_tests import AlertTest, ExpectedAlert, GivenResponse
from router.model.alerts import KnownAlerts
from router.model.customer import Customer, Profile
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.model.keyed_hash import IN_MEMORY, with_hashes
from router.model.responses import AskedContext, ResponseRow
from router.policy.hours import own_zone
from router.rules.alerts import HeardResponse
from router.rules.ruleset import RuleSet
from router.scores.answers import read_score
from router.scores.question import Question
from router.words.fragments import fragment
from router.words.rule_tests import words
from router.words.voice import PLAIN, Voice

_COMPARED: Final = ("team", "at", "due")


def alert_reports(
    tests: Iterable[AlertTest], rules: RuleSet, voice: Voice | None = None
) -> Iterator[RuleTestReport]:
    """Runs each test, and tells it as tests of rules are told."""
    for test in tests:
        yield _report(test, alerts_of(test, rules), rules, voice)


def alerts_of(test: AlertTest, rules: RuleSet) -> list[AlertJudgement]:
    """What every alert rule makes of every response, in the order in which they come."""
    preferences = Interaction("", "", PREFERENCES_TYPE, test.start, "customer", attributes=test.customer)
    profile = recorded(Profile(), with_hashes(preferences, IN_MEMORY), rules, test.start)
    customer = Customer("customer", profile=profile)
    found = [
        one
        for number, given in enumerate(test.responses, start=1)
        for one in judged(
            HeardResponse(_row(given, number, rules), customer, lambda: test.open_journeys), rules
        )
    ]
    return held_against(KnownAlerts(), found)


def _row(given: GivenResponse, number: int, rules: RuleSet) -> ResponseRow:
    survey = rules.surveys[given.survey]
    question = Question.of(survey)
    score = read_score(question, given.score)
    context = AskedContext(
        survey=survey.name,
        metric=survey.metric,
        scale=survey.scale,
        polarity=survey.polarity,
        text_version=survey.version,
        presentation=survey.presentation,
        rule="",
        revision=rules.revision,
        happened_at=given.at,
        locale=given.locale,
        journey=given.journey,
        step=given.step,
        instance=given.instance,
        channel=given.channel,
        attributes=given.attributes,
        effort=given.signals,
    )
    return ResponseRow(
        customer_id="customer",
        invitation_id=uuid5(NAMESPACE_URL, given.invitation or f"response {number}"),
        key=uuid5(NAMESPACE_URL, f"answer {number}"),
        context=context,
        status="counted" if isinstance(score, int) else score,
        answered_at=given.at,
        received_at=given.at,
        asked_on=given.asked_on,
        score=score if isinstance(score, int) else None,
        comment=given.comment,
    )


def _report(
    test: AlertTest, found: list[AlertJudgement], rules: RuleSet, told: Voice | None
) -> RuleTestReport:
    voice, clock = told or PLAIN, told or Voice(zone=own_zone(rules.policy))
    differences = [*_of_alerts(test, found, rules, voice), *_of_reasons(test, found, rules, voice)]
    place = test.position
    lines = [
        TimelineLine(
            offset(one.response.row.answered_at, test.start),
            clock.weekday(one.response.row.answered_at),
            "event",
            f"{_response(one.response.row, voice)} → {_came_of(one, test, voice)}",
        )
        for one in found
    ]
    return RuleTestReport(
        name=test.name,
        file=place.file if place else "",
        line=place.line if place else 0,
        passed=not differences,
        differences=tuple(differences),
        timeline=tuple(lines),
    )


def _of_alerts(
    test: AlertTest, found: list[AlertJudgement], rules: RuleSet, voice: Voice
) -> Iterator[tuple[str, ...]]:
    """Expected alerts that were not raised or otherwise, and those that were raised and not expected."""
    left = [one for one in found if one.refusal is None]
    for expected in sorted(
        test.expect, key=lambda one: -sum(getattr(one, name) is not None for name in _COMPARED)
    ):
        same = [one for one in left if one.rule.id == expected.alert]
        nearest = min(same, key=lambda one: len(_unlike(expected, one)), default=None)
        if nearest is None:
            why = [
                line
                for one in found
                if one.rule.id == expected.alert
                for line in _why_not(one, test, rules, voice)
            ]
            yield (words(voice, "alert missing", alert=expected.alert), *why)
            continue
        left.remove(nearest)
        if unlike := _unlike(expected, nearest):
            shown = (
                _shown(value, test, voice)
                for name in unlike
                for value in (getattr(expected, name), _actual(nearest, name))
            )
            pairs = zip(unlike, shown, shown, strict=False)
            lines = tuple(
                words(voice, "field", field=words(voice, name), want=want, got=got)
                for name, want, got in pairs
            )
            yield (words(voice, "alert unlike", alert=_alert(nearest, test, voice)), *lines)
    for one in left:
        yield (words(voice, "alert unexpected", alert=_alert(one, test, voice)),)


def _of_reasons(
    test: AlertTest, found: list[AlertJudgement], rules: RuleSet, voice: Voice
) -> Iterator[tuple[str, ...]]:
    came = dict.fromkeys(one.refusal for one in found if one.refusal)
    for reason in test.because:
        if reason not in came:
            actual = ", ".join(came) or words(voice, "no alert refused")
            why = [line for one in found for line in _why_not(one, test, rules, voice)]
            yield (words(voice, "alert reason", expected=reason, found=actual), *why)


def _why_not(one: AlertJudgement, test: AlertTest, rules: RuleSet, voice: Voice) -> Iterator[str]:
    if one.refusal is None:
        return
    at = offset(one.response.row.answered_at, test.start)
    failure = rules.alerts[one.rule.id].failure(one.response) if one.refusal == "alert_not_matched" else None
    because = f", {fragment(failure, voice.language)}" if failure else ""
    yield words(voice, "alert not", at=at, alert=one.rule.id, refusal=one.refusal, because=because)


def _unlike(expected: ExpectedAlert, one: AlertJudgement) -> list[str]:
    return [
        name
        for name in _COMPARED
        if getattr(expected, name) is not None and getattr(expected, name) != _actual(one, name)
    ]


def _actual(one: AlertJudgement, name: str) -> Any:
    return {"team": one.rule.team, "at": one.response.row.received_at, "due": one.due_at}[name]


def _shown(value: Any, test: AlertTest, voice: Voice) -> str:
    if value is None:
        return words(voice, "never")
    return value if isinstance(value, str) else offset(value, test.start)


def _came_of(one: AlertJudgement, test: AlertTest, voice: Voice) -> str:
    if one.refusal is None:
        return _alert(one, test, voice)
    return words(voice, "no alert", alert=one.rule.id, refusal=one.refusal)


def _alert(one: AlertJudgement, test: AlertTest, voice: Voice) -> str:
    due = words(voice, "alert due", at=offset(one.due_at, test.start)) if one.due_at else ""
    return words(voice, "alert for", alert=one.rule.id, team=one.rule.team, due=due)


def _response(row: ResponseRow, voice: Voice) -> str:
    said = row.status if row.score is None else str(row.score)
    comment = words(voice, "with comment") if row.comment else ""
    return f"{row.context.survey} {said}{comment}"
