"""What a test file may say, and what each mistake is told as."""

from datetime import timedelta

import pytest

from router.authoring.language.given import START
from router.authoring.language.problems import InvalidRules
from tests.unit.authoring.told import ANN, ARRIVED, written
from tests.unit.core.builders import moment


def test_a_test_with_everything() -> None:
    test = written(
        "start: 2026-03-06, draws: real, customers: {ann: {consent: {sms: false}, zone: Asia/Tokyo, tier: gold}, bob: {}}, "
        "history: [{customer: bob, invited: nps, at: -2d, rule: r, channel: sms, journey: order, delivered: -1d, answered: -1h, agent: 7}], "
        "events: [{at: 1h, heard: 2h, customer: ann, type: x, id: E, source: /s, channel: web, locale: de, "
        "recipient: {email: a}, amount: 3.5}, {at: 2h, customer: bob, preferences: {locale: nl}}]",
        "[{customer: ann, rule: ask-nps, survey: nps, channel: sms, locale: nl, at: 1d, reason: shared_limit}]",
        "[displaced, no_consent]",
    )
    first, second = test.events
    start = START + timedelta(days=4) - timedelta(hours=10)
    assert (test.start, test.draws, test.because) == (start, "real", ("displaced", "no_consent"))
    assert test.customers["ann"] == {"consent": {"sms": False}, "zone": "Asia/Tokyo", "tier": "gold"}
    assert (first.heard_at - first.interaction.time, first.interaction.attributes) == (
        timedelta(hours=1),
        {"amount": 3.5},
    )
    assert first.interaction.recipient == {"email": "a"}
    assert second.interaction.attributes == {"locale": "nl"}
    (past,) = test.history
    assert (past.at - start, past.attributes) == (timedelta(days=-2), {"agent": 7})
    assert test.expect[0].at == start + timedelta(days=1)


def test_what_is_not_said() -> None:
    test = written(f"events: [{ARRIVED}]", "[{}]")
    (event,) = test.events
    assert (test.start, test.draws, test.customers) == (START, "asked", {"customer": {}})
    assert (event.interaction.customer_id, event.interaction.id, event.heard_at) == (
        "customer",
        "1",
        moment(),
    )
    assert set(test.expect[0].__struct_fields__) >= {"rule", "at"}
    assert test.expect[0].at is None


@pytest.mark.parametrize(
    ("given", "expect", "because", "message"),
    [
        (f"events: [{ARRIVED}]", "[]", "", "R011 a test that expects nothing lacks `because`"),
        ("events: [{at: 0h}]", "[{}]", "", "lacks `type`"),
        ("events: [{type: a}]", "[{}]", "", "lacks `at`"),
        ("events: [{at: soon, type: a}]", "[{}]", "", "`at` must be a time such as 2h"),
        ("events: [{at: 2h, heard: 1h, type: a}]", "[{}]", "", "`heard` must not be before `at`"),
        ("events: [{at: 0h, delivery: eaten}]", "[{}]", "", "unknown value of `delivery` 'eaten'"),
        ("events: [{at: 0h, delivery: opened, by: x}]", "[{}]", "", "unknown key in an event: 'by'"),
        ("events: [{at: 0h, preferences: {consent: mail}}]", "[{}]", "", "`consent` must be a list of channels"),
        ("events: [{at: 0h, preferences: {}, type: a}]", "[{}]", "", "unknown key in an event: 'type'"),
        (f"customer: {{zone: Mars}}, events: [{ARRIVED}]", "[{}]", "", "`zone` must be a time zone"),
        (f"customer: {{suppressed: angry}}, events: [{ARRIVED}]", "[{}]", "", "value of `suppressed` 'angry'"),
        (f"customer: {{consent: {{email: 'no'}}}}, events: [{ARRIVED}]", "[{}]", "", "`consent` must be a list of channels"),
        (f"customer: {{consent: {{'*': false}}}}, events: [{ARRIVED}]", "[{}]", "", "`consent` must be a list of channels"),
        ("events: [{at: 0h, preferences: {forget: 'yes'}}]", "[{}]", "", "`forget` must be true or false"),
        (f"customer: {{opt-out: true}}, events: [{ARRIVED}]", "[{}]", "", "'opt-out' seems to mean `suppressed`"),
        (f"{ANN}, customers: {{a: {{}}}}, events: [{ARRIVED}]", "[{}]", "", "exclude each other"),
        (f"customers: {{a: {{}}, b: {{}}}}, events: [{ARRIVED}]", "[{}]", "", "lacks `customer`"),
        (f"customers: {{a: {{}}}}, events: [{ARRIVED[:-1]}, customer: b}}]", "[{}]", "", "customer of this test"),
        (f"draws: maybe, events: [{ARRIVED}]", "[{}]", "", "value of `draws` 'maybe'"),
        (f"history: [{{invited: npss, at: -1d}}], events: [{ARRIVED}]", "[{}]", "", "survey 'npss'"),
        (f"events: [{ARRIVED}]", "[{rule: ask-nsp}]", "", "did you mean 'ask-nps'?"),
        (f"events: [{ARRIVED}]", "[{survey: npss}]", "", "did you mean 'nps'?"),
        (f"events: [{ARRIVED}]", "[{surveys: nps}]", "", "unknown key in an expected invitation: 'surveys'"),
        (f"events: [{ARRIVED}]", "[]", "no_consnt", "did you mean 'no_consent'?"),
        (f"events: [{ARRIVED}]", "nothing", "no_consent", "`expect` must be a list"),
        (f"evnts: [{ARRIVED}]", "[{}]", "", "did you mean 'events'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(given: str, expect: str, because: str, message: str) -> None:
    with pytest.raises(InvalidRules) as refused:
        written(given, expect, because)
    assert message in str(refused.value)
    assert all(problem.position.file == "tests.yaml" for problem in refused.value.problems)
