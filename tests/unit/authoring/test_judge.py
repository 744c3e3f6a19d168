import pytest

from router.authoring.ruletest import in_words
from router.authoring.ruletest.judge import Missing, OtherReason, Unexpected, Unlike, reasons
from tests.unit.authoring.told import ANN, ARRIVED, SET, judgement

AS_IT_COMES = "[{rule: ask-nps, survey: nps, channel: email, locale: nl, at: 24h, reason: invited}]"


def kinds(given: str, expect: str = "[]", because: str = "") -> list[type]:
    return [type(difference) for difference in judgement(given, expect, because).differences]


@pytest.mark.parametrize(
    ("given", "expect", "because"),
    [
        (f"{ANN}, events: [{ARRIVED}]", AS_IT_COMES, ""),
        (f"{ANN}, events: [{ARRIVED}]", '[{at: "2026-03-03T11:00:00+01:00"}]', ""),
        (f"{ANN}, events: [{ARRIVED}]", "[{}]", ""),
        # What is due at night goes out in the morning.
        (f'{ANN}, start: "2026-03-02T23:30:00+01:00", events: [{ARRIVED}]', "[{at: 32h30m}]", ""),
        (f"{ANN}, events: [{{at: 0h, type: placed, order_id: O1}}]", "[]", "no_rule_matched"),
        (f"{ANN}, events: [{{at: 0h, type: unheard_of}}]", "[]", "step_not_recognised"),
        (f"{ANN}, events: [{ARRIVED}, {{at: 1h, type: arrived, order_id: O1}}]", "[{}]", ""),
        (f"{ANN}, events: [{ARRIVED}, {{at: 1h, type: sent_back}}]", "[]", "cancelled_by_event"),
        (f"{ANN}, events: [{{at: 0h, type: arrived, order_id: O1, sad: true}}]", "[]", "contrary_condition"),
        (f"{ANN}, events: [{{at: 0h, heard: 3d, type: arrived, order_id: O1}}]", "[]", "too_old"),
        (f"customer: {{suppressed: bounced}}, events: [{ARRIVED}]", "[]", "suppressed"),
        (f"events: [{ARRIVED}]", "[]", "no_consent"),
        (f"{ANN}, history: [{{invited: nps, at: -60d}}], events: [{ARRIVED}]", "[]", "own_survey_limit"),
        (f"{ANN}, history: [{{invited: ces, at: -10d}}], events: [{ARRIVED}]", "[]", "shared_limit"),
        (
            f"{ANN}, history: [{{invited: ces, at: -28d}}], events: [{ARRIVED}]",
            "[{at: 2d, reason: shared_limit}]",
            "",
        ),
        (f"{ANN}, events: [{ARRIVED}, {{at: 1h, preferences: {{consent: {{sms: true}}}}}}]", "[{}]", ""),
        (f"{ANN}, events: [{ARRIVED}, {{at: 1h, preferences: {{consent: []}}}}]", "[]", "no_consent"),
        (f"{ANN}, draws: held_out, events: [{ARRIVED}]", "[]", "hold_out"),
        (f"{ANN}, draws: not_sampled, events: [{ARRIVED}]", "[{rule: ask-nps}]", ""),
        (f"{ANN}, draws: not_sampled, events: [{{at: 0h, type: helped, minutes: 9}}]", "[]", "not_sampled"),
    ],
)  # fmt: skip
def test_what_comes_as_expected_passes(given: str, expect: str, because: str) -> None:
    found = judgement(given, expect, because)
    assert found.passed, [in_words(difference, found.run) for difference in found.differences]


def test_each_way_to_differ_has_its_kind() -> None:
    arrived = f"{ANN}, events: [{ARRIVED}]"
    assert kinds(arrived, "[]", "no_consent") == [Unexpected, OtherReason]
    assert kinds(arrived, "[{at: 25h}]") == [Unlike]
    assert kinds(arrived, "[{rule: ask-ces}]") == [Missing, Unexpected]
    assert kinds(arrived, "[{}, {}]") == [Missing]
    assert kinds(f"events: [{ARRIVED}]", "[{}]") == [Missing]


def test_an_expectation_that_says_more_is_matched_first() -> None:
    given = (
        "customers: {ann: {consent: [email]}, bob: {consent: [email]}}, events: ["
        "{at: 0h, customer: ann, type: arrived, order_id: O1}, {at: 1h, customer: bob, type: arrived, order_id: O2}]"
    )
    assert judgement(given, "[{survey: nps}, {survey: nps, customer: ann}]").passed
    assert judgement(given, "[{customer: ann, at: 24h}, {customer: bob, at: 25h}]").passed
    assert kinds(given, "[{customer: ann}]") == [Unexpected]


def test_customers_share_quotas_and_nothing_else() -> None:
    given = (
        "customers: {ann: {consent: [email]}, bob: {consent: [email]}}, events: ["
        "{at: 0h, customer: ann, type: helped, minutes: 9, agent: A}, "
        "{at: 1h, customer: bob, type: helped, minutes: 9, agent: A}]"
    )
    assert judgement(given, "[{customer: ann, survey: ces}]", "quota").passed


def test_the_reason_of_a_refused_question_outweighs_that_of_other_events() -> None:
    given = f"events: [{ARRIVED}, {{at: 1h, type: placed, order_id: O2}}]"
    assert reasons(judgement(given, "[]", "no_consent").run) == ("no_consent",)


def test_without_a_question_the_last_event_tells_the_reason() -> None:
    given = f"{ANN}, events: [{{at: 0h, type: unheard_of}}, {{at: 1h, type: placed, order_id: O2}}]"
    assert reasons(judgement(given, "[]", "no_rule_matched").run) == ("no_rule_matched",)


def test_real_draws_are_those_of_production() -> None:
    held_out = judgement(f"draws: real, {ANN}, events: [{ARRIVED}]", "[{}]").run
    assert held_out.rules is SET
    assert judgement(f"{ANN}, events: [{ARRIVED}]", "[{}]").run.rules.policy.hold_out == 0


def test_tests_know_nothing_of_each_other() -> None:
    given = f"{ANN}, events: [{ARRIVED}]"
    assert judgement(given, "[{}]").passed
    assert judgement(given, "[{}]").passed
