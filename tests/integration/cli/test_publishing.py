"""`publish` and the commands around it, as they are typed."""

import sqlite3
from pathlib import Path

import pytest

from router.authoring.language.load import load_texts
from router.authoring.publishing import Draft
from router.cli.main import main
from router.cli.publishing import draft_lines
from tests.unit.authoring.test_publishing import TESTS, rule_set


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    directory = tmp_path / "rules"
    directory.mkdir()
    return written(directory, "1h")


def written(directory: Path, delay: str) -> Path:
    for name, content in (rule_set(delay) | {"tests.yaml": TESTS}).items():
        (directory / name).write_bytes(content)
    return directory


@pytest.fixture
def data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert main(["db", "upgrade", "--data", str(tmp_path / "data")]) == 0
    capsys.readouterr()
    return tmp_path / "data"


def run(capsys: pytest.CaptureFixture[str], data: Path, *arguments: str, code: int = 0) -> str:
    assert main([*arguments, "--data", str(data)]) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


def test_from_the_first_set_to_a_rollback(
    rules: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = run(capsys, data, "publish", str(rules), "-m", "first", "--author", "ann")
    assert "1 test of its own pass" in first
    assert "nothing to compare it with" in first
    assert "Revision 1 is in force" in first

    written(rules, "2h")
    second = run(capsys, data, "publish", str(rules), "-m", "later", "--author", "ann", "--rollout", "10%")
    assert "against revision 1" in second
    assert "revision 2 decides for 10% of the customers" in second
    assert "Revision 2 is in force" in run(capsys, data, "rollout", "2", "100%", "--author", "bob")
    assert "Revision 1 is in force" in run(capsys, data, "rollback", "1", "--author", "bob")
    listed = run(capsys, data, "revisions")
    assert "live" in listed
    assert "first" in listed
    assert "later" in listed
    assert "runs beside it as a shadow" in run(capsys, data, "shadow", "2", "--author", "bob")
    assert "Decided otherwise by revision 2: none" in run(capsys, data, "differences", "2")


def test_an_effect_that_cannot_be_computed_is_told_by_its_kind() -> None:
    rules = load_texts(rule_set())
    *_, fault, way_out = draft_lines(Draft({}, rules, tests=0, against=1, fault="KeyError"))
    assert fault == "Its effect could not be computed (KeyError)."
    assert "diff A B --journal" in way_out


def test_a_set_that_fails_its_tests_or_does_not_load_changes_nothing(
    rules: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (rules / "tests.yaml").write_bytes(TESTS.replace(b"channel: email}]", b"channel: sms}]"))
    assert "1 of 1 test failed" in run(capsys, data, "publish", str(rules), "-m", "x", code=1)
    (rules / "all.yaml").write_bytes(b"rules: [")
    assert "R003" in run(capsys, data, "publish", str(rules), "-m", "x", code=2)
    assert "Revisions: none" in run(capsys, data, "revisions")


def test_with_four_eyes_a_proposal_waits_for_somebody_else(
    rules: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUTER_PUBLISHING__FOUR_EYES", "true")
    refused = run(capsys, data, "publish", str(rules), "-m", "first", "--author", "ann", code=1)
    assert "needs the approval of somebody else" in refused
    assert "proposed" in run(
        capsys, data, "publish", str(rules), "-m", "first", "--author", "ann", "--propose"
    )
    assert "somebody else" in run(capsys, data, "approve", "1", "--author", "ann", code=1)
    assert "Revision 1 is in force" in run(capsys, data, "approve", "1", "--author", "bob")


@pytest.mark.parametrize(
    ("arguments", "way_out"),
    [
        (["publish", "RULES", "-m", "x", "--propose", "--shadow"], "Choose one"),
        (["publish", "RULES", "-m", "x", "--rollout", "0%"], "percentage such as 10%"),
        (["publish", "RULES", "-m", " "], "Say why"),
        (["rollout", "2"], "NUMBER SHARE"),
        (["shadow"], "shadow NUMBER"),
    ],
)
def test_wrong_use_is_told_with_the_way_out(
    arguments: list[str], way_out: str, rules: Path, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [str(rules) if one == "RULES" else one for one in arguments]
    assert way_out in run(capsys, data, *given, code=2)


def test_a_revision_that_is_not_there_is_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("rollback", "differences"):
        assert "there is no revision 9" in run(capsys, data, command, "9", code=1)


def test_a_live_set_that_does_not_load_names_the_one_to_go_back_to(
    rules: Path, data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROUTER_HEALTH__ENABLED", "false")
    for delay in ("1h", "2h", "3h"):
        run(capsys, data, "publish", str(written(rules, delay)), "-m", delay, "--author", "ann")
    run(capsys, data, "rollback", "2", "--author", "ann")
    with sqlite3.connect(data / "feedback-router.db") as connection:
        connection.execute("UPDATE revisions SET content = x'00' WHERE number = 2")
    connection.close()

    said = run(capsys, data, "run", code=1)

    assert "revision 2 is not in force" in said
    assert "publish a set that loads, or `feedback-router rollback 3`" in said
