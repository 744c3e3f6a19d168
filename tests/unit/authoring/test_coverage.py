from router.authoring.ruletest import Part, coverage
from tests.unit.authoring.told import ANN, ARRIVED, ROUTES, SET, judgement
from tests.unit.core.builders import rules

HELPED = "{at: 0h, type: helped, minutes: 9}"


def parts(*given: str) -> dict[str, Part]:
    return {part.kind: part for part in coverage([judgement(one, "[{}]") for one in given], SET)}


def test_without_tests_nothing_is_touched() -> None:
    found = parts()
    assert found["rules"].untouched == ("ask-ces", "ask-nps")
    assert found["steps"].untouched == ("order: placed", "order: arrived")
    assert found["locales"].untouched == ("en", "nl")
    assert {part.share for part in found.values()} == {0}


def test_gates_that_this_rule_set_cannot_make_refuse_are_left_out() -> None:
    assert parts()["gates"].untouched == (
        "age",
        "contrary",
        "suppression",
        "consent",
        "hold_out",
        "sample",
        "own_survey_limit",
        "shared_limit",
        "quota",
        "hours",
    )
    plain = rules(
        "rules: [{id: a, when: {type: b}, send: {survey: nps, channel: email}}]", policy="zone: UTC"
    )
    (gates,) = (part for part in coverage([], plain) if part.kind == "gates")
    # Without a language to fall back to, a text can be missing.
    assert gates.untouched == ("suppression", "consent", "text")


def test_what_was_planned_entered_and_sent_is_touched() -> None:
    found = parts(f"{ANN}, events: [{ARRIVED}]")
    assert found["rules"].touched == ("ask-nps",)
    assert found["steps"].touched == ("order: arrived",)
    assert found["locales"].touched == ("nl",)
    assert found["gates"].touched == ()
    assert (found["rules"].share, found["gates"].share) == (0.5, 0)


def test_a_gate_is_touched_when_it_refuses_defers_or_moves() -> None:
    def touched(given: str) -> tuple[str, ...]:
        return parts(given)["gates"].touched

    assert touched(f"events: [{ARRIVED}]") == ("consent",)
    assert touched(f"{ANN}, history: [{{invited: ces, at: -28d}}], events: [{ARRIVED}]") == ("shared_limit",)
    assert touched(f"{ANN}, events: [{ARRIVED}, {{at: 1h, preferences: {{consent: []}}}}]") == ("consent",)
    assert touched(f'{ANN}, start: "2026-03-02T22:00:00Z", events: [{ARRIVED}]') == ("hours",)
    assert touched(f'{ANN}, start: "2026-03-02T22:00:00Z", events: [{HELPED}]') == ("hours",)


def test_a_refused_or_cancelled_question_is_not_in_any_language() -> None:
    assert parts(f"events: [{ARRIVED}]")["locales"].touched == ()
    assert parts(f"{ANN}, events: [{ARRIVED}, {{at: 1h, type: sent_back}}]")["locales"].touched == ()


def test_nothing_to_touch_is_fully_touched() -> None:
    only = rules(ROUTES[1].replace("journey: order, step: arrived", "type: arrived"))
    (steps,) = (part for part in coverage([], only) if part.kind == "steps")
    assert steps.share == 1
