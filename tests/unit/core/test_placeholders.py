"""Facts in texts: how they are read, what a value becomes, what is told of a mistake."""

from typing import Any

import pytest

from router.authoring.language.load import check_texts, load_texts
from router.authoring.ruletest.judge import judged
from router.authoring.ruletest.trace import in_words
from router.model.placeholders import fact_text, filled, placeholders, stray_brace

FACTS = {"case_id": "K-1", "agent": "Anna"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nothing to say.", "Nothing to say."),
        ("About {case_id|it}.", "About K-1."),
        ("About { case_id |it}.", "About K-1."),
        ("By {nobody|a colleague}, {agent|}!", "By a colleague, Anna!"),
        ("By {nobody|}.", "By ."),
        # Written before there were facts.
        ("A {brace} and } {", "A {brace} and } {"),
        ("{agent|{case_id|x}}", "{agent|K-1}"),
    ],
)
def test_a_text_is_filled(text: str, expected: str) -> None:
    assert filled(text, FACTS) == expected


def test_what_a_fact_says_is_not_filled_again() -> None:
    assert filled("{agent|}", {"agent": "{case_id|}", "case_id": "K-1"}) == "{case_id|}"


def test_placeholders_stand_where_they_begin() -> None:
    assert [(one.fact, one.otherwise, one.offset) for one in placeholders("a {b} {c|} {d|e f}")] == [
        ("b", None, 2),
        ("c", "", 6),
        ("d", "e f", 11),
    ]
    assert [stray_brace(text) for text in ("a {b|c}", "a {b", "a }", "{a|{b|c}}")] == [None, 2, 2, 0]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Anna", "Anna"),
        (4711, "4711"),
        (59.95, "59.95"),
        ("  An\r\nna\t\x00\u202eevil  ", "An na evil"),
        ("x" * 5_000, "x" * 100),
        ("", None),
        (" \n", None),
        (None, None),
        (True, None),
        (["Anna"], None),
        ({"name": "Anna"}, None),
        ("see https://evil.example", None),
        ("WWW.evil.example", None),
    ],
)
def test_a_value_becomes_one_harmless_line(value: Any, text: str | None) -> None:
    assert fact_text(value) == text


POLICY = """
facts:
  case_id: event.case_id
  agent_name: {field: journey.agent, personal: true}
"""
JOURNEY = """
journey: complaint
instance: case_id
steps: {opened: {on: complaint.opened}, resolved: {on: complaint.resolved}}
effort: {agent: {last: agent_name}}
"""
SURVEY = """
surveys:
  mine:
    metric: csat
    scale: [1, 5]
    polarity: higher_is_better
    texts:
      en: {TEXT, low: badly, high: well}
"""
RULES = """
rules:
  - id: ask
    when: {journey: complaint, step: resolved}
    send: {survey: mine, channel: email}
    delay: 1d
"""
QUESTION = 'question: "{agent_name|}{case_id|}"'


def files(text: str, policy: str = POLICY) -> dict[str, bytes]:
    written = {
        "policy.yaml": f"{policy}locale: {{otherwise: en}}\n",
        "journeys/complaint.yaml": JOURNEY,
        "surveys.yaml": SURVEY.replace("TEXT", text),
        "rules.yaml": RULES,
    }
    return {name: content.encode() for name, content in written.items()}


def told(text: str, policy: str = POLICY) -> list[tuple[str, int, str, str | None]]:
    found = check_texts(files(text, policy)).problems
    return [(one.code, one.position.column, one.message, one.hint) for one in found]


def test_a_set_with_facts_is_sound() -> None:
    assert told(QUESTION) == []


MISTAKES = [
    ('question: "How did {agnet_name|} do {case_id|}?"', "R172", "{agnet", "did you mean 'agent_name'?"),
    ('question: "About {case_id}? {agent_name|}"', "R174", "{case_id}", "write {case_id|…} with what to say then; {case_id|} says nothing"),
    ('question: "About {case_id|it? {agent_name|}"', "R173", "{case_id", "write {name|what to say without it}"),
    ('question: "Well?", introduction: "Hello }"', "R173", "}\"", "write {name|what to say without it}"),
    ("question: 'About {case}'", "R172", "{case}", "known: agent_name, case_id"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "at", "hint"), MISTAKES)
