from datetime import UTC, datetime
from pathlib import Path

import pytest

from router.authoring.drafts import changed_in_both, differing, file_of, is_file, merged, verdict
from router.model.drafts import DraftFile

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
RULES = Path(__file__).parents[3] / "rules"
TEXTS = {path.relative_to(RULES).as_posix(): path.read_bytes() for path in RULES.rglob("*.yaml")}


def saved(file: str, text: bytes | None) -> dict[str, DraftFile]:
    return {file: DraftFile(file, 1, text, "Ada", NOW)}


def with_delay(delay: bytes) -> dict[str, bytes]:
    route = TEXTS["routes/complaint.yaml"].replace(b"delay: 2h", b"delay: " + delay)
    return merged(TEXTS, saved("routes/complaint.yaml", route))


def test_a_draft_is_its_revision_but_for_what_was_changed() -> None:
    base = {"a": b"1", "b": b"2"}
    assert merged(base, {}) == base
    assert merged(base, saved("b", b"3") | saved("c", b"4")) == {"a": b"1", "b": b"3", "c": b"4"}
    assert merged(base, saved("a", None)) == {"b": b"2"}
    assert differing(base, {"a": b"1", "b": b"3", "c": b"4"}) == ["b", "c"]
    assert differing(base, {"b": b"2"}) == ["a"]


def test_the_file_of_a_rule_is_found() -> None:
    assert file_of(TEXTS, "ces-after-complaint") == "routes/complaint.yaml"
    assert file_of(TEXTS, "another") is None


def test_what_both_changed_is_what_may_be_lost() -> None:
    base = {"a": b"1", "b": b"2", "c": b"3", "d": b"4"}
    draft = {"a": b"x", "b": b"x", "c": b"x"}
    now = {"a": b"1", "b": b"y", "c": b"x", "d": b"5"}
    assert changed_in_both(base, draft, now) == ["b", "d"]
    assert changed_in_both(base, base, now) == []


def test_a_sound_draft_is_ready() -> None:
    found = verdict(TEXTS, NOW)
    assert found.ready
    assert found.tests
    assert not found.failed


def test_a_test_that_fails_keeps_it_back_and_says_where() -> None:
    found = verdict(with_delay(b"6h"), NOW)
    assert not found.ready
    assert found.rules is not None
    assert {one.file for one in found.failed} == {"tests/complaint.yaml"}
    assert all(one.line and one.differences for one in found.failed)


def test_an_error_keeps_it_back_and_no_test_is_run() -> None:
    found = verdict(with_delay(b"6 ours"), NOW)
    assert (found.ready, found.rules, found.tests) == (False, None, [])
    (problem,) = [one for one in found.problems if one.severity == "error"]
    assert problem.position.file == "routes/complaint.yaml"


@pytest.mark.parametrize(
    "name", ["policy.yaml", "routes/a-b_2.yml", "sources/samples/x.json", "sources/t.csv"]
)
def test_files_of_a_set(name: str) -> None:
    assert is_file(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/x.yaml",
        "../x.yaml",
        "a/../x.yaml",
        ".x.yaml",
        "a//x.yaml",
        "x.txt",
        "x.yaml\n",
        "a\\x.yaml",
        "é.yaml",
    ],
)
def test_what_is_no_file_of_a_set(name: str) -> None:
    assert not is_file(name)
