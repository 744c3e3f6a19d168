"""A draft from a log: what is guessed, how sure, and what is never guessed."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from router.authoring.drafting import JourneyGuess, LogTally, drafted, journey_guesses
from router.authoring.language.load import check_texts
from router.cli.example_sets import SURVEYS
from router.model.interaction import PREFERENCES_TYPE, Interaction
from router.rules.ruleset import RuleSet

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)


def event(
    number: int, type_: str, customer: str, hours: float, channel: str | None = "web", **data: Any
) -> Interaction:
    return Interaction(
        "/log", str(number), type_, BEGIN + timedelta(hours=hours), customer, channel, None, data
    )


def tally_of(events: Iterable[Interaction]) -> LogTally:
    tally = LogTally()
    for one in events:
        tally.take(one)
    return tally


def orders(number: int = 200) -> list[Interaction]:
    """Orders of customers who come back, with calls about some, and an agent who has many of them."""
    found = []
    for n in range(number):
        customer, order = f"c-{n % 80}", f"O{n}"
        for step, type_ in enumerate(("order.placed", "order.shipped", "order.delivered")):
            found.append(event(len(found), type_, customer, 48 * n + step, order_id=order, amount=12.5))
        if n % 3 == 0:
            for again in (0.25, 0.5):
                about = {"order_id": order, "agent_id": f"a-{n % 7}"}
                found.append(event(len(found), "call.completed", customer, 48 * n + again, "phone", **about))
        found.append(event(len(found), "store.visited", customer, 48 * n + 5, "store", branch=f"b-{n % 4}"))
    return found


def rules_of(tally: LogTally) -> RuleSet:
    checked = check_texts({**drafted(tally), "surveys/ces.yaml": SURVEYS["ces"].read_bytes()})
    assert [str(problem) for problem in checked.errors] == []
    assert checked.rules is not None
    return checked.rules


def only(guesses: list[JourneyGuess]) -> JourneyGuess:
    (guess,) = guesses
    return guess


def test_the_journey_is_found_with_its_steps_in_order_and_its_end() -> None:
    guess = only(journey_guesses(tally_of(orders())))

    assert (guess.instance, guess.passes, guess.own.words) == ("order_id", 200, "sure")
    assert [step.type for step in guess.steps if step.place] == [
        "order.placed",
        "call.completed",
        "order.shipped",
        "order.delivered",
    ]
    assert [step.type for step in guess.steps if step.ends_it] == ["order.delivered"]
    assert guess.people == "agent_id"
    assert guess.contacts == ("call.completed",)


def test_the_draft_loads_and_holds_what_came_in() -> None:
    rules = rules_of(tally_of(orders()))

    assert list(rules.maps) == ["order"]
    assert set(rules.policy.types) == {"store.visited"}
    assert set(rules.policy.channels) == {"email", "web", "phone", "store"}
    assert set(rules.policy.attributes) == {
        "event.order_id",
        "event.amount",
        "event.agent_id",
        "event.branch",
    }


def test_nobody_can_be_asked_by_a_draft() -> None:
    rules = rules_of(tally_of([*orders(), event(9_000, "consent.given", "c-1", 1)]))

    assert all(not entry.rule.enabled for entry in rules.index.rules)
    assert rules.policy.unknown_consent == "refuse"
    assert not rules.policy.consent_given_by


def test_a_word_on_consent_is_pointed_out_and_not_taken() -> None:
    policy = drafted(tally_of([*orders(), event(9_000, "consent.given", "c-1", 1)]))["policy.yaml"].decode()
    assert "By its name consent.given is a yes or a no (1 interaction): here it is neither." in policy
    assert "No consent is in the log" in policy


def test_preferences_are_told_and_are_no_interactions() -> None:
    said = Interaction(
        "/crm", "1", PREFERENCES_TYPE, BEGIN, "c-1", attributes={"consent": ["email"], "segment": "x"}
    )
    tally = tally_of([*orders(), said])
    policy = drafted(tally)["policy.yaml"].decode()
    assert tally.interactions == len(orders())
    assert "1 preferences of the log say something about consent" in policy
    assert "    segment: any   # said 1 times" in policy


@pytest.mark.parametrize(("share", "words"), [(1.0, "sure"), (0.95, "likely"), (0.85, "a guess")])
def test_how_sure_an_order_is_depends_on_the_passes_that_agree(share: float, words: str) -> None:
    events = []
    for n in range(200):
        forward = n < share * 200
        for step, type_ in enumerate(("a.first", "a.second") if forward else ("a.second", "a.first")):
            events.append(event(len(events), type_, f"c-{n}", 24 * n + step, case_id=f"C{n}"))
    second = only(journey_guesses(tally_of(events))).steps[1]
    assert second.place is not None
    assert second.place.words == words
    assert second.place.share == pytest.approx(share)


def test_few_passes_are_never_sure() -> None:
    guess = only(journey_guesses(tally_of(orders(5))))
    assert {step.place.words for step in guess.steps if step.place} == {"a guess"}
    assert not any(step.ends_it for step in guess.steps)


def test_steps_without_a_place_of_their_own_stay_out_of_the_order() -> None:
    events = []
    for n in range(100):
        order = ("a.first", "b.any", "a.last") if n % 2 else ("b.any", "a.first", "a.last")
        for step, type_ in enumerate(order):
            events.append(event(len(events), type_, f"c-{n}", 24 * n + step, case_id=f"C{n}"))
    tally = tally_of(events)
    assert sum(step.place is None for step in only(journey_guesses(tally)).steps) == 1
    assert rules_of(tally).maps["case"].definition.order[-1] == "last"


@pytest.mark.parametrize("name", ["agent_id", "branch", "segment"])
def test_what_many_customers_share_tells_no_passes_apart(name: str) -> None:
    events = [
        event(n, f"call.{step}", f"c-{n}", n, **{name: f"x-{n % 9}"})
        for n in range(200)
        for step in ("begun", "ended")
    ]
    assert journey_guesses(tally_of(events)) == []


def test_what_a_customer_is_called_tells_no_passes_apart() -> None:
    events = [
        event(n, f"call.{step}", f"c-{n % 40}", n, nickname=f"n-{n % 40}")
        for n in range(200)
        for step in ("begun", "ended")
    ]
    assert journey_guesses(tally_of(events)) == []


def test_the_order_of_the_lines_does_not_matter() -> None:
    tallies = [tally_of(orders()), tally_of(reversed(orders()))]
    there, back = ([step.type for step in only(journey_guesses(tally)).steps] for tally in tallies)
    assert there == back


def test_a_reopening_is_known_by_its_name() -> None:
    events = [
        *orders(),
        *(event(5_000 + n, "order.reopened", f"c-{n % 80}", 48 * n + 9, order_id=f"O{n}") for n in range(20)),
    ]
    tally = tally_of(events)
    rules = rules_of(tally)
    assert rules.maps["order"].definition.steps["reopened"].reopens
    assert rules.index.rules[0].rule.cancel_on == ("order.reopened",)


def test_a_log_of_single_interactions_has_no_journey_and_loads() -> None:
    tally = tally_of(event(n, "store.visited", f"c-{n}", n) for n in range(10))
    assert journey_guesses(tally) == []
    assert rules_of(tally).policy.types == ("store.visited",)


def test_a_type_whose_numbers_are_no_keys_belongs_to_no_journey() -> None:
    """It carries the name of what tells orders apart, with values that nobody can follow."""
    odd = [event(9_000 + n, "order.weighed", f"c-{n % 80}", n, order_id=[f"O{n}"]) for n in range(50)]
    tally = tally_of([*orders(), *odd])
    assert "order.weighed" not in {step.type for step in only(journey_guesses(tally)).steps}
    rules_of(tally)


def test_a_journey_of_nothing_but_reopenings_loads() -> None:
    kinds = ("case.reopened", "case.re-opened")
    events = [
        event(10 * n + place, kind, f"c-{n % 80}", 48 * n + place, case_id=f"C{n}")
        for n in range(200)
        for place, kind in enumerate(kinds)
    ]
    rules_of(tally_of(events))


def test_a_case_number_that_begins_like_a_date_is_none() -> None:
    cases = [
        event(10 * n + place, kind, f"c-{n % 80}", 48 * n + place, case_id=f"2026-03-01-{n:04}")
        for n in range(200)
        for place, kind in enumerate(("case.opened", "case.closed"))
    ]
    assert only(journey_guesses(tally_of(cases))).instance == "case_id"
