"""Whatever lies in the directory, the answer is a diagnostic for each, and the others are still read."""

import os
from pathlib import Path

import pytest

from router.authoring.language.directory import read_files
from router.authoring.language.load import CheckedRules, check_directory, check_texts
from router.authoring.language.nodes import MAX_BYTES
from router.authoring.language.problems import Problems

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcde", "bcdef", strict=True)
)
GOOD = b"hold_out: 2%\n"


def told(checked: CheckedRules) -> set[tuple[str, str]]:
    return {(Path(problem.position.file).name, problem.code) for problem in checked.problems}


def test_each_hostile_file_is_told_and_the_good_one_is_read(tmp_path: Path) -> None:
    (tmp_path / "bomb.yaml").write_text(BOMB)
    (tmp_path / "large.yaml").write_bytes(b"# large\n" * 6_250_000)
    (tmp_path / "deep.yaml").write_text("limits: " + "[" * 10_000)
    (tmp_path / "latin.yaml").write_bytes("salt: caf\xe9".encode("latin-1"))
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "marked.yaml").write_bytes(b"\xef\xbb\xbfzone: UTC\r\nsalt: pepper\r\n")
    (tmp_path / "good.yaml").write_bytes(GOOD)
    found = told(check_directory(tmp_path))
    assert found == {
        ("bomb.yaml", "R008"),
        ("bomb.yaml", "R072"),
        ("large.yaml", "R001"),
        ("deep.yaml", "R007"),
        ("latin.yaml", "R002"),
        ("loop.yaml", "R070"),
        ("gone.yaml", "R070"),
        ("pipe.yaml", "R070"),
    }


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_bytes(GOOD)
    (tmp_path / "secret.yaml").write_bytes(GOOD)
    opened = Path.open

    def refusing(path: Path, *mode: str) -> object:
        if path.name == "secret.yaml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *mode)

    monkeypatch.setattr(Path, "open", refusing)
    problems = Problems()
    assert [Path(name).name for name in read_files(tmp_path, problems)] == ["mine.yaml"]
    assert [problem.message for problem in problems.found] == ["cannot be read: Permission denied"]


def test_a_large_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "large.yaml").write_bytes(b"#" * (3 * MAX_BYTES))
    (text,) = read_files(tmp_path, Problems()).values()
    assert len(text) == MAX_BYTES + 1


@pytest.mark.parametrize("name", ["nothing", "empty"])
def test_a_directory_without_rules(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    checked = check_directory(tmp_path / name)
    assert [problem.code for problem in checked.problems] == ["R070" if name == "nothing" else "R071"]
    assert checked.rules is None


def test_what_a_broken_file_may_define_is_not_called_unknown() -> None:
    rules = b"rules:\n  - id: a\n    when: {type: x}\n    send: {survey: mine, channel: email}\n"
    surveys = b'surveys:\n  other: {]\n   " [\n  mine: {metric: nps}\n'
    checked = check_texts({"rules.yaml": rules, "surveys.yaml": surveys})
    assert told(checked) == {("surveys.yaml", "R003")}


def test_thousands_of_unknown_names_come_without_thousands_of_comparisons() -> None:
    rules = "rules:\n" + "".join(
        f"  - {{id: r{n}, when: {{type: x}}, priority: {n}, send: {{survey: nps{n}, channel: email}}}}\n"
        for n in range(500)
    )
    surveys = "surveys:\n" + "".join(f"  survey-{n}: {{}}\n" for n in range(500))
    checked = check_texts({"rules.yaml": rules.encode(), "surveys.yaml": surveys.encode()})
    assert sum(problem.code == "R074" for problem in checked.problems) == 500
