"""`feedback-router test` and `feedback-router decide` as a user calls them."""

import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from router.cli import watching
from router.cli.example_sets import STARTER
from router.cli.main import main

EVENT = {
    "specversion": "1.0",
    "id": "e-2",
    "source": "/crm",
    "type": "order.delivered",
    "subject": "c-3",
    "time": "2026-03-02T10:00:00Z",
    "data": {"order_id": "O1"},
}
OPENED = EVENT | {"id": "e-1", "type": "complaint.opened", "data": {"case_id": "C1"}}
PREFERENCES = EVENT | {"id": "p-1", "type": "customer.preferences.v1", "data": {"consent": ["email"]}}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The starter set; `break_it` makes its tests fail."""
    made = tmp_path / "rules"
    assert main(["init", str(made)]) == 0
    return made


def break_it(rules: Path) -> None:
    route = rules / "routes" / "complaint.yaml"
    route.write_text(route.read_text().replace("delay: 2h", "delay: 3h"))


def line_of_the_broken_test(rules: Path) -> int:
    lines = (rules / "tests" / "complaint.yaml").read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if "two hours later" in line)


def given(monkeypatch: pytest.MonkeyPatch, *texts: object) -> None:
    lines = [text if isinstance(text, str) else json.dumps(text) for text in texts]
    stream = io.TextIOWrapper(io.BytesIO("\n".join(lines).encode()))
    monkeypatch.setattr("sys.stdin", stream)


def decided(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capfd.readouterr()
    assert main(["decide", str(STARTER), "--json", *arguments]) == 0
    return json.loads(capfd.readouterr().out)["decision"]


def refused(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["decide", str(STARTER), *arguments]) == 2
    said = capfd.readouterr().err
    assert said.count("\n") == 1
    return said


def test_passing_tests_are_counted(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(rules)]) == 0
    assert "11 tests in 2 files: all passed." in capfd.readouterr().out


def test_a_failing_test_tells_expected_actual_and_why(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    break_it(rules)
    assert main(["test", str(rules)]) == 1
    said = capfd.readouterr().out
    assert "✗ a resolved complaint asks for the effort, two hours later" in said
    assert f"{rules}/tests/complaint.yaml:{line_of_the_broken_test(rules)}" in said
    assert "at: expected 4h, got 5h." in said
    assert "  - 4h  Mon 02 Mar 15:00  ces sent by email in nl (rule ces-after-complaint)" in said
    assert "  + 5h  Mon 02 Mar 16:00  ces sent by email (rule ces-after-complaint)" in said
    assert "11 tests in 2 files: 1 failed, 10 passed." in said


def test_results_as_json(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    break_it(rules)
    capfd.readouterr()
    assert main(["test", str(rules), "--json", "--coverage"]) == 1
    said = json.loads(capfd.readouterr().out)
    failed = [test for test in said["tests"] if not test["passed"]]
    assert said["passed"] is False
    assert [test["line"] for test in failed] == [line_of_the_broken_test(rules)]
    assert failed[0]["differences"][0][1] == "at: expected 4h, got 5h."
    assert [part["kind"] for part in said["coverage"]] == ["rules", "gates", "steps", "locales"]


def test_results_as_junit(rules: Path, tmp_path: Path) -> None:
    break_it(rules)
    tests = rules / "tests" / "purchase.yaml"
    tests.write_text(tests.read_text().replace("once a quarter is enough", '"once <a> \\x07quarter"'))
    file = tmp_path / "results.xml"
    assert main(["test", str(rules), "--junit", str(file)]) == 1
    suites = ElementTree.parse(file).getroot()  # noqa: S314 - written by the test itself
    assert [(suite.get("tests"), suite.get("failures")) for suite in suites] == [("7", "1"), ("4", "0")]
    failure = suites.find(".//failure")
    assert failure is not None
    assert failure.get("message", "").startswith("Sent otherwise than expected")
    assert "at: expected 4h, got 5h." in (failure.text or "")
    assert len(suites.findall(".//testcase")) == 11


def test_too_little_touched_fails(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (rules / "tests" / "purchase.yaml").unlink()
    assert main(["test", str(rules), "--coverage"]) == 0
    assert "nps-after-purchase" in capfd.readouterr().out
    assert main(["test", str(rules), "--minimum", "50%"]) == 0
    assert main(["test", str(rules), "--minimum", "80%"]) == 1
    assert "Under the minimum of 80%: rules 50%" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--minimum", "lots"], "--minimum is a percentage"),
        (["--minimum", "101%"], "--minimum is a percentage"),
        (["--watch", "--json"], "--watch is for people"),
    ],
)
def test_wrong_use_is_told_in_a_line(
    rules: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["test", str(rules), *arguments]) == 2
    assert message in capfd.readouterr().err


def test_without_tests_it_fails(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for file in (rules / "tests").glob("*.yaml"):
        file.unlink()
    assert main(["test", str(rules)]) == 1
    assert "holds no tests" in capfd.readouterr().err


def test_a_file_that_cannot_be_written_is_told(rules: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(rules), "--junit", str(rules)]) == 1
    assert "cannot be written" in capfd.readouterr().err


def test_watching_acts_again_after_a_change_and_survives_mistakes(
    rules: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    policy = rules / "policy.yaml"
    changes = iter([lambda: None, lambda: policy.write_text("limits: 3\n"), policy.unlink])

    def wait(seconds: float) -> None:
        change = next(changes, None)
        if change is None:
            raise KeyboardInterrupt
        change()

    acted: list[int] = []

    def act() -> None:
        from router.authoring.language.load import load_directory

        acted.append(1)
        load_directory(rules)

    with pytest.raises(KeyboardInterrupt):
        watching.watched(rules, act, wait)
    assert len(acted) == 3
    assert "`limits` must be a list" in capfd.readouterr().err


def test_one_interaction_is_decided(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, EVENT)
    decision = decided(capfd, "--consent", "email", "--locale", "nl-BE")
    assert (decision["reason"], decision["rule"], decision["locale"]) == (
        "invited",
        "nps-after-purchase",
        "nl",
    )
    assert decision["due_at"] == "2026-03-03T10:00:00Z"


def test_earlier_lines_have_happened_before(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, OPENED, EVENT)
    assert decided(capfd, "--consent", "email")["reason"] == "contrary_condition"
    given(monkeypatch, PREFERENCES, EVENT)
    assert decided(capfd)["reason"] == "invited"


def test_a_list_and_an_indented_event_are_read(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    given(monkeypatch, [PREFERENCES, EVENT])
    assert decided(capfd)["reason"] == "invited"
    given(monkeypatch, json.dumps(EVENT, indent=2))
    assert decided(capfd)["reason"] == "no_consent"


def test_the_customer_comes_from_a_file_and_the_clock_from_an_option(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "customer.json"
    file.write_text('{"consent": {"email": true}}')
    given(monkeypatch, EVENT)
    late = decided(capfd, "--customer", str(file), "--now", "2026-03-09T10:00:00+01:00")
    assert late["reason"] == "too_old"


def test_the_decision_in_words(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    given(monkeypatch, EVENT)
    assert main(["decide", str(STARTER)]) == 0
    said = capfd.readouterr().out
    assert "The customer is not asked. The customer has given no consent" in said
    assert "✗ consent: Consent by channel: email unknown." in said
    assert "ces-after-complaint: journey complaint did not enter resolved." in said


def test_what_cannot_be_decided_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    given(monkeypatch, "")
    assert "holds no interaction" in refused(capfd)
    given(monkeypatch, '{"a": 1}')
    assert "no CloudEvent" in refused(capfd)
    given(monkeypatch, EVENT, "{")
    assert "line 2 cannot be read" in refused(capfd)
    given(monkeypatch, EVENT, EVENT)
    assert "stands there twice" in refused(capfd)
    for arguments, message in [
        (["--now", "today"], "--now is a time with its offset"),
        (["--now", "2026-03-02T09:00:00Z"], "2026-03-02T09:00:00+00:00 lies before the interaction"),
        (["--customer", str(tmp_path / "none.json")], "cannot be read (No such file"),
    ]:
        given(monkeypatch, EVENT)
        assert message in refused(capfd, *arguments)
    file = tmp_path / "customer.json"
    for text, message in [("{", "is not JSON"), ("[]", "must hold an object"), ('{"consent": 1}', "consent")]:
        file.write_text(text)
        given(monkeypatch, EVENT)
        assert message in refused(capfd, "--customer", str(file))
