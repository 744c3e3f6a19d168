"""Semantics 1 and 2: order, lateness, steps and transitions."""

from router.journeys import fold
from router.model.customer import Customer
from router.model.interaction import Interaction
from router.model.journey import Journey
from tests.unit.core.builders import event, journeys_of, moment, rules

COMPLAINT = rules("""
journey: complaint
instance: case_id
steps:
  opened:   {on: complaint.opened}
  handling: {on: [call.completed, chat.completed]}
  resolved: {on: complaint.resolved}
  reopened: {on: complaint.reopened, counts: reopens, reopens: true}
  closed:   {on: complaint.closed, ends: true}
order: [opened, handling, resolved, closed]
expires: 60d
effort:
  contacts: {count: [call.completed, chat.completed, note.added]}
""")
CHAPTERS = rules("""
journey: onboarding
steps:
  begun:   {on: onboarding.begun}
  halfway: {on: onboarding.halfway}
  done:    {on: onboarding.done, ends: true}
  paused:  {on: onboarding.paused}
order: [begun, halfway, done]
expires: 30d
""")


def drawn(name: str, *events: Interaction) -> list[tuple[str, str | None]]:
    """The movement of each event and the step that its journey stands at after it."""
    journey_map = (COMPLAINT if name == "complaint" else CHAPTERS).maps[name]
    journeys: tuple[Journey, ...] = ()
    line = []
    for one in events:
        journeys, move = fold(journey_map, journeys, one, journey_map.instance_of(one))
        assert move is not None
        line.append((move.movement, move.journey.step))
    return line


def case(kind: str, at: str = "0h", case_id: str = "C1") -> Interaction:
    return event(kind, at, case_id=case_id)


def test_steps_of_the_order_are_entered_forward_and_may_be_skipped() -> None:
    assert drawn(
        "complaint",
        case("complaint.opened", "0h"),
        case("complaint.resolved", "1h"),
        case("call.completed", "2h"),
        case("complaint.closed", "3h"),
    ) == [("entered", "opened"), ("entered", "resolved"), ("none", "resolved"), ("entered", "closed")]


def test_a_repeat_of_the_current_step_is_no_transition() -> None:
    line = drawn("complaint", case("call.completed", "0h"), case("chat.completed", "1h"))
    assert line == [("entered", "handling"), ("repeated", "handling")]


def test_a_journey_whose_opening_was_missed_opens_where_it_is_first_seen() -> None:
    assert drawn("complaint", case("complaint.resolved")) == [("entered", "resolved")]


def test_a_late_interaction_adds_its_counts_and_leaves_the_step() -> None:
    opened, resolved = case("complaint.opened", "0h"), case("complaint.resolved", "5h")
    late = case("call.completed", "3h")
    assert drawn("complaint", opened, resolved, late)[-1] == ("late", "resolved")
    (journey,) = journeys_of(COMPLAINT, opened, resolved, late)
    assert journey.signals == {"contacts": 1}
    assert journey.entered_at == moment("5h")


def test_ties_keep_arrival_order() -> None:
    line = drawn("complaint", case("complaint.opened"), case("call.completed"), case("complaint.resolved"))
    assert [step for _, step in line] == ["opened", "handling", "resolved"]


def test_a_step_that_reopens_is_entered_from_anywhere_and_leads_on() -> None:
    assert drawn(
        "complaint",
        case("complaint.closed", "0h"),
        case("complaint.reopened", "1h"),
        case("call.completed", "2h"),
        case("complaint.resolved", "3h"),
    ) == [("entered", "closed"), ("entered", "reopened"), ("entered", "handling"), ("entered", "resolved")]


def test_after_the_end_only_a_reopening_step_is_accepted() -> None:
    line = drawn(
        "complaint",
        case("complaint.closed", "0h"),
        case("complaint.opened", "1h"),
        case("call.completed", "2h"),
    )
    assert line == [("entered", "closed"), ("none", "closed"), ("none", "closed")]


def test_a_step_outside_the_order_is_entered_from_anywhere() -> None:
    line = drawn("onboarding", event("onboarding.halfway", "0h"), event("onboarding.paused", "1h"))
    assert line == [("entered", "halfway"), ("entered", "paused")]


def test_an_interaction_that_enters_no_step_still_counts() -> None:
    events = case("complaint.opened", "0h"), case("note.added", "1h")
    assert drawn("complaint", *events) == [("entered", "opened"), ("none", "opened")]
    assert journeys_of(COMPLAINT, *events)[0].signals == {"contacts": 1}