def test_a_mistake_is_told_where_it_is(text: str, code: str, at: str, hint: str) -> None:
    ((found, place, _, advice),) = told(text)
    line = next(line for line in SURVEY.replace("TEXT", text).splitlines() if at in line)
    assert (found, line[place - 1 :].startswith(at)) == (code, True)
    assert (advice or "").startswith(hint)


def test_without_a_list_of_facts_the_hint_writes_one() -> None:
    ((code, _, message, hint),) = told('question: "About {case_id|it}"', "hold_out: 2%\n")
    assert code == "R172"
    assert message == "the policy declares no facts, so there is no 'case_id'"
    assert hint == "declare it in the policy: `facts: {case_id: event.case_id}`"


def test_facts_that_are_nowhere_personal_or_unused_are_told() -> None:
    policy = """
facts:
  agent_name: event.agent_name
  case_id: event.case_id
  wait: journey.waiting
  other: event.recipient
  branch: event.branch
"""
    found = check_texts(files(QUESTION, policy)).errors
    assert [(one.code, one.position.line) for one in found] == [("R029", 5), ("R066", 6)]
    policy = policy.replace("  wait: journey.waiting\n  other: event.recipient\n", "")
    found = check_texts(files(QUESTION, policy)).problems
    assert [(one.code, one.position.line) for one in found] == [("R175", 3), ("R177", 5)]
    assert found[0].hint == "if it is meant, write agent_name: {field: event.agent_name, personal: true}"


def test_another_subject_is_no_new_wording_and_another_introduction_is() -> None:
    def version(text: str) -> str:
        return load_texts(files(f"{QUESTION}, {text}")).surveys["mine"].version

    assert version('subject: "A"') == version('subject: "B"')
    assert version('introduction: "A"') != version('introduction: "B"')


TESTS = """
tests:
  - name: the text names the colleague who opened the case
    given:
      customer: {locale: en, consent: [email]}
      events:
        - {at: 0h, type: complaint.opened, case_id: K-1, agent_name: Anna}
        - {at: 1h, type: complaint.resolved, case_id: K-1}
        - {at: 2h, type: complaint.opened, case_id: K-1, agent_name: Bob}
    expect:
      - {survey: mine, text: "EXPECTED"}
"""


def test_a_rule_test_expects_a_text_with_the_facts_of_the_time_it_was_planned() -> None:
    text = 'question: "{agent_name|Our colleague} and {case_id|you}", subject: "About {agent_name|us}"'
    for expected, differences in (("Anna and K-1", 0), ("About Anna", 0), ("Bob and K-1", 1)):
        given = files(text) | {"tests/mine.yaml": TESTS.replace("EXPECTED", expected).encode()}
        checked = check_texts(given)
        assert checked.problems == []
        assert checked.rules is not None
        (judgement,) = judged(checked.tests, checked.rules)
        assert len(judgement.differences) == differences
    assert "text: expected Bob and K-1, got About Anna\nAnna and K-1." in in_words(
        judgement.differences[0], judgement.run
    )


def test_what_follows_says_the_same_facts() -> None:
    """A reminder and a fallback are sent days later, when the case is in other hands."""
    rules = RULES.replace("channel: email}", "channel: [email, sms]}") + "    reminder: {after: 3d, max: 1}\n"
    tests = TESTS.replace("[email]", "[email, sms]")
    tests = tests.replace("    expect:", "        - {at: 2d, delivery: hard_bounced}\n    expect:").replace(
        '      - {survey: mine, text: "EXPECTED"}\n',
        "".join(
            f'      - {{survey: mine, kind: {kind}, text: "Anna and K-1"}}\n'
            for kind in ("invitation", "fallback", "reminder")
        ),
    )
    text = 'question: "{agent_name|Our colleague} and {case_id|you}"'
    given = files(text) | {"rules.yaml": rules.encode(), "tests/mine.yaml": tests.encode()}
    checked = check_texts(given)
    assert checked.rules is not None
    (judgement,) = judged(checked.tests, checked.rules)
    assert [one.planned.kind for one in judgement.run.sent] == ["invitation", "fallback", "reminder"]
    assert judgement.differences == ()
