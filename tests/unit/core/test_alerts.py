"""Which responses somebody is alerted about, how often, and by when it must be closed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from router.decide.alerts import AlertJudgement, held_against, judged
from router.model.alerts import KnownAlerts
from router.model.customer import Customer, Profile
from router.model.policy import Policy
from router.model.responses import AskedContext, ResponseRow
from router.policy.working_days import working_days_later
from router.rules.alerts import HeardResponse
from tests.unit.core.builders import ALLOW, moment, rules

JOURNEY = """
journey: complaint
instance: case_id
steps: {opened: {on: opened}, resolved: {on: resolved}}
order: [opened, resolved]
effort: {contacts: {count: call}}
"""
ALERT = """
alerts:
  - id: call-back
    when: {survey: nps, score: {lte: 6}, any: [{comment: {exists: true}}, {journey.contacts: {gte: 2}}]}
    unless: {customer.open: complaint}
    send: {team: care}
    within: 4h
    cooldown: 7d
"""
SET = rules(JOURNEY, ALERT)
CONTEXT = AskedContext(
    survey="nps",
    metric="nps",
    scale=(0, 10),
    polarity="higher_is_better",
    text_version="1",
    presentation="likert",
    rule="ask",
    revision=3,
    happened_at=moment("-1d"),
    locale="nl",
    journey="complaint",
    step="resolved",
    instance="C1",
    channel="phone",
    attributes={"agent_id": "A7", "journey.agent": "A8"},
    effort={"contacts": 2, "minutes": 9},
)


def row(at: str = "0h", number: int = 1, customer: str = "c-1", **facts: Any) -> ResponseRow:
    given: dict[str, Any] = {"status": "counted", "score": 3} | facts
    return ResponseRow(
        customer_id=customer,
        invitation_id=UUID(int=number),
        key=UUID(int=number),
        context=given.pop("context", CONTEXT),
        answered_at=moment(at),
        received_at=moment(at),
        **given,
    )


def heard(response: ResponseRow, *open_journeys: str, **attributes: Any) -> HeardResponse:
    return HeardResponse(
        response, Customer("c-1", profile=Profile(attributes=attributes)), lambda: open_journeys
    )


def one(response: HeardResponse) -> AlertJudgement:
    (found,) = judged(response, SET)
    return found


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({}, None),
        ({"score": 7}, "alert_not_matched"),
        ({"context": replace(CONTEXT, effort={"contacts": 1})}, "alert_not_matched"),
        ({"context": replace(CONTEXT, effort={}), "comment": "Nobody called."}, None),
        ({"context": replace(CONTEXT, survey="ces")}, "alert_not_matched"),
        ({"score": None, "status": "too_late"}, "alert_not_scored"),
        ({"score": 3, "status": "excluded"}, "alert_not_scored"),
        ({"score": None, "status": "no_score"}, "alert_not_scored"),
        ({"score": None, "status": "no_score", "comment": "Hm."}, "alert_not_matched"),
    ],
)
def test_what_is_alerted_about(facts: dict[str, Any], refusal: str | None) -> None:
    assert one(heard(row(**facts))).refusal == refusal


def test_an_exception_speaks_against_it() -> None:
    assert one(heard(row(), "complaint")).refusal == "alert_contrary"
    assert one(heard(row(), "order")).refusal is None


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("metric: nps", True),
        ("channel: phone, asked_on: email, locale: nl", True),
        ("journey: complaint, step: [opened, resolved], journey.instance: C1, journey.step: resolved", True),
        ("event.agent_id: A7, event.minutes: {gt: 8}", True),
        ("event.agent_id: A8", False),
        ("customer.segment: business", True),
        ("customer.size: {exists: false}", True),
        ("comment: {exists: true}", False),
        ("score: {between: [3, 4]}, survey: nps", True),
    ],
)
def test_every_field_can_be_asked(condition: str, holds: bool) -> None:
    policy = f"{ALLOW}scores: {{by: [agent_id], drivers: [minutes]}}"
    text = f"alerts: [{{id: a, when: {{{condition}}}, send: {{team: t}}}}]"
    (found,) = judged(heard(row(asked_on="email"), segment="business"), rules(JOURNEY, text, policy=policy))
    assert (found.refusal is None) is holds


def test_one_that_is_switched_off_alerts_nobody() -> None:
    off = rules(JOURNEY, ALERT.replace("send:", "enabled: false\n    send:"))
    assert [found.refusal for found in judged(heard(row()), off)] == ["alert_disabled"]


def told(*rows: ResponseRow, known: KnownAlerts | None = None) -> list[str | None]:
    found = [judgement for response in rows for judgement in judged(heard(response), SET)]
    return [judgement.refusal for judgement in held_against(known or KnownAlerts(), found)]


def test_a_corrected_answer_alerts_once_also_where_it_was_good_first() -> None:
    assert told(row(score=2), row("1h", score=1)) == [None, "alert_known"]
    assert told(row(score=9), row("1h", score=1)) == ["alert_not_matched", None]


def test_a_cooldown_is_of_a_customer_and_an_alert_and_ends_exactly_then() -> None:
    assert told(row(), row("6d", 2), row("6d", 3, "c-2"), row("7d", 4)) == [
        None,
        "alert_cooldown",
        None,
        None,
    ]


def test_what_was_alerted_about_before_counts() -> None:
    first = one(heard(row()))
    assert told(row(), known=KnownAlerts(frozenset({first.id}))) == ["alert_known"]
    before = KnownAlerts(frozenset(), {("c-1", "call-back"): moment("-6d")})
    assert told(row(), known=before) == ["alert_cooldown"]


def test_the_id_is_that_of_the_invitation_and_the_alert() -> None:
    """Anybody can compute it again: a change would alert about everything anew."""
    assert str(one(heard(row())).id) == "e8a75ffb-aa42-5331-8467-51e78fd59f9a"
    assert one(heard(row("9d", score=1))).id == one(heard(row())).id != one(heard(row(number=2))).id


def test_by_when_it_is_due() -> None:
    assert one(heard(row("2h"))).due_at == moment("6h")
    assert one(heard(row(score=9))).due_at is None


OFFICE = rules(
    policy=f'{ALLOW}zone: Europe/Amsterdam\nbusiness_hours: {{days: mon-fri, from: "09:00", to: "18:00", holidays: NL}}'
).policy


def amsterdam(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "days", "due"),
    [
        ("2026-03-06T15:00+01:00", 2, "2026-03-10T15:00+01:00"),  # a Friday
        ("2026-03-06T15:00+01:00", 1, "2026-03-09T15:00+01:00"),
        ("2026-03-07T11:00+01:00", 2, "2026-03-10T18:00+01:00"),  # a Saturday
        ("2026-03-09T08:00+01:00", 1, "2026-03-09T18:00+01:00"),
        ("2026-03-09T18:00+01:00", 1, "2026-03-10T18:00+01:00"),
        ("2026-03-27T12:00+01:00", 1, "2026-03-30T12:00+02:00"),  # the clocks are set forward between
        (
            "2026-04-02T12:00+02:00",
            1,
            "2026-04-07T12:00+02:00",
        ),  # Good Friday counts here; Easter Monday does not
    ],
)
def test_working_days(at: str, days: int, due: str) -> None:
    assert working_days_later(amsterdam(at), days, OFFICE) == amsterdam(due)


def test_without_business_hours_every_day_is_a_working_day() -> None:
    assert working_days_later(moment(), 2, Policy()) == moment("2d")


def test_hours_that_never_open_give_no_moment() -> None:
    assert OFFICE.business_hours is not None
    shut = replace(OFFICE, business_hours=replace(OFFICE.business_hours, days=()))
    assert working_days_later(moment(), 1, shut) is None


def test_an_alert_may_ask_for_signals_and_for_how_long_ago_something_was() -> None:
    signals = ALLOW + "customer: {calls_7d: {count: [call], within: 7d}, last_call: {last: [call]}}\n"
    when = "customer.calls_7d: {gte: 2}, customer.last_call: {within: 2d}"
    known = rules(
        f"alerts:\n  - {{id: a, when: {{survey: nps, {when}}}, send: {{team: care}}}}\n", policy=signals
    )
    alert, calls = known.alerts["a"], [int(moment(at).timestamp()) * 1_000_000 for at in ("-3d", "-1d")]
    response = HeardResponse(row(), Customer("c-1", occurred={"call": tuple(calls)}), tuple)
    assert alert.refusal(response) is None
    assert alert.refusal(HeardResponse(row(), Customer("c-1"), tuple)) == "alert_not_matched"
