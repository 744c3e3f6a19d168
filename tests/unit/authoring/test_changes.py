"""What changed, by meaning: how a set is written, and in which order, does not count."""

from typing import Any

import pytest

from router.authoring.comparison import changes
from router.model.rule_tests import RuleTest
from router.rules.ruleset import RuleSet
from tests.unit.core.builders import ALLOW, T0, rules

JOURNEY = """
journey: complaint
instance: case_id
steps:
  opened: {on: complaint.opened}
  resolved: {on: [complaint.resolved, case.resolved]}
order: [opened, resolved]
effort:
  contacts: {count: [call.completed, chat.completed]}
"""
RULE = """
rules:
  - id: ask
    when: {journey: complaint, step: resolved, channel: [phone, chat], journey.contacts: {gte: 2}}
    unless: {customer.segment: staff}
    send: {survey: ces, channel: [email, sms]}
    priority: 80
    delay: 2h
    cancel_on: [complaint.reopened, order.returned]
"""


def lines(before: RuleSet, after: RuleSet) -> list[str]:
    return [change.line for change in changes(before, after)]


def edited(*edits: tuple[str, str], policy: tuple[str, str] = (ALLOW, ALLOW)) -> list[str]:
    """The lines after these replacements in the rule and journey."""
    texts = [RULE, JOURNEY]
    for old, new in edits:
        assert old in RULE + JOURNEY
        texts = [text.replace(old, new) for text in texts]
    return lines(rules(RULE, JOURNEY, policy=policy[0]), rules(*texts, policy=policy[1]))


def test_the_same_written_otherwise_is_no_change() -> None:
    other = """
rules:
  - cancel_on: [order.returned, complaint.reopened]
    priority: 80
    delay: 120m
    unless: {all: [{customer.segment: staff}]}
    when:
      all: [{journey.contacts: {gte: 2}}, {channel: {in: [chat, phone]}}]
      step: [resolved]
      journey: complaint
    send: {channel: [email, sms], survey: ces}
    id: ask
"""
    assert lines(rules(RULE, JOURNEY), rules(JOURNEY, other)) == []


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("delay: 2h", "delay: 4h"), "delay 2h → 4h"),
        (("priority: 80", "priority: 60"), "priority 80 → 60"),
        (("    delay: 2h\n", ""), "delay 2h → 0s"),
        (("    priority: 80", "    expires: 5d\n    priority: 80"), "new expires 5d"),
        (("    priority: 80", "    sample: 50%\n    priority: 80"), "sample 100% → 50%"),
        (("    priority: 80", "    enabled: false\n    priority: 80"), "switched off"),
        (("channel: [email, sms]", "channel: [sms, email]"), "channel email, sms → sms, email"),
        (("survey: ces", "survey: nps"), "survey ces → nps"),
        (("{gte: 2}", "{gte: 3}"), "condition journey.contacts: is at least 2 → is at least 3"),
        (("channel: [phone, chat], ", ""), "condition channel is one of chat, phone dropped"),
        (("step: resolved", "step: [resolved, opened]"), "new step opened"),
        (
            ("unless: {customer.segment: staff}", "unless: {any: [{customer.segment: staff}, {locale: de}]}"),
            (
                "new exception (customer.segment must be staff or locale must be de);"
                " exception customer.segment is staff dropped"
            ),
        ),
        (
            (", order.returned]", ", order.lost]"),
            "new cancelled by order.lost; cancelled by order.returned dropped",
        ),
    ],
)
def test_every_part_of_a_rule_is_told(edit: tuple[str, str], told: str) -> None:
    assert edited(edit) == [f"rule ask: {told}"]


def test_a_renamed_rule_is_removed_and_added() -> None:
    assert [(change.name, change.became) for change in changes(*renamed())] == [
        ("ask", "removed"),
        ("ask-again", "added"),
    ]
    assert changes(*renamed())[1].line == (
        "rule ask-again added: asks ces by email or sms when complaint comes to resolved;"
        " if channel is one of chat, phone and journey.contacts is at least 2;"
        " unless customer.segment is staff; priority 80;"
        " cancelled by complaint.reopened, order.returned; delay 2h"
    )


