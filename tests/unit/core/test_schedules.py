"""Schedules: days that time brings by itself, made once, in the customer's own time."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from router.decide import looked_at, next_by_itself, tells
from router.decide.batch import Batch, Decided
from router.decide.quota_values import quota_values
from router.decide.simulation import Simulation
from router.decode import decode_line
from router.model.customer import Customer, Dates, Profile
from router.model.encoding import decode_state, encode_state
from router.model.interaction import Interaction
from router.model.schedules import is_scheduled
from router.rules.in_force import InForce
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, event, moment, preferences, rules

ASK = """
rules:
  - {id: birthday, when: {type: policy.anniversary}, send: {survey: nps, channel: email}}
  - {id: near, when: {type: policy.renewal_near}, send: {survey: ces, channel: email}}
"""
ORDER = "journey: order\ninstance: order_id\nsteps: {placed: {on: placed}, delivered: {on: delivered, ends: true}}\n"


def known(*schedules: str, policy: str = ALLOW, more: str = ASK) -> RuleSet:
    entries = "".join(f"  - {{{entry}}}\n" for entry in schedules)
    return rules(ORDER, more, f"schedules:\n{entries}", policy=policy)


AT_TEN = 'hours: {from: "10:00", to: "10:00"}'
ANNIVERSARY = f"id: anniversary, type: policy.anniversary, date: customer.start, every: year, {AT_TEN}"


def made(given: RuleSet, until: str, *events: Interaction) -> list[Decided]:
    """What schedules made by a day after the start of all tests, Monday 2 March 2026, 10:00 UTC."""
    run = Simulation(InForce(given))
    for one in events:
        run.take(one, one.time)
    run.settle(moment(until))
    return [one for one in run.drained().decided if is_scheduled(one.interaction)]


def days(found: list[Decided]) -> list[str]:
    return [one.interaction.attributes["due_date"] for one in found]


def test_an_anniversary_comes_each_year_at_its_moment_and_is_decided_like_any_other() -> None:
    found = made(known(ANNIVERSARY), "800d", preferences(start="2024-05-01"))
    assert days(found) == ["2026-05-01", "2027-05-01", "2028-05-01"]
    first = found[0]
    assert first.now == first.interaction.time == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert (first.decision.outcome, first.decision.rule) == ("invite", "birthday")
    assert first.interaction.attributes == {
        "schedule": "anniversary",
        "due_date": "2026-05-01",
        "date": "2024-05-01",
        "number": 2,
    }


def test_the_29th_of_february_is_the_28th_in_other_years() -> None:
    found = made(known(ANNIVERSARY), "1100d", preferences(start="2024-02-29"))
    assert days(found) == ["2027-02-28", "2028-02-29", "2029-02-28"]


def test_days_before_a_date_come_once_and_again_for_the_next_date() -> None:
    near = known(f"id: near, type: policy.renewal_near, date: customer.renewal, before: 60d, {AT_TEN}")
    found = made(
        near,
        "900d",
        preferences(renewal="2026-06-01"),
        preferences("200d", renewal="2027-06-01"),
    )
    assert days(found) == ["2026-04-02", "2027-04-02"]


def test_a_step_is_counted_from_when_it_was_entered_last() -> None:
    later = known(
        f"id: later, type: policy.anniversary, journey: order, step: delivered, after: 365d, {AT_TEN}"
    )
    events = [
        event("placed", order_id=1),
        event("delivered", "1d", order_id=1),
        event("delivered", "9d", order_id=2),
    ]
    assert days(made(later, "500d", *events)) == ["2027-03-11"]


def test_each_customer_has_a_day_of_their_own_in_every_period() -> None:
    quarterly = known("id: quarter, type: policy.anniversary, every: quarter")
    found = made(quarterly, "365d", *(event("seen", customer=f"c-{n}") for n in range(200)))
    by_customer: dict[str, list[str]] = {}
    for one in found:
        by_customer.setdefault(one.interaction.customer_id, []).append(one.interaction.attributes["due_date"])
    assert {len(own) for own in by_customer.values()} <= {3, 4, 5}
    assert len({own[1] for own in by_customer.values()}) > 60
    for own in by_customer.values():
        gaps = [(date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(own)]
        assert all(88 <= gap <= 94 for gap in gaps)
    hours = {one.interaction.time.hour for one in found}
    assert hours == set(range(9, 17))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Amsterdam", datetime(2026, 3, 29, 0, 30, tzinfo=UTC) + timedelta(minutes=30)),
        ("America/New_York", datetime(2026, 3, 29, 6, 30, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 3, 28, 13, 30, tzinfo=UTC)),
        ("nonsense", datetime(2026, 3, 29, 2, 30, tzinfo=UTC)),
    ],
)
def test_the_day_is_the_customers_own_also_where_the_clocks_skip_the_hour(
    zone: str, expected: datetime
) -> None:
    """On 29 March 2026 Amsterdam has no 02:30: the moment is that of the change, 01:00 UTC."""
    night = known(
        "id: night, type: policy.anniversary, date: customer.start, every: year, hours: {from: '02:30', to: '02:30'}"
    )
    [found] = made(night, "60d", preferences(start="2025-03-29", zone=zone))
    assert found.interaction.time == expected


def test_a_time_with_its_offset_is_the_local_day() -> None:
    found = made(known(ANNIVERSARY), "366d", preferences(start="2025-05-01T23:30:00Z", zone="Asia/Tokyo"))
    assert days(found) == ["2026-05-02"]


@pytest.mark.parametrize(
    "value",
    ["soon", 20240501, True, "2024-13-01", "2024-05-01T10:00", ["2024-05-01"], "9999-12-31", "", None],
)
def test_what_is_no_date_is_unknown_and_brings_nothing(value: object) -> None:
    assert made(known(ANNIVERSARY), "800d", preferences(start=value)) == []


def test_a_customer_whose_past_is_long_is_not_asked_about_it() -> None:
    found = made(known(ANNIVERSARY), "1d", preferences(start="1999-03-02"))
    assert found == [] or days(found) == ["2026-03-02"]
    assert made(known(ANNIVERSARY), "1d", preferences(start="1999-03-01")) == []


def test_a_date_that_becomes_known_a_little_late_is_caught_up_at_once() -> None:
    [found] = made(known(ANNIVERSARY), "20h", preferences("4h", start="2025-03-02"))
    assert (found.interaction.time, found.now) == (moment(), moment("4h"))
    assert made(known(ANNIVERSARY), "9d", preferences("25h", start="2025-03-02")) == []


def test_a_no_holds_and_unknown_is_no() -> None:
    strict = known(ANNIVERSARY, policy="locale: {otherwise: en}\n")
    [unknown] = made(strict, "99d", preferences(start="2025-05-01"))
    assert unknown.decision.reason == "no_consent"
    said = preferences(start="2025-05-01", consent={"email": True}, suppressed=["opted_out"])
    [refused] = made(strict, "99d", said)
    assert refused.decision.reason == "suppressed"


def service(given: RuleSet, customer: Customer, now: datetime) -> tuple[Customer, list[str]]:
    """One customer woken on the wall clock, as the dispatcher does it."""
    batch = Batch(InForce(given), {customer.id: customer}, set())
    batch.settle(now)
    return batch.customers[customer.id], [one.interaction.attributes["due_date"] for one in batch.decided]


def customer(at: str = "0h", **attributes: str) -> Customer:
    return Customer("c-1", profile=Profile(attributes=attributes), dates=Dates(moment(at)))


def test_on_the_wall_clock_a_little_lateness_is_caught_up_and_a_long_rest_is_not() -> None:
    given = known(ANNIVERSARY)
    waiting = customer(start="2025-05-01")
    due = datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert service(given, waiting, due - timedelta(seconds=1))[1] == []
    assert service(given, waiting, due + timedelta(hours=23))[1] == ["2026-05-01"]
    rested, found = service(given, waiting, due + timedelta(days=3))
    assert found == []
    assert next_by_itself(rested, given) is not None
    assert next_by_itself(rested, given)[0] == datetime(2027, 5, 1, 10, tzinfo=UTC)  # type: ignore[index]


def test_a_day_is_made_once_whatever_the_schedule_becomes() -> None:
    due = datetime(2026, 5, 1, 10, tzinfo=UTC)
    after, found = service(known(ANNIVERSARY), customer(start="2025-05-01"), due)
    assert found == ["2026-05-01"]
    later = known(ANNIVERSARY.replace("10:00", "15:00"))
    assert service(later, after, due + timedelta(hours=6))[1] == []
    gone = known("id: other, type: policy.anniversary, date: customer.none")
    between, _ = service(gone, after, due + timedelta(hours=7))
    assert service(known(ANNIVERSARY), between, due + timedelta(hours=8))[1] == []
    assert service(known(ANNIVERSARY), after, due + timedelta(days=365))[1] == ["2027-05-01"]


def test_a_new_schedule_does_not_look_back_behind_the_first_look() -> None:
    given, now = known(ANNIVERSARY), datetime(2026, 9, 1, tzinfo=UTC)
    never = replace(customer(start="2025-05-01"), dates=None)
    assert next_by_itself(never, given) is None
    seen = looked_at(never, given, now)
    assert next_by_itself(seen, given)[0] == datetime(2027, 5, 1, 10, tzinfo=UTC)  # type: ignore[index]
    assert looked_at(never, known(ANNIVERSARY).without_schedules(), now) is never


def test_sets_without_schedules_keep_customers_as_they_are() -> None:
    run = Simulation(InForce(rules(ORDER, ASK)))
    run.take(preferences(start="2025-05-01"), moment())
    run.drained()
    assert run.customers["c-1"].dates is None
    assert known(ANNIVERSARY).scheduled_by != known(ANNIVERSARY.replace("10:00", "11:00")).scheduled_by
    assert rules(ORDER, ASK).scheduled_by is None


def test_what_is_remembered_survives_the_store() -> None:
    dates = Dates(moment(), {"anniversary": date(2026, 5, 1)}, {"order/delivered": moment("1d")})
    kept = replace(customer(start="2025-05-01"), dates=dates)
    assert decode_state(encode_state(kept)) == kept


@pytest.mark.parametrize("same", ["due_date", "event.schedule", "number", "date", "type", "source"])
def test_the_counters_are_read_that_days_of_schedules_touch(same: str) -> None:
    quota = f"{ALLOW}quotas: [{{id: q, same: {same}, max: 1, per: calendar_month}}]\n"
    given, now = known(ANNIVERSARY, policy=quota), datetime(2026, 5, 1, 12, tzinfo=UTC)
    batch = Batch(InForce(given), {"c-1": customer(start="2025-05-01")}, set())
    loaded = quota_values(InForce(given), [], batch.customers, now)
    batch.settle(now)
    assert batch.counts
    assert {(key.quota, key.value) for key in batch.counts} <= loaded


def test_no_record_may_pass_for_a_day_of_a_schedule() -> None:
    told = {
        "specversion": "1.0",
        "id": "anniversary/2026-05-01/c-1",
        "source": "/feedback-router/schedules",
        "type": "policy.anniversary",
        "subject": "c-1",
        "time": "2026-05-01T10:00:00Z",
        "data": {"schedule": "anniversary", "due_date": "2026-05-01"},
    }
    latest = datetime(2027, 1, 1, tzinfo=UTC)
    refused = decode_line(json.dumps(told).encode(), 1, latest)
    assert refused.dead is not None
    assert refused.dead.reason == "attribute_invalid"
    given = known(ANNIVERSARY)
    assert [is_scheduled(one) for one in refused.interactions] == [False]
    assert not any(tells(one, given) for one in refused.interactions)
    preferences_of_it = told | {"type": "customer.preferences.v1", "data": {"suppressed": ["opted_out"]}}
    [unclear] = decode_line(json.dumps(preferences_of_it).encode(), 1, latest).interactions
    run = Simulation(InForce(given))
    assert run.take(unclear, unclear.time).decision.reason == "preferences_unclear"
    other = decode_line(json.dumps(told | {"source": "/core"}).encode(), 1, latest)
    assert [is_scheduled(one) for one in other.interactions] == [False]