def test_a_counting_step_counts_each_entry() -> None:
    (journey,) = journeys_of(
        COMPLAINT,
        case("complaint.reopened", "0h"),
        case("complaint.resolved", "1h"),
        case("complaint.reopened", "2h"),
    )
    assert journey.signals["reopens"] == 2


def test_two_instances_are_two_journeys() -> None:
    journeys = journeys_of(
        COMPLAINT,
        case("complaint.opened", "0h", "C1"),
        case("complaint.opened", "1h", "C2"),
        case("complaint.resolved", "2h", "C1"),
    )
    assert [(entry.instance, entry.step) for entry in journeys] == [("C1", "resolved"), ("C2", "opened")]


def test_without_its_instance_an_interaction_belongs_to_the_open_one_active_last() -> None:
    journeys = journeys_of(
        COMPLAINT,
        case("complaint.opened", "0h", "C1"),
        case("complaint.opened", "1h", "C2"),
        case("complaint.closed", "2h", "C2"),
        event("call.completed", "3h"),
    )
    assert [(entry.instance, entry.step) for entry in journeys] == [("C1", "handling"), ("C2", "closed")]


def test_an_instance_is_one_however_it_was_sent_but_neither_empty_nor_a_list() -> None:
    journey_map = COMPLAINT.maps["complaint"]
    given = [7, "7", 7.0, " 7\t", "", None, True, ["C1"], {"id": 1}]
    found = [journey_map.instance_of(event("complaint.opened", case_id=value)) for value in given]
    assert found == ["7", "7", "7", "7", None, None, None, None, None]


def test_without_an_instance_key_a_new_journey_begins_after_the_end() -> None:
    begun, done, again = (
        event(f"onboarding.{kind}", at) for kind, at in [("begun", "0h"), ("done", "1h"), ("begun", "2h")]
    )
    assert drawn("onboarding", begun, done, again)[-1] == ("entered", "begun")
    (journey,) = journeys_of(CHAPTERS, begun, done, again)
    assert journey.opened_at == moment("2h")
    assert not journey.ended


def test_without_an_instance_key_a_step_outside_the_order_reopens_the_ended_journey() -> None:
    (journey,) = journeys_of(CHAPTERS, event("onboarding.done", "0h"), event("onboarding.paused", "1h"))
    assert (journey.opened_at, journey.ended) == (moment(), False)


def test_what_came_before_the_end_does_not_begin_a_new_journey() -> None:
    line = drawn("onboarding", event("onboarding.done", "2h"), event("onboarding.begun", "1h"))
    assert line[-1] == ("late", "done")


def test_an_idle_instance_is_abandoned_exactly_at_its_expiry() -> None:
    opened = case("complaint.opened", "0h")
    assert drawn("complaint", opened, case("call.completed", "1439h"))[-1] == ("entered", "handling")
    (journey,) = journeys_of(COMPLAINT, opened, case("call.completed", "60d"))
    assert (journey.opened_at, journey.step) == (moment("60d"), "handling")


def test_any_interaction_of_the_journey_keeps_it_open() -> None:
    (journey,) = journeys_of(
        COMPLAINT,
        case("complaint.opened", "0d"),
        case("note.added", "50d"),
        case("complaint.resolved", "100d"),
    )
    assert journey.opened_at == moment()


def test_abandoned_journeys_of_other_instances_are_forgotten() -> None:
    journeys = journeys_of(
        COMPLAINT, case("complaint.opened", "0d", "C1"), case("complaint.opened", "60d", "C2")
    )
    assert [entry.instance for entry in journeys] == ["C2"]


def test_open_means_neither_ended_nor_abandoned() -> None:
    events = case("complaint.opened", "0d"), case("note.added", "1d")
    (journey,) = journeys_of(COMPLAINT, *events)
    state = Customer("c-1", live=(journey,))
    assert COMPLAINT.open_journeys(state, moment("60d")) == ("complaint",)
    assert COMPLAINT.open_journeys(state, moment("61d")) == ()


def test_without_its_instance_only_the_first_step_opens_a_journey() -> None:
    journey_map = COMPLAINT.maps["complaint"]

    untouched, move = fold(journey_map, (), event("call.completed"), None)
    opened, begun = fold(journey_map, (), event("complaint.opened"), None)

    assert (untouched, move) == ((), None)
    assert begun is not None
    assert [(entry.instance, entry.step) for entry in opened] == [(None, "opened")]