def renamed() -> tuple[RuleSet, RuleSet]:
    return rules(RULE, JOURNEY), rules(RULE.replace("id: ask", "id: ask-again"), JOURNEY)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("instance: case_id\n", "instance: case_id\nexpires: 30d\n"), "expires 365d → 30d"),
        (
            ("order: [opened, resolved]", "order: [resolved, opened]"),
            "order opened, resolved → resolved, opened",
        ),
        ((", case.resolved]", "]"), "step resolved: type case.resolved dropped"),
        (
            ("  opened: {on: complaint.opened}\n", "  opened: {on: complaint.opened}\n  waiting: {on: w}\n"),
            "new step waiting on w",
        ),
        (
            ("{count: [call.completed, chat.completed]}", "{sum: minutes}"),
            (
                "signal contacts: kind count → sum; signal contacts: type call.completed, chat.completed dropped;"
                " signal contacts: new field minutes"
            ),
        ),
    ],
)
def test_every_part_of_a_journey_is_told(edit: tuple[str, str], told: str) -> None:
    found = edited(edit)
    assert len(found) == 1
    assert sorted(found[0].removeprefix("journey complaint: ").split("; ")) == sorted(told.split("; "))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("hold_out: 2%", "hold_out: 5%", "hold-out 2% → 5%"),
        (
            "limits: [{id: all, max: 1, per: 30d}, {id: own, survey: nps, max: 1, per: 90d}]",
            "limits: [{id: own, survey: nps, max: 2, per: 90d}]",
            "limit all dropped (at most 1 per 30d); limit own: 1 per 90d → 2 per 90d",
        ),
        (
            "quotas: []",
            "quotas: [{id: q, survey: ces, same: agent_id, max: 30, per: calendar_month}]",
            "new quota q: at most 30 per calendar month, survey ces, same agent_id",
        ),
        (
            "rate_caps: [{id: mails, max: 600, per: 1h, channel: email}]",
            "rate_caps: [{id: mails, max: 300, per: 30m, channel: sms}, {id: nps, survey: nps, max: 5, per: 1m}]",
            (
                "rate cap mails: 600 per 1h → 300 per 30m; rate cap mails: channel email → sms;"
                " new rate cap nps: at most 5 per 1m, survey nps"
            ),
        ),
        (
            "suppressed_by: {complained: a.filed}",
            "suppressed_by: {opted_out: a.filed, legal_hold: court.letter}",
            ("suppressed by, a.filed: complained → opted_out; new suppressed by, court.letter: legal_hold"),
        ),
        ("recipient: optional", "recipient: required", "address required false → true"),
        (
            'quiet_hours: {from: "21:00", to: "08:00", zone: policy, otherwise: Europe/Amsterdam}',
            'quiet_hours: {from: "22:00", to: "08:00", zone: policy, otherwise: Europe/Amsterdam}',
            "quiet hours 21:00 to 08:00 → 22:00 to 08:00",
        ),
    ],
)
def test_every_part_of_the_policy_is_told(before: str, after: str, told: str) -> None:
    policies = (f"{ALLOW}{before}\n", f"{ALLOW}{after}\n")
    assert edited(policy=policies) == [f"policy: {told}"]


def test_texts_of_surveys_are_told_by_locale() -> None:
    survey = """
surveys:
  csat: {metric: csat, scale: [1, 5], polarity: higher_is_better,
    texts: {en: {question: "Satisfied?", low: "no", high: "yes"}, nl: {question: "Tevreden?", low: nee, high: ja}}}
"""
    rule = RULE + "  - {id: more, when: {type: a}, send: {survey: csat, channel: email}}\n"
    other = (
        survey.replace("Satisfied?", "Happy?")
        .replace("[1, 5],", "[1, 5], presentation: emoticons,")
        .replace(" nl:", " de:")
    )
    found = lines(rules(rule, JOURNEY, survey), rules(rule, JOURNEY, other))
    assert found == [
        (
            "survey csat: presentation likert → emoticons; new text de “Tevreden?”;"
            " text en, question “Satisfied?” → “Happy?”; text nl dropped"
        )
    ]


def test_tests_are_counted() -> None:
    def test(name: str, **given: Any) -> RuleTest:
        return RuleTest(name, T0, {}, (), (), **given)

    rule_set = rules(RULE, JOURNEY)
    before = [test("kept"), test("changed"), test("gone")]
    after = [test("kept"), test("changed", draws="real"), test("new"), test("newer")]
    found = changes(rule_set, rule_set, before, after)
    assert [change.line for change in found] == ["tests: 2 added; 1 removed; 1 changed"]


def test_an_alternative_is_told_alone() -> None:
    either = RULE.replace("journey.contacts: {gte: 2}", "any: [{locale: de}, {journey.contacts: {gte: 2}}]")
    other = either.replace("{locale: de}", "{locale: fr}, {customer.segment: vip}")
    assert lines(rules(either, JOURNEY), rules(other, JOURNEY)) == [
        "rule ask: condition, alternative locale: is de → is fr; new condition, alternative customer.segment is vip"
    ]


def test_an_open_question_comes_and_goes_without_a_new_version() -> None:
    text = """
surveys:
  csat:
    metric: csat
    scale: [1, 5]
    polarity: higher_is_better
    texts: {en: {question: "Satisfied?", low: "no", high: "yes"}}
"""
    plain, asking = rules(text), rules(text.replace('"yes"', '"yes", follow_up: "Why?"'))
    assert asking.surveys["csat"].texts["en"].follow_up == "Why?"
    assert plain.surveys["csat"].version == asking.surveys["csat"].version
    assert lines(plain, asking) == ["survey csat: new text en, follow-up “Why?”"]
    assert lines(asking, plain) == ["survey csat: text en, follow-up “Why?” dropped"]


def test_how_responses_are_counted_is_told_field_by_field() -> None:
    before = "scores: {by: [agent_id], comments: keep}"
    after = "scores: {by: [branch, agent_id], comments: drop, smallest: {share: 4%}, outcomes_within: 60d}"
    [line] = edited(policy=(before, after))
    assert line.removeprefix("policy: ").split("; ") == [
        "scores: new by branch",
        "scores: comments keep → drop",
        "scores: outcomes within 30d → 60d",
        "scores: smallest share 5% → 4%",
    ]


def test_targets_come_and_go_as_they_are_told() -> None:
    before = (
        ALLOW
        + "targets: [{survey: ces, at_most: 2}, {survey: ces, journey: complaint, step: resolved, at_least: 80%}]\n"
    )
    after = ALLOW + "targets: [{survey: ces, at_most: 2}, {survey: ces, at_least: 75%}]\n"
    assert edited(policy=(before, after)) == [
        "policy: target removed: ces (top box) of complaint resolved at least 80%; target added: ces (top box) at least 75%",
    ]
    assert edited(policy=(before, before)) == []
