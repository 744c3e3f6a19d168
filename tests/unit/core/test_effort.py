from typing import Any

import pytest

from router.journeys.effort import MAX_DISTINCT, MAX_SUM, MAX_TEXT
from router.model.encoding import decode_state, encode_state
from tests.unit.core.builders import event, journeys_of, rules, told

RULES = rules("""
journey: case
instance: case_id
steps:
  opened: {on: opened}
  solved: {on: solved}
  again:  {on: again, reopens: true}
order: [opened, solved]
effort:
  contacts:  {count: [call, chat]}
  transfers: {sum: transfers}
  channels:  {distinct: channel}
  agents:    {distinct: agent.id}
  first:     {first: mood}
  last:      {last: mood}
  lasted:    {duration: {from: opened, to: solved}}
""")


def signals(*events: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    (journey,) = journeys_of(RULES, *(event(kind, at, case_id="C1", **facts) for kind, at, facts in events))
    return dict(journey.signals)


def test_count_counts_its_types_only() -> None:
    assert signals(("opened", "0h", {}), ("call", "1h", {}), ("chat", "2h", {}))["contacts"] == 2


def test_sum_adds_numbers_and_takes_nothing_else_for_one() -> None:
    given: list[Any] = [1, 2.5, "3", True, None, [4]]
    events = [("opened", f"{hour}h", {"transfers": value}) for hour, value in enumerate(given)]
    assert signals(*events)["transfers"] == 3.5


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 1e308, -1e308])
def test_a_sum_stays_within_what_can_be_stored(value: float) -> None:
    batch = told(RULES, [event("opened", f"{hour}h", case_id="C1", transfers=value) for hour in range(4)])
    (customer,) = batch.customers.values()
    assert abs(customer.journeys[0].signals["transfers"]) == MAX_SUM  # type: ignore[arg-type]
    assert decode_state(encode_state(customer)) == customer


def test_distinct_counts_each_value_once() -> None:
    found = signals(
        ("opened", "0h", {"channel": "phone", "agent": {"id": 1}}),
        ("call", "1h", {"channel": "phone", "agent": {"id": "1"}}),
        ("call", "2h", {"channel": "chat", "agent": {"id": 2}}),
        ("call", "3h", {"agent": "no map"}),
    )
    assert (found["channels"], found["agents"]) == (2, 2)


def test_distinct_stays_bounded() -> None:
    events = [
        ("call", f"{minute}m", {"agent": {"id": "x" * MAX_TEXT * 2 if minute == 0 else minute}})
        for minute in range(MAX_DISTINCT + 9)
    ]
    (journey,) = journeys_of(RULES, *(event(kind, at, case_id="C1", **facts) for kind, at, facts in events))
    assert journey.signals["agents"] == MAX_DISTINCT
    assert max(map(len, journey.seen["agents"])) == MAX_TEXT


def test_first_and_last_go_by_time_not_by_arrival() -> None:
    found = signals(
        ("opened", "2h", {"mood": "fair"}),
        ("call", "3h", {"mood": "good"}),
        ("call", "1h", {"mood": "bad"}),
        ("call", "2h", {"mood": ["not", "kept"]}),
    )
    assert (found["first"], found["last"]) == ("bad", "good")


def test_duration_runs_from_the_first_entry_to_the_latest() -> None:
    assert "lasted" not in signals(("opened", "0h", {}))
    events = [("opened", "0h", {}), ("solved", "2h", {}), ("again", "3h", {}), ("solved", "5h", {})]
    assert signals(*events[:2])["lasted"] == 7_200
    assert signals(*events)["lasted"] == 18_000


def test_late_and_repeated_interactions_count_as_any_other() -> None:
    found = signals(
        ("call", "9h", {}),
        ("solved", "10h", {"transfers": 1}),
        ("solved", "11h", {"transfers": 1}),
        ("call", "1h", {"transfers": 1}),
    )
    assert (found["contacts"], found["transfers"]) == (2, 3)


def test_only_measured_steps_are_remembered() -> None:
    (journey,) = journeys_of(RULES, event("opened", case_id="C1"), event("again", "1h", case_id="C1"))
    assert set(journey.entries) == {"step:opened"}


@pytest.mark.parametrize(
    "value",
    [True, False, 0, -1.5, 1e300, 2**63, -(2**63), "", "text", "\x00", "é" * 999, None, [True], {"a": 1}],
)
def test_whatever_is_remembered_is_read_again(value: Any) -> None:
    batch = told(RULES, [event("opened", "0h", case_id="C1", mood=value)])
    (customer,) = batch.customers.values()
    assert decode_state(encode_state(customer)) == customer
