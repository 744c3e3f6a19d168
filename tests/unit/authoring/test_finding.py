"""Which files of a directory are read: names, links, loops, what lies outside, and what is said of the rest."""

import os
from pathlib import Path

import pytest

from router.authoring.language.directory import read_files
from router.authoring.language.finding import MAX_ENTRIES
from router.authoring.language.load import check_directory, load_directory
from router.authoring.language.problems import Problems
from router.service.rule_watch import file_states

JOURNEY = b"journey: visit\nsteps:\n  came: {on: shop.entered}\norder: [came]\n"
SECRET = "x: the-password-of-somebody\n"


def found(directory: Path) -> tuple[list[str], list[tuple[str, str]]]:
    """The files read, by their path below the directory, and the problems with their place."""
    problems = Problems()
    texts = read_files(directory, problems)
    told = [(Path(problem.position.file).name, problem.code) for problem in problems.found]
    return [str(Path(name).relative_to(directory)) for name in texts], sorted(told)


def mounted(directory: Path, version: str, text: bytes) -> None:
    """The files of a ConfigMap as Kubernetes puts them into a volume, with one path that has a folder."""
    (directory / version / "parts").mkdir(parents=True)
    (directory / version / "rules.yaml").write_bytes(text)
    (directory / version / "parts" / "policy.yml").write_bytes(b"hold_out: 2%\n")
    (directory / "..data_tmp").symlink_to(version)
    (directory / "..data_tmp").replace(directory / "..data")
    for name in ("rules.yaml", "parts"):
        if not (directory / name).is_symlink():
            (directory / name).symlink_to(f"..data/{name}")


def test_a_config_map_is_read_once_and_its_update_is_seen(tmp_path: Path) -> None:
    mounted(tmp_path, "..2031_01_01_00_00_00.1", JOURNEY)
    assert found(tmp_path) == (["parts/policy.yml", "rules.yaml"], [])
    before = file_states(tmp_path)
    assert file_states(tmp_path) == before

    mounted(tmp_path, "..2031_01_02_00_00_00.2", JOURNEY.replace(b"visit", b"calls"))

    assert file_states(tmp_path) != before
    assert set(load_directory(tmp_path).maps) == {"calls"}


@pytest.mark.parametrize(
    "name", [".a.yaml", "._a.yaml", ".#a.yaml", "..data/a.yaml", ".git/deep/a.yml", "b/.c/d.yaml"]
)
def test_names_that_begin_with_a_dot_are_passed_over_at_any_level(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(JOURNEY)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"\x00\x05\x16\x07 not yaml: [")
    states = file_states(tmp_path)
    assert found(tmp_path) == (["a.yaml"], [])
    (tmp_path / name).write_bytes(b"now something else")
    assert file_states(tmp_path) == states


def test_a_directory_whose_own_name_begins_with_a_dot_is_read(tmp_path: Path) -> None:
    (tmp_path / ".rules").mkdir()
    (tmp_path / ".rules" / "a.yaml").write_bytes(JOURNEY)
    (tmp_path / "rules").symlink_to(".rules")
    assert found(tmp_path / ".rules") == (["a.yaml"], [])
    assert found(tmp_path / "rules") == (["a.yaml"], [])


@pytest.mark.parametrize("name", ["a.YAML", "a.Yml", "a.yML", "a.b.yaml", "A", "deep/a.YAML"])
def test_endings_count_in_capitals_too(name: str, tmp_path: Path) -> None:
    path = tmp_path / (name if "." in name else "a.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(JOURNEY)
    assert len(found(tmp_path)[0]) == 1
    before = file_states(tmp_path)
    path.write_bytes(JOURNEY + b"# changed\n")
    assert file_states(tmp_path) != before


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.json",
        "a.yaml.bak",
        "a.yaml~",
        "a.yaml.txt",
        "a.yam",
        "yaml",
        "a.yaml ",
        "a.toml",
        "a.yaml.j2",
    ],
)
def test_a_file_that_is_not_read_is_said_and_refuses_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(JOURNEY)
    (tmp_path / name).write_bytes(JOURNEY)
    assert found(tmp_path) == (["b.yaml"], [(name, "R096")])
    assert check_directory(tmp_path).rules is not None


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "map.png", "schema/rules.json", "notes.rst"])
def test_what_nobody_takes_for_rules_is_not_said(name: str, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(JOURNEY)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"{}")
    assert found(tmp_path) == (["b.yaml"], [])


def test_of_many_files_that_are_not_read_ten_are_named(tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number}.txt").touch()
    (tmp_path / "b.yaml").write_bytes(JOURNEY)
    problems = Problems()
    read_files(tmp_path, problems)
    assert len(problems.found) == 11
    assert problems.found[-1].message.startswith("40 more files here are not read")


@pytest.mark.parametrize("kind", ["file", "folder", "chain", "absolute"])
def test_a_link_that_leads_out_is_refused_and_nothing_of_it_shown(kind: str, tmp_path: Path) -> None:
    rules, outside = tmp_path / "rules", tmp_path / "outside"
    rules.mkdir()
    outside.mkdir()
    (outside / "secret.yaml").write_text(SECRET)
    (rules / "good.yaml").write_bytes(JOURNEY)
    if kind == "folder":
        (rules / "more").symlink_to("../outside")
    elif kind == "chain":
        (outside / "back.yaml").symlink_to("secret.yaml")
        (rules / "more.yaml").symlink_to("../outside/back.yaml")
    else:
        (rules / "more.yaml").symlink_to(
            outside / "secret.yaml" if kind == "absolute" else "../outside/secret.yaml"
        )
    checked = check_directory(rules)
    assert [problem.code for problem in checked.errors] == ["R070"]
    assert "leads out" in checked.errors[0].message
    assert "password" not in repr(checked)


def test_links_that_go_round_or_lead_to_the_same_file_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "real.yaml").write_bytes(JOURNEY)
    (tmp_path / "a").symlink_to("z")
    (tmp_path / "z" / "up").symlink_to("..")
    (tmp_path / "b.yaml").symlink_to("z/real.yaml")
    (tmp_path / "y").symlink_to("x")
    (tmp_path / "x").symlink_to("y")
    assert found(tmp_path) == (["z/real.yaml"], [("x", "R096"), ("y", "R096")])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"\xff.yaml", ("\\udcff.yaml", "R070")),
        (b"\xfe.txt", ("\\udcfe.txt", "R096")),
        (b"a\nb.yaml", ("a\\nb.yaml", "R070")),
        (b"\x1b[31m.yaml", ("\\x1b[31m.yaml", "R070")),
        ("\u202elmay.yaml".encode(), ("\\u202elmay.yaml", "R070")),
        (b"deep\r/a.yaml", ("a.yaml", "R070")),
    ],
)
def test_a_name_that_nobody_can_write_is_told(name: bytes, told: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(JOURNEY)
    path = tmp_path / os.fsdecode(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(JOURNEY)
    assert found(tmp_path) == (["b.yaml"], [told])


@pytest.mark.parametrize(
    "name", ["a b.yaml", "-rf.yaml", "ünï.yaml", "日本\u202f語.yaml", "👩‍💻.yaml", "'\";$x.yaml"]
)
def test_any_other_name_is_fine(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(JOURNEY)
    assert found(tmp_path) == ([name], [])


def test_the_wrong_directory_is_not_walked_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("router.authoring.language.finding.MAX_ENTRIES", 20)
    for number in range(30):
        (tmp_path / f"{number}").mkdir()
    assert MAX_ENTRIES == 100_000
    assert found(tmp_path) == ([], [(tmp_path.name, "R071")])
