from pathlib import Path

import pytest

from router.authoring.editing.completion import completions

RULES = Path(__file__).parents[3] / "rules"
KNOWN = {
    "survey": ["ces-1.0", "nps"],
    "journey": ["complaint"],
    "step": ["resolved", "closed"],
    "channel": ["email", "sms"],
    "type": ["complaint.reopened"],
}


def offered(text: str, kind: str | None = None) -> list[str]:
    """What is offered where `|` stands."""
    before = text[: text.index("|")]
    line = before.count("\n")
    column = len(before) - before.rfind("\n") - 1
    return [one.label for one in completions(text.replace("|", ""), line, column, KNOWN, kind).options]


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("|", {"rules", "surveys", "journey", "limits"}),
        ("rules:\n  - |", {"id", "when", "send", "delay"}),
        ("rules:\n- id: a\n  |", {"when", "send", "delay", "cancel_on"}),
        ("rules:\n  - id: a\n    send:\n      |", {"survey", "channel"}),
        ("rules:\n  - id: a\n    send: {|", {"survey", "channel"}),
        ("rules:\n  - id: a\n    send: {survey: |", {"ces-1.0", "nps"}),
        ("rules:\n  - id: a\n    send: {survey: nps, |", {"channel"}),
        ("rules:\n  - id: a\n    send: {survey: nps, channel: [|", {"email", "sms"}),
        ("rules:\n  - id: a\n    send: {survey: nps, channel: [email, s|", {"sms"}),
        ("rules:\n  - id: a\n    within: |", {"business_hours"}),
        ("rules:\n  - id: a\n    enabled: |", {"true", "false"}),
        ("rules:\n  - id: a\n    when:\n      journey: complaint\n      step: |", {"resolved", "closed"}),
        ("rules:\n  - id: a\n    when:\n      |", {"journey", "step", "channel", "any", "all"}),
        ("rules:\n  - id: a\n    cancel_on: [|", {"complaint.reopened"}),
        ("rules:\n  - id: a\n    cancel_on:\n      - |", {"complaint.reopened"}),
        ("limits:\n  - {id: a, max: 1, |", {"per", "on_limit", "survey"}),
        ("limits:\n  - id: a\n    per: calendar|", {"calendar_month"}),
        ("surveys:\n  ces:\n    |", {"metric", "scale", "polarity", "texts"}),
        ("surveys:\n  ces:\n    texts:\n      nl:\n        |", {"question", "low", "high"}),
        ("surveys:\n  ces:\n    metric: |", {"ces", "nps", "csat"}),
    ],
)
def test_what_may_stand_there_is_offered(text: str, among: set[str]) -> None:
    assert among <= set(offered(text))


def test_a_word_that_was_begun_narrows_it() -> None:
    found = completions("rules:\n  - id: a\n    del", 2, 7, KNOWN)
    assert (found.column, [one.insert for one in found.options]) == (4, ["delay: "])
    assert found.options[0].meaning == "How long after the interaction to ask."


def test_keys_that_are_there_are_not_offered_again() -> None:
    assert not {"id", "delay"} & set(offered("rules:\n  - id: a\n    delay: 2h\n    |"))
    assert "survey" not in offered("rules:\n  - id: a\n    send: {survey: nps, |")


def test_after_a_block_the_keys_around_it_are_offered() -> None:
    assert "expires" in offered("rules:\n  - id: a\n    send:\n      survey: nps\n    |")
    assert {"groups"} <= set(offered("rules:\n  - id: a\n    send:\n      survey: nps\n|"))


def test_a_new_file_is_of_the_kind_of_its_directory() -> None:
    assert offered("|", "surveys") == ["surveys"]


@pytest.mark.parametrize(
    "file", sorted(RULES.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_at_no_place_of_a_file_does_it_fall_over(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines = text.split("\n")
    for number, line in enumerate(lines[:40]):
        for column in {0, len(line) // 2, len(line)}:
            found = completions(text, number, column, KNOWN)
            assert 0 <= found.column <= column


@pytest.mark.parametrize(
    "text", ["|", "- - - |", "{[{[|", "]}|", "a: {b: [c, {|", ": |", "\t|", "rules: &a *a |", "'|", "é: |"]
)
def test_on_any_text_it_answers(text: str) -> None:
    offered(text)
    assert completions(text, 99, 5, KNOWN).options == ()
