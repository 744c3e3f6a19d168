from pathlib import Path
from typing import Any

import pytest

from router.authoring.editing import CannotEdit, edited, usual_changes, written
from router.authoring.language.nodes import read
from router.authoring.language.problems import Problems

RULES = Path(__file__).parents[3] / "rules"
ROUTE = """\
rules:
  # The most important question.
  - id: ask
    when: {journey: complaint}   # every one
    send: {survey: ces-1.0, channel: email}

    # Not at once.
    delay: 2h   # two hours
    reminder:
      after: 3d
# the end
"""


def plain(text: str) -> Any:
    node = read("text", text.encode(), Problems())
    assert node is not None
    return node.plain()


def test_a_value_is_changed_and_nothing_besides() -> None:
    assert edited(ROUTE, {"rules/ask/delay": "4h"}) == ROUTE.replace("delay: 2h ", "delay: 4h ")


def test_several_at_once() -> None:
    given = {
        "rules/ask/delay": "1d",
        "rules/ask/send/channel": "sms, email",
        "rules/ask/reminder/after": "5d",
    }
    changed = (
        ROUTE.replace("2h ", "1d ").replace("channel: email", "channel: [sms, email]").replace("3d", "5d")
    )
    assert edited(ROUTE, given) == changed


def test_a_key_that_is_missing_is_added_behind_the_last_one() -> None:
    assert edited(ROUTE, {"rules/ask/sample": "50%"}) == ROUTE.replace(
        "      after: 3d\n", "      after: 3d\n    sample: 50%\n"
    )
    assert edited(ROUTE, {"rules/ask/reminder/max": "2"}) == ROUTE.replace(
        "      after: 3d\n", "      after: 3d\n      max: 2\n"
    )


def test_an_empty_field_takes_the_key_out() -> None:
    assert edited(ROUTE, {"rules/ask/delay": " "}) == ROUTE.replace("    delay: 2h   # two hours\n", "")


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("limits: [{id: any, max: 1, per: 30d}]", "45d", "limits: [{id: any, max: 1, per: 45d}]"),
        ("limits: [{id: any, max: 1, per: 30d}]", None, "limits: [{id: any, max: 1}]"),
        ("limits: [{id: any, per: 30d , max: 1}]", None, "limits: [{id: any, max: 1}]"),
        ("limits: [{id: any, max: 1}]", "45d", "limits: [{id: any, max: 1, per: 45d}]"),
        ("limits:\n- {id: other, per: 1d}\n- id: any\n  per:\n", "45d", "limits:\n- {id: other, per: 1d}\n- id: any\n  per: 45d\n"),
        ("limits:\n- id: any\n  max: 1", "45d", "limits:\n- id: any\n  max: 1\n  per: 45d\n"),
        ("limits:\r\n- id: any\r\n  max: 1\r\n", "45d", "limits:\r\n- id: any\r\n  max: 1\r\n  per: 45d\r\n"),
    ],
)  # fmt: skip
def test_in_every_way_of_writing(before: str, value: str | None, after: str) -> None:
    assert written(before, ("limits", "any", "per"), value) == after


@pytest.mark.parametrize(
    "text",
    [
        "Hoe ging het?",
        "a: b",
        "# no comment",
        "- dash",
        'say "yes"',
        "42",
        "true",
        "",
        "é\u2028x",
        "a, b",
        "x\ny",
    ],
)
@pytest.mark.parametrize("before", ["'old'", '"old"', "old", "|\n          old\n          lines\n"])
def test_any_text_is_written_so_that_it_reads_the_same(before: str, text: str) -> None:
    whole = f"surveys:\n  ces:\n    texts:\n      # Dutch\n      nl:\n        question: {before}\n        low: weinig\n"
    changed = written(whole, ("surveys", "ces", "texts", "nl", "question"), text, quoted=True)
    assert plain(changed)["surveys"]["ces"]["texts"]["nl"] == {"question": text, "low": "weinig"}
    assert "      # Dutch\n" in changed


def test_what_was_quoted_stays_quoted() -> None:
    text = 'quiet_hours: {from: "21:00", to: "08:00"}  # night'
    assert edited(text, {"quiet_hours/from": "22:30"}) == 'quiet_hours: {from: "22:30", to: "08:00"}  # night'


@pytest.mark.parametrize(
    "file", sorted(RULES.rglob("*.yaml")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_every_field_of_every_shipped_file_can_be_changed_and_changed_back(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    kinds = {(section.kind, field.key): field for section in usual_changes(text) for field in section.fields}
    for field in kinds.values():
        other = {"list": "letter, fax", "text": "Nieuw: wat?"}.get(field.kind, "17d")
        changed = edited(text, {field.name: other})
        comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
        assert [line for line in changed.splitlines() if line.lstrip().startswith("#")] == comments
        back = edited(changed, {field.name: field.value})
        assert plain(back) == plain(text)
        assert sum(a != b for a, b in zip(back.splitlines(), text.splitlines(), strict=True)) <= 1


def test_the_form_offers_the_usual_changes_of_the_shipped_rules() -> None:
    routes = usual_changes((RULES / "routes/complaint.yaml").read_text(encoding="utf-8"))
    assert {field.key: field.value for field in routes[0].fields} == {
        "delay": "2h",
        "within": "business_hours",
        "expires": "5d",
        "max_age": "24h",
        "sample": "",
        "priority": "80",
        "enabled": "",
        "channel": "email, sms",
    }
    policy = usual_changes((RULES / "policy.yaml").read_text(encoding="utf-8"))
    assert [(section.kind, section.name) for section in policy] == [
        ("limit", "any-survey"),
        ("limit", "own-nps"),
        ("limit", "per-year"),
        ("limit", "same-agent"),
        ("quota", "effort-per-engineer"),
        ("rate cap", "by-email"),
        ("rate cap", "by-sms"),
        ("hours", "quiet_hours"),
        ("hours", "business_hours"),
        ("policy", "hold_out"),
    ]
    texts = usual_changes((RULES / "surveys/nps.yaml").read_text(encoding="utf-8"))
    assert {section.kind for section in texts} == {"text"}


@pytest.mark.parametrize(
    "text", ["", "rules: [", "just words", "rules: {a: b}", "a: 1\n---\nb: 2", "rules: [*a]", "\x00"]
)
def test_a_text_without_usual_changes_offers_none(text: str) -> None:
    assert usual_changes(text) == ()


def test_a_list_over_several_lines_is_left_to_the_text() -> None:
    text = ROUTE.replace(
        "{survey: ces-1.0, channel: email}",
        "\n      survey: ces-1.0\n      channel:\n        - email # first\n",
    )
    with pytest.raises(CannotEdit, match="change its text"):
        edited(text, {"rules/ask/send/channel": "sms"})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (ROUTE, "rules/other/delay"),
        (ROUTE, "rules/ask/id"),
        (ROUTE + "  broken", "rules/ask/delay"),
        (ROUTE, ""),
    ],
)
def test_a_field_that_is_not_there(text: str, name: str) -> None:
    with pytest.raises(CannotEdit, match="load it again"):
        edited(text, {name: "1d"})
