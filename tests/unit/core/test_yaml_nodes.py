"""Rule files are read safely: whatever stands in them, the answer is nodes or a problem with its place."""

from typing import Any

import pytest

from router.authoring.language.node import Node
from router.authoring.language.nodes import MAX_BYTES, read
from router.authoring.language.problems import Problem, Problems


def value(text: str | bytes) -> Any:
    problems = Problems()
    node = read("a.yaml", text.encode() if isinstance(text, str) else text, problems)
    problems.raise_if_any()
    return node.plain() if node else None


def refused(text: str | bytes) -> Problem:
    problems = Problems()
    read("a.yaml", text.encode() if isinstance(text, str) else text, problems)
    return problems.found[0]


SCALARS: list[tuple[str, Any]] = [
    ("on", "on"),
    ("no", "no"),
    ("Yes", "Yes"),
    ("22:00", "22:00"),
    ("1_000", "1_000"),
    ("0o17", "0o17"),
    ("012", "012"),
    ("0x1F", "0x1F"),
    ("1e5", "1e5"),
    (".inf", ".inf"),
    ("2026-11-01", "2026-11-01"),
    ("50%", "50%"),
    ("'true'", "true"),
    ('"7"', "7"),
    ("true", True),
    ("false", False),
    ("null", None),
    ("~", None),
    ("7", 7),
    ("-7", -7),
    ("2.50", 2.5),
    ("9999999999999999999999", "9999999999999999999999"),
]


@pytest.mark.parametrize(("text", "expected"), SCALARS)
def test_scalars_are_what_an_author_means(text: str, expected: Any) -> None:
    found = value(f"key: {text}")["key"]
    assert found == expected
    assert type(found) is type(expected)


def test_keys_stay_text() -> None:
    assert value("on: 1\nno: 2\n22:00: 3\n7: 4") == {"on": 1, "no": 2, "22:00": 3, "7": 4}


@pytest.mark.parametrize("text", [b"", b"# nothing\n", b"\xef\xbb\xbf"])
def test_an_empty_file_holds_nothing(text: bytes) -> None:
    assert value(text) is None


def test_byte_order_mark_and_windows_line_ends() -> None:
    assert value(b"\xef\xbb\xbfa: 1\r\nb:\r\n  - x\r\n") == {"a": 1, "b": ["x"]}


def test_every_node_knows_its_place() -> None:
    problems = Problems()
    node = read("a.yaml", b"a:\n  - b: 1\n    c: two\n", problems)
    assert isinstance(node, Node)
    assert str(node.value["a"][1].value[0].value["c"][1].position) == "a.yaml:3:8"


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE: dict[str, tuple[str | bytes, str, str]] = {
    "alias bomb": (BOMB, "R008", "a.yaml:1:4"),
    "an alias of nothing": ("a: *b", "R008", "a.yaml:1:4"),
    "10,000 lists deep": ("[" * 10_000 + "]" * 10_000, "R007", "a.yaml:1:33"),
    "10,000 mappings deep": ("{a: " * 10_000 + "}" * 10_000, "R007", "a.yaml:1:129"),
    "10,000 blocks deep": ("- " * 10_000, "R007", "a.yaml:1:65"),
    "not UTF-8": (b"a: 1\nb: \xff\n", "R002", "a.yaml:2:4"),
    "UTF-16": ("a: 1".encode("utf-16"), "R002", "a.yaml:1:1"),
    "a NUL": (b"a: \0", "R003", "a.yaml:1:1"),
    "a tab": ("a:\n\tb: 1\n", "R010", "a.yaml:2:1"),
    "a duplicate key": ("a: 1\nb: 2\na: 3\n", "R005", "a.yaml:3:1"),
    "a tag": ("a: !!python/object:os.system x", "R009", "a.yaml:1:4"),
    "a tag of its own": ("!mine {a: 1}", "R009", "a.yaml:1:1"),
    "a tagged key": ("!!str a: 1", "R009", "a.yaml:1:1"),
    "two documents": ("a: 1\n---\nb: 2\n", "R004", "a.yaml:2:1"),
    "a key that is a list": ("[a, b]: 1", "R006", "a.yaml:1:1"),
    "a merge": ("a: &x {b: 1}\nc: {<<: *x}", "R008", "a.yaml:1:4"),
    "an open quote": ('a: "b\nc: 1', "R003", "a.yaml:1:4"),
    "an open bracket": ("a: [1, 2\n", "R003", "a.yaml:1:4"),
    "a stray colon": ("a: b: c", "R003", "a.yaml:1:4"),
    "too large": (b"#" * (MAX_BYTES + 1), "R001", "a.yaml:1:1"),
}


@pytest.mark.parametrize(("text", "code", "place"), HOSTILE.values(), ids=HOSTILE)
def test_hostile(text: str | bytes, code: str, place: str) -> None:
    found = refused(text)
    assert (found.code, str(found.position)) == (code, place)


def test_a_tab_is_named_in_the_hint() -> None:
    assert refused("a:\n\tb: 1\n").hint == "delete it, and type spaces: two for each level"


def test_a_time_without_quotes_in_braces_gets_a_hint() -> None:
    found = refused("quiet_hours: {from: 21:00, to: 08:00}")
    assert (str(found.position), found.hint) == (
        "a.yaml:1:21",
        'write "21:00"',
    )


def test_a_duplicate_key_tells_where_the_first_is() -> None:
    assert refused("a: 1\n\na: 2").hint == "the first is at line 1"
