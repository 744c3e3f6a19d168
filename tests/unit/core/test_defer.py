"""Limits that defer: the invitation moves to the first moment that all limits and the hours allow."""

from router.decide.batch import Batch
from router.model.customer import Customer
from router.model.decision import Decision
from tests.unit.core.builders import ALLOW, event, invitation, moment, rules, told

ROUTES = """
rules:
  - {id: ask, when: {type: ask}, send: {survey: ces, channel: email}, delay: 1h}
  - {id: soon, when: {type: soon}, send: {survey: ces, channel: email}, expires: 2d}
"""


def play(limits: str, *known: str, kind: str = "ask", more: str = "") -> tuple[Batch, Decision]:
    batch = told(
        rules(ROUTES, policy=f"{ALLOW}limits: [{limits}]\n{more}"),
        [event(kind)],
        Customer(
            "c-1",
            invitations=tuple(invitation(at, state="planned" if at[0] != "-" else "sent") for at in known),
        ),
    )
    return batch, batch.decided[0].decision


def deferred(limits: str, *known: str, kind: str = "ask", more: str = "") -> Decision:
    return play(limits, *known, kind=kind, more=more)[1]


WEEK = "{id: any, max: 1, per: 7d, on_limit: defer, up_to: 5d}"


def test_deferred_to_the_first_allowed_moment() -> None:
    batch, found = play(WEEK, "-3d")
    assert (found.outcome, found.reason, found.gate) == ("defer", "shared_limit", "shared_limit")
    assert (found.due_at, found.actual, found.limit) == (moment("4d"), 1, "any: 1 per 7d")
    assert found.eligible_again_at is None
    assert found.invitation_id == batch.planned[0].invitation.id
    assert batch.planned[0].invitation.at == moment("4d")


def test_up_to_is_counted_from_the_due_time() -> None:
    assert deferred(WEEK, "-1d23h").due_at == moment("5d1h")
    refused = deferred(WEEK, "-1d22h")
    assert (refused.outcome, refused.reason, refused.eligible_again_at) == (
        "no_survey",
        "shared_limit",
        moment("5d2h"),
    )


def test_a_limit_that_drops_is_not_deferred() -> None:
    drop = "{id: own, survey: ces, max: 1, per: 30d}"
    assert deferred(f"{WEEK}, {drop}", "-3d").outcome == "defer"
    batch, found = play("{id: any, max: 1, per: 7d, on_limit: drop}", "-3d")
    assert (found.outcome, found.reason, batch.planned) == ("no_survey", "shared_limit", [])


def test_deferring_past_another_limit_that_then_refuses_goes_on() -> None:
    two = "{id: day, max: 1, per: 1d, on_limit: defer, up_to: 5d}, {id: week, max: 2, per: 7d}"
    assert deferred(two, "-4d", "-12h").reason == "shared_limit"
    assert deferred("{id: day, max: 1, per: 1d, on_limit: defer, up_to: 5d}", "-12h", "24h").due_at == moment(
        "2d"
    )


def test_deferred_into_allowed_hours_that_the_limits_allow_too() -> None:
    more = 'quiet_hours: {from: "09:00", to: "12:00", zone: policy, otherwise: UTC}'
    assert deferred(WEEK, "-3d", more=more).due_at == moment("4d2h")


def test_never_deferred_past_expiry() -> None:
    found = deferred(WEEK, "-4d", kind="soon")
    assert (found.outcome, found.reason, found.eligible_again_at) == (
        "no_survey",
        "shared_limit",
        moment("3d"),
    )
    assert deferred(WEEK, "-6d", kind="soon").due_at == moment("1d")


def test_a_calendar_limit_defers_to_the_next_period() -> None:
    limit = "{id: day, max: 1, per: calendar_day, on_limit: defer, up_to: 1d}"
    assert deferred(limit, "-2h", more="zone: Europe/Amsterdam").due_at == moment("13h")


def test_one_deferred_for_later_is_never_overtaken_into_a_breach() -> None:
    found = deferred("{id: any, max: 1, per: 7d, on_limit: defer, up_to: 30d}", "-3d", "6d")
    assert found.due_at == moment("13d")
