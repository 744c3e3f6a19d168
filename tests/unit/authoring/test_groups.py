"""Groups: conditions that rules share, the same as if they stood there."""

import pytest

from router.authoring.language.load import check_texts
from router.rules.evaluate import in_words
from tests.unit.core.builders import event, reasons, rules, told

GROUPS = """groups:
  by-hand: {channel: [phone, chat]}
  hard-case:
    any:
      - event.transfers: {gte: 1}
      - group: by-hand
rules:
  - id: a
    when: {type: x, WHEN}
    send: {survey: ces, channel: email}
"""


def words(when: str) -> str:
    loaded = rules(GROUPS.replace("WHEN", when))
    return in_words(loaded.rules["a"].rule.when)


USES = [
    ("group: by-hand", "type must be x and channel must be one of phone, chat"),
    ("not: {group: by-hand}", "type must be x and not (channel must be one of phone, chat)"),
    ("group: hard-case", "event.transfers must be at least 1 or channel must be one of phone, chat"),
    ("group: [by-hand, hard-case]", "channel must be one of phone, chat or"),
    (
        "any: [{group: by-hand}, {event.vip: true}]",
        "channel must be one of phone, chat or event.vip must be true",
    ),
]


@pytest.mark.parametrize(("when", "said"), USES)
def test_a_group_stands_for_its_conditions(when: str, said: str) -> None:
    assert said in words(when)


def test_a_group_of_another_file_decides() -> None:
    shared = "groups: {by-hand: {channel: [phone, chat]}}"
    loaded = rules(
        shared, "rules:\n  - {id: a, when: {type: x, group: by-hand}, send: {survey: ces, channel: email}}"
    )
    batch = told(loaded, [event("x", "0h", channel="phone"), event("x", "1h", "c-2", channel="web")])
    assert reasons(batch) == ["invited", "no_rule_matched"]


def test_a_failed_condition_of_a_group_has_its_place_in_the_group() -> None:
    loaded = rules(GROUPS.replace("WHEN", "group: by-hand"))
    part = loaded.rules["a"].rule.when.parts[1]  # type: ignore[union-attr]
    assert str(part.position) == "0.yaml:2:22"


WRONG = [
    ("groups: {a: [1]}", "R020", "a.yaml:1:13"),
    ("groups: [a]", "R012", "a.yaml:1:9"),
    (
        "groups: {a: {}}\nrules: [{id: r, when: {group: [b]}, send: {survey: s, channel: c}}]",
        "R027",
        "a.yaml:2:32",
    ),
    ("groups: {a: {group: [b, 1]}}", "R012", "a.yaml:1:25"),
    ("groups: {a: {group: []}}", "R023", "a.yaml:1:21"),
    ("groups: {a: {group: b}, b: {not: {group: a}}}", "R028", "a.yaml:1:42"),
    ("groups: {a: {chanel: x}}", "R021", "a.yaml:1:14"),
]


@pytest.mark.parametrize(("text", "code", "place"), WRONG)
def test_wrong(text: str, code: str, place: str) -> None:
    found = [
        (problem.code, str(problem.position)) for problem in check_texts({"a.yaml": text.encode()}).problems
    ]
    assert (code, place) in found


def test_a_group_is_defined_once() -> None:
    texts = {"a.yaml": b"groups: {g: {channel: a}}", "b.yaml": b"groups: {g: {channel: b}}"}
    assert [problem.code for problem in check_texts(texts).errors] == ["R073"]


@pytest.mark.parametrize("word", ["all", "any"])
def test_groups_that_unfold_to_millions_of_comparisons_are_refused(word: str) -> None:
    groups = "".join(f"  g{n}: {{{word}: [{{group: g{n + 1}}}, {{group: g{n + 1}}}]}}\n" for n in range(20))
    problems = check_texts({"a.yaml": f"groups:\n{groups}  g20: {{channel: web}}\n".encode()}).problems
    assert {problem.code for problem in problems if problem.severity == "error"} == {"R106"}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("word", ["group", "not"])
def test_a_chain_of_groups_is_refused_where_it_is_too_long(word: str, order: int) -> None:
    inner = "{group: g%d}" if word == "group" else "{not: {group: g%d}}"
    lines = [f"  g{n}: {inner % (n + 1)}" for n in range(500)][::order]
    problems = check_texts(
        {"a.yaml": "\n".join(["groups:", *lines, "  g500: {channel: web}"]).encode()}
    ).problems
    codes = {problem.code for problem in problems if problem.severity == "error"}
    assert codes <= {"R007"}
    assert codes or (word == "group" and order == -1)
